package show_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// A show whose gate can not open any more, as when a stream key took the room after
// she had accepted, ends by itself, however often her program says that it is ready;
// what was set aside comes back.
func TestStage_gateThatNeverOpens(t *testing.T) {
	none := domain.Errorf("show", domain.KindConflict, "The camera's upload is not there.")
	insist := func(h *theatre, id string, d time.Duration) {
		for range int(d / (5 * time.Second)) {
			_, _ = h.ReadyFor(as(h.her), id)
			pass(5 * time.Second)
		}
	}
	t.Run("from the beginning", func(t *testing.T) {
		in(t, func(t *testing.T, h *theatre) {
			mike := h.member("max", "p30")
			before := h.credits(mike)
			s := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
			must(h.Answer(as(h.her), s.ID, true))(t)
			h.plane.refuse = none
			if _, err := h.ReadyFor(as(h.her), s.ID); domain.KindOf(err) != domain.KindConflict {
				t.Errorf("ready: %v", err)
			}
			h.want(mike, s.ID, domain.ShowAccepted, "")
			insist(h, s.ID, domain.ReadyWithin+5*time.Second)
			h.want(mike, s.ID, domain.ShowExpired, "unready")
			if h.credits(mike) != before {
				t.Errorf("%s of %s are left", h.credits(mike), before)
			}
		})
	})
	t.Run("in the middle", func(t *testing.T) {
		in(t, func(t *testing.T, h *theatre) {
			mike := h.member("max", "p30")
			before := h.credits(mike)
			s := h.begin(mike)
			h.plane.deliver(6 * time.Second)
			h.plane.refuse = none
			insist(h, s.ID, domain.KeptFor+5*time.Second)
			end := h.want(mike, s.ID, domain.ShowSettled, "lost")
			if end.Charged != price*6/60 || h.credits(mike) != before-end.Charged {
				t.Errorf("settled: %+v, %s of %s are left", end, h.credits(mike), before)
			}
		})
	})
	t.Run("it opens and shows nothing", func(t *testing.T) {
		in(t, func(_ *testing.T, h *theatre) {
			mike := h.member("max", "p30")
			s := h.begin(mike)
			insist(h, s.ID, domain.KeptFor+5*time.Second)
			h.want(mike, s.ID, domain.ShowSettled, "lost")
		})
	})
}

// Reports that come late are paid when they come; nobody is sent away for them.
func TestStage_lateReports(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		s := h.begin(mike)
		h.plane.deliver(5 * time.Second)
		pass(30 * time.Second)
		h.plane.arrive(40 * time.Second)
		pass(time.Second)
		if now := h.want(mike, s.ID, domain.ShowRunning, ""); now.DeliveredMS != 40_000 || now.Charged != price*40/60 {
			t.Errorf("after late reports: %+v", now)
		}
	})
}

// broke is a book that books no tick, and does not even say so.
type broke struct{ show.Book }

func (broke) ChargeShow(ctx context.Context, _ string, _ int, _ domain.Delivered, _, _ domain.Millicredits) (domain.ShowRecord, error) {
	<-ctx.Done()
	return domain.ShowRecord{}, ctx.Err()
}

// Picture that can not be booked ends the show before much of it is given away.
func TestStage_bookThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openTheatreIn(t, t.TempDir(), func(b show.Book) show.Book { return broke{b} })
		defer h.close()
		mike := h.member("max", "p30")
		s := h.begin(mike)
		h.plane.deliver(29 * time.Second)
		if said := h.plane.said(); !slices.Contains(said, "dismiss luna") {
			t.Errorf("the gate is open after 29 s: %q", said)
		}
		pass(5 * time.Second)
		h.want(mike, s.ID, domain.ShowSettled, "server")
		h.sound()
	})
}
