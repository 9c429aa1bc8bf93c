package vm

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
)

// ToastFor is how long a toast stays.
const ToastFor = 8 * time.Second

// MaxToasts are shown at once; an older one makes room.
const MaxToasts = 4

// Toast is a message that passes.
type Toast struct {
	ID           int64
	Sound        settings.Sound // what it is: tip, trouble
	Email        string
	Account      string // the performer's name
	Letter       string
	Who          string              // who tipped
	Millicredits domain.Millicredits // of a tip
	Text         string              // the note of a tip
	Notice       Notice              // of a trouble
	At           time.Time
}

// Toasts are tips and troubles that pass, and the sounds. It is a Follower.
type Toasts struct {
	state
	cfg ToastsConfig
}

// ToastsConfig is what Toasts needs.
type ToastsConfig struct {
	Kept *settings.Store
	Play func(kind settings.Sound, volume int) // volume 1..100; called by Run; nil is silent
	Now  func() time.Time
}

var _ Follower = (*Toasts)(nil)

// NewToasts returns a model without toasts.
func NewToasts(cfg ToastsConfig) *Toasts { return nil }

// View lists the toasts, the newest last.
func (t *Toasts) View() []Toast { return nil }

// Dismiss takes a toast away.
func (t *Toasts) Dismiss(id int64) {}

// Trouble shows a trouble of an account, or of all with "".
func (t *Toasts) Trouble(email string, n Notice) {}

// Enter implements Follower.
func (t *Toasts) Enter(a Account) {}

// Told implements Follower.
func (t *Toasts) Told(email string, e domain.Event) {}

// Leave implements Follower.
func (t *Toasts) Leave(email string) {}

// Run lets toasts pass and plays sounds until ctx ends.
func (t *Toasts) Run(ctx context.Context) error { return nil }
