package vm

import (
	"context"
	"slices"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// open opens the system's keyring; where there is none, it asks for a
// passphrase. That opens a known account only where there is a sealed file.
func (s *SignIn) open(context.Context) {
	keyring, err := s.cfg.Keyring()
	if err == nil {
		s.opened(keyring, VaultKeyring, Notice{})
		return
	}
	why := "signin.unkept"
	if s.cfg.IsSealed() {
		why = "signin.locked"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.v.Vault, s.v.VaultTrouble, s.v.VaultBusy, s.v.Ready = VaultAsks, base.Told(err), false, true
	for _, k := range s.known {
		if !k.In {
			k.Busy, k.Trouble = false, base.Say(why)
		}
	}
	s.changed.Ring()
}

// AskKeyring asks the system's keyring once more: it may be unlocked by now.
func (s *SignIn) AskKeyring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.v.Vault != VaultAsks || s.v.VaultBusy {
		return
	}
	s.v.VaultBusy, s.v.VaultTrouble = true, Notice{}
	s.work.Do("vault", s.open)
	s.changed.Ring()
}

// Unseal opens the sealed file with a passphrase, or makes it.
func (s *SignIn) Unseal(passphrase string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.v.Vault != VaultAsks || s.v.VaultBusy {
		return
	}
	s.v.VaultBusy, s.v.VaultTrouble = true, Notice{}
	s.work.Do("vault", func(context.Context) {
		sealed, err := s.cfg.Sealed(passphrase)
		if err == nil {
			s.opened(sealed, VaultSealed, Notice{})
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.v.VaultBusy, s.v.VaultTrouble = false, base.Told(err)
		s.changed.Ring()
	})
	s.changed.Ring()
}

// KeepNothing goes on without keeping tokens.
func (s *SignIn) KeepNothing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.v.Vault != VaultAsks || s.v.VaultBusy {
		return
	}
	s.v.VaultBusy = true
	s.work.Do("vault", func(context.Context) { s.opened(s.cfg.Memory(), VaultMemory, base.Say("vault.memory.warning")) })
	s.changed.Ring()
}

// opened takes a vault into use: what waited for it is kept, and the known
// accounts are signed in. It runs in the vault's lane.
func (s *SignIn) opened(vault Secrets, kind VaultKind, says Notice) {
	s.mu.Lock()
	s.vault = vault
	s.v.Vault, s.v.VaultTrouble, s.v.VaultBusy = kind, says, false
	unkept := s.unkept
	s.unkept = map[string]string{}
	var known []*known
	for _, k := range s.known {
		if !k.In {
			k.Busy, k.untried, k.Trouble = true, true, Notice{}
			known = append(known, k)
		}
	}
	s.v.Ready = len(known) == 0
	s.changed.Ring()
	s.mu.Unlock()
	for name, token := range unkept {
		s.put(name, token)
	}
	for _, k := range known {
		s.restore(k)
	}
}

// put keeps a token; it runs in the vault's lane.
func (s *SignIn) put(name, token string) {
	s.mu.Lock()
	vault := s.vault
	if vault == nil {
		s.unkept[name] = token
	}
	s.mu.Unlock()
	if vault == nil {
		return
	}
	if err := vault.Put(name, token); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.v.VaultTrouble = base.Told(err)
		s.changed.Ring()
	}
}

// drop forgets a token, in the vault's lane.
func (s *SignIn) drop(name string) {
	s.work.Do("vault", func(context.Context) {
		s.mu.Lock()
		vault := s.vault
		delete(s.unkept, name)
		s.mu.Unlock()
		if vault == nil {
			return
		}
		if err := vault.Drop(name); err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.v.VaultTrouble = base.Told(err)
			s.changed.Ring()
		}
	})
}

// restore signs a known account in by its kept token. It reads the token in the
// vault's lane and asks the backend in the account's own.
func (s *SignIn) restore(k *known) {
	token, err := s.vault.Get(secret(k.Email, k.URL))
	if err != nil {
		n := base.Told(err)
		if domain.KindOf(err) == domain.KindNotFound {
			n = base.Say("signin.again")
		}
		s.tried(k, n)
		return
	}
	if !s.work.Do("in "+k.Email, func(ctx context.Context) { s.check(ctx, k, token) }) {
		s.tried(k, base.Say("signin.busy"))
	}
}

// tried notes that an account was tried, and what keeps it out or offline.
func (s *SignIn) tried(k *known, n Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.Busy, k.untried, k.Trouble = false, false, n
	s.v.Ready = s.v.Ready || !slices.ContainsFunc(s.known, func(o *known) bool { return o.untried })
	s.changed.Ring()
}

// Retry tries an account that is not in, or waits for approval, again.
func (s *SignIn) Retry(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.find(email)
	if k == nil || k.Busy || s.vault == nil && k.backend == nil || k.In && k.Trouble.Empty() {
		return
	}
	k.Busy, k.Trouble = true, Notice{}
	if k.backend != nil {
		backend := k.backend
		s.work.Do("in "+k.Email, func(ctx context.Context) { s.admit(ctx, k, backend) })
	} else {
		s.work.Do("vault", func(context.Context) { s.restore(k) })
	}
	s.changed.Ring()
}

// Doubt looks whether an account that is in still has its session, because its
// room was refused. Without one she is out, and the form takes her in again.
func (s *SignIn) Doubt(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.find(email)
	if k == nil || k.Busy || !k.In {
		return
	}
	backend := k.backend
	s.work.Do("in "+k.Email, func(ctx context.Context) {
		if _, err := backend.Me(ctx); domain.KindOf(err) != domain.KindUnauthenticated {
			return
		}
		s.mu.Lock()
		same := k.In && k.backend.Token() == backend.Token() // else she signed in anew meanwhile
		s.mu.Unlock()
		if same {
			s.ended(k)
		}
	})
}
