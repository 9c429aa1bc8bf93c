//go:build unix

package show_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// A program that is to die is this test's own, started again with these words.
var (
	dieAt = flag.String("mortal-at", "", "the call of the book at which TestMortal_plays ends the program")
	dieIn = flag.String("mortal-in", "", "the folder of its data")
)

// calls are those of the book in a whole show, as TestMortal_plays makes them: what is
// written, and the how-manieth of its kind.
func calls() []string {
	return []string{
		"ask-1", "ask-2", "accepted-1", "waiting-1", "starting-1", "running-1", "note-1", "charge-1", "switch-1", "switch-2", "interrupted-1", "running-2", "charge-2", "ended-1", "settle-1",
		"open-1", "asked-1", "refused-1",
	}
}

// mortal is a book at one of whose calls the program dies: before anything is
// written, or after the commit and before anybody hears of it.
type mortal struct {
	show.Book
	at      string // "before" or "after" a call
	arrived func() time.Duration

	mu    sync.Mutex
	count map[string]int
	made  []string
}

// call does a call, unless death comes first.
func (m *mortal) call(name string, do func() error) error {
	m.mu.Lock()
	m.count[name]++
	name = fmt.Sprint(name, "-", m.count[name])
	m.made = append(m.made, name)
	m.mu.Unlock()
	m.die("before " + name)
	err := do()
	m.die("after " + name)
	return err
}

// die ends the program as kill -9 does, and tells what had arrived.
func (m *mortal) die(here string) {
	if here == m.at {
		fmt.Printf("delivered %d ms\n", m.arrived().Milliseconds())
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // it takes a moment
	}
}

func (m *mortal) AskShow(ctx context.Context, performer, key string) (r domain.ShowRecord, err error) {
	err = m.call("ask", func() error { r, err = m.Book.AskShow(ctx, performer, key); return err })
	return r, err
}

func (m *mortal) StepShow(ctx context.Context, id string, from, to domain.ShowState, reason string) (r domain.ShowRecord, err error) {
	err = m.call(string(to), func() error { r, err = m.Book.StepShow(ctx, id, from, to, reason); return err })
	return r, err
}

func (m *mortal) NoteShow(ctx context.Context, id string, times domain.Delivered) error {
	m.mu.Lock()
	again := m.count["note"] > 0
	m.mu.Unlock()
	if again { // one stands for all
		return m.Book.NoteShow(ctx, id, times)
	}
	return m.call("note", func() error { return m.Book.NoteShow(ctx, id, times) })
}

func (m *mortal) ChargeShow(ctx context.Context, id string, n int, times domain.Delivered, charge, ahead domain.Millicredits) (r domain.ShowRecord, err error) {
	err = m.call("charge", func() error { r, err = m.Book.ChargeShow(ctx, id, n, times, charge, ahead); return err })
	return r, err
}

func (m *mortal) SwitchShow(ctx context.Context, id string, cam2cam, audio bool, need, ahead domain.Millicredits) (r domain.ShowRecord, err error) {
	err = m.call("switch", func() error { r, err = m.Book.SwitchShow(ctx, id, cam2cam, audio, need, ahead); return err })
	return r, err
}

func (m *mortal) SettleShow(ctx context.Context, id string, times domain.Delivered, charge domain.Millicredits) (r domain.ShowRecord, err error) {
	err = m.call("settle", func() error { r, err = m.Book.SettleShow(ctx, id, times, charge); return err })
	return r, err
}

func (m *mortal) OpenRooms(ctx context.Context, id string) error {
	return m.call("open", func() error { return m.Book.OpenRooms(ctx, id) })
}

// TestMortal_plays plays a whole show with a second member in line. Started by
// TestKilled it dies in it; by itself it proves that the list of calls is whole.
func TestMortal_plays(t *testing.T) {
	folder := *dieIn
	if folder == "" {
		folder = t.TempDir()
	}
	synctest.Test(t, func(t *testing.T) {
		var h *theatre
		m := &mortal{at: *dieAt, count: map[string]int{}, arrived: func() time.Duration { told, _ := h.plane.Delivered(""); return told }}
		h = openTheatreIn(t, folder, func(b show.Book) show.Book { m.Book = b; return m })
		defer h.close()
		h.sells(1000, 0)
		mike, tom := h.member("max", "p30"), h.member("tom", "p30")
		first := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
		second := must(h.Ask(as(tom), "velvet", "key-of-tom"))(t)
		must(h.Answer(as(h.her), first.ID, true))(t)
		must(h.ReadyFor(as(h.her), first.ID))(t)
		h.plane.deliver(15 * time.Second)
		for _, on := range []bool{true, false} {
			must(h.SetExtras(as(mike), first.ID, on, false))(t)
		}
		pass(10 * time.Second)
		h.plane.deliver(8 * time.Second)
		must(h.End(as(mike), first.ID))(t)
		pass(3 * time.Second)
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
		must(h.End(as(tom), second.ID))(t)
		if *dieAt != "" {
			t.Errorf("the book was never called for %q, only for %q", *dieAt, m.made)
		}
		if !slices.Equal(m.made, calls()) {
			t.Errorf("the calls were %q, want %q", m.made, calls())
		}
	})
}

