package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Config is what a Site needs. Backend, Payments, Payroll, Authenticate, Bell,
// WHIP and WHEP are required, and keys of at least 16 bytes.
type Config struct {
	Backend      domain.Backend
	Payments     domain.Payments
	Payroll      domain.Payroll
	Authenticate func(ctx context.Context, token string) (domain.Session, error)
	Country      func(netip.Addr) string // ISO 3166-1 alpha-2, "" when unknown
	Bell         bus.Bell

	WHIP http.Handler // at /whip and /whip/
	WHEP http.Handler // at /whep/

	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	SandboxSecret  []byte         // signs the payment sandbox's notices
	OriginKey      []byte         // keys the hashes of addresses and the guests' cookies
	Secure         bool           // the site is reached by TLS: Secure cookies and HSTS

	Ready  func(ctx context.Context) error // what /readyz asks; nil = always
	Now    func() time.Time
	Log    *slog.Logger
	Limits Limits
}

// Limits bound what one origin or account may do. Zero means the default,
// a negative number no limit.
type Limits struct {
	SignIns  int // tries to sign in per origin and minute; 120
	SignUps  int // new accounts per origin and minute; 30
	Webhooks int // payment notices per origin and minute; 600

	StreamsPerAccount int // event streams open at once; 32
	StreamsPerOrigin  int // event streams open at once; 256
	Streams           int // event streams open at once, in all; 20000

	Heartbeat  time.Duration // between comment lines of a quiet stream; 15 s
	Recheck    time.Duration // between looks at a stream's doors when no bell rings; 5 s
	WriteAfter time.Duration // how long a stream's client may not read before it is dropped; 10 s
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		value    *int
		fallback int
	}{
		{&l.SignIns, 120}, {&l.SignUps, 30}, {&l.Webhooks, 600},
		{&l.StreamsPerAccount, 32}, {&l.StreamsPerOrigin, 256}, {&l.Streams, 20_000},
	} {
		if *d.value == 0 {
			*d.value = d.fallback
		}
	}
	for _, d := range []struct{ value, fallback *time.Duration }{
		{&l.Heartbeat, new(15 * time.Second)}, {&l.Recheck, new(5 * time.Second)}, {&l.WriteAfter, new(10 * time.Second)},
	} {
		if *d.value <= 0 {
			*d.value = *d.fallback
		}
	}
	return l
}

const minKey = 16

func (c Config) check() error {
	switch {
	case c.Backend == nil || c.Payments == nil || c.Payroll == nil || c.Authenticate == nil || c.Bell == nil:
		return errors.New("web: Backend, Payments, Payroll, Authenticate and Bell are required")
	case c.WHIP == nil || c.WHEP == nil:
		return errors.New("web: WHIP and WHEP are required")
	case len(c.SandboxSecret) < minKey || len(c.OriginKey) < minKey:
		return errors.New("web: SandboxSecret and OriginKey need at least 16 bytes")
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Country == nil {
		c.Country = func(netip.Addr) string { return "" }
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.withDefaults()
	return c
}
