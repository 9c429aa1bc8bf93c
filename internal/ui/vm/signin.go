package vm

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// MaxAccounts are signed in at once (domain A2).
const MaxAccounts = 2

// leaveFor bounds the signing out at the end, where nothing is kept.
const leaveFor = 2 * time.Second

// VaultKind says where the device tokens are kept.
type VaultKind string

// The kinds. The catalogue has "vault."+kind.
const (
	VaultOpening VaultKind = "opening" // being asked; a keyring may wait for a person
	VaultKeyring VaultKind = "keyring" // the system's own
	VaultSealed  VaultKind = "sealed"  // a file sealed with a passphrase
	VaultAsks    VaultKind = "asks"    // there is no keyring: Unseal or KeepNothing
	VaultMemory  VaultKind = "memory"  // nothing is kept: sign in again after each start
)

// Secrets keeps device tokens; vault.Vault is one. Its calls may take seconds.
type Secrets interface {
	Get(name string) (string, error)
	Put(name, secret string) error
	Drop(name string) error
	Close() error
}

// Entrance is where accounts are taken in; part of *desk.Desk.
type Entrance interface {
	Add(e desk.Entry) *session.Account
	Remove(email string)
}

// SignInConfig is what SignIn needs; all of it.
type SignInConfig struct {
	Desk      Entrance
	Kept      *settings.Store
	Dial      func(url, token string) (Backend, error) // checks the address, connects to nothing
	Keyring   func() (Secrets, error)                  // opens the system's keyring; slow
	Sealed    func(passphrase string) (Secrets, error) // opens or makes the sealed file; slow
	IsSealed  func() bool                              // whether there is a sealed file
	Memory    func() Secrets                           // keeps nothing
	Followers []Follower                               // are told of accounts that may go online
	Always    []Follower                               // are told of those that wait for approval, too: Persona, Sittings, Toasts
	Tell      func(email string, n Notice)             // what staff decided, as it happens; nil tells nobody
	URL       string                                   // of the backend where nothing else is remembered
	Device    string                                   // how the session is called in the account's list
}

// Known is an account of this computer.
type Known struct {
	Email, Name, URL, Letter string
	In                       bool                // signed in
	Busy                     bool                // on the way in or out
	State                    domain.AccountState // as the backend told it last; only an active one goes online
	Trouble                  Notice              // why not in, or why not to go online; the next step is in its words
	Sent                     domain.Application  // what staff was sent last, of an account that it rejected
	Refused                  Notice              // why the newest application was not taken
	Applied                  int                 // how many were
}

// Waits tells that she is in and may not go online yet, or not any more.
func (k Known) Waits() bool { return k.In && k.State != "" && k.State != domain.StateActive }

// SignInView is the state of signing in.
type SignInView struct {
	Ready        bool      // the known accounts were tried once, or the vault asks; false only in the first moments
	Accounts     []Known   // in the order in which they came
	Room         bool      // another account may be signed in
	Busy         bool      // a sign-in or sign-up by hand is on its way
	Trouble      Notice    // what the newest of them was refused with
	Entered      int       // how many of them succeeded: the form may be emptied when it grows
	Vault        VaultKind // where tokens are kept
	VaultTrouble Notice    // what the vault says, for instance that the passphrase is wrong
	VaultBusy    bool      // the passphrase is being tried
	URL          string    // the backend that a form begins with
}

// SignIn is the first run and every account after it. It tells the followers
// and the desk who is there.
type SignIn struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work
	cfg     SignInConfig
	doors   sync.Mutex // held while an account comes or goes, so that followers hear it in order

	v      SignInView
	known  []*known
	vault  Secrets           // nil before it is open
	unkept map[string]string // tokens that wait for the vault
}

// known is an account of this computer; SignIn.mu guards it.
type known struct {
	Known
	backend Backend // nil before it is in
	untried bool    // remembered, and not tried yet
	present bool    // those who are told always know of it
	online  bool    // the desk and the followers do
	guessed bool    // its backend was away: nobody knows whether it may go online
	watch   *watch  // over an account that may not; nil without one
}

// NewSignIn returns a model that begins in Run.
func NewSignIn(cfg SignInConfig) *SignIn {
	s := &SignIn{changed: base.NewBell(), cfg: cfg, unkept: map[string]string{}}
	s.v.Vault = VaultOpening
	for i, a := range cfg.Kept.Get().Accounts {
		k := &known{Known: Known{Email: a.Email, URL: a.URL, Name: a.Name, Busy: true}}
		if i < MaxAccounts {
			k.Letter = string(rune('A' + i)) // hers again, whoever is quicker
		}
		s.known = append(s.known, k)
	}
	return s
}

// Changed holds at most one wake: after it, View is worth another look.
func (s *SignIn) Changed() <-chan struct{} { return s.changed }

// View tells how it is now.
func (s *SignIn) View() SignInView {
	kept := s.cfg.Kept.Get()
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.v
	if v.URL = kept.Backend; v.URL == "" {
		v.URL = s.cfg.URL
	}
	in := 0
	for _, k := range s.known {
		v.Accounts = append(v.Accounts, k.Known)
		if k.In {
			in++
		}
	}
	v.Room = in < MaxAccounts
	return v
}

// Run opens the vault, signs the known accounts in, and does what the verbs ask
// for until ctx ends. It is to end after the desk, whose rooms need the sessions
// that end with a vault that keeps nothing.
func (s *SignIn) Run(ctx context.Context) error {
	s.work.Do("vault", s.open)
	s.work.Run(ctx)
	s.mu.Lock()
	vault, kind := s.vault, s.v.Vault
	s.mu.Unlock()
	if kind == VaultMemory {
		s.leave(ctx)
	}
	if vault != nil {
		return vault.Close()
	}
	return nil
}

// leave ends the sessions of which nothing is kept.
func (s *SignIn) leave(ctx context.Context) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveFor)
	defer cancel()
	s.mu.Lock()
	list := slices.Clone(s.known)
	s.mu.Unlock()
	for _, k := range list {
		if k.backend != nil {
			_ = k.backend.SignOut(bounded) // it ends by itself, later
		}
	}
}

// secret is the name of an account's token in the vault, the same for every
// program that uses it.
func secret(email, url string) string { return strings.ToLower(email) + " " + url }

// find returns a known account by its e-mail; s.mu is held.
func (s *SignIn) find(email string) *known {
	for _, k := range s.known {
		if strings.EqualFold(k.Email, email) {
			return k
		}
	}
	return nil
}
