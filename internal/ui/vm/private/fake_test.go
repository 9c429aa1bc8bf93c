package private

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	anna  = "anna@example.com"
	bella = "bella@example.com"
)

func away() error {
	return domain.Errorf("call", domain.KindUnavailable, "The backend does not answer. It is tried again.")
}

// house is a backend with the shows of its performers, who are one person.
type house struct {
	mu     sync.Mutex
	shows  []domain.Show
	closed bool
	down   bool  // it does not answer
	deaf   bool  // what is ordered is done, and the answer lost
	refuse error // of an answer
	told   func(email string, e domain.Event)
	calls  []string
}

// door is one performer's way to it.
type door struct {
	base.Backend // what is not below is never called
	house        *house
	name         string
}

func (h *house) call(what string) error {
	h.calls = append(h.calls, what)
	if h.down {
		return away()
	}
	return nil
}

func (d *door) OpenShows(context.Context) ([]domain.Show, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	if d.house.down {
		return nil, away()
	}
	return slices.DeleteFunc(slices.Clone(d.house.shows), func(s domain.Show) bool { return s.Room != d.name || s.State.Over() }), nil
}

func (d *door) Room(context.Context, string) (domain.Room, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	r := domain.Room{State: domain.RoomLive}
	if d.house.closed {
		r.State = domain.RoomPrivate
	}
	return r, nil
}

func (d *door) Show(_ context.Context, id string) (domain.Show, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	return *d.house.find(id), nil
}

func (d *door) Viewers(context.Context, string, domain.AcquaintanceOrder) ([]domain.Acquaintance, error) {
	return []domain.Acquaintance{{Viewer: "max", Note: "likes cats", Favourite: true, Spent: 45_000}}, nil
}

func (d *door) Answer(_ context.Context, id string, accept bool) (domain.Show, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	if err := cmp.Or(d.house.call(fmt.Sprint("answer ", id, " ", accept)), d.house.refuse); err != nil {
		return domain.Show{}, err
	}
	s := d.house.find(id)
	if s.State, s.Reason = domain.ShowRefused, "declined"; accept {
		s.State, s.Reason, d.house.closed = domain.ShowAccepted, "", true
		for i := range d.house.shows {
			if o := &d.house.shows[i]; o.State == domain.ShowAsked {
				o.State, o.Place = domain.ShowWaiting, 1
				d.house.say(*o)
			}
		}
	}
	if d.house.deaf {
		return domain.Show{}, away()
	}
	return *s, nil
}

func (d *door) End(_ context.Context, id string) (domain.Show, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	if err := d.house.call("end " + id); err != nil {
		return domain.Show{}, err
	}
	s := d.house.find(id)
	s.State, s.Reason = domain.ShowEnded, "performer"
	return *s, nil
}

func (d *door) Free(_ context.Context, name string) (domain.Room, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	if err := d.house.call("free " + name); err != nil {
		return domain.Room{}, err
	}
	d.house.closed = false
	return domain.Room{State: domain.RoomLive}, nil
}

func (d *door) SetExtras(_ context.Context, id string, cam2cam, audio bool) (domain.Show, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	if err := d.house.call(fmt.Sprint("extras ", id, " ", cam2cam, " ", audio)); err != nil {
		return domain.Show{}, err
	}
	s := d.house.find(id)
	s.Cam2cam.On, s.Audio.On = cam2cam, audio
	return *s, nil
}

func (h *house) find(id string) *domain.Show {
	for i := range h.shows {
		if h.shows[i].ID == id {
			return &h.shows[i]
		}
	}
	return &domain.Show{ID: id, State: domain.ShowFailed}
}

// say tells of a show; h.mu is held. The event comes by itself, later.
func (h *house) say(s domain.Show) {
	data, _ := json.Marshal(domain.ShowNotice{Show: s}) // plain values
	go h.told(s.Room+"@example.com", domain.Event{Kind: domain.EventShow, At: s.Asked + 100, Data: data})
}

// change has the backend change a show, and tell.
func (h *house) change(id string, edit func(s *domain.Show)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.find(id)
	edit(s)
	h.say(*s)
}

// ask has a member ask.
func (h *house) ask(id, room, member string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shows = append(h.shows, domain.Show{ID: id, Room: room, Member: member, State: domain.ShowAsked, Price: 2990, Asked: time.Now().UnixMilli()})
	h.say(h.shows[len(h.shows)-1])
}

// seat is a desk that notes what it is told.
type seat struct {
	mu      sync.Mutex
	now     desk.Private
	told    []string
	state   session.State
	slot    capture.Slot
	guest   desk.Guest
	speaker string
	panic   bool
}

func (s *seat) BeginPrivate(email, show string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = desk.Private{Show: show, Email: email, Cleared: true}
	s.told = append(s.told, "begin "+email+" "+show)
}

func (s *seat) EndPrivate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = desk.Private{}
	s.told = append(s.told, "end")
}

func (s *seat) Guest() *capture.Slot { return &s.slot }

func (s *seat) SetVoice(volume int, muted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guest.Volume, s.guest.Muted = volume, muted
}

func (s *seat) SetSpeaker(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaker = id
}

// hide has the desk be in a panic, or not.
func (s *seat) hide(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panic = on
}

// receive is what the desk receives from now on.
func (s *seat) receive(edit func(g *desk.Guest)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit(&s.guest)
}

func (s *seat) Status() desk.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return desk.Status{Private: s.now, Guest: s.guest, Panic: s.panic, Accounts: []session.Snapshot{{Email: anna, State: s.state}, {Email: bella, State: s.state}}}
}

func (s *seat) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.told, ", ")
}

// evening is a model with two accounts of one person at one house.
type evening struct {
	*Private
	house *house
	seat  *seat
	rings atomic.Int32
	words []string
}

// stageIt runs a story in a bubble, where time is nobody's.
func stageIt(t *testing.T, before func(h *house), story func(t *testing.T, e *evening)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		kept, err := settings.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		e := &evening{house: &house{}, seat: &seat{state: session.Live}}
		e.Private = New(Config{Desk: e.seat, Kept: kept, Now: time.Now,
			Play: func(kind settings.Sound, _ int) {
				if kind == settings.SoundRequest {
					e.rings.Add(1)
				}
			},
			Tell: func(_ string, n base.Notice) {
				e.house.mu.Lock()
				defer e.house.mu.Unlock()
				e.words = append(e.words, fmt.Sprint(n.Key, n.Args))
			}})
		e.house.told = e.Told
		if before != nil {
			before(e.house)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		for email, letter := range map[string]string{anna: "A", bella: "B"} {
			name, _, _ := strings.Cut(email, "@")
			e.Enter(base.Account{Email: email, Name: name, Letter: letter, Backend: &door{house: e.house, name: name}})
		}
		synctest.Wait()
		story(t, e)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// soon lets everything come that is on its way, and some time pass.
func (e *evening) soon(d time.Duration) View {
	time.Sleep(d)
	synctest.Wait()
	return e.View()
}

func (e *evening) orders() string {
	e.house.mu.Lock()
	defer e.house.mu.Unlock()
	return strings.Join(e.house.calls, ", ")
}
