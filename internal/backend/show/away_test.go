//go:build unix

package show_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/show/showtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// absent is a book that cannot be written as long as it is full, as on a full disk,
// and not even be read as long as it is gone, as when the database's server was killed.
type absent struct {
	show.Book
	full, gone atomic.Bool
}

// openAbsent makes a theatre with a book that can be away.
func openAbsent(t *testing.T) (*theatre, *absent) {
	t.Helper()
	a := &absent{}
	return openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book {
		a.Book = showtest.New(b, func(_ string, do func() error) error {
			if a.full.Load() {
				return errAway()
			}
			return a.answer(do)
		})
		return a
	}), a
}

// refusesOrIsAway: a show that is over for the stage refuses; with a book that cannot
// be read it does not even come to that.
func refusesOrIsAway(err error) bool {
	return domain.KindOf(err) == domain.KindConflict || domain.KindOf(err) == domain.KindUnavailable
}

func errAway() error {
	return domain.Errorf("database", domain.KindUnavailable, "The database is away.")
}

func (a *absent) answer(do func() error) error {
	if a.gone.Load() {
		return errAway()
	}
	return do()
}

func (a *absent) Unsettled(ctx context.Context) (list []domain.ShowRecord, err error) {
	err = a.answer(func() error { list, err = a.Book.Unsettled(ctx); return err })
	return list, err
}

func (a *absent) ShowRecord(ctx context.Context, id string) (r domain.ShowRecord, err error) {
	err = a.answer(func() error { r, err = a.Book.ShowRecord(ctx, id); return err })
	return r, err
}

func (a *absent) NextWaiting(ctx context.Context, rooms []string) (list []domain.ShowRecord, err error) {
	err = a.answer(func() error { list, err = a.Book.NextWaiting(ctx, rooms); return err })
	return list, err
}

// without plays a story on a book that can be away, in both ways.
func without(t *testing.T, story func(t *testing.T, h *theatre, away *atomic.Bool)) {
	t.Helper()
	for _, how := range []string{"full", "gone"} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, a := openAbsent(t)
				defer h.close()
				away := &a.full
				if how == "gone" {
					away = &a.gone
				}
				story(t, h, away)
				h.sound()
			})
		})
	}
}

// A book that is away for less than two ticks stops nothing: the show goes on, and
// what arrived meanwhile is paid when it is back.
func TestStage_bookIsAwayForAWhile(t *testing.T) {
	without(t, func(t *testing.T, h *theatre, away *atomic.Bool) {
		mike := h.member("max", "p30")
		before := h.credits(mike)
		s := h.begin(mike)
		h.plane.deliver(7 * time.Second)
		away.Store(true)
		h.plane.deliver(8 * time.Second)
		away.Store(false)
		h.plane.deliver(3 * time.Second)
		if now := h.want(mike, s.ID, domain.ShowRunning, ""); now.DeliveredMS < 15_000 || now.Charged != price*domain.Millicredits(now.DeliveredMS)/60_000 {
			t.Errorf("when it is back: %+v", now)
		}
		if said := h.plane.said(); slices.Contains(said, "dismiss luna") {
			t.Errorf("the gate was closed: %q", said)
		}
		must(h.End(as(mike), s.ID))(t)
		pass(3 * time.Second)
		if end := h.want(mike, s.ID, domain.ShowSettled, "member"); end.Charged != price*18/60 || h.credits(mike) != before-end.Charged {
			t.Errorf("settled: %+v, %s left of %s", end, h.credits(mike), before)
		}
	})
}

// One that stays away ends the show: the gate closes before much is given away, and
// stays closed. When the book is back what arrived is paid and the rest comes back,
// whoever says meanwhile that the show is ready.
func TestStage_bookStaysAway(t *testing.T) {
	without(t, func(t *testing.T, h *theatre, away *atomic.Bool) {
		mike := h.member("max", "p30")
		before := h.credits(mike)
		s := h.begin(mike)
		h.plane.deliver(2 * time.Second)
		away.Store(true)
		seconds := domain.Millicredits(2)
		for ; !slices.Contains(h.plane.said(), "dismiss luna"); seconds++ {
			if seconds > 25 {
				t.Fatal("after 25 s that nobody paid the gate is open")
			}
			h.plane.deliver(time.Second)
		}
		pass(30 * time.Second)
		if _, err := h.ReadyFor(as(h.her), s.ID); !refusesOrIsAway(err) {
			t.Errorf("ready: %v", err)
		}
		if err := h.Free(as(h.her), "luna"); err == nil {
			t.Error("she is free, and nobody has written that the show is over")
		}
		away.Store(false)
		pass(3 * time.Second)
		if end := h.want(mike, s.ID, domain.ShowSettled, "server"); end.Charged != price*seconds/60 || h.credits(mike) != before-end.Charged {
			t.Errorf("settled after %d s: %+v, %s left of %s", seconds, end, h.credits(mike), before)
		}
		if said := h.plane.said(); said[len(said)-1] != "dismiss luna" {
			t.Errorf("the gate was opened again, or the rooms: %q", said)
		}
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
	})
}

