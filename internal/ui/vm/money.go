package vm

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Earnings is what an account earned in the current period. All is her own
// share and in cents, unless it says otherwise.
type Earnings struct {
	Email, Name, Letter string
	Known               bool // the backend has told it
	EarnedCents         int64
	GrossCents          int64 // face value of what was received
	Percent             int64 // her share
	Level, Next         string
	ToNextCents         int64 // gross that is missing to the next level; 0 at the top
	From, To            time.Time
	Trouble             Notice
}

// MoneyView is the money of the current period.
type MoneyView struct {
	Accounts    []Earnings
	EarnedCents int64 // of all
}

// Money is the earnings. It is a Follower.
type Money struct {
	state
	work work
}

var _ Follower = (*Money)(nil)

// NewMoney returns a model without accounts.
func NewMoney() *Money { return nil }

// View tells how it is now.
func (m *Money) View() MoneyView { return MoneyView{} }

// Enter implements Follower.
func (m *Money) Enter(a Account) {}

// Told implements Follower.
func (m *Money) Told(email string, e domain.Event) {}

// Leave implements Follower.
func (m *Money) Leave(email string) {}

// Refresh reads the truth anew.
func (m *Money) Refresh() {}

// Run reads the truth for every account that comes until ctx ends.
func (m *Money) Run(ctx context.Context) error { return nil }
