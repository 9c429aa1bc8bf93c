package private

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
)

const moment = 300 * time.Millisecond

// A whole show: asked, accepted, running, ended, read, free.
func TestPrivate_aWholeShow(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "anna", "max")
		v := e.soon(moment)
		if len(v.Requests) != 1 {
			t.Fatalf("%+v", v)
		}
		if q := v.Requests[0]; q.Member != "max" || q.Letter != "A" || q.Price != 2990 || !q.Known || q.Note != "likes cats" || !q.Favourite ||
			q.Spent != 45_000 || q.Left != 120*time.Second {
			t.Errorf("%+v", q)
		}
		if v = e.soon(30 * time.Second); v.Requests[0].Left != 90*time.Second {
			t.Errorf("after half a minute %s are left", v.Requests[0].Left)
		}
		e.Accept("s1")
		v = e.soon(moment)
		if v.Current == nil || v.Current.State != domain.ShowAccepted || len(v.Requests) != 0 || e.seat.log() != "begin anna@example.com s1" {
			t.Fatalf("%+v, the desk heard %s", v, e.seat.log())
		}
		began := time.Now()
		e.house.change("s1", func(s *domain.Show) { s.State, s.Started = domain.ShowRunning, began.UnixMilli() })
		if v = e.soon(4500 * time.Millisecond); v.Current.Time != 4*time.Second || v.Current.Delivered != 0 {
			t.Errorf("%+v", v.Current)
		}
		if v = e.soon(4 * time.Second); v.Current.Time != 8*time.Second {
			t.Errorf("it shows %s", v.Current.Time)
		}
		for range 60 {
			if before := v.Current.Time; e.soon(time.Second).Current.Time < before {
				t.Error("it jumps back without news")
			}
			v = e.View()
		}
		if v.Current.Time != domain.TickEvery {
			t.Errorf("without news it counts on to %s", v.Current.Time)
		}
		e.house.change("s1", func(s *domain.Show) { s.DeliveredMS, s.Charged, s.EarnedCents = 20_000, 996, 29 })
		if v = e.soon(moment); v.Current.Delivered != 20*time.Second || v.Current.Charged != 996 || v.Current.EarnedCents != 29 {
			t.Errorf("%+v", v.Current)
		}
		e.house.change("s1", func(s *domain.Show) { s.State = domain.ShowInterrupted })
		if v = e.soon(5 * time.Second); !v.Current.Interrupted || v.Current.Time != 20*time.Second {
			t.Errorf("it does not stand: %+v", v.Current)
		}
		e.End(nil)
		if v = e.soon(moment); v.Current == nil || v.Current.State != domain.ShowEnded || v.MustFree {
			t.Errorf("%+v", v)
		}
		e.house.change("s1", func(s *domain.Show) {
			s.State, s.Ended, s.DeliveredMS = domain.ShowSettled, s.Started+35_600, 20_990
		})
		v = e.soon(moment)
		if v.Current != nil || !v.MustFree || v.Over == nil || v.Over.Delivered != 20*time.Second || v.Over.Paused != 16*time.Second ||
			v.Over.Charged != 996 || v.Over.EarnedCents != 29 || v.Over.Reason != "performer" || v.Over.Member != "max" {
			t.Fatalf("%+v %+v", v, v.Over)
		}
		if v = e.soon(time.Hour); !v.MustFree || strings.Contains(e.seat.log(), "end") || strings.Contains(e.orders(), "free") {
			t.Error("her rooms opened by themselves")
		}
		e.Free()
		if v = e.soon(moment); v.MustFree || v.Over != nil || !strings.HasSuffix(e.seat.log(), ", end") || !strings.Contains(e.orders(), "free anna") {
			t.Errorf("%+v; %s; %s", v, e.seat.log(), e.orders())
		}
	})
}

// Both accounts are asked: one card, accepting one puts the other in line, and no
// second acceptance goes out.
func TestPrivate_twoAsk(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "bella", "max")
		e.soon(time.Second)
		e.house.ask("s2", "anna", "otto")
		v := e.soon(moment)
		if len(v.Requests) != 2 || v.Requests[0].Show != "s1" || v.Requests[1].Letter != "A" {
			t.Fatalf("%+v", v.Requests)
		}
		e.Accept("s1")
		e.Accept("s2")
		v = e.soon(moment)
		if v.Current == nil || v.Current.Show != "s1" || v.InLine != 1 || len(v.Requests) != 0 || e.orders() != "answer s1 true" {
			t.Fatalf("%+v; %s", v, e.orders())
		}
		if got := fmt.Sprint(e.words); got != "[private.toast.waits[otto]]" {
			t.Error(got)
		}
		e.house.change("s1", func(s *domain.Show) { s.State, s.Reason = domain.ShowSettled, "member" })
		if v = e.soon(moment); !v.MustFree || v.InLine != 1 {
			t.Errorf("%+v", v)
		}
		e.Free()
		e.soon(moment)
		e.house.change("s2", func(s *domain.Show) { s.State, s.Asked = domain.ShowAsked, time.Now().UnixMilli() })
		if v = e.soon(moment); len(v.Requests) != 1 || v.Requests[0].Left != 120*time.Second || v.InLine != 0 {
			t.Errorf("his turn: %+v", v)
		}
	})
}

