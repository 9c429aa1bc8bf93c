//go:build unix

package show_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/show/showtest"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// deaf loses the answer of one of the book's writes, after the commit: so it looks when
// the database's server is killed.
type deaf struct {
	at     string
	before bool // nothing is written either
	lost   atomic.Bool
}

func (d *deaf) around(name string, do func() error) error {
	if name != d.at {
		return do()
	}
	d.lost.Store(true)
	if !d.before {
		if err := do(); err != nil {
			return err
		}
	}
	return domain.Errorf("database", domain.KindUnavailable, "The answer was lost.")
}

// Whatever answer of the database is lost, before its commit or after, whoever asks again gets
// on: the show is paid once, nobody sees her before she is free, and then everybody
// can.
func TestStage_lostAnswers(t *testing.T) {
	for _, call := range calls() {
		if call == "waiting-1" || call == "asked-1" { // nobody asks again for those: the line is told by the next one
			continue
		}
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprint(call, " before: ", before), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h, d := openDeaf(t, call, before)
					defer h.close()
					h.insist(d)
				})
			})
		}
	}
}

// openDeaf makes a theatre whose database is not heard at a call.
func openDeaf(t *testing.T, call string, before bool) (*theatre, *deaf) {
	t.Helper()
	d := &deaf{at: call, before: before}
	return openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book { return showtest.New(b, d.around) }), d
}

// Rooms that were closed for an answer which was never written open at her word, and
// the answer can be given again.
func TestStage_freeAfterAnAnswerThatWasNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := openDeaf(t, "accepted-1", true)
		defer h.close()
		s := must(h.Ask(as(h.member("max", "p30")), "luna", "key-of-max"))(t)
		if _, err := h.Answer(as(h.her), s.ID, true); domain.KindOf(err) != domain.KindUnavailable {
			t.Fatalf("accepted: %v", err)
		}
		if h.plane.TakesPrivate("luna") || h.plane.TakesPrivate("velvet") {
			t.Error("in doubt the rooms are open")
		}
		if err := h.Free(as(h.second), "velvet"); err != nil {
			t.Fatal(err)
		}
		if !h.plane.TakesPrivate("luna") || !h.plane.TakesPrivate("velvet") {
			t.Error("free, and the rooms stay closed")
		}
		must(h.Answer(as(h.her), s.ID, true))(t)
		if h.plane.TakesPrivate("luna") || h.plane.TakesPrivate("velvet") {
			t.Error("in the show the rooms are open")
		}
	})
}

// When the rooms could not be given up, each is again what it was: behind the curtain,
// or away. Who hangs up meanwhile is free all the same.
func TestStage_freeThatFailsChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := openDeaf(t, "open-1", true)
		defer h.close()
		h.aside(h.second, domain.AsideAway)
		mike := h.member("max", "p30")
		s := h.begin(mike)
		must(h.End(as(mike), s.ID))(t)
		pass(3 * time.Second)
		if err := h.Free(as(h.her), "luna"); domain.KindOf(err) != domain.KindUnavailable {
			t.Fatalf("free: %v", err)
		}
		said := h.plane.said()
		if got, want := said[len(said)-3:], []string{"lift luna velvet", "curtain luna", "hide velvet"}; !slices.Equal(got, want) {
			t.Errorf("the orders were %q, want %q", got, want)
		}
		ctx, cancel := context.WithCancel(as(h.her))
		cancel()
		if err := h.Free(ctx, "luna"); err != nil {
			t.Errorf("a lost request: %v", err)
		}
		if !h.plane.TakesPrivate("luna") || !h.plane.TakesPrivate("velvet") {
			t.Error("free, and the rooms stay closed")
		}
	})
}