// Who hangs up while the book is away is believed at once, and need not say it again.
func TestStage_hangsUpWhileTheBookIsAway(t *testing.T) {
	without(t, func(t *testing.T, h *theatre, away *atomic.Bool) {
		for i, lasts := range []time.Duration{0, 5 * time.Second} { // accepted, and running
			mike := h.member([]string{"max", "tom"}[i], "p30")
			before := h.credits(mike)
			s := must(h.Ask(as(mike), "luna", "key-of-"+mike.Name))(t)
			must(h.Answer(as(h.her), s.ID, true))(t)
			if lasts > 0 {
				must(h.ReadyFor(as(h.her), s.ID))(t)
				h.plane.deliver(lasts)
			}
			away.Store(true)
			if _, err := h.End(as(mike), s.ID); domain.KindOf(err) != domain.KindUnavailable {
				t.Fatalf("ended: %v", err)
			}
			if said := h.plane.said(); said[len(said)-1] != "dismiss luna" {
				t.Errorf("the gate is open: %q", said)
			}
			for range 3 {
				_, ready := h.ReadyFor(as(h.her), s.ID)
				_, extras := h.SetExtras(as(mike), s.ID, true, true)
				if !refusesOrIsAway(ready) || !refusesOrIsAway(extras) {
					t.Errorf("ready: %v, extras: %v", ready, extras)
				}
				pass(2 * time.Second)
			}
			away.Store(false)
			pass(3 * time.Second)
			if end := h.want(mike, s.ID, domain.ShowSettled, "member"); end.Charged != price*domain.Millicredits(lasts/time.Second)/60 || h.credits(mike) != before-end.Charged {
				t.Errorf("settled: %+v, %s left of %s", end, h.credits(mike), before)
			}
			if err := h.Free(as(h.her), "luna"); err != nil {
				t.Fatal(err)
			}
			h.plane.arrive(0)
		}
	})
}

// A wish that was written although its answer was lost is not forgotten when nobody
// asks again: it ends as any other, and the credits come back.
func TestStage_wishWhoseAnswerWasLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := openDeaf(t, "ask-1", false)
		defer h.close()
		mike := h.member("max", "p30")
		before := h.credits(mike)
		if _, err := h.Ask(as(mike), "luna", "key-of-max"); domain.KindOf(err) != domain.KindUnavailable || !d.lost.Load() {
			t.Fatalf("asked: %v", err)
		}
		if h.credits(mike) != before-price {
			t.Fatalf("%s of %s are left: nothing was written", h.credits(mike), before)
		}
		pass(domain.AnswerWithin + 3*time.Second)
		if open := must(h.store.OpenShows(as(mike)))(t); len(open) != 0 || h.credits(mike) != before {
			t.Errorf("%+v is open, %s of %s are left", open, h.credits(mike), before)
		}
		h.sound()
	})
}

// So is one in line whose turn came when the book did not answer, and a line that
// could not be read.
func TestStage_turnWhoseAnswerWasLost(t *testing.T) {
	for _, before := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			h, d := openDeaf(t, "asked-1", before)
			defer h.close()
			h.turns(func() {})
			if !d.lost.Load() {
				t.Error("no answer was lost")
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := &absent{}
		h := openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book {
			a.Book = showtest.New(b, func(name string, do func() error) error {
				a.gone.Store(a.gone.Load() || name == "open-1") // from the moment that the rooms are open
				return do()
			})
			return a
		})
		defer h.close()
		h.turns(func() { pass(5 * time.Second); a.gone.Store(false) })
	})
}

// turns has one wait behind another; when that one is over, and back was called, it
// is asked for, and ends unanswered.
func (h *theatre) turns(back func()) {
	h.t.Helper()
	mike, tom := h.member("max", "p30"), h.member("tom", "p30")
	before := h.credits(tom)
	s := h.begin(mike)
	wish := must(h.Ask(as(tom), "luna", "key-of-tom"))(h.t)
	h.plane.deliver(3 * time.Second)
	must(h.End(as(mike), s.ID))(h.t)
	pass(3 * time.Second)
	if err := h.Free(as(h.her), "luna"); err != nil {
		h.t.Fatal(err)
	}
	back()
	pass(3 * time.Second)
	h.want(tom, wish.ID, domain.ShowAsked, "")
	if h.credits(tom) != before-price {
		h.t.Errorf("asked for, %s of %s are left", h.credits(tom), before)
	}
	pass(domain.AnswerWithin)
	h.want(tom, wish.ID, domain.ShowExpired, "unanswered")
	if h.credits(tom) != before {
		h.t.Errorf("%s of %s are left", h.credits(tom), before)
	}
	h.sound()
}