// Both lines are called in one moment: the card of who asked first is the first, though
// the other's was there sooner.
func TestPrivate_whoAskedFirstIsFirst(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		wait := func(s *domain.Show) { s.State = domain.ShowWaiting }
		called := func(s *domain.Show) { s.State, s.Asked = domain.ShowAsked, time.Now().UnixMilli() }
		e.house.ask("s1", "bella", "max")
		e.house.change("s1", wait)
		e.house.ask("s2", "anna", "otto")
		e.house.change("s2", wait)
		e.soon(moment)
		e.house.change("s2", called)
		e.soon(8 * time.Millisecond)
		e.house.change("s1", called)
		if v := e.soon(moment); len(v.Requests) != 2 || v.Requests[0].Show != "s1" || v.Requests[1].Show != "s2" {
			t.Errorf("%+v", v.Requests)
		}
	})
}

// Who asks at another service meanwhile, which knows nothing of her show, cannot be
// taken before she is free.
func TestPrivate_askedElsewhereMeanwhile(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "anna", "max")
		e.soon(moment)
		e.Accept("s1")
		e.soon(moment)
		e.house.ask("s2", "bella", "otto")
		still := func(when string) {
			t.Helper()
			v := e.soon(moment)
			e.Accept("s2")
			if e.soon(moment); len(v.Requests) != 0 || v.InLine != 1 || strings.Contains(e.orders(), "s2") {
				t.Errorf("%s: %+v; %s", when, v, e.orders())
			}
		}
		still("in the show")
		e.house.change("s1", func(s *domain.Show) { s.State = domain.ShowSettled })
		still("before she is free")
		e.Free()
		if v := e.soon(moment); len(v.Requests) != 1 {
			t.Errorf("free: %+v", v)
		}
	})
}

// What becomes of a wish that is not accepted.
func TestPrivate_aWishThatIsNotAccepted(t *testing.T) {
	for name, row := range map[string]struct {
		state  domain.ShowState
		reason string
		word   string
	}{
		"nobody answered": {domain.ShowExpired, "unanswered", "[private.toast.expired[max]]"},
		"taken back":      {domain.ShowRefused, "withdrawn", "[private.toast.gone[max]]"},
		"no credit":       {domain.ShowFailed, "credit", "[private.toast.gone[max]]"},
		"declined":        {domain.ShowRefused, "declined", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			stageIt(t, nil, func(t *testing.T, e *evening) {
				e.house.ask("s1", "anna", "max")
				e.soon(moment)
				if name == "declined" {
					e.Decline("s1")
					if e.soon(moment); e.orders() != "answer s1 false" {
						t.Error(e.orders())
					}
				} else {
					e.house.change("s1", func(s *domain.Show) { s.State, s.Reason = row.state, row.reason })
				}
				if v := e.soon(moment); len(v.Requests) != 0 || v.MustFree || v.Over != nil || fmt.Sprint(e.words) != row.word || e.seat.log() != "" {
					t.Errorf("%+v; %v", v, e.words)
				}
			})
		})
	}
}

// A card is not shown longer than it can be answered, whatever the clocks say.
func TestPrivate_theCardGoesInTime(t *testing.T) {
	for name, ago := range map[string]time.Duration{"fresh": 0, "read late": 100 * time.Second, "her clock is wrong": 10 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			stageIt(t, func(h *house) {
				h.shows = []domain.Show{{ID: "s1", Room: "anna", Member: "max", State: domain.ShowAsked, Asked: time.Now().Add(-ago).UnixMilli()}}
			}, func(t *testing.T, e *evening) {
				want := domain.AnswerWithin - ago
				if want < 0 {
					want = domain.AnswerWithin
				}
				if v := e.soon(0); len(v.Requests) != 1 || v.Requests[0].Left != want {
					t.Fatalf("%+v", v)
				}
				if v := e.soon(want + time.Second); len(v.Requests) != 0 {
					t.Errorf("%+v", v)
				}
			})
		})
	}
}