// TestKilled ends the program before and after each thing that the book writes in a
// show. The next server overcharges nobody, costs her at most three seconds, gives back what
// was set aside, and keeps the rooms closed until she is free.
func TestKilled(t *testing.T) {
	for _, call := range calls() {
		for _, when := range []string{"before", "after"} {
			t.Run(when+" "+call, func(t *testing.T) {
				t.Parallel() // each waits for its own program
				killed(t, when, call)
			})
		}
	}
}

func killed(t *testing.T, when, call string) {
	folder := t.TempDir()
	p := testkit.Start(t, testkit.Spec{Path: os.Args[0], Args: []string{"-test.run=^TestMortal_plays$", "-mortal-at=" + when + " " + call, "-mortal-in=" + folder}})
	if err := p.Wait(time.Minute); err == nil || err.Error() != "signal: killed" {
		t.Fatalf("the program ended with %v\n%s", err, p.Output())
	}
	var ms int64
	if _, err := fmt.Sscanf(p.Output(), "delivered %d ms", &ms); err != nil {
		t.Fatalf("%v: %s", err, p.Output())
	}
	synctest.Test(t, func(t *testing.T) {
		h := &theatre{t: t, url: "sqlite:" + folder + "/x.db"}
		for range 2 { // a server that finds everything in order changes nothing
			h.start()
			h.after(when, call, time.Duration(ms)*time.Millisecond)
			h.close()
		}
		h.start()
		defer h.close()
		h.goesOn()
	})
}

// person finds an account that the program which died has made.
func (h *theatre) person(name string) domain.Account {
	h.t.Helper()
	acc, _, err := h.store.Credentials(context.Background(), name+"@example.org")
	if err != nil {
		h.t.Fatal(err)
	}
	return acc
}

// after holds what the new server has made of the shows against the rules.
func (h *theatre) after(when, call string, delivered time.Duration) {
	h.t.Helper()
	h.sound()
	const bought = 30_000 + 6_000 + 5_000 // a package, its first bonus, and what the sign-up gave
	at := slices.Index(calls(), call)
	written := func(name string) bool {
		i := slices.Index(calls(), name)
		return at > i || at == i && when == "after"
	}
	var paid domain.Millicredits
	for _, who := range []string{"max", "tom"} {
		acc := h.person(who)
		if open := must(h.store.OpenShows(as(acc)))(h.t); len(open) != 0 {
			h.t.Errorf("%s has an open show: %+v", who, open)
		}
		left := h.credits(acc)
		if who == "tom" && left != bought {
			h.t.Errorf("who waited has %s of %d", left, bought)
		}
		paid += bought - left
	}
	due := price * domain.Millicredits(delivered.Milliseconds()) / 60_000
	if unknown := price / 20; paid > due || paid < due-unknown-1 { // three seconds that were not written down
		h.t.Errorf("%s are paid for %s of picture, which is %s", paid, delivered, due)
	}
	if written("settle-1") && paid != due {
		h.t.Errorf("a settled show cost %s, want %s", paid, due)
	}
	closed := written("accepted-1") && !written("open-1")
	if drawn := slices.Contains(h.plane.said(), "curtain luna velvet"); drawn != closed {
		h.t.Errorf("the rooms are closed: %v, want %v; orders %q", drawn, closed, h.plane.said())
	}
}

// goesOn: she opens her rooms, and the next show begins. What was asked for before is
// answered the same.
func (h *theatre) goesOn() {
	h.t.Helper()
	h.her = h.person("luna")
	mike := h.person("max")
	if err := h.Free(as(h.her), "luna"); err != nil {
		h.t.Fatal(err)
	}
	if again, err := h.Ask(as(mike), "luna", "key-of-max"); err != nil {
		h.t.Errorf("the wish sent again: %v", err)
	} else if !again.State.Over() {
		must(h.End(as(mike), again.ID))(h.t)
	}
	s := must(h.Ask(as(mike), "luna", "another-key"))(h.t)
	must(h.Answer(as(h.her), s.ID, true))(h.t)
	must(h.ReadyFor(as(h.her), s.ID))(h.t)
	h.plane.deliver(2 * time.Second)
	h.want(mike, s.ID, domain.ShowRunning, "")
	h.sound()
}
