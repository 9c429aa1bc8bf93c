package session

import (
	"context"
	"image"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/ring"
)

// Her backend is told of a pause once for an upload, of its end once, and again when
// it did not hear.
func TestAccount_tellsOfAPauseForEachUpload(t *testing.T) {
	stage := &stage{t: t}
	a := NewAccount(AccountConfig{Email: "a", Service: api{stage, "a", "t"}})
	a.name = "luna"
	settle := func() {
		t.Helper()
		if err := a.settlePause(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	settle()
	a.SetPaused(false)
	settle()
	a.SetPaused(true)
	settle()
	settle()
	a.uploadEnded()
	settle()
	a.uploadEnded()
	a.SetPaused(false)
	settle()
	a.uploadEnded()
	settle()
	if want := []string{"luna true", "luna true", "luna false"}; !slices.Equal(stage.pauses, want) {
		t.Errorf("told %v, want %v", stage.pauses, want)
	}
	stage.unready = domain.Errorf("pause", domain.KindForbidden, "No.")
	a.SetPaused(true)
	if err := a.settlePause(t.Context()); err == nil || fatal(err) {
		t.Errorf("a refusal is %v", err)
	}
	stage.unready = nil
	settle()
	if len(stage.pauses) != 4 {
		t.Errorf("it was not tried again: %v", stage.pauses)
	}
}

// behind is an upload on a path so slow that pictures wait for it.
type behind struct {
	*show
	slow *stage

	mu   sync.Mutex
	seen []unitAt
}

type unitAt struct {
	data []byte
	at   time.Time
}

func openBehind(t *testing.T) *behind {
	t.Helper()
	fast := newStage(t)
	b := &behind{show: build(t, fast, pattern(), tone(), "fast"), slow: newStage(t)}
	a := NewAccount(AccountConfig{Email: "slow", Token: "token-slow", Service: api{b.slow, "slow", "token-slow"}, Log: quietly()})
	o, err := b.broadcast.Outlet(OutletConfig{Accounts: []*Account{a}, Transport: b.transport, Log: quietly(), Bitrate: 100_000, MinBitrate: 50_000})
	if err != nil {
		t.Fatal(err)
	}
	b.run()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = o.Run(ctx) })
	all.Go(func() { _ = a.Run(ctx) })
	t.Cleanup(func() { cancel(); all.Wait() })
	units := b.slow.upload(0).units
	all.Go(func() {
		for {
			select {
			case u := <-units:
				b.mu.Lock()
				b.seen = append(b.seen, unitAt{u.data, time.Now()})
				b.mu.Unlock()
			case <-ctx.Done():
				return
			}
		}
	})
	until(t, "pictures to wait", func() bool {
		q := o.queue.Load()
		return q != nil && q.Waiting() > ring.MostVideo/2
	})
	return b
}

// last tells how long after the key the last picture of her arrived, once a black one
// has come.
func (b *behind) last(key time.Time) (last time.Duration) {
	b.t.Helper()
	black := false
	until(b.t, "a black picture", func() bool {
		d, err := encode.NewDecoder()
		if err != nil {
			b.t.Fatal(err)
		}
		defer d.Close()
		b.mu.Lock()
		defer b.mu.Unlock()
		black, last = false, -time.Hour
		for _, u := range b.seen {
			p, err := d.Decode(u.data)
			if err != nil || p == nil {
				continue
			}
			if black = dark(p); !black {
				last = u.at.Sub(key)
			}
		}
		return black
	})
	return last
}

func dark(p *image.YCbCr) bool {
	_, ok := synthetic.ReadStrip(p.Y, p.YStride, p.Rect.Dx(), p.Rect.Dy())
	return !ok && slices.Max(p.Y[:p.Rect.Dx()]) < 24
}

// What waits for a slow path is thrown away with the key: no picture of her arrives
// later than those that were on the wire. Where the queue is not emptied, which the
// control run does, they go on arriving.
func TestBroadcast_coverThrowsAwayWhatWaits(t *testing.T) {
	const wire = 250 * time.Millisecond
	t.Run("covered", func(t *testing.T) {
		b := openBehind(t)
		key := time.Now()
		b.broadcast.SetCovered(true)
		last := b.last(key)
		if t.Logf("the last picture of her came %v after the key", last); last > wire {
			t.Errorf("a picture of her came %v after the key", last)
		}
	})
	t.Run("control: not flushed", func(t *testing.T) {
		b := openBehind(t)
		key := time.Now()
		b.broadcast.video.SetBlank(true)
		last := b.last(key)
		if t.Logf("the last picture of her came %v after the key", last); last <= wire {
			t.Errorf("the broken flush is not noticed: %v", last)
		}
	})
}
