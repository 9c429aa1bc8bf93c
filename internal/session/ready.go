package session

import (
	"context"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
)

// firstUnits is how long camera and microphone may take to begin, opening
// included. It is shorter than the microphone's own patience, whose sentence
// would promise to open it again.
const firstUnits = 9 * time.Second

// readiness tells when picture and sound have begun. Until then nothing is
// uploaded: nobody is to be live without a picture or without sound.
type readiness struct {
	picture, sound beginning
}

// beginning is a channel that closes once.
type beginning struct {
	came chan struct{}
	once sync.Once
}

func (b *beginning) begin() { b.once.Do(func() { close(b.came) }) }

func newReadiness() *readiness {
	return &readiness{picture: beginning{came: make(chan struct{})}, sound: beginning{came: make(chan struct{})}}
}

// saw notes a unit of a kind. It runs for every unit and never waits.
func (r *readiness) saw(kind encode.Kind) {
	if kind == encode.KindVideo {
		r.picture.begin()
	} else {
		r.sound.begin()
	}
}

// within returns nil once both have begun or ctx ended, and after limit the
// sentence about the one that is missing.
func (r *readiness) within(ctx context.Context, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for _, part := range []struct {
		came         chan struct{}
		what, reason string
	}{{r.picture.came, "picture came from the camera", "no.picture"}, {r.sound.came, "sound came from the microphone", "no.sound"}} {
		select {
		case <-part.came:
		case <-timer.C:
			return domain.Errorf("broadcast", domain.KindUnavailable,
				"No %s within %.0f seconds, so nobody went live. Plug it in again, or choose another one.", part.what, limit.Seconds()).Because(part.reason, limit.Seconds())
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// awaitSources returns once picture and sound have begun, none of the accounts
// may go on, or ctx ended.
func (o *Outlet) awaitSources(ctx context.Context) {
	for _, came := range []chan struct{}{o.broadcast.ready.picture.came, o.broadcast.ready.sound.came} {
		for waiting := true; waiting; {
			select {
			case <-came:
				waiting = false
			case <-o.link:
				if len(o.carried()) == 0 {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
