package vm

import (
	"context"
	"log/slog"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
)

// MaxAccounts are signed in at once (domain A2).
const MaxAccounts = 2

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

// Entrance is where accounts are taken in; *desk.Desk is one.
type Entrance interface {
	Add(e desk.Entry) *session.Account
	Remove(email string)
}

// SignInConfig is what SignIn needs. All but Log are required.
type SignInConfig struct {
	Desk      Entrance
	Kept      *settings.Store
	Dial      func(url, token string) (Backend, error) // checks the address, connects to nothing
	Keyring   func() (Secrets, error)                  // opens the system's keyring; slow
	Sealed    func(passphrase string) (Secrets, error) // opens or makes the sealed file; slow
	Memory    func() Secrets                           // keeps nothing
	Followers []Follower
	Device    string // how the session is called in the account's list
	Log       *slog.Logger
}

// Known is an account of this computer.
type Known struct {
	Email, Name, URL, Letter string
	In                       bool   // signed in
	Busy                     bool   // on the way in or out
	Trouble                  Notice // why not in; the next step is in its words
}

// SignInView is the state of signing in.
type SignInView struct {
	Ready        bool      // the known accounts were tried once; false only in the first moments
	Accounts     []Known   // in the order of their letters
	Room         bool      // another account may be signed in
	Busy         bool      // a sign-in or sign-up by hand is on its way
	Trouble      Notice    // what the newest attempt was refused with
	Entered      int       // attempts that succeeded since the start: the form may be emptied when it grows
	Vault        VaultKind // where tokens are kept
	VaultTrouble Notice    // what the vault says, for instance that the passphrase is wrong
	VaultBusy    bool      // the passphrase is being tried
	URL          string    // the backend that a form begins with
}

// SignIn is the first run and every account after it. It tells the followers
// and the desk who is there.
type SignIn struct {
	state
	work work
	cfg  SignInConfig
	v    SignInView
}

// NewSignIn returns a model that begins in Run.
func NewSignIn(cfg SignInConfig) *SignIn { return nil }

// View tells how it is now.
func (s *SignIn) View() SignInView { return SignInView{} }

// SignIn signs an account in at a backend; "" means the remembered address. An
// account that is in already is signed in anew.
func (s *SignIn) SignIn(email, password, url string) {}

// SignUp makes a performer's account and signs it in.
func (s *SignIn) SignUp(who domain.SignUp, url string) {}

// Retry tries an account that could not be signed in by its kept token again.
func (s *SignIn) Retry(email string) {}

// Forget signs an account out here and forgets it: its session ends and its
// token is dropped.
func (s *SignIn) Forget(email string) {}

// Unseal opens the sealed file with a passphrase, or makes it.
func (s *SignIn) Unseal(passphrase string) {}

// KeepNothing goes on without keeping tokens.
func (s *SignIn) KeepNothing() {}

// Run opens the vault, signs the known accounts in, and does what the verbs ask
// for until ctx ends.
func (s *SignIn) Run(ctx context.Context) error { return nil }