// The sound comes at once, every five seconds, and no longer than somebody asks.
func TestPrivate_ringsUntilAnswered(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "anna", "max")
		for i := range 4 {
			if e.soon(moment); e.rings.Load() != int32(i+1) {
				t.Errorf("after %d × 5 s it rang %d times", i, e.rings.Load())
			}
			e.soon(ringEvery - moment)
		}
		e.Accept("s1")
		e.soon(moment)
		rings := e.rings.Load()
		if e.soon(time.Minute); e.rings.Load() != rings {
			t.Error("it rings for who was answered")
		}
	})
}

// In a panic nobody is accepted and nothing sounds; a wish that is still open sounds
// once she is back, and can be accepted.
func TestPrivate_nothingBeginsInAPanic(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.seat.hide(true)
		e.house.ask("s1", "anna", "max")
		if v := e.soon(3 * ringEvery); !v.Panic || len(v.Requests) != 1 || e.rings.Load() != 0 {
			t.Errorf("it rang %d times: %+v", e.rings.Load(), v)
		}
		e.Accept("s1")
		if v := e.soon(moment); v.Current != nil || len(v.Requests) != 1 || e.orders() != "" {
			t.Errorf("it was accepted: %s", e.orders())
		}
		e.seat.hide(false)
		if v := e.soon(moment); v.Panic || e.rings.Load() != 1 {
			t.Errorf("after it: %d rings, %+v", e.rings.Load(), v)
		}
		e.seat.hide(true)
		e.Decline("s1") // that can be done unseen
		if v := e.soon(moment); len(v.Requests) != 0 || e.orders() != "answer s1 false" {
			t.Errorf("it was not declined: %s", e.orders())
		}
	})
}

// After a start in the middle of a show, or after one that was not freed, she reads
// it and has the way on.
func TestPrivate_startedAnew(t *testing.T) {
	for name, row := range map[string]struct {
		state   domain.ShowState
		closed  bool
		current bool
		free    bool
	}{
		"running":     {domain.ShowRunning, true, true, false},
		"interrupted": {domain.ShowInterrupted, true, true, false},
		"accepted":    {domain.ShowAccepted, true, true, false},
		"over":        {domain.ShowSettled, true, false, true},
		"long over":   {domain.ShowSettled, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			stageIt(t, func(h *house) {
				h.shows, h.closed = []domain.Show{{ID: "s1", Room: "anna", Member: "max", State: row.state}}, row.closed
			}, func(t *testing.T, e *evening) {
				e.seat.mu.Lock()
				e.seat.state = session.Offline
				e.seat.mu.Unlock()
				v := e.soon(time.Second)
				if (v.Current != nil) != row.current || v.MustFree != row.free || (e.seat.log() == "begin anna@example.com s1") != row.current {
					t.Fatalf("%+v; %s", v, e.seat.log())
				}
				if row.current && !v.Current.Offline {
					t.Error("it does not say that she has to go online")
				}
				if row.free {
					e.Free()
					if v = e.soon(moment); v.MustFree || !strings.HasPrefix(e.orders(), "free anna") {
						t.Errorf("%+v %s", v, e.orders())
					}
				}
			})
		})
	}
}

// Where another service has not confirmed that it was left there is no show, also
// when the order to end it has to be repeated. The model and the repeat wake in the
// same instant, and which is first is chance: it is tried often.
func TestPrivate_noShowWhileAnotherServiceMaySeeHer(t *testing.T) {
	for range 100 {
		stageIt(t, nil, anotherServiceMaySeeHer)
	}
}

func anotherServiceMaySeeHer(t *testing.T, e *evening) {
	e.house.ask("s1", "anna", "max")
	e.soon(moment)
	e.Accept("s1")
	e.soon(moment)
	e.house.mu.Lock()
	e.house.down = true
	e.house.mu.Unlock()
	e.seat.mu.Lock()
	e.seat.now.Trouble, e.seat.now.Cleared = away(), false
	e.seat.mu.Unlock()
	for range 5 {
		if v := e.soon(500 * time.Millisecond); v.Trouble.Key != "private.trouble.left" || v.Current == nil {
			t.Fatalf("while her backend is away: %+v; %s", v, e.orders())
		}
	}
	e.house.mu.Lock()
	e.house.down = false
	e.house.mu.Unlock()
	v := e.soon(3 * time.Second)
	if v.Trouble.Key != "private.trouble.left" || v.Current == nil || v.Current.State != domain.ShowEnded {
		t.Fatalf("%+v; %s", v, e.orders())
	}
	if n := strings.Count(e.orders(), "end s1"); n < 2 || n > 5 {
		t.Errorf("ended %d times", n)
	}
	e.house.change("s1", func(s *domain.Show) { s.State = domain.ShowSettled })
	if v = e.soon(moment); !v.MustFree || v.Trouble.Empty() {
		t.Errorf("%+v", v)
	}
}

