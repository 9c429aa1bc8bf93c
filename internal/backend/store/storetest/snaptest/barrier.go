package snaptest

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// couple are two accounts of one person that sell snapshots.
func (w *world) couple() (a, b someone) {
	w.T.Helper()
	a = w.performer(500, "")
	return a, w.performer(500, a.Person)
}

// beforePrivate: what was asked for before she accepted is called off with it, in
// both rooms, the payer's own too, and nothing that comes afterwards is sold.
func beforePrivate(t *testing.T, w *world) {
	a, b := w.couple()
	payer, x, y := w.member(50_000), w.member(5000), w.member(5000)
	stranger := w.performer(500, "")
	z := w.member(5000)
	s := must(w.AskShow(payer.Ctx, a.Name, w.Key()))(t)
	mine, left := must(w.ask(payer, a))(t), w.Balance(payer)
	atA, atB, elsewhere := must(w.ask(x, a))(t), must(w.ask(y, b))(t), must(w.ask(z, stranger))(t)
	s = w.Step(s, domain.ShowAccepted)
	w.unsold(atA, x, "private", 5000)
	w.unsold(atB, y, "private", 5000)
	w.unsold(mine, payer, "private", left)
	for id, who := range map[string]someone{atA.ID: a, atB.ID: b, mine.ID: a} {
		_, err := w.KeepSnapshot(who.Ctx, id, still("private"))
		w.Refused("a picture after the accept", err, domain.KindConflict)
	}
	must(w.KeepSnapshot(stranger.Ctx, elsewhere.ID, still("x")))(t)
	for _, who := range []someone{payer, x} { // accepted: nobody yet
		_, err := w.ask(who, a)
		w.Refused("before it starts", err, domain.KindConflict)
	}
	s = w.Step(s, domain.ShowStarting, domain.ShowRunning, domain.ShowEnded)
	must(w.SettleShow(context.Background(), s.ID, domain.Delivered{}, 0))(t)
	if err := w.OpenRooms(context.Background(), s.ID); err != nil {
		t.Fatal(err)
	}
	_, err := w.KeepSnapshot(a.Ctx, atA.ID, still("private")) // free again: what failed stays so
	w.Refused("a picture after the show", err, domain.KindConflict)
	must(w.KeepSnapshot(a.Ctx, must(w.ask(x, a))(t).ID, still("free")))(t)
}

// whereSheIsAway: a room that shows that she is away says nothing of a show.
func whereSheIsAway(t *testing.T, w *world) {
	a, b := w.couple()
	settings := must(w.Settings(b.Ctx, b.Name))(t)
	settings.Aside = domain.AsideAway
	if err := w.SetSettings(b.Ctx, b.Name, settings); err != nil {
		t.Fatal(err)
	}
	payer, x := w.member(50_000), w.member(5000)
	s := must(w.ask(x, b))(t)
	show := must(w.AskShow(payer.Ctx, a.Name, w.Key()))(t)
	w.Step(show, domain.ShowAccepted)
	w.unsold(s, x, "away", 5000)
	_, err := w.KeepSnapshot(b.Ctx, s.ID, still("private"))
	w.Refused("a picture after the accept", err, domain.KindConflict)
	_, err = w.ask(x, b)
	w.Refused("an order behind it", err, domain.KindConflict)
	if reason, _ := domain.ReasonOf(err); reason != "snapshot.away" {
		t.Errorf("it is told %s: %v", reason, err)
	}
}