// openSlow makes a theatre with a book that, while it is slow, takes as long for a
// write of some kinds as any step may, and then has not written it.
func openSlow(t *testing.T, slow *atomic.Bool, kinds ...string) *theatre {
	t.Helper()
	return openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book {
		return showtest.New(b, func(name string, do func() error) error {
			kind, _, _ := strings.Cut(name, "-")
			if !slow.Load() || !slices.Contains(kinds, kind) {
				return do()
			}
			<-time.After(10 * time.Second) // by the bubble's clock
			return errAway()
		})
	})
}

// A book that answers slowly, and always no: at each look more has arrived meanwhile,
// in whatever state the show is. The gate closes all the same.
func TestStage_bookThatAnswersSlowly(t *testing.T) {
	for _, from := range []domain.ShowState{domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted} {
		t.Run(string(from), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slow := &atomic.Bool{}
				h := openSlow(t, slow, "running", "interrupted", "charge", "note", "ended")
				defer h.close()
				mike := h.member("max", "p30")
				before := h.credits(mike)
				s := h.begin(mike)
				if from != domain.ShowStarting {
					h.plane.deliver(2 * time.Second)
				}
				if from == domain.ShowInterrupted {
					pass(8 * time.Second)
				}
				h.want(mike, s.ID, from, "")
				slow.Store(true)
				seen := time.Duration(0)
				for ; !slices.Contains(h.plane.said(), "dismiss luna"); seen += time.Second {
					if seen > 31*time.Second {
						t.Fatalf("after %s that nobody paid the gate is open", seen)
					}
					h.plane.deliver(time.Second)
				}
				slow.Store(false)
				pass(15 * time.Second)
				end := h.want(mike, s.ID, domain.ShowSettled, "server")
				if h.credits(mike) != before-end.Charged || time.Duration(end.DeliveredMS)*time.Millisecond < seen {
					t.Errorf("settled after %s: %+v, %s left of %s", seen, end, h.credits(mike), before)
				}
				h.sound()
			})
		})
	}
}

// The end of the payer's credit closes the gate although the book is away.
func TestStage_creditEndsWhileTheBookIsAway(t *testing.T) {
	without(t, func(t *testing.T, h *theatre, away *atomic.Bool) {
		mike := h.member("max", "p10")
		if _, err := h.store.Tip(as(mike), "luna", domain.Tip{Amount: h.credits(mike) - 2000, Key: "tip-12345"}); err != nil {
			t.Fatal(err)
		}
		s := h.begin(mike)
		h.plane.deliver(114 * time.Second) // 2.00 credits last 122.4 s
		h.want(mike, s.ID, domain.ShowRunning, "")
		away.Store(true)
		more := 0
		for ; !slices.Contains(h.plane.said(), "dismiss luna"); more++ {
			if more > 9 {
				t.Fatalf("%d s after the book went away the gate is open, his credit lasted for 8", more)
			}
			h.plane.deliver(time.Second)
		}
		away.Store(false)
		pass(5 * time.Second)
		h.want(mike, s.ID, domain.ShowSettled, "credit")
		if more < 6 {
			t.Errorf("it ended %d s after the book went away, his credit lasted for 8", more)
		}
	})
}

// An answer whose reply was lost is said again while the book cannot be read: nobody
// knows then whether it is accepted, so the rooms stay closed.
func TestStage_acceptedAgainAndTheBookIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, a := &deaf{at: "accepted-1"}, &absent{}
		h := openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book {
			a.Book = showtest.New(b, d.around)
			return a
		})
		defer h.close()
		s := must(h.Ask(as(h.member("max", "p30")), "luna", "key-of-max"))(t)
		if _, err := h.Answer(as(h.her), s.ID, true); domain.KindOf(err) != domain.KindUnavailable {
			t.Fatalf("accepted: %v", err)
		}
		a.gone.Store(true)
		_, err := h.Answer(as(h.her), s.ID, true)
		if domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("accepted again: %v", err)
		}
		if h.plane.TakesPrivate("luna") || h.plane.TakesPrivate("velvet") {
			t.Error("the book says accepted, and the rooms are open")
		}
		a.gone.Store(false)
		must(h.Answer(as(h.her), s.ID, true))(t)
		must(h.ReadyFor(as(h.her), s.ID))(t)
		h.plane.deliver(2 * time.Second)
		h.sound()
	})
}