// again asks until it is answered, as a program does after a lost reply.
func again[T any](h *theatre, do func() (T, error)) T {
	h.t.Helper()
	v, err := do()
	for n := 0; domain.KindOf(err) == domain.KindUnavailable && n < 3; n++ {
		pass(500 * time.Millisecond)
		v, err = do()
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func (h *theatre) insist(d *deaf) {
	h.sells(1000, 0)
	mike, tom := h.member("max", "p30"), h.member("tom", "p30")
	before := h.credits(mike)
	s := again(h, func() (domain.Show, error) { return h.Ask(as(mike), "luna", "key-of-max") })
	second := again(h, func() (domain.Show, error) { return h.Ask(as(tom), "velvet", "key-of-tom") })
	for range 2 {
		again(h, func() (domain.Show, error) { return h.Answer(as(h.her), s.ID, true) })
	}
	again(h, func() (domain.Show, error) { return h.ReadyFor(as(h.her), s.ID) })
	h.plane.deliver(15 * time.Second)
	for _, on := range []bool{true, false} {
		if now := again(h, func() (domain.Show, error) { return h.SetExtras(as(mike), s.ID, on, false) }); now.Cam2cam.On != on || h.plane.passes[0] != on {
			h.t.Errorf("switched to %v: %+v, %v pass", on, now, h.plane.passes)
		}
	}
	pass(10 * time.Second)
	h.plane.deliver(8 * time.Second)
	for range 2 {
		again(h, func() (domain.Show, error) { return h.End(as(mike), s.ID) })
	}
	pass(4 * time.Second)
	if slices.ContainsFunc(h.plane.said(), func(order string) bool { return order[:4] == "lift" }) {
		h.t.Errorf("opened before she was free: %q", h.plane.said())
	}
	end := h.want(mike, s.ID, domain.ShowSettled, "member")
	if end.Charged != price*23/60 || h.credits(mike) != before-end.Charged {
		h.t.Errorf("settled: %+v, %s left of %s", end, h.credits(mike), before)
	}
	again(h, func() (string, error) { return "", h.Free(as(h.her), "luna") })
	last := ""
	for _, order := range h.plane.said() {
		if order == "curtain luna velvet" || order == "lift luna velvet" {
			last = order
		}
	}
	if last != "lift luna velvet" {
		h.t.Errorf("her rooms stay closed: %q", h.plane.said())
	}
	for range 2 {
		again(h, func() (domain.Show, error) { return h.Answer(as(h.second), second.ID, false) })
	}
	h.want(tom, second.ID, domain.ShowRefused, "declined")
	if h.credits(tom) != before || !d.lost.Load() {
		h.t.Errorf("who waited has %s of %s; lost: %v", h.credits(tom), before, d.lost.Load())
	}
	h.sound()
}

// wall is a clock whose hands are moved while the time that passes stays right, as it
// is when somebody sets the computer's clock.
type wall struct {
	mu    sync.Mutex
	moved time.Duration
}

func (w *wall) move(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moved += by
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := time.Now()
	// The seconds since 1885 stand in 33 bits above the nanoseconds of a time that has
	// a monotonic reading; there is no other way to make one that disagrees with it.
	*(*uint64)(unsafe.Pointer(&t)) += uint64(w.moved/time.Second) << 30
	return t
}

// The hands of the clock may be moved by hours and years in a show: it goes on, and
// what arrives is paid, not a second more.
func TestStage_wallClockIsMoved(t *testing.T) {
	clock := &wall{}
	began := clock.now()
	clock.move(10 * 365 * 24 * time.Hour)
	if now := clock.now(); now.Sub(began) > time.Minute || now.Year() < began.Year()+9 {
		t.Fatalf("the test's clock went from %s to %s", began, now)
	}
	h := openTheatreAt(t, clock.now)
	defer h.close()
	mike, tom := h.member("max", "p30"), h.member("tom", "p30")
	before := h.credits(mike)
	wish := must(h.Ask(as(tom), "velvet", "key-of-tom"))(t)
	must(h.End(as(tom), wish.ID))(t)
	s := h.begin(mike)
	arrive := func(at time.Duration, ticks int) {
		t.Helper()
		h.plane.arrive(at)
		testkit.Until(t, 10*time.Second, fmt.Sprint(ticks, " ticks"), func() bool {
			now := h.show(mike, s.ID)
			return now.State == domain.ShowRunning && now.DeliveredMS >= int64(ticks)*10_000
		})
	}
	arrive(time.Second, 0)
	for i, by := range []time.Duration{2 * time.Hour, -3 * time.Hour, 10 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour} {
		clock.move(by)
		arrive(time.Duration(i+1)*domain.TickEvery, i+1)
	}
	must(h.End(as(mike), s.ID))(t)
	testkit.Until(t, 10*time.Second, "the receipt", func() bool { return h.show(mike, s.ID).State == domain.ShowSettled })
	end := h.want(mike, s.ID, domain.ShowSettled, "member")
	if end.DeliveredMS != 40_000 || end.Charged != price*40/60 || h.credits(mike) != before-end.Charged || end.PausedMS() < 0 {
		t.Errorf("settled: %+v, %s left of %s", end, h.credits(mike), before)
	}
	h.sound()
}
