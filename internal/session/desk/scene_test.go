package desk

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// soon is how long a test waits for what must happen.
const soon = 20 * time.Second

// studio is where the devices of a test are; it knows which were opened, and how
// many cameras at once.
type studio struct {
	mu      sync.Mutex
	open    []string // now
	opened  []string // ever
	atOnce  int
	refused error
}

func (s *studio) enter(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened = append(s.opened, name)
	if s.refused != nil {
		return s.refused
	}
	s.open = append(s.open, name)
	s.atOnce = max(s.atOnce, len(s.open))
	return nil
}

func (s *studio) leave(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.open, name)
	s.open = slices.Delete(s.open, i, i+1)
}

func (s *studio) now() (open, opened []string, atOnce int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.open), slices.Clone(s.opened), s.atOnce
}

func (s *studio) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = err
}

// camera is what Config.OpenCamera wants; every device draws the pattern.
func (s *studio) camera(src Source, wish capture.Wish, pool *capture.Pool) (func(context.Context) (capture.Camera, error), error) {
	if src.Kind == "tone" {
		return nil, domain.Errorf("camera", domain.KindInvalid, "A tone is no picture.")
	}
	open := synthetic.Open(synthetic.CameraConfig{Size: wish, Pool: pool})
	return func(ctx context.Context) (capture.Camera, error) {
		if err := s.enter(src.String()); err != nil {
			return nil, err
		}
		c, err := open(ctx)
		return guest{c, s, src.String()}, err
	}, nil
}

// guest is a camera that tells the studio when it is closed.
type guest struct {
	capture.Camera
	studio *studio
	name   string
}

func (g guest) Run(ctx context.Context, sink func(*capture.Frame)) error {
	defer g.studio.leave(g.name)
	return g.Camera.Run(ctx, sink)
}

func microphone(src Source) (func(context.Context) (capture.Microphone, error), error) {
	return synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Silent: src.Kind == "silence"}), nil
}

// nap is a machine that the test puts to sleep.
type nap struct{ total atomic.Int64 }

func (n *nap) slept() time.Duration { return time.Duration(n.total.Load()) }

// house is a backend with its demo's people.
type house struct {
	*backend.Server
	backend.Demo
	guest *client.Client
}

func openHouse(t *testing.T) *house {
	t.Helper()
	s := backend.New(backend.Config{Listen: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), Demo: true,
		Passwords: auth.Params{Memory: 8, Time: 1, Threads: 1}})
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{Server: s}
	text, err := os.ReadFile(s.DemoFile())
	if err == nil {
		err = json.Unmarshal(text, &h.Demo)
	}
	if err != nil {
		t.Fatal(err)
	}
	if h.guest, err = client.New(client.Config{URL: s.URL()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.guest.CloseIdle)
	return h
}

