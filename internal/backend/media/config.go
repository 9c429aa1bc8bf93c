package media

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Doorman decides who may send and who may watch. Refusals are domain errors.
type Doorman interface {
	// AdmitUpload tells what a broadcast token or a stream key allows. Asked again
	// with the same token it answers the rooms that are still allowed.
	AdmitUpload(ctx context.Context, token string) (Upload, error)
	// AdmitView tells whether the actor of ctx may watch the performer's room.
	AdmitView(ctx context.Context, performer string) error
}

// Upload is what a token grants.
type Upload struct {
	ID         string
	Rooms      []string // one or two
	AutoOnline bool     // a stream key: the gate opens by itself
}

// Config sets an Engine up. Zero limits mean the defaults.
type Config struct {
	UDP       string       // HOST:PORT for all media
	TCP       string       // HOST:PORT for ICE over TCP; empty = none
	PublicIPs []netip.Addr // told to peers in place of the listening addresses

	MaxViewers      int // 4000; further ones are refused with 503
	ViewsPerOrigin  int // 256, so that one address cannot fill the server; negative = no limit
	MaxUploads      int // 500
	OffersPerMinute int // 120 per origin with ICE restarts, half of them at once; negative = no limit

	Doorman Doorman
	Changed func(room string, s Status) // from one goroutine; may be nil
	Log     *slog.Logger
	Now     func() time.Time
}

// Status is what the engine knows of a room.
type Status struct {
	State   domain.RoomState
	Since   int64 // Unix ms of the last change of state
	Viewers int
	// Curtained tells that a private show of her person keeps the room closed: the
	// performer's alone to know.
	Curtained bool
	Hidden    bool // behind that curtain the room looks like one from which she is away
	Waits     bool // her gate is open behind the curtain, and the room comes with its Lift
	// Paused tells that she is black and silent by her wish: hers alone to know at once.
	Paused bool
	// PauseSeen tells that those who look at the room may be told so: nothing else that
	// the room shows hides it.
	PauseSeen bool
}

// Times of the media plane (C); those of the rooms are in domain.
const (
	offerLife    = 15 * time.Second // an answer whose peer does not connect is forgotten
	stallAfter   = 3 * time.Second  // without a packet the upload counts as lost
	replacedFor  = time.Minute      // a publisher who was replaced can read that for so long
	retryAfter   = 2 * time.Second
	fullAfter    = 10 * time.Second
	checkTimeout = 5 * time.Second
	tickEvery    = 250 * time.Millisecond
	settleFor    = time.Second      // from her word that she is free to the first free packet
	backWithin   = 20 * time.Second // a room that was away comes back at some moment within
)

func (c Config) withDefaults() Config {
	if c.MaxViewers == 0 {
		c.MaxViewers = 4000
	}
	if c.ViewsPerOrigin == 0 {
		c.ViewsPerOrigin = 256
	}
	if c.MaxUploads == 0 {
		c.MaxUploads = 500
	}
	if c.OffersPerMinute == 0 {
		c.OffersPerMinute = 120
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
