package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// journal is a chronicle that remembers, and can be slow or broken.
type journal struct {
	mu     sync.Mutex
	posted []string
	at     []time.Time // of the pauses
	broken error
	slow   chan struct{} // when set, each post waits for one
}

func (j *journal) PostRoomState(ctx context.Context, room string, s domain.RoomState) error {
	if j.slow != nil {
		select {
		case <-j.slow:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken == nil {
		j.posted = append(j.posted, fmt.Sprintf("%s %s", room, s))
	}
	return j.broken
}

func (j *journal) PostPause(_ context.Context, room string, paused bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken == nil {
		j.posted = append(j.posted, fmt.Sprintf("%s paused %t", room, paused))
		j.at = append(j.at, time.Now())
	}
	return j.broken
}

func (j *journal) PerformerAccount(_ context.Context, name string) (domain.Account, error) {
	return domain.Account{ID: domain.AccountID("id-" + name)}, nil
}

func (j *journal) lines() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.posted)
}

func (j *journal) setBroken(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.broken = err
}

// withHerald runs a herald inside a bubble and ends it afterwards.
func withHerald(t *testing.T, j *journal, f func(h *herald, bell *bus.InProcess)) {
	synctest.Test(t, func(t *testing.T) {
		bell := bus.New()
		h := newHerald(slog.New(slog.DiscardHandler), j, bell, newStills())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.run(ctx)
		}()
		f(h, bell)
		cancel()
		<-done
	})
}

func live(viewers int) media.Status { return media.Status{State: domain.RoomLive, Viewers: viewers} }

func TestHerald_writesStatesOnceAndRingsForViewers(t *testing.T) {
	j := &journal{}
	withHerald(t, j, func(h *herald, bell *bus.InProcess) {
		wake, stop := bell.Listen(bus.Account("id-luna-rose"))
		defer stop()
		rings := 0
		for _, s := range []media.Status{live(0), live(1), live(1), live(2), {State: domain.RoomOffline, Viewers: 0}, live(0)} {
			h.changed("luna-rose", s)
			synctest.Wait()
			select {
			case <-wake:
				rings++
			default:
			}
		}
		if want := []string{"luna-rose live", "luna-rose offline", "luna-rose live"}; !slices.Equal(j.lines(), want) {
			t.Errorf("wrote %v, want %v", j.lines(), want)
		}
		if rings != 5 {
			t.Errorf("%d rings, want 5: first status, 1, 2, offline, first again", rings)
		}
	})
}

func TestHerald_latestWinsAndMediaNeverWaits(t *testing.T) {
	j := &journal{}
	withHerald(t, j, func(h *herald, _ *bus.InProcess) {
		j.slow = make(chan struct{}) // made in the bubble, so that its clock knows who waits
		h.changed("luna-rose", media.Status{State: domain.RoomConnecting})
		synctest.Wait() // the herald is stuck in the log
		for i := range 1000 {
			h.changed("luna-rose", live(i))
		}
		h.changed("luna-rose", media.Status{State: domain.RoomReconnecting})
		if len(h.pending) != 1 {
			t.Errorf("%d statuses wait, want 1", len(h.pending))
		}
		j.slow <- struct{}{}
		j.slow <- struct{}{}
		synctest.Wait()
		if want := []string{"luna-rose connecting", "luna-rose reconnecting"}; !slices.Equal(j.lines(), want) {
			t.Errorf("wrote %v, want %v", j.lines(), want)
		}
	})
}

func TestHerald_triesAgainAndKeepsTheNewest(t *testing.T) {
	j := &journal{broken: errors.New("disk full")}
	withHerald(t, j, func(h *herald, _ *bus.InProcess) {
		h.changed("luna-rose", live(0))
		h.changed("velvet-sky", live(0))
		time.Sleep(3 * againAfter) // the bubble's clock
		h.changed("velvet-sky", media.Status{State: domain.RoomAway})
		j.setBroken(nil)
		time.Sleep(2 * againAfter)
		synctest.Wait()
		if want := []string{"luna-rose live", "velvet-sky away"}; !slices.Equal(j.lines(), want) {
			t.Errorf("wrote %v, want %v", j.lines(), want)
		}
	})
}

// Two rooms of one person are paused in one moment and told in two; a pause that is
// over before anybody was told is told to nobody.
func TestHerald_tellsPausesInTheirOwnTime(t *testing.T) {
	j := &journal{}
	paused := media.Status{State: domain.RoomLive, Paused: true, PauseSeen: true}
	withHerald(t, j, func(h *herald, _ *bus.InProcess) {
		for range 20 {
			for _, s := range []media.Status{live(0), paused, live(0), paused} {
				h.changed("luna-rose", s)
				h.changed("velvet-sky", s)
				synctest.Wait()
			}
			if n := len(j.lines()); n%4 != 2 {
				t.Errorf("told at once: %v", j.lines())
			}
			time.Sleep(pauseMost) // the bubble's clock
			synctest.Wait()
			h.changed("luna-rose", live(0))
			h.changed("velvet-sky", live(0))
			time.Sleep(pauseMost)
			synctest.Wait()
		}
		h.changed("luna-rose", paused)
		time.Sleep(pauseLeast / 2)
		h.changed("luna-rose", live(0))
		time.Sleep(2 * pauseMost)
		synctest.Wait()
		if n := len(j.at); n != 80 || len(j.lines()) != 82 {
			t.Errorf("%d pauses were told, %v", n, j.lines())
		}
		apart := time.Duration(0)
		for i := 0; i+1 < len(j.at); i += 2 {
			apart += j.at[i+1].Sub(j.at[i])
		}
		if mean := apart / 40; mean < 600*time.Millisecond {
			t.Errorf("the two rooms were told %v apart", mean)
		}
	})
}

func TestHerald_dropsTheStillOfARoomThatLeft(t *testing.T) {
	album := newStills()
	h := newHerald(slog.New(slog.DiscardHandler), &journal{}, bus.New(), album)
	for _, room := range []string{"luna-rose", "velvet-sky", "ruby-sun"} {
		album.rooms[room] = still{jpeg: []byte(room)}
	}
	h.changed("luna-rose", live(0))
	h.changed("velvet-sky", media.Status{State: domain.RoomOffline})
	h.changed("ruby-sun", media.Status{State: domain.RoomLive, Paused: true, PauseSeen: true})
	_, left := album.of("velvet-sky")
	if live, paused := album.rooms["luna-rose"], album.rooms["ruby-sun"]; left || live.jpeg == nil || paused.jpeg != nil {
		t.Errorf("left: %t, live: %v, paused: %v", left, live, paused)
	}
}