// inPrivate: only the payer may buy, only in the show's room, and only while it is
// on; an order of the show is not filled after it.
func inPrivate(t *testing.T, w *world) {
	a, b := w.couple()
	payer, x := w.member(50_000), w.member(5000)
	s := w.Step(must(w.AskShow(payer.Ctx, a.Name, w.Key()))(t), domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
	for _, room := range []someone{a, b} {
		_, err := w.ask(x, room)
		w.Refused("another member", err, domain.KindConflict)
		if must(w.SnapshotOffer(x.Ctx, room.Name))(t) != 0 {
			t.Error("offered to another member")
		}
	}
	_, err := w.ask(payer, b)
	w.Refused("the payer in her other room", err, domain.KindConflict)
	if must(w.SnapshotOffer(payer.Ctx, a.Name))(t) != 500 || must(w.SnapshotOffer(payer.Ctx, b.Name))(t) != 0 {
		t.Error("what the payer is offered")
	}
	his := must(w.ask(payer, a))(t)
	if his.Show != s.ID || w.last(a).Show != s.ID {
		t.Errorf("asked in the show: %+v", his)
	}
	before := w.Balance(payer)
	must(w.KeepSnapshot(a.Ctx, his.ID, still("mine")))(t)
	if w.Balance(payer) != before-500 {
		t.Errorf("%s are left", w.Balance(payer))
	}
	late := must(w.ask(payer, a))(t)
	before = w.Balance(payer)
	s = w.Step(s, domain.ShowEnded)
	_, err = w.KeepSnapshot(a.Ctx, late.ID, still("over"))
	w.Refused("after its end", err, domain.KindConflict)
	w.unsold(late, payer, "private", before)
	_, err = w.ask(payer, a)
	w.Refused("an order after its end", err, domain.KindConflict)
	must(w.SettleShow(context.Background(), s.ID, domain.Delivered{}, 0))(t)
	if err := w.OpenRooms(context.Background(), s.ID); err != nil {
		t.Fatal(err)
	}
}

// acceptedMeanwhile: a delivery and an accept in the same moment. A sale lies before
// the accept in the order of the commits, or there is none.
func acceptedMeanwhile(t *testing.T, w *world) {
	const rounds = 20
	sales := 0
	for range rounds {
		a, b := w.couple()
		payer, x := w.member(50_000), w.member(5000)
		show := must(w.AskShow(payer.Ctx, a.Name, w.Key()))(t)
		s := must(w.ask(x, b))(t)
		var both sync.WaitGroup
		start := make(chan struct{})
		both.Go(func() {
			<-start
			_, _ = w.KeepSnapshot(b.Ctx, s.ID, still("race")) // what came of it is looked at below
		})
		both.Go(func() {
			<-start
			if _, err := w.StepShow(context.Background(), show.ID, domain.ShowAsked, domain.ShowAccepted, ""); err != nil {
				t.Errorf("the accept: %v", err)
			}
		})
		close(start)
		both.Wait()
		if got := must(w.Snapshot(x.Ctx, s.ID))(t); got.State == domain.SnapshotFailed {
			w.unsold(s, x, "private", 5000)
			continue
		}
		sales++
		if w.Balance(x) != 4500 {
			t.Errorf("sold, and %s are left", w.Balance(x))
		}
	}
	t.Logf("%d of %d were sold before the accept", sales, rounds)
}

// lastCredit: tips and a snapshot for the last credit; one of them has it.
func lastCredit(t *testing.T, w *world) {
	const tips = 7
	for range 10 {
		p, m := w.performer(2000, ""), w.member(2000)
		s := must(w.ask(m, p))(t)
		var all sync.WaitGroup
		start, won := make(chan struct{}), make(chan error, tips+1)
		all.Go(func() {
			<-start
			_, err := w.KeepSnapshot(p.Ctx, s.ID, still("last"))
			won <- err
		})
		for range tips {
			key := w.Key()
			all.Go(func() {
				<-start
				_, err := w.Tip(m.Ctx, p.Name, domain.Tip{Amount: 2000, Key: key})
				won <- err
			})
		}
		close(start)
		all.Wait()
		close(won)
		winners := 0
		for err := range won {
			switch {
			case err == nil:
				winners++
			case domain.KindOf(err) != domain.KindPayment && domain.KindOf(err) != domain.KindConflict:
				t.Errorf("lost by %v", err)
			}
		}
		got := must(w.Snapshot(m.Ctx, s.ID))(t)
		if winners != 1 || w.Balance(m) != 0 || got.State == domain.SnapshotFailed && got.Reason != "credit" {
			t.Errorf("%d winners, %s left, the snapshot %+v", winners, w.Balance(m), got)
		}
	}
}

// oneDelivery: many deliveries of one order, and its end by the clock, at once.
func oneDelivery(t *testing.T, w *world) {
	p, m := w.performer(500, ""), w.member(5000)
	s := must(w.ask(m, p))(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := w.KeepSnapshot(p.Ctx, s.ID, still("same")); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := w.ExpireSnapshots(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list := w.notices(m)
	if len(list) != 1 || list[0].State != domain.SnapshotSold || w.Balance(m) != 4500 {
		t.Errorf("told %+v, %s left", list, w.Balance(m))
	}
}

// manyStills: while a show runs its payer buys, and the meter goes on; both are paid.
func manyStills(t *testing.T, w *world) {
	a, _ := w.couple()
	payer := w.member(10_000)
	s := w.Step(must(w.AskShow(payer.Ctx, a.Name, w.Key()))(t), domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
	var bought int
	for n := 1; n <= 6; n++ {
		s = must(w.ChargeShow(context.Background(), s.ID, n, domain.Delivered{Base: int64(n) * 10_000}, s.Price*domain.Millicredits(n)/6, s.Price/6))(t)
		order, err := w.ask(payer, a)
		if domain.KindOf(err) == domain.KindPayment {
			continue
		}
		must(w.KeepSnapshot(a.Ctx, must(order, err)(t).ID, still("x")))(t)
		bought++
	}
	s = w.Step(s, domain.ShowEnded)
	s = must(w.SettleShow(context.Background(), s.ID, domain.Delivered{Base: 60_000}, s.Price))(t)
	if got := w.Balance(payer); got != 10_000-s.Charged-500*domain.Millicredits(bought) || s.Charged != s.Price || bought != 6 {
		t.Errorf("%s left after %s and %d pictures", got, s.Charged, bought)
	}
	kinds := map[string]int{}
	for _, l := range must(w.Statement(a.Ctx, a.Name, "", ""))(t).Lines {
		kinds[l.Kind]++
	}
	if kinds["snapshot"] != 6 || kinds["show"] != 1 {
		t.Errorf("her book has %v", kinds)
	}
	var n domain.EarningsNotice
	for _, e := range must(w.OwnEvents(a.Ctx, 0, 1000))(t) {
		if e.Kind == domain.EventEarnings {
			if err := json.Unmarshal(e.Data, &n); err != nil {
				t.Error(err)
			}
		}
	}
	if me := must(w.Me(a.Ctx))(t); n.EarnedCents != me.EarnedCents {
		t.Errorf("she was told %d of %d cents", n.EarnedCents, me.EarnedCents)
	}
}
