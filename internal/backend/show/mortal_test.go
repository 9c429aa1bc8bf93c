//go:build unix

package show_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/show/showtest"
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

// TestMortal_plays plays a whole show with a second member in line. Started by
// TestKilled it dies in it; by itself it proves that the list of calls is whole.
func TestMortal_plays(t *testing.T) {
	folder := *dieIn
	if folder == "" {
		folder = t.TempDir()
	}
	synctest.Test(t, func(t *testing.T) {
		var h *theatre
		var book *showtest.Book
		h = openTheatreIn(t, folder, func(b show.Book) show.Book {
			book = showtest.Mortal(b, *dieAt, func() time.Duration { told, _ := h.plane.Delivered(""); return told })
			return book
		})
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
		made := slices.DeleteFunc(book.Writes(), func(name string) bool { return strings.HasPrefix(name, "note-") && name != "note-1" }) // one stands for all
		if *dieAt != "" {
			t.Errorf("the book was never called for %q, only for %q", *dieAt, made)
		}
		if !slices.Equal(made, calls()) {
			t.Errorf("the calls were %q, want %q", made, calls())
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
