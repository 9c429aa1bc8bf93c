package storetest

import (
	"context"
	"flag"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// sealed waits until the sequencer has done its work.
func (w *world) sealed() store.Report {
	w.T.Helper()
	tick, deadline := time.NewTicker(5*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for {
		if r := w.Audit(); r.Unsealed == 0 || w.T.Failed() {
			return r
		}
		select {
		case <-tick.C:
		case <-deadline:
			w.T.Fatal("the sequencer does not seal")
		}
	}
}

// restart closes and opens the store: nothing is lost, numbers and the hash chain go on.
func restart(t *testing.T, w *world) {
	p, m := w.performer(""), w.Rich("")
	tip := domain.Tip{Amount: 1000, Key: w.Key()}
	receipt := must(w.Tip(m.Ctx, p.Name, tip))(t)
	must(w.say(p.Ctx, p.Name, "thank you"))(t)
	if err := w.PostRoomState(context.Background(), p.Name, domain.RoomLive); err != nil {
		t.Fatal(err)
	}
	before := w.me(p)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	_, err := w.Say(p.Ctx, p.Name, domain.Line{Text: "hi", Key: w.Key()})
	w.Refused("a line after the end", err, domain.KindUnavailable)
	w.Open(w.Config)
	closed := w.Audit()
	if closed.Unsealed != 0 || closed.Entries != 3 {
		t.Errorf("after closing: %+v", closed)
	}
	if after := w.me(p); after.EarnedCents != before.EarnedCents || *after.Room != *before.Room {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if again := must(w.Tip(m.Ctx, p.Name, tip))(t); again != receipt {
		t.Errorf("the tip sent again is %+v, was %+v", again, receipt)
	}
	if line := must(w.say(p.Ctx, p.Name, "again"))(t); line.Seq != 4 {
		t.Errorf("the next number is %d", line.Seq)
	}
	must(w.tip(m, p, 1000))(t)
	if r := w.sealed(); r.Entries != 4 || r.Head == closed.Head {
		t.Errorf("the chain did not go on: %+v", r)
	}
	reader := must(store.Open(context.Background(), store.Config{URL: w.URL, ReadOnly: true}))(t)
	if r := must(reader.Verify(context.Background()))(t); !r.OK() || r.Entries != 4 {
		t.Errorf("an audit beside the store: %+v", r)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

// tampering changes the tables behind the store's back; the audit names the entry.
func tampering(t *testing.T, w *world) {
	p, m := w.performer(""), w.Rich("")
	var tips []string
	for range 3 {
		tips = append(tips, must(w.tip(m, p, 1000))(t).Entry)
	}
	w.sealed()
	check := func(what, entry, words string) {
		t.Helper()
		r := must(w.Verify(context.Background()))(t)
		if r.OK() || r.BadEntry != entry || !strings.Contains(r.Problem, words) {
			t.Errorf("%s: %+v, want entry %s and %q", what, r, entry, words)
		}
	}
	member := "member:" + string(m.ID)
	w.Exec(`UPDATE postings SET amount = amount - 1 WHERE entry = $1 AND account = $2`, tips[1], member)
	check("one posting", tips[1], "sum to zero")
	w.Exec(`UPDATE postings SET amount = amount + 1 WHERE entry = $1 AND account = 'house:redeemed'`, tips[1])
	check("both sides of an entry", tips[1], "changed")
	w.Exec(`UPDATE postings SET amount = amount - 1 WHERE entry = $1 AND account = 'house:redeemed'`, tips[1])
	w.Exec(`UPDATE postings SET amount = amount + 1 WHERE entry = $1 AND account = $2`, tips[1], member)
	w.Audit()

	w.Exec(`UPDATE entries SET at = at - 1 WHERE id = $1`, tips[0])
	check("the time of an entry", tips[0], "changed")
	w.Exec(`UPDATE entries SET at = at + 1 WHERE id = $1`, tips[0])
	w.Audit()

	w.Exec(`UPDATE balances SET amount = amount + 1000 WHERE account = $1`, member)
	check("a balance", tips[2], "its postings sum to")
	w.Exec(`UPDATE balances SET amount = amount - 1000 WHERE account = $1`, member)
	w.Exec(`INSERT INTO balances (account, asset, amount) VALUES ('member:ghost', 'CREDIT', 5)`)
	check("a balance out of nothing", "", "nothing was ever posted")
	w.Exec(`DELETE FROM balances WHERE account = 'member:ghost'`)
	w.Audit()

	w.Exec(`DELETE FROM postings WHERE entry = $1`, tips[2])
	w.Exec(`DELETE FROM entries WHERE id = $1`, tips[2])
	check("the end of the chain cut off", "", "its end is missing")
	w.Exec(`DELETE FROM postings WHERE entry = $1`, tips[0])
	w.Exec(`DELETE FROM entries WHERE id = $1`, tips[0])
	check("an entry taken out", tips[1], "missing")
}

// fewerChecks makes rapid try n runs, unless the command line says how many: each
// step waits for a disk.
func fewerChecks(t *testing.T, n int) (restore func()) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if before != checks.DefValue {
		return func() {}
	}
	set := func(v string) {
		if err := checks.Value.Set(v); err != nil {
			t.Error(err)
		}
	}
	set(strconv.Itoa(n))
	return func() { set(before) }
}