// entry signs a performer in.
func (h *house) entry(t *testing.T, who int) Entry {
	t.Helper()
	p := h.Performers[who]
	s, err := h.guest.SignIn(t.Context(), p.Email, p.Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	return Entry{Email: p.Email, Token: s.Token, URL: h.URL(), Service: h.guest.With(s.Token)}
}

// state is what visitors are told of a room.
func (h *house) state(t *testing.T, who int) domain.RoomState {
	t.Helper()
	r, err := h.guest.Room(context.WithoutCancel(t.Context()), h.Performers[who].Name)
	if err != nil {
		t.Fatal(err)
	}
	return r.State
}

// scene is a desk that works until the test ends.
type scene struct {
	t      *testing.T
	desk   *Desk
	studio *studio
	nap    *nap
	end    func()
}

func small() Choice {
	return Choice{Camera: Source{Kind: "pattern"}, Microphone: Source{Kind: "tone"}, Size: capture.Wish{Width: 320, Height: 180, FPS: 30}}
}

func openDesk(t *testing.T, c Choice) *scene {
	t.Helper()
	s := &scene{t: t, studio: &studio{}, nap: &nap{}}
	transport := client.NewTransport(nil)
	var err error
	if s.desk, err = New(Config{OpenCamera: s.studio.camera, OpenMicrophone: microphone, Choice: c, Transport: transport, slept: s.nap.slept}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- s.desk.Run(ctx) }()
	s.end = sync.OnceFunc(func() {
		cancel()
		if err := testkit.Receive(t, soon, over, "the desk's end"); err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
		if open, _, _ := s.studio.now(); len(open) > 0 {
			t.Errorf("left open: %v", open)
		}
		s.desk.preview.TryTake().Release()
		if out, _, misused := s.desk.frames.Stats(); out != 0 || misused != 0 {
			t.Errorf("%d frames leaked, %d misused", out, misused)
		}
	})
	t.Cleanup(s.end)
	return s
}

func (s *scene) until(what string, done func(Status) bool) Status {
	s.t.Helper()
	var now Status
	if !testkit.Holds(soon, func() bool { now = s.desk.Status(); return done(now) }) {
		s.t.Fatalf("waited %v in vain for %s: %+v", soon, what, now)
	}
	return now
}

// states waits until the accounts are in these states.
func (s *scene) states(want ...session.State) Status {
	s.t.Helper()
	return s.until("the accounts to change", func(now Status) bool {
		return slices.EqualFunc(now.Accounts, want, func(a session.Snapshot, w session.State) bool { return a.State == w })
	})
}

// picture takes the next frame of the preview.
func (s *scene) picture() *capture.Frame {
	s.t.Helper()
	s.desk.Preview().TryTake().Release()
	ctx, cancel := context.WithTimeout(s.t.Context(), soon)
	defer cancel()
	f, err := s.desk.Preview().Take(ctx)
	if err != nil {
		s.t.Fatalf("no picture: %v", err)
	}
	return f
}

// viewer watches a room and reads the strips of what it sees.
type viewer struct {
	*peer.Viewer
	t       *testing.T
	decoder *encode.Decoder
	read    int // units
	last    int64
	gap     time.Duration
	width   int
	flipped bool // the newest picture is mirrored
}

func (h *house) watch(t *testing.T, who int) *viewer {
	t.Helper()
	transport := client.NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	v, err := peer.View(t.Context(), peer.Watch{URL: h.URL() + "/whep/" + h.Performers[who].Name, Transport: transport, Keep: true, AskKey: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Abandon() })
	d, err := encode.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return &viewer{Viewer: v, t: t, decoder: d}
}

// catchUp decodes what came and returns the longest time between the capture of
// two pictures since the last call.
func (v *viewer) catchUp() time.Duration {
	v.t.Helper()
	v.gap = 0
	all := v.Units()
	for _, u := range all[v.read:] {
		picture, err := v.decoder.Decode(u.Data)
		if err != nil || picture == nil {
			if v.last != 0 {
				v.t.Errorf("a picture does not decode: %v", err)
			}
			continue
		}
		w, h := picture.Rect.Dx(), picture.Rect.Dy()
		stamp, ok := synthetic.ReadStrip(picture.Y, picture.YStride, w, h)
		v.flipped = !ok
		if !ok {
			row := picture.Y[h/60*picture.YStride:][:w]
			slices.Reverse(row)
			if stamp, ok = synthetic.ReadStrip(picture.Y, picture.YStride, w, h); !ok {
				v.t.Error("a picture has no strip")
				continue
			}
		}
		if v.last != 0 {
			v.gap = max(v.gap, time.Duration(int64(stamp)-v.last)*time.Millisecond)
		}
		v.last, v.width = int64(stamp), w
	}
	v.read = len(all)
	return v.gap
}

// sees waits until the newest picture is as wanted.
func (v *viewer) sees(what string, done func() bool) time.Duration {
	v.t.Helper()
	var gap time.Duration
	testkit.Until(v.t, soon, what, func() bool { gap = max(gap, v.catchUp()); return done() })
	return gap
}
