package chat

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// theatre is a backend with one room, kept in memory: what is said gets the next
// number, and is told to whoever listens before the answer.
type theatre struct {
	base.Backend // what is not below is never called
	name         string

	mu       sync.Mutex
	events   []domain.Event
	keys     map[string]domain.Message
	bans     []domain.Ban
	settings domain.RoomSettings
	tell     func(domain.Event)
	fail     map[string]error // by the name of the method, once
	always   map[string]error // for ever
	mute     bool             // answers of Say are lost
	private  bool             // what is said is of a show
	calls    []string
}

func newTheatre(name string) *theatre {
	return &theatre{name: name, keys: map[string]domain.Message{}, fail: map[string]error{}, always: map[string]error{}, tell: func(domain.Event) {}}
}

func (t *theatre) called(name string) error {
	t.calls = append(t.calls, name)
	err := t.fail[name]
	delete(t.fail, name)
	if err == nil {
		err = t.always[name]
	}
	return err
}

func (t *theatre) count(name string) (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.calls {
		if c == name {
			n++
		}
	}
	return n
}

func (t *theatre) failOnce(name string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fail[name] = err
}

// post adds an event of a kind; at is its time in milliseconds.
func (t *theatre) post(kind domain.EventKind, at int64, data func(seq int64) any) domain.Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.postLocked(kind, at, data)
}

func (t *theatre) postLocked(kind domain.EventKind, at int64, data func(seq int64) any) domain.Event {
	seq := int64(len(t.events)) + 1
	raw, err := json.Marshal(data(seq))
	if err != nil {
		panic(err)
	}
	e := domain.Event{Seq: seq, Room: t.name, Kind: kind, At: at, Data: raw}
	t.events = append(t.events, e)
	return e
}

// says has a member say something.
func (t *theatre) says(who, text string, at int64) domain.Event {
	return t.post(domain.EventMessage, at, func(seq int64) any {
		return domain.Message{Seq: seq, From: who, Role: domain.RoleMember, Text: text, At: at}
	})
}

func (t *theatre) tips(who string, credits domain.Millicredits, at int64) domain.Event {
	return t.post(domain.EventTip, at, func(int64) any { return domain.TipNotice{From: who, Millicredits: credits, Note: "for you"} })
}

func (t *theatre) Room(context.Context, string) (domain.Room, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return domain.Room{Name: t.name, Seq: int64(len(t.events)), GuestChat: t.settings.GuestChat}, t.called("Room")
}

func (t *theatre) RoomEvents(_ context.Context, _ string, after int64, limit int) ([]domain.Event, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.called("RoomEvents"); err != nil {
		return nil, err
	}
	from := min(max(after, 0), int64(len(t.events)))
	list := t.events[from:]
	return append([]domain.Event(nil), list[:min(len(list), limit)]...), nil
}

func (t *theatre) Say(_ context.Context, _ string, l domain.Line) (domain.Message, error) {
	t.mu.Lock()
	if err := t.called("Say"); err != nil {
		t.mu.Unlock()
		return domain.Message{}, err
	}
	m, again := t.keys[l.Key]
	var e domain.Event
	if !again {
		at := int64(1_000_000 + len(t.events))
		e = t.postLocked(domain.EventMessage, at, func(seq int64) any {
			m = domain.Message{Seq: seq, From: t.name, Role: domain.RolePerformer, Text: l.Text, At: at, Private: t.private}
			return m
		})
		t.keys[l.Key] = m
	}
	tell, mute := t.tell, t.mute
	t.mu.Unlock()
	if !again {
		tell(e)
	}
	if mute {
		return domain.Message{}, away()
	}
	m.Key = l.Key
	return m, nil
}

func (t *theatre) Bans(context.Context, string) ([]domain.Ban, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bans, t.called("Bans")
}

func (t *theatre) Ban(_ context.Context, _, viewer string, minutes int) (domain.Ban, error) {
	t.mu.Lock()
	err := t.called("Ban " + viewer + " " + strconv.Itoa(minutes))
	if err == nil {
		err = t.called("Ban")
	}
	if err != nil {
		t.mu.Unlock()
		return domain.Ban{}, err
	}
	until := int64(0)
	if minutes > 0 {
		until = time.Now().Add(time.Duration(minutes) * time.Minute).UnixMilli()
	}
	e := t.postLocked(domain.EventRemoved, 2_000_000, func(int64) any { return domain.RemovedNotice{Viewer: viewer, Until: until} })
	t.mu.Unlock()
	t.tell(e)
	return domain.Ban{Viewer: viewer, Until: until}, nil
}

func (t *theatre) Lift(_ context.Context, _, viewer string) error {
	t.mu.Lock()
	if err := t.called("Lift"); err != nil {
		t.mu.Unlock()
		return err
	}
	e := t.postLocked(domain.EventRemoved, 2_000_001, func(int64) any { return domain.RemovedNotice{Viewer: viewer, Lifted: true} })
	t.mu.Unlock()
	t.tell(e)
	return nil
}

func (t *theatre) Settings(context.Context, string) (domain.RoomSettings, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.settings, t.called("Settings")
}

func (t *theatre) SetSettings(_ context.Context, _ string, s domain.RoomSettings) error {
	t.mu.Lock()
	t.settings = s
	e := t.postLocked(domain.EventRules, 2_000_002, func(int64) any { return domain.RulesNotice{GuestChat: s.GuestChat} })
	t.mu.Unlock()
	t.tell(e)
	return nil
}

// away is what a client says of a backend that does not answer.
func away() error {
	return domain.Errorf("call", domain.KindUnavailable, "The backend does not answer. It is tried again.")
}

func forbidden() error {
	return domain.Errorf("call", domain.KindForbidden, "You may not do that here.")
}

// running runs a model until the test's end and waits for it.
func running(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}
