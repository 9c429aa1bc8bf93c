package vm

import (
	"context"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// SignIn signs an account in at a backend; "" means the address of the view. An
// account that is in already is signed in anew.
func (s *SignIn) SignIn(email, password, url string) {
	s.byHand(url, func(ctx context.Context, b Backend) (domain.Session, error) {
		return b.SignIn(ctx, strings.TrimSpace(email), password, s.cfg.Device)
	})
}

// SignUp makes a performer's account and signs it in. It goes online once staff
// has approved it.
func (s *SignIn) SignUp(who domain.SignUp, url string) {
	s.byHand(url, func(ctx context.Context, b Backend) (domain.Session, error) {
		if _, err := b.SignUpPerformer(ctx, who); err != nil {
			return domain.Session{}, err
		}
		return b.SignIn(ctx, who.Email, who.Password, s.cfg.Device)
	})
}

// byHand opens a session and takes the account in, one at a time.
func (s *SignIn) byHand(url string, open func(ctx context.Context, b Backend) (domain.Session, error)) {
	if url = strings.TrimSpace(url); url == "" {
		url = s.View().URL
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.v.Busy {
		return
	}
	s.v.Busy, s.v.Trouble = true, Notice{}
	s.work.Do("hand", func(ctx context.Context) {
		refused := s.enterByHand(ctx, url, open)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.v.Busy, s.v.Trouble = false, refused; refused.Empty() {
			s.v.Entered++
		}
		s.changed.Ring()
	})
	s.changed.Ring()
}

func (s *SignIn) enterByHand(ctx context.Context, url string, open func(ctx context.Context, b Backend) (domain.Session, error)) Notice {
	door, err := s.cfg.Dial(url, "")
	if err != nil {
		return base.Told(err)
	}
	opened, err := open(ctx, door)
	if err != nil {
		return base.Told(err)
	}
	backend, err := s.cfg.Dial(url, opened.Token)
	if err != nil {
		return base.Told(err)
	}
	who := opened.Account
	k, refused := s.place(who, backend)
	if !refused.Empty() {
		_ = backend.SignOut(ctx) // a session that nobody uses ends by itself, later
		return refused
	}
	s.remember(who, backend.URL())
	s.work.Do("vault", func(context.Context) { s.put(secret(who.Email, backend.URL()), opened.Token) })
	s.admitted(k, backend, who)
	return Notice{}
}

// remember keeps who was in, for the next start.
func (s *SignIn) remember(who domain.Account, url string) {
	s.cfg.Kept.Change(func(v *settings.Values) {
		if url != s.cfg.URL {
			v.Backend = url
		}
		a := settings.Account{Email: who.Email, URL: url, Name: who.Name}
		if i := slices.IndexFunc(v.Accounts, func(b settings.Account) bool { return strings.EqualFold(b.Email, a.Email) }); i >= 0 {
			v.Accounts[i] = a
			return
		}
		v.Accounts = append(v.Accounts, a)
	})
}

// place finds the known account for one that has a session, or makes it.
func (s *SignIn) place(who domain.Account, backend Backend) (*known, Notice) {
	if who.Role != domain.RolePerformer {
		return nil, base.Say("signin.role")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.find(who.Email)
	switch {
	case s.inside(k) >= MaxAccounts:
		return nil, base.Say("signin.full", MaxAccounts)
	case k != nil && k.In && k.URL != backend.URL():
		return nil, base.Say("signin.elsewhere", k.URL)
	case k != nil && k.URL == backend.URL():
		return k, Notice{}
	}
	s.known = slices.DeleteFunc(s.known, func(x *known) bool { return x == k })
	k = &known{Known: Known{Email: who.Email, URL: backend.URL()}}
	s.known = append(s.known, k)
	return k, Notice{}
}

// inside counts the accounts that are in, but for one; s.mu is held.
func (s *SignIn) inside(but *known) (n int) {
	for _, k := range s.known {
		if k.In && k != but {
			n++
		}
	}
	return n
}

// check asks the backend who a kept token belongs to, and takes her in.
func (s *SignIn) check(ctx context.Context, k *known, token string) {
	backend, err := s.cfg.Dial(k.URL, token)
	if err != nil {
		s.tried(k, base.Told(err))
		return
	}
	s.admit(ctx, k, backend)
}

// admit takes an account in whose session is open. A backend that is away does
// not keep her out: her streams come back as soon as it does.
func (s *SignIn) admit(ctx context.Context, k *known, backend Backend) {
	me, err := backend.Me(ctx)
	who := me.Account
	switch kind := domain.KindOf(err); {
	case ctx.Err() != nil:
		return
	case err == nil && who.Role != domain.RolePerformer:
		s.tried(k, base.Say("signin.role"))
		return
	case err == nil:
	case kind == domain.KindUnauthenticated:
		s.ended(k)
		return
	case k.Name != "" && base.Passes(err):
		if !s.full(k) {
			s.guess(k, backend, base.Told(err))
			return
		}
	default:
		s.tried(k, base.Told(err))
		return
	}
	if s.full(k) {
		s.tried(k, base.Say("signin.full", MaxAccounts))
		return
	}
	s.admitted(k, backend, who)
}

// full tells whether so many others are in that this one may not be.
func (s *SignIn) full(k *known) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inside(k) >= MaxAccounts
}

// admitted notes that she is in, and how she stands. The desk and the followers
// are told as soon as she may go online, and keep her when she may not any more:
// her card says why.
func (s *SignIn) admitted(k *known, backend Backend, who domain.Account) {
	may := who.State == domain.StateActive
	s.mu.Lock()
	before := k.State
	anew := !k.present || k.backend == nil || k.backend.Token() != backend.Token() || k.guessed && !may
	k.guessed = false
	s.mu.Unlock()
	if anew {
		s.gone(k)
	}
	s.doors.Lock()
	defer s.doors.Unlock()
	s.mu.Lock()
	if !slices.Contains(s.known, k) { // forgotten meanwhile
		s.mu.Unlock()
		return
	}
	if old := k.backend; old != nil && old.Token() != backend.Token() {
		s.work.Do("out "+k.Email, func(ctx context.Context) { _ = old.SignOut(ctx) }) // it ends by itself, later
	}
	k.Letter = s.letter(k)
	k.backend, k.In, k.Name, k.State = backend, true, who.Name, who.State
	seated := k.online
	k.present, k.online = true, k.online || may
	a := Account{Email: k.Email, Name: k.Name, URL: k.URL, Letter: k.Letter, Backend: backend}
	s.mu.Unlock()
	s.announce(k, a, anew, may && !seated)
	if may && seated && before != domain.StateActive { // what failed at the desk begins anew
		s.cfg.Desk.Remove(a.Email)
		s.seat(k, a)
	}
	s.tried(k, waits(who))
	if before != "" && before != who.State {
		s.decided(a, who, seated)
	}
	if !may {
		s.attend(k, backend)
	}
}

// announce tells those who follow every account of a new one, and those who
// follow what goes online, with the desk, of one that may now.
func (s *SignIn) announce(k *known, a Account, anew, may bool) {
	if anew {
		for _, f := range s.cfg.Always {
			f.Enter(a)
		}
	}
	if may {
		for _, f := range s.cfg.Followers {
			f.Enter(a)
		}
		s.seat(k, a)
	}
}

// seat tells the desk, after the followers, so that no event comes before its
// account.
func (s *SignIn) seat(k *known, a Account) {
	s.cfg.Desk.Add(desk.Entry{Email: a.Email, Token: a.Backend.Token(), URL: a.URL, Service: a.Backend, Told: func(e domain.Event) {
		for _, f := range slices.Concat(s.cfg.Always, s.cfg.Followers) {
			f.Told(a.Email, e)
		}
		if e.Kind == domain.EventAccount {
			s.work.Do("in "+a.Email, func(ctx context.Context) { s.admit(ctx, k, a.Backend) })
		}
	}})
}

// waits tells why an account may not go online; nothing when it may.
func waits(who domain.Account) Notice {
	if who.State.OfflineReason() == "" {
		return Notice{}
	}
	return Notice{Key: "account." + string(who.State), Said: who.Reason}
}

// letter is hers if nobody who is in has it, else the first that is free; s.mu
// is held.
func (s *SignIn) letter(k *known) string {
	for _, l := range []string{k.Letter, "A", "B"} {
		if l != "" && !slices.ContainsFunc(s.known, func(o *known) bool { return o != k && o.In && o.Letter == l }) {
			return l
		}
	}
	return ""
}

// gone tells the desk and the followers that an account is not there any more.
func (s *SignIn) gone(k *known) {
	s.doors.Lock()
	defer s.doors.Unlock()
	s.mu.Lock()
	present, online, watched := k.present, k.online, k.watch
	k.present, k.online, k.In, k.watch = false, false, false, nil
	s.mu.Unlock()
	if watched != nil {
		watched.end()
	}
	if online {
		s.cfg.Desk.Remove(k.Email)
		for _, f := range s.cfg.Followers {
			f.Leave(k.Email)
		}
	}
	if present {
		for _, f := range s.cfg.Always {
			f.Leave(k.Email)
		}
	}
}

// Forget signs an account out here and forgets it: its session ends and its
// token is dropped.
func (s *SignIn) Forget(email string) {
	s.mu.Lock()
	k := s.find(email)
	if k == nil {
		s.mu.Unlock()
		return
	}
	backend := k.backend
	s.known = slices.DeleteFunc(s.known, func(x *known) bool { return x == k })
	s.changed.Ring()
	s.mu.Unlock()
	s.gone(k)
	s.cfg.Kept.Change(func(v *settings.Values) {
		v.Accounts = slices.DeleteFunc(v.Accounts, func(a settings.Account) bool { return strings.EqualFold(a.Email, email) })
	})
	s.drop(secret(k.Email, k.URL))
	if backend != nil {
		s.work.Do("out "+k.Email, func(ctx context.Context) { _ = backend.SignOut(ctx) }) // it ends by itself, later
	}
}
