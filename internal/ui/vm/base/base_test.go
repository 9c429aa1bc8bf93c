package base

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

func TestWork_lanesKeepTheirOrderAndWaitForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Work
		var mu sync.Mutex
		var did []string
		call := func(name string, takes time.Duration) func(context.Context) {
			return func(context.Context) {
				time.Sleep(takes)
				mu.Lock()
				defer mu.Unlock()
				did = append(did, name)
			}
		}
		w.Do("slow", call("s1", time.Minute)) // before it runs
		ctx, cancel := context.WithCancel(t.Context())
		wait := w.Start(ctx)
		w.Do("slow", call("s2", 0))
		for i := range 3 {
			w.Do("fast", call(fmt.Sprint("f", i), time.Second))
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		w.Do("fast", call("f3", 0))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := strings.Join(did, " "); got != "f0 f1 f2 f3 s1 s2" {
			t.Error(got)
		}
		if len(w.lanes) != 0 {
			t.Errorf("%d empty lanes are kept", len(w.lanes))
		}
		started, ended := false, false
		w.Do("last", func(ctx context.Context) { started = true; <-ctx.Done(); ended = true })
		w.Do("last", call("never", 0))
		synctest.Wait()
		cancel()
		wait()
		if !started || !ended || strings.Contains(strings.Join(did, " "), "never") {
			t.Errorf("%v %v %v", started, ended, did)
		}
	})
}

func TestWork_isBounded(t *testing.T) {
	var w Work
	for range maxQueue {
		if !w.Do("a", nil) {
			t.Fatal("full too early")
		}
	}
	if w.Do("a", nil) || !w.Do("b", nil) {
		t.Error("a lane has no end, or fills others")
	}
}

func TestBell_holdsOneWake(t *testing.T) {
	b := NewBell()
	b.Ring()
	b.Ring()
	if <-b; len(b) != 0 {
		t.Error("two wakes")
	}
}

func TestNotice_speaksHerLanguage(t *testing.T) {
	book, err := text.Load(fstest.MapFS{
		"en.json": {Data: []byte(`{"error.limited": "Too fast.", "full": "At most {0}.", "taken": "{0}: {1}", "action.live": "Live"}`)},
		"ru.json": {Data: []byte(`{"error.limited": "Слишком быстро.", "full": "Не больше {0}.", "taken": "{0}: {1}", "action.live": "Эфир"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	refused := Told(domain.Errorf("say", domain.KindLimited, "You are writing too fast."))
	unknown := Told(domain.Errorf("say", domain.KindConflict, "The name is taken."))
	device := Told(&capture.Error{Kind: capture.KindBusy, Message: "Another program has it."})
	for _, c := range []struct {
		n      Notice
		en, ru string
	}{
		{refused, "You are writing too fast.", "Слишком быстро."},
		{unknown, "The name is taken.", "The name is taken."},
		{device, "Another program has it.", "Another program has it."},
		{Say("full", 2), "At most 2.", "Не больше 2."},
		{Say("taken", "F1", Word("action.live")), "F1: Live", "F1: Эфир"},
		{Notice{Text: "as it came"}, "as it came", "as it came"},
		{Told(nil), "", ""},
	} {
		if en, ru := c.n.In(book.For("en")), c.n.In(book.For("ru")); en != c.en || ru != c.ru {
			t.Errorf("%+v: %q, %q", c.n, en, ru)
		}
	}
	if !Told(nil).Empty() || refused.Empty() || device.Key != "device.busy" {
		t.Error("empty or not")
	}
	if Told(errors.New("secret cause")).In(book.For("ru")) == "secret cause" {
		t.Error("a cause is for the log")
	}
}

func TestPasses_whatMayBeTriedAgain(t *testing.T) {
	again := map[domain.Kind]bool{domain.KindUnavailable: true, domain.KindLimited: true, domain.KindInternal: true}
	for _, kind := range domain.Kinds() {
		if got := Passes(domain.Errorf("call", kind, "No.")); got != again[kind] {
			t.Errorf("%s: %v", kind, got)
		}
	}
	if !Passes(errors.New("unknown")) {
		t.Error("an unknown error is never tried again")
	}
}

func TestPause_endsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if !Pause(t.Context(), time.Minute) || time.Since(began) != time.Minute {
			t.Errorf("it took %s", time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if Pause(ctx, time.Hour) || time.Since(began) != time.Minute+time.Second {
			t.Errorf("it went on until %s", time.Since(began))
		}
	})
}

func TestTime_ofTheBackend(t *testing.T) {
	if !Time(0).IsZero() || Time(1500).UnixMilli() != 1500 {
		t.Error("another time")
	}
}
