package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/payroll"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
	"github.com/jasmincam/jasmincam/internal/backend/store/shows"
	"github.com/jasmincam/jasmincam/internal/backend/store/snapshots"
	"github.com/jasmincam/jasmincam/internal/backend/store/wallet"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Ringer tells listeners of a topic to look again. It must not block.
type Ringer = database.Ringer

// Config is what a Store needs. Zero values of all but URL have the defaults of
// the domain.
type Config struct {
	URL      string // "sqlite:PATH" or "postgres://…"
	ReadOnly bool   // for an audit: no migration, no sequencer
	Bell     Ringer
	Now      func() time.Time
	Terms    domain.Terms
	Packages []domain.Package
	Log      *slog.Logger

	SignUpBonus   domain.Millicredits // domain B1; negative means none
	StudioPercent int64               // of a new performer of a studio; domain B8
	LineEvery     time.Duration       // a viewer may write LineBurst lines at once, then one each LineEvery
	LineBurst     int
	LinesKept     time.Duration // how long lines are kept; domain A5
	SealAfter     time.Duration // how long entries gather before they are sealed
}

func (c *Config) defaults() error {
	if c.Bell == nil {
		c.Bell = silence{}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Terms.Calendar.Zone == nil {
		terms, err := domain.DefaultTerms()
		if err != nil {
			return err
		}
		c.Terms = terms
	}
	if c.Packages == nil {
		c.Packages = domain.Packages()
	}
	setZero(&c.SignUpBonus, 5000)
	setZero(&c.StudioPercent, 20)
	setZero(&c.LineEvery, time.Second)
	setZero(&c.LineBurst, 5)
	setZero(&c.LinesKept, 3*24*time.Hour)
	setZero(&c.SealAfter, 200*time.Millisecond)
	return c.Terms.Check()
}

func setZero[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

type silence struct{}

// Ring implements Ringer.
func (silence) Ring(...string) {}

// Store is an open database. It is safe for concurrent use. Tip, Buy, Purchase, Settle,
// Refund and Verify are the wallet's; Payee, Payslip and the payouts the payroll's;
// Profile, SetProfile, SetGoal and Cards the showcase's; the steps of private shows those
// of Shows; the orders of snapshots those of Snapshots.
type Store struct {
	Config
	*wallet.Wallet
	*payroll.Payroll
	*showcase.Showcase
	*shows.Shows
	*snapshots.Snapshots
	db      *database.DB
	lines   *limiter
	guests  *recent[string] // a guest's last origin, to ban it with the guest
	members *recent[string] // and an account's, apart: new guests do not make it forgotten

	stop    context.CancelFunc // tells the sequencer to end
	stopped chan struct{}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Open connects, brings the schema up to date and starts the sequencer. KindInvalid
// for a URL of another kind, KindUnavailable when the database cannot be reached.
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := c.defaults(); err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, database.Config{URL: c.URL, ReadOnly: c.ReadOnly, Migrations: files, Bell: c.Bell, Now: c.Now})
	if err != nil {
		return nil, err
	}
	s := &Store{
		Config: c, db: db,
		lines:   newLimiter(c.LineEvery, c.LineBurst),
		guests:  newRecent[string](maxRecent),
		members: newRecent[string](maxRecent),
		stopped: make(chan struct{}),
	}
	s.Wallet = wallet.New(wallet.Config{DB: db, Rooms: desk{s}, Terms: c.Terms, Packages: c.Packages, Bonus: c.SignUpBonus, Now: c.Now})
	s.Showcase = showcase.New(showcase.Config{DB: db, Rooms: desk{s}, Zone: c.Terms.Calendar.Zone, Now: c.Now, Collected: s.Collected})
	s.Payroll = payroll.New(payroll.Config{DB: db, Books: s.Wallet, Terms: c.Terms, Now: c.Now})
	s.Snapshots = snapshots.New(snapshots.Config{DB: db, Purse: s.Wallet, Rooms: desk{s}})
	s.Shows = shows.New(shows.Config{DB: db, Purse: s.Wallet, Rooms: desk{s}, Stills: s.Snapshots})
	if !c.ReadOnly {
		if err := s.Recover(ctx); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	ctx, s.stop = context.WithCancel(context.Background())
	if c.ReadOnly {
		close(s.stopped)
		return s, nil
	}
	go s.sequence(ctx)
	return s, nil
}

// Close seals what is unsealed, ends the sequencer and waits for it. It may be
// called twice.
func (s *Store) Close() error {
	s.stop()
	<-s.stopped
	return s.db.Close()
}

// Ready tells whether the database can be written. KindUnavailable, in words that
// say why not.
func (s *Store) Ready(ctx context.Context) error { return s.db.Writable(ctx) }

func (s *Store) now() int64 { return s.Now().UnixMilli() }

// Report is what Verify found.
type Report = wallet.Report