// An answer that is lost, one that is refused, and one that comes too late.
func TestPrivate_answersThatFail(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "anna", "max")
		e.soon(moment)
		e.house.mu.Lock()
		e.house.refuse = domain.Errorf("show", domain.KindConflict, "Your camera's upload is not there.")
		e.house.mu.Unlock()
		e.Accept("s1")
		if v := e.soon(moment); v.Trouble.Key != "private.trouble.answer" || v.Current != nil || len(v.Requests) != 1 || v.Busy {
			t.Errorf("%+v", v)
		}
		e.house.mu.Lock()
		e.house.refuse, e.house.deaf = nil, true
		e.house.mu.Unlock()
		e.Accept("s1")
		if v := e.soon(3 * time.Second); v.Current == nil || e.seat.log() != "begin anna@example.com s1" {
			t.Errorf("an acceptance whose answer was lost is not noticed: %+v", v)
		}
	})
}

// Late news take nothing back.
func TestPrivate_lateNews(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "anna", "max")
		e.soon(moment)
		e.Accept("s1")
		e.house.change("s1", func(s *domain.Show) { s.State, s.DeliveredMS = domain.ShowRunning, 30_000 })
		e.soon(moment)
		for _, late := range []domain.Show{{State: domain.ShowAsked}, {State: domain.ShowAccepted}, {State: domain.ShowRunning, DeliveredMS: 20_000}} {
			late.ID, late.Room, late.Member = "s1", "anna", "max"
			e.house.say(late)
			if v := e.soon(moment); v.Current == nil || v.Current.State != domain.ShowRunning || v.Current.Delivered != 30*time.Second {
				t.Errorf("after %+v: %+v", late, v)
			}
		}
		e.Told(anna, domain.Event{Kind: domain.EventShow, Data: []byte(`{"show":{"id":"s9","room":"somebody","state":"accepted"}}`)})
		e.Told(anna, domain.Event{Kind: domain.EventShow, Data: []byte(`{"show":`)})
		e.Told("nobody@example.com", domain.Event{Kind: domain.EventRoom, Data: []byte(`{"state":"private"}`)})
		e.house.change("s1", func(s *domain.Show) { s.State = domain.ShowSettled })
		e.soon(moment)
		e.house.say(domain.Show{ID: "s1", Room: "anna", State: domain.ShowRunning, DeliveredMS: 40_000})
		if v := e.soon(moment); v.Current != nil || !v.MustFree || v.Over.Show != "s1" {
			t.Errorf("%+v", v)
		}
	})
}

// Who ends the show and goes does so in this order, and is not kept by a backend
// that does not answer.
func TestPrivate_endsBeforeSheGoes(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		gone := make(chan string, 3)
		e.End(func() { gone <- e.orders() })
		if e.soon(moment); len(gone) != 1 {
			t.Fatal("without a show she waits")
		}
		<-gone
		e.house.ask("s1", "anna", "max")
		e.soon(moment)
		e.Accept("s1")
		e.soon(moment)
		e.End(func() { gone <- e.orders() })
		if e.soon(moment); len(gone) != 1 || !strings.HasSuffix(<-gone, "end s1") {
			t.Error("she went first")
		}
		e.house.mu.Lock()
		e.house.down = true
		e.house.mu.Unlock()
		e.End(func() { gone <- "" })
		if v := e.soon(moment); len(gone) != 1 || v.Trouble.Empty() {
			t.Error("a backend that is away keeps her")
		}
	})
}

// Who signs out of a show has not freed her rooms.
func TestPrivate_signedOutOfAShow(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.house.ask("s1", "anna", "max")
		e.soon(moment)
		e.Accept("s1")
		e.soon(moment)
		e.Leave(anna)
		if v := e.soon(moment); v.Current != nil || !v.MustFree {
			t.Fatalf("%+v", v)
		}
		e.Free()
		if v := e.soon(moment); v.MustFree || !strings.HasSuffix(e.seat.log(), ", end") {
			t.Errorf("%+v; %s", v, e.seat.log())
		}
	})
}
