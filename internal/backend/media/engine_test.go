package media

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is an engine behind real HTTP, with a doorman whose list the test holds.
type house struct {
	*Engine
	t     *testing.T
	url   string
	door  *door
	stop  func() // ends the engine and waits
	extra *http.ServeMux

	mu   sync.Mutex
	told []change
}

// door admits uploads by token and views by room.
type door struct {
	mu     sync.Mutex
	grants map[string]Upload
	banned map[string]error
}

func (d *door) AdmitUpload(_ context.Context, token string) (Upload, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, ok := d.grants[token]
	if !ok {
		return Upload{}, domain.Errorf("admit", domain.KindUnauthenticated, "This token is not known; ask for a new one.")
	}
	u.Rooms = slices.Clone(u.Rooms)
	return u, nil
}

func (d *door) AdmitView(ctx context.Context, performer string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if performer == "nobody" {
		return domain.Errorf("view", domain.KindNotFound, "There is no such performer.")
	}
	return d.banned[performer+"/"+domain.ActorFrom(ctx).Guest]
}

func (d *door) grant(token string, u Upload) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.grants[token] = u
}

func (d *door) ban(performer, guest string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.banned[performer+"/"+guest] = err
}

// open starts a house; it is closed with the test.
func open(t *testing.T, change func(*Config)) *house {
	t.Helper()
	h := &house{t: t, door: &door{grants: map[string]Upload{
		"both": {ID: "u1", Rooms: []string{"a", "b"}},
		"key":  {ID: "u2", Rooms: []string{"a"}, AutoOnline: true},
		"keyB": {ID: "u3", Rooms: []string{"b"}, AutoOnline: true},
	}, banned: map[string]error{}}}
	c := Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Doorman: h.door, OffersPerMinute: -1,
		Changed: func(room string, s Status) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.told = append(h.told, changeOf(room, s))
		}}
	if change != nil {
		change(&c)
	}
	var err error
	if h.Engine, err = New(c); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/whip", h.WHIP())
	mux.Handle("/whip/", h.WHIP())
	mux.Handle("/whep/", h.WHEP())
	h.extra = mux
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := domain.Actor{Guest: r.Header.Get("X-Guest"), Origin: "origin" + r.Header.Get("X-Origin")}
		if id := r.Header.Get("X-Member"); id != "" {
			a.Account = domain.Account{ID: domain.AccountID(id), Role: domain.RoleMember}
		}
		mux.ServeHTTP(w, r.WithContext(domain.WithActor(r.Context(), a)))
	}))
	h.url = server.URL
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	t.Cleanup(func() {
		h.stop()
		server.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return h
}

func changeOf(room string, s Status) change { return change{room, s} }

// within is a context for one test's waits.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func (h *house) publish(ctx context.Context, token string, change func(*peer.Publication)) *peer.Publisher {
	h.t.Helper()
	p := peer.Publication{URL: h.url + "/whip", Token: token}
	if change != nil {
		change(&p)
	}
	pub, err := peer.Publish(ctx, p)
	if err != nil {
		h.t.Fatalf("publish: %v", err)
	}
	h.t.Cleanup(func() { _ = pub.Abandon() })
	return pub
}

func (h *house) view(ctx context.Context, room string, change func(*peer.Watch)) *peer.Viewer {
	h.t.Helper()
	w := peer.Watch{URL: h.url + "/whep/" + room}
	if change != nil {
		change(&w)
	}
	v, err := peer.View(ctx, w)
	if err != nil {
		h.t.Fatalf("view %s: %v", room, err)
	}
	h.t.Cleanup(func() { _ = v.Abandon() })
	return v
}

// online opens a gate and waits for the picture.
func (h *house) online(ctx context.Context, rooms ...string) {
	h.t.Helper()
	for _, r := range rooms {
		if _, err := h.SetOnline(r, true); err != nil {
			h.t.Fatal(err)
		}
		h.until(ctx, r, domain.RoomLive)
	}
}

// until waits for a room's state.
func (h *house) until(ctx context.Context, room string, want domain.RoomState) {
	h.t.Helper()
	h.wait(ctx, func() bool { return h.Room(room).State == want }, "room %s is %s, not %s", room, h.Room(room).State, want)
}

// wait polls until ok.
func (h *house) wait(ctx context.Context, ok func() bool, format string, args ...any) {
	h.t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			h.t.Fatalf(format, args...)
		}
	}
}

func TestEngine_gateOpensAndCloses(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	h.publish(ctx, "both", nil)
	if _, err := peer.View(ctx, peer.Watch{URL: h.url + "/whep/a"}); err == nil {
		t.Fatal("a closed gate let a viewer in")
	}
	h.online(ctx, "a")
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 30); err != nil {
		t.Fatal(err)
	}
	if !v.Units()[0].Key || !v.Units()[0].Whole {
		t.Error("the viewer did not begin at a whole key frame")
	}
	if s, err := h.SetOnline("a", false); err != nil || s != domain.RoomOffline {
		t.Fatalf("offline: %v %v", s, err)
	}
	select {
	case <-v.Gone():
	case <-ctx.Done():
		t.Fatal("the view outlived the room")
	}
}
