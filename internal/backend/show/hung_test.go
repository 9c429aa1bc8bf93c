//go:build unix

package show_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/show/showtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Who hangs up, and then the server ends while the book is away: the book is told who
// it was, if it answers the last time.
func TestStage_hangsUpAndTheServerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := openDeaf(t, "ended-1", true)
		mike := h.member("max", "p30")
		s := h.begin(mike)
		h.plane.deliver(3 * time.Second)
		if _, err := h.End(as(mike), s.ID); domain.KindOf(err) != domain.KindUnavailable {
			t.Fatalf("ended: %v", err)
		}
		h.ends()
		<-h.done
		h.want(mike, s.ID, domain.ShowSettled, "member")
		h.close()
	})
}

// hung is a book of which some calls fail, and which notes the calls among them that
// would have waited for ever.
type hung struct {
	show.Book
	reads   atomic.Bool  // Unsettled and Closed
	step    atomic.Value // the state whose step fails
	asked   atomic.Int64 // how often they were called
	forever atomic.Int64 // how often without a bound
}

func (b *hung) hang(ctx context.Context) error {
	b.asked.Add(1)
	if at, ok := ctx.Deadline(); !ok || time.Until(at) > 15*time.Second {
		b.forever.Add(1)
	}
	return errAway()
}

func (b *hung) Unsettled(ctx context.Context) ([]domain.ShowRecord, error) {
	if b.reads.Load() {
		return nil, b.hang(ctx)
	}
	return b.Book.Unsettled(ctx)
}

func (b *hung) Closed(ctx context.Context) (map[string]domain.Household, error) {
	if b.reads.Load() {
		return nil, b.hang(ctx)
	}
	return b.Book.Closed(ctx)
}

func (b *hung) AskShow(ctx context.Context, performer, key string, seen domain.Rates) (domain.ShowRecord, error) {
	r, err := b.Book.AskShow(ctx, performer, key, seen)
	if err == nil && b.step.Load() == domain.ShowAsked {
		err = errAway()
	}
	return r, err
}

func (b *hung) StepShow(ctx context.Context, id string, from, to domain.ShowState, reason string) (domain.ShowRecord, error) {
	if b.step.Load() == to {
		return domain.ShowRecord{}, b.hang(ctx)
	}
	return b.Book.StepShow(ctx, id, from, to, reason)
}

func openHung(t *testing.T) (*theatre, *hung) {
	t.Helper()
	b := &hung{}
	b.step.Store(domain.ShowState(""))
	return openTheatreIn(t, t.TempDir(), func(book show.Book) show.Book { b.Book = book; return b }), b
}

// A step that hangs is given up, though its asker has no bound of his own: else its
// show would hang with it, and no look would close the gate.
func TestStage_stepsThatHang(t *testing.T) {
	for _, step := range []domain.ShowState{domain.ShowStarting, domain.ShowEnded, domain.ShowRefused} {
		synctest.Test(t, func(t *testing.T) {
			h, b := openHung(t)
			defer h.close()
			mike := h.member("max", "p30")
			s := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
			if step != domain.ShowRefused {
				must(h.Answer(as(h.her), s.ID, true))(t)
			}
			b.step.Store(step)
			do := h.ReadyFor
			if step != domain.ShowStarting {
				do = h.End
			}
			if _, err := do(as(h.her), s.ID); domain.KindOf(err) != domain.KindUnavailable {
				t.Errorf("%s: %v", step, err)
			}
			if b.asked.Load() == 0 || b.forever.Load() > 0 {
				t.Errorf("%s: %d of %d calls have no bound", step, b.forever.Load(), b.asked.Load())
			}
			b.step.Store(domain.ShowState(""))
		})
	}
}

// So is what the stage itself reads for all shows: it goes on with the next.
func TestStage_readsThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, b := openHung(t)
		defer h.close()
		mike := h.member("max", "p30")
		b.step.Store(domain.ShowAsked)
		if _, err := h.Ask(as(mike), "luna", "key-of-max"); domain.KindOf(err) != domain.KindUnavailable {
			t.Fatalf("asked: %v", err)
		}
		b.step.Store(domain.ShowState(""))
		b.reads.Store(true)
		pass(10 * time.Second)
		if b.asked.Load() < 2 || b.forever.Load() > 0 {
			t.Errorf("%d of %d calls have no bound", b.forever.Load(), b.asked.Load())
		}
		b.reads.Store(false)
	})
}

// A turn whose answer was lost is not told again in a pause, in which she could not
// answer the wish, but when she is back.
func TestStage_lostTurnInAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h *theatre
		h = openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book {
			return showtest.New(b, func(name string, do func() error) error {
				if name == "asked-1" {
					h.plane.pause(true)
					return errAway()
				}
				return do()
			})
		})
		defer h.close()
		mike, tom := h.member("max", "p30"), h.member("tom", "p30")
		s := h.begin(mike)
		wish := must(h.Ask(as(tom), "luna", "key-of-tom"))(t)
		h.plane.deliver(3 * time.Second)
		must(h.End(as(mike), s.ID))(t)
		pass(3 * time.Second)
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
		pass(domain.AnswerWithin + time.Minute)
		h.want(tom, wish.ID, domain.ShowWaiting, "")
		h.plane.pause(false)
		pass(2 * time.Second)
		h.want(tom, wish.ID, domain.ShowAsked, "")
	})
}
