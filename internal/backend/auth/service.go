package auth

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Config is what a Service is made of. Zero fields mean the defaults (C).
type Config struct {
	Repository Repository
	WHIPURL    string // told to those who may upload; default "/whip"
	Now        func() time.Time
	Log        *slog.Logger

	Params     Params        // of new hashes
	Hashes     int           // passwords hashed at once, 2
	Waiting    int           // those who may wait for their turn, 64
	Tries      int           // failed sign-ins to an account from an origin, and of an origin, 10; of an account from strangers, ten times as many …
	Window     time.Duration // … within 10 minutes
	SessionFor time.Duration // life of a session, 90 days
	GrantFor   time.Duration // life of a broadcast token after its last use, 12 h
}

// Service implements the parts of domain.Backend that are about who somebody is.
type Service struct {
	Config
	hasher    *hasher
	byPair    *limiter // of account and origin
	byOrigin  *limiter
	byAccount *limiter
	proven    *limiter // knows the pairs that signed in; limits nothing
}

// strangers is how many origins' tries an account takes from those that it never
// signed in from.
const strangers = 10

// New returns a Service over cfg.Repository.
func New(cfg Config) *Service {
	cfg.Now = orElse(cfg.Now == nil, time.Now, cfg.Now)
	cfg.Log = orElse(cfg.Log == nil, slog.New(slog.DiscardHandler), cfg.Log)
	cfg.WHIPURL = orElse(cfg.WHIPURL == "", "/whip", cfg.WHIPURL)
	cfg.Params = orElse(cfg.Params == Params{}, DefaultParams(), cfg.Params)
	cfg.Hashes = orElse(cfg.Hashes == 0, 2, cfg.Hashes)
	cfg.Waiting = orElse(cfg.Waiting == 0, 64, cfg.Waiting)
	cfg.Tries = orElse(cfg.Tries == 0, 10, cfg.Tries)
	cfg.Window = orElse(cfg.Window == 0, 10*time.Minute, cfg.Window)
	cfg.SessionFor = orElse(cfg.SessionFor == 0, 90*24*time.Hour, cfg.SessionFor)
	cfg.GrantFor = orElse(cfg.GrantFor == 0, 12*time.Hour, cfg.GrantFor)
	return &Service{
		Config:    cfg,
		hasher:    newHasher(cfg.Params, cfg.Hashes, cfg.Waiting),
		byPair:    newLimiter(cfg.Tries, cfg.Window),
		byOrigin:  newLimiter(cfg.Tries, cfg.Window),
		byAccount: newLimiter(strangers*cfg.Tries, cfg.Window),
		proven:    newLimiter(1, cfg.Window),
	}
}

func orElse[T any](useDefault bool, def, v T) T {
	if useDefault {
		return def
	}
	return v
}

// signedIn returns the actor, who must have an account.
func signedIn(ctx context.Context, op string) (domain.Actor, error) {
	a := domain.ActorFrom(ctx)
	if a.Account.ID == "" {
		return a, errSignIn(op)
	}
	return a, nil
}

func errSignIn(op string) error {
	return domain.Errorf(op, domain.KindUnauthenticated, "You are not signed in. Sign in and try again.").Because("signin.first")
}

func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
