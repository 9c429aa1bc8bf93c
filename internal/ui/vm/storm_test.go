package vm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
)

// hall is one account's backend in a storm: what it tells is what it has told.
type hall struct {
	Backend // what is not below is never called

	mu     sync.Mutex
	events []domain.Event
	earned int64
	seq    int64
}

// next makes the next event of the room, or of the account's own stream.
func (h *hall) next(i int) domain.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	kinds := []domain.EventKind{domain.EventMessage, domain.EventMessage, domain.EventTip, domain.EventViewers, domain.EventRoom, domain.EventEarnings}
	e := domain.Event{Kind: kinds[i%len(kinds)], At: int64(i + 1)}
	var data any
	switch e.Kind {
	case domain.EventMessage:
		data = domain.Message{From: fmt.Sprint("m", i%50), Role: domain.RoleMember, Text: "x"}
	case domain.EventTip:
		data = domain.TipNotice{From: fmt.Sprint("m", i%50), Millicredits: 1000}
	case domain.EventViewers:
		data = domain.ViewersNotice{Viewers: i % 9}
	case domain.EventEarnings:
		h.earned++
		h.seq++
		e.Seq = h.seq
		data = domain.EarningsNotice{EarnedCents: h.earned}
	default:
		data = domain.Room{}
	}
	e.Data, _ = json.Marshal(data) // plain values
	if e.Kind != domain.EventEarnings {
		e.Seq = int64(len(h.events) + 1)
		h.events = append(h.events, e)
	}
	return e
}

func (h *hall) Room(context.Context, string) (domain.Room, error)  { return domain.Room{}, nil }
func (h *hall) Bans(context.Context, string) ([]domain.Ban, error) { return nil, nil }

func (h *hall) RoomEvents(_ context.Context, _ string, after int64, limit int) ([]domain.Event, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	rest := h.events[min(int(after), len(h.events)):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (h *hall) Me(context.Context) (domain.Me, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return domain.Me{EarnedCents: h.earned, Seq: h.seq}, nil
}

func (h *hall) Statement(context.Context, string, string, string) (domain.Statement, error) {
	return domain.Statement{}, nil
}

func (h *hall) SoldSnapshots(context.Context, string) ([]domain.Snapshot, error) { return nil, nil }

func (h *hall) Viewers(context.Context, string, domain.AcquaintanceOrder) ([]domain.Acquaintance, error) {
	return []domain.Acquaintance{{Viewer: "m1", Favourite: true}}, nil
}

// Eight goroutines tell every model of two accounts' events, while others look
// at each and an account comes and goes. In the end they tell the truth.
func TestModels_storm(t *testing.T) {
	const tellers, each, looks = 8, 300, 200
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	toasts := NewToasts(ToastsConfig{Kept: kept, Now: time.Now})
	live := NewLive(LiveConfig{Stage: &dais{}, Booth: &dais{}, Kept: kept, Tell: toasts.Trouble, Now: time.Now,
		Devices: func() ([]capture.Device, error) { return nil, nil }})
	talk := NewChat(ChatConfig{Now: time.Now})
	money := NewMoney()
	circle := NewGuests(GuestsConfig{Known: talk.Know})
	followers := []Follower{live, talk, money, toasts, circle}
	for _, run := range []func(context.Context) error{live.Run, toasts.Run, talk.Run, money.Run, circle.Run} {
		running(t, run)
	}
	halls := map[string]*hall{anna: {}, bella: {}}
	enter := func(email, letter string, h *hall) {
		for _, f := range followers {
			f.Enter(Account{Email: email, Name: letter, Letter: letter, Backend: h})
		}
	}
	enter(anna, "A", halls[anna])
	enter(bella, "B", halls[bella])
	var all sync.WaitGroup
	for n := range tellers {
		email := []string{anna, bella}[n%2]
		all.Go(func() {
			for i := range each {
				e := halls[email].next(i)
				for _, f := range followers {
					f.Told(email, e)
				}
			}
		})
	}
	for _, look := range []func(){
		func() { live.View() }, func() { talk.View(); talk.Line(0) }, func() { money.View() }, func() { circle.View() },
		func() {
			for _, x := range toasts.View() {
				toasts.Dismiss(x.ID)
			}
		},
		func() {
			enter("guest@example.com", "C", &hall{})
			for _, f := range followers {
				f.Leave("guest@example.com")
			}
		},
	} {
		all.Go(func() {
			for range looks {
				look()
			}
		})
	}
	all.Wait()
	calm(t, talk, money, halls)
}

// calm waits until everything that was told is there, once.
func calm(t *testing.T, talk *Chat, money *Money, halls map[string]*hall) {
	t.Helper()
	shown := func() (string, bool) {
		v, lines := talk.View(), 0
		if len(v.Rooms) != len(halls) || v.Rooms[0].Behind || v.Rooms[1].Behind {
			return "rooms are behind", false
		}
		for _, h := range halls {
			for _, e := range h.events {
				if e.Kind == domain.EventMessage || e.Kind == domain.EventTip {
					lines++
				}
			}
		}
		for _, a := range money.View().Accounts {
			if a.EarnedCents != halls[a.Email].earned {
				return fmt.Sprintf("%s earned %d, told %d", a.Email, halls[a.Email].earned, a.EarnedCents), false
			}
		}
		return fmt.Sprintf("%d lines of %d", v.Len, lines), v.Len == lines
	}
	deadline, tick := time.After(20*time.Second), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for {
		said, ok := shown()
		if ok {
			break
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(said)
		}
	}
	seen := map[int64]bool{}
	for i := range talk.Len() {
		l, _ := talk.Line(i)
		if seen[l.ID] {
			t.Fatalf("line %d is there twice", l.ID)
		}
		seen[l.ID] = true
	}
}
