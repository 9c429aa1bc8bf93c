package showcase

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Visit is a performer in whose room somebody may be.
type Visit struct {
	ID   domain.AccountID
	Owns bool // the actor sees what only the performer sees
}

// Rooms know who may see a performer.
type Rooms interface {
	// Visit finds the room's performer if the actor may be in it. Errors as the store's Door.
	Visit(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (Visit, error)
	// Herself finds the performer and refuses everybody else. KindNotFound, KindUnauthenticated, KindForbidden.
	Herself(ctx context.Context, q database.Querier, performer string) (domain.Account, error)
}

// Config is what a Showcase needs; all of it.
type Config struct {
	DB    *database.DB
	Rooms Rooms
	Zone  *time.Location // of off-peak hours and birthdays
	Now   func() time.Time
	// Collected sums the tips of a performer from a moment to another (Unix ms).
	Collected func(ctx context.Context, performer domain.AccountID, from, to int64) (domain.Millicredits, error)
}

// Showcase is what all performers show. It is safe for concurrent use.
type Showcase struct{ cfg Config }

// New makes the showcase of a database.
func New(c Config) *Showcase { return &Showcase{cfg: c} }

// Begin makes a new performer's profile, in her sign-up's transaction.
func Begin(ctx context.Context, t *database.Tx, performer domain.AccountID) error {
	_, err := t.Exec(ctx, `INSERT INTO profiles (account, category, said, goal_title, goal_target, goal_since, promoted_from)
		VALUES ($1, '', '', '', 0, 0, 0)`, performer)
	return err
}

// Promote begins the promotion of a performer who is approved for the first time
// (domain B7), in the transaction of the approval.
func Promote(ctx context.Context, t *database.Tx, performer domain.AccountID) error {
	_, err := t.Exec(ctx, `UPDATE profiles SET promoted_from = $2 WHERE account = $1 AND promoted_from = 0`, performer, t.Now)
	return err
}
