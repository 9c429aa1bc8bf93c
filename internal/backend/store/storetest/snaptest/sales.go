package snaptest

import (
	"bytes"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// sold: stored, charged and delivered at once, and once however often it is sent;
// the picture is the buyer's alone, its small one for both.
func sold(t *testing.T, w *world) {
	p, m, other := w.performer(1500, ""), w.member(5000), w.member(5000)
	o := domain.SnapshotOrder{Price: 1500, Key: w.Key()}
	s := must(w.OrderSnapshot(m.Ctx, p.Name, o, there))(t)
	if s.State != domain.SnapshotAsked || s.Price != 1500 || s.Show != "" || s.Picture != "" || w.Balance(m) != 5000 {
		t.Errorf("asked: %+v", s)
	}
	if told := w.last(p); told.ID != s.ID || told.State != domain.SnapshotAsked || told.Member != m.Name {
		t.Errorf("her program was told %+v", told)
	}
	if again := must(w.OrderSnapshot(m.Ctx, p.Name, o, func() error { t.Error("asked for a program again"); return nil }))(t); again != s {
		t.Errorf("the same order again: %+v", again)
	}
	_, err := w.OrderSnapshot(m.Ctx, p.Name, domain.SnapshotOrder{Key: o.Key}, there)
	w.Refused("another order with its key", err, domain.KindConflict)
	_, err = w.KeepSnapshot(other.Ctx, s.ID, still("x"))
	w.Refused("a member's picture", err, domain.KindNotFound)
	_, err = w.KeepSnapshot(w.performer(500, "").Ctx, s.ID, still("x"))
	w.Refused("another performer's picture", err, domain.KindNotFound)
	w.Pass(2 * time.Second)
	for range 2 {
		got := must(w.KeepSnapshot(p.Ctx, s.ID, still("moment")))(t)
		if got.State != domain.SnapshotSold || got.Picture != "" || got.Thumbnail == "" || got.Width != 1920 {
			t.Errorf("delivered: %+v", got)
		}
	}
	his := w.last(m)
	if his.State != domain.SnapshotSold || his.Picture == "" || his.Thumbnail == "" || w.Balance(m) != 3500 {
		t.Errorf("the member was told %+v and has %s", his, w.Balance(m))
	}
	if list := w.notices(p); len(list) != 2 || list[1].State != domain.SnapshotSold || list[1].Picture != "" {
		t.Errorf("she was told %+v", list)
	}
	if got := must(w.SnapshotPicture(m.Ctx, s.ID, false))(t); !bytes.Equal(got, still("moment").JPEG) {
		t.Errorf("the picture is %q", got)
	}
	for _, who := range []someone{m, p} {
		if got := must(w.SnapshotPicture(who.Ctx, s.ID, true))(t); !bytes.Equal(got, still("moment").Small) {
			t.Errorf("the small picture is %q", got)
		}
	}
	for _, who := range []someone{other, p, w.Staff(), worldtest.As(domain.Account{})} {
		_, err := w.SnapshotPicture(who.Ctx, s.ID, false)
		w.Refused("the picture of another", err, domain.KindNotFound)
	}
	_, err = w.Snapshot(other.Ctx, s.ID)
	w.Refused("the snapshot of another", err, domain.KindNotFound)
	books(t, w, p, m, s)
}

// books: the sale is in the member's history and her statement, overall and of the
// period, and counts for her level like a tip.
func books(t *testing.T, w *world, p, m someone, s domain.Snapshot) {
	line := must(w.History(m.Ctx, ""))(t).Lines[0]
	if line.Kind != "snapshot" || line.With != p.Name || line.Credits != -1500 || line.Snapshot != s.ID {
		t.Errorf("history: %+v", line)
	}
	b := must(w.Statement(p.Ctx, p.Name, "", ""))(t)
	if len(b.Lines) != 1 || b.Lines[0].Kind != "snapshot" || b.Lines[0].From != m.Name || b.Gross != 150_000 || b.Own != 45_000 {
		t.Errorf("statement: %+v", b)
	}
	if b.Snapshots == nil || *b.Snapshots != (domain.SnapshotSum{Sold: 1, Gross: 150_000, Own: 45_000, AllSold: 1, AllGross: 150_000, AllOwn: 45_000}) {
		t.Errorf("its snapshots: %+v", b.Snapshots)
	}
	if me := must(w.Me(p.Ctx))(t); me.EarnedCents != 45 || me.Level.GrossCents != 150 {
		t.Errorf("she has %d of %+v", me.EarnedCents, me.Level)
	}
	list := must(w.SoldSnapshots(p.Ctx, p.Name))(t)
	if len(list) != 1 || list[0].ID != s.ID || list[0].Thumbnail == "" || list[0].Picture != "" {
		t.Errorf("her last ones: %+v", list)
	}
	_, err := w.SoldSnapshots(m.Ctx, p.Name)
	w.Refused("her last ones for a member", err, domain.KindForbidden)
	if v := must(w.Viewers(p.Ctx, p.Name, domain.ByLastSpent))(t); len(v) != 1 || v[0].Spent != 1500 {
		t.Errorf("her members: %+v", v)
	}
	w.Pass(14 * 24 * time.Hour) // another period
	if b := must(w.Statement(p.Ctx, p.Name, "", ""))(t); b.Snapshots == nil || b.Snapshots.Sold != 0 || b.Snapshots.Own != 0 || b.Snapshots.AllOwn != 45_000 || b.Gross != 0 {
		t.Errorf("a period later: %+v", b.Snapshots)
	}
}

// refunded: staff gives it back as a tip, and the sums forget it.
func refunded(t *testing.T, w *world) {
	p, m := w.performer(9990, ""), w.member(20_000)
	for range 2 {
		must(w.KeepSnapshot(p.Ctx, must(w.ask(m, p))(t).ID, still("x")))(t)
	}
	entry := must(w.History(m.Ctx, ""))(t).Lines[0].Entry
	staff := w.Staff()
	must(w.Refund(staff.Ctx, entry, "a black picture"))(t)
	_, err := w.Refund(staff.Ctx, entry, "again")
	w.Refused("a second refund", err, domain.KindConflict)
	if w.Balance(m) != 20_000-9990 {
		t.Errorf("%s are left", w.Balance(m))
	}
	b := must(w.Statement(p.Ctx, p.Name, "", ""))(t)
	if s := b.Snapshots; s == nil || s.Gross != 999_000 || s.AllGross != 999_000 || s.Own != b.Own || s.AllOwn != b.Own || s.Sold != 2 {
		t.Errorf("after the refund: %+v of %+v", s, b.Own)
	}
	if l := must(w.History(m.Ctx, ""))(t).Lines[0]; l.Kind != "refund" || l.With != p.Name || l.Credits != 9990 {
		t.Errorf("history: %+v", l)
	}
}

// notOffered: who sells none, to whom, and at another price than was read.
func notOffered(t *testing.T, w *world) {
	p, m := w.performer(0, ""), w.member(5000)
	_, err := w.ask(m, p)
	w.Refused("where none is sold", err, domain.KindConflict)
	if must(w.SnapshotOffer(m.Ctx, p.Name))(t) != 0 {
		t.Error("offered by nobody")
	}
	w.price(p, 700)
	if must(w.SnapshotOffer(m.Ctx, p.Name))(t) != 700 || must(w.SnapshotOffer(p.Ctx, p.Name))(t) != 0 || must(w.SnapshotOffer(worldtest.As(domain.Account{}).Ctx, p.Name))(t) != 0 {
		t.Error("offered to others than members")
	}
	for what, who := range map[string]someone{"herself": p, "another performer": w.performer(500, "")} {
		_, err := w.ask(who, p)
		w.Refused(what, err, domain.KindForbidden)
	}
	_, err = w.ask(worldtest.As(domain.Account{}), p)
	w.Refused("a guest", err, domain.KindUnauthenticated)
	_, err = w.OrderSnapshot(m.Ctx, p.Name, domain.SnapshotOrder{Price: 600, Key: w.Key()}, there)
	w.Refused("another price", err, domain.KindConflict)
	_, err = w.OrderSnapshot(m.Ctx, p.Name, domain.SnapshotOrder{Key: w.Key()}, func() error {
		return domain.Errorf("", domain.KindConflict, "No program is there.")
	})
	w.Refused("without a program", err, domain.KindConflict)
	_, err = w.ask(w.member(699), p)
	w.Refused("too few credits", err, domain.KindPayment)
	must(w.SetBudget(m.Ctx, domain.Budget{Day: domain.Limit{Max: 600}}))(t)
	_, err = w.ask(m, p)
	w.Refused("the own budget", err, domain.KindLimited)
	if list := w.notices(p); len(list) != 0 {
		t.Errorf("her program was told %+v", list)
	}
	for _, price := range []domain.Millicredits{490, 10_000, 505, -500} {
		e := must(w.Profile(p.Ctx, p.Name))(t).ProfileEdit
		e.Prices.Snapshot = price
		_, err := w.SetProfile(p.Ctx, p.Name, e)
		w.Refused("a price of "+price.String(), err, domain.KindInvalid)
	}
}

// tooLate: without a picture within its time nothing is charged, and the member is
// told; what comes afterwards is refused.
func tooLate(t *testing.T, w *world) {
	p, a, b := w.performer(500, ""), w.member(5000), w.member(5000)
	first := must(w.ask(a, p))(t)
	w.Pass(domain.SnapshotWithin - time.Second)
	second := must(w.ask(b, p))(t)
	if left := must(w.ExpireSnapshots(w.T.Context()))(t); left != 2 {
		t.Errorf("%d are on their way", left)
	}
	w.Pass(1500 * time.Millisecond)
	if left := must(w.ExpireSnapshots(w.T.Context()))(t); left != 1 {
		t.Errorf("%d are on their way", left)
	}
	w.unsold(first, a, "late", 5000)
	w.Pass(domain.SnapshotWithin)
	_, err := w.KeepSnapshot(p.Ctx, second.ID, still("late")) // nobody has looked meanwhile
	w.Refused("a late picture", err, domain.KindConflict)
	w.unsold(second, b, "late", 5000)
	_, err = w.KeepSnapshot(p.Ctx, first.ID, still("late"))
	w.Refused("a picture after the end", err, domain.KindConflict)
	third := must(w.ask(a, p))(t) // he may try again
	w.Pass(domain.SnapshotWithin + time.Second)
	must(w.ask(a, p))(t) // also when nobody has ended the one before
	if got := must(w.Snapshot(a.Ctx, third.ID))(t); got.Reason != "late" {
		t.Errorf("the one before: %+v", got)
	}
}

// whatStandsAgainst: between order and picture the credits went, the budget was
// set, she switched the service off, or removed him.
func whatStandsAgainst(t *testing.T, w *world) {
	for reason, c := range map[string]struct {
		change func(p, m someone)
		left   domain.Millicredits
	}{
		"credit":  {func(p, m someone) { must(w.Tip(m.Ctx, p.Name, domain.Tip{Amount: 4600, Key: w.Key()}))(t) }, 400},
		"budget":  {func(_, m someone) { must(w.SetBudget(m.Ctx, domain.Budget{Week: domain.Limit{Max: 100}}))(t) }, 5000},
		"off":     {func(p, _ someone) { w.price(p, 0) }, 5000},
		"removed": {func(p, m someone) { must(w.Ban(p.Ctx, p.Name, m.Name, 10))(t) }, 5000},
	} {
		p, m := w.performer(500, ""), w.member(5000)
		s := must(w.ask(m, p))(t)
		c.change(p, m)
		_, err := w.KeepSnapshot(p.Ctx, s.ID, still(reason))
		w.Refused(reason, err, domain.KindConflict)
		w.unsold(s, m, reason, c.left)
	}
}

// limits: one at once for a member, and so many in a minute for a room.
func limits(t *testing.T, w *world) {
	p, m := w.performer(500, ""), w.member(100_000)
	must(w.ask(m, p))(t)
	_, err := w.ask(m, w.performer(500, ""))
	w.Refused("a second one at once", err, domain.KindConflict)
	w.Pass(domain.SnapshotWithin + time.Second)
	for n := 1; ; n++ {
		s, err := w.ask(m, p)
		if domain.KindOf(err) == domain.KindLimited {
			if n != 20 {
				t.Errorf("the limit came after %d", n)
			}
			break
		}
		if err != nil || n > 30 {
			t.Fatalf("%d: %v", n, err)
		}
		must(w.KeepSnapshot(p.Ctx, s.ID, still("x")))(t)
	}
	w.Pass(time.Minute)
	must(w.ask(m, p))(t)
}

// deleted: by the buyer for good, or by time; the sale stays in the books.
func deleted(t *testing.T, w *world) {
	p, m := w.performer(500, ""), w.member(5000)
	var ids []string
	for range 3 {
		s := must(w.ask(m, p))(t)
		must(w.KeepSnapshot(p.Ctx, s.ID, still("x")))(t)
		ids = append(ids, s.ID)
		w.Pass(time.Second)
	}
	w.Refused("deleted by her", w.DeleteSnapshot(p.Ctx, ids[0]), domain.KindNotFound)
	if err := w.DeleteSnapshot(m.Ctx, ids[0]); err != nil {
		t.Fatal(err)
	}
	w.Refused("deleted again", w.DeleteSnapshot(m.Ctx, ids[0]), domain.KindNotFound)
	gone := func(id string) {
		for _, who := range []someone{m, p} {
			_, err := w.SnapshotPicture(who.Ctx, id, true)
			w.Refused("a deleted picture", err, domain.KindNotFound)
			if s := must(w.Snapshot(who.Ctx, id))(t); s.State != domain.SnapshotSold || s.Picture != "" || s.Thumbnail != "" || s.Width != 0 {
				t.Errorf("deleted: %+v", s)
			}
		}
	}
	gone(ids[0])
	lines := must(w.History(m.Ctx, ""))(t).Lines
	if lines[0].Snapshot != ids[2] || lines[2].Kind != "snapshot" || lines[2].Snapshot != "" {
		t.Errorf("history: %+v", lines[:3])
	}
	w.Pass(domain.SnapshotsKept - 1500*time.Millisecond)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Open(w.Config) // tidies up, in its own time
	tick, late := time.NewTicker(10*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for must(w.Snapshot(m.Ctx, ids[1]))(t).Picture != "" {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("an old picture stays")
		}
	}
	gone(ids[1])
	must(w.SnapshotPicture(m.Ctx, ids[2], false))(t)
	if b := must(w.Statement(p.Ctx, p.Name, "", ""))(t); b.Snapshots == nil || b.Snapshots.AllSold != 3 {
		t.Errorf("the books: %+v", b.Snapshots)
	}
}
