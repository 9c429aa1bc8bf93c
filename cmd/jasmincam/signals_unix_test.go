//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// signalMe sends the test's own process a signal.
func signalMe(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), sig); err != nil {
		t.Fatal(err)
	}
}

// However many signals wait that show her again, the one that hides her is heard, and
// it wins.
func TestPanicSignals_hidingIsNeverDropped(t *testing.T) {
	told := panicSignals()
	defer told.stop()
	for range 8 {
		signalMe(t, syscall.SIGUSR2)
		testkit.Until(t, patience, "the signal", func() bool { return len(told.again) == 1 })
	}
	signalMe(t, syscall.SIGUSR1)
	if sig := testkit.Receive(t, patience, told.hide, "the signal that hides her"); sig != syscall.SIGUSR1 {
		t.Errorf("%v hides her", sig)
	}
	for range 20 { // whichever of the two is looked at first
		var said bytes.Buffer // read when nothing writes any more
		s := showOf(t, "http://localhost:1")
		d, err := liveCmd{Size: size{320, 180}, Video: pattern(), Audio: source{desk.Source{Kind: "silence"}}}.desk(nil, slog.New(slog.NewTextHandler(&said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		s.desk = d
		s.desk.Panic()
		s.told = panicSays{hide: make(chan os.Signal, 1), again: make(chan os.Signal, 1)}
		s.told.hide <- syscall.SIGUSR1
		s.told.again <- syscall.SIGUSR2
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { defer close(over); s.heed(ctx) }()
		testkit.Until(t, patience, "both to be heard", func() bool { return len(s.told.hide)+len(s.told.again) == 0 })
		stop()
		<-over
		if !s.desk.Status().Panic || strings.Contains(said.String(), "on=false") {
			t.Errorf("she was shown again: %s", said.String())
		}
	}
}

// Who ends the program while she is hidden ends it in order.
func TestLive_endsInOrderWhileHidden(t *testing.T) {
	s := newSite(t)
	a := s.airs()
	a.both("live")
	signalMe(t, syscall.SIGUSR1)
	a.both("panic")
	if status, errs := a.end(); status != 0 {
		t.Errorf("ended with %d: %s", status, errs)
	}
}

// slowDoor passes everything on, but holds the closing of a room.
type slowDoor struct {
	*httptest.Server
	closing, let chan struct{}
}

func newSlowDoor(t *testing.T, to string) *slowDoor {
	t.Helper()
	at, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	proxy := &httputil.ReverseProxy{Transport: transport, FlushInterval: -1, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }}
	d := &slowDoor{closing: make(chan struct{}), let: make(chan struct{})}
	var once sync.Once
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/online") {
			body, _ := io.ReadAll(r.Body) // the proxy finds out what is wrong with it
			if r.Body = io.NopCloser(bytes.NewReader(body)); bytes.Contains(body, []byte("false")) {
				once.Do(func() { close(d.closing) })
				<-d.let
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { d.CloseClientConnections(); d.Close(); transport.CloseIdleConnections() })
	return d
}

// While her rooms are being closed her picture still flows, and she can be hidden.
func TestShow_isHiddenWhileRoomsClose(t *testing.T) {
	s := newSite(t)
	door := newSlowDoor(t, s.server.URL())
	transport := client.NewTransport(nil)
	defer transport.CloseIdleConnections()
	c, err := client.New(client.Config{URL: door.URL, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	her := s.demo.Performers[0]
	signed, err := c.SignIn(t.Context(), her.Email, her.Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	l := liveCmd{Size: size{320, 180}, Video: pattern(), Audio: source{desk.Source{Kind: "silence"}}, Speaker: silent}
	d, err := l.desk(transport, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	x := newShow(d, []entry{{account: account{email: her.Email}, client: c.With(signed.Token)}}, time.Now())
	x.told = panicSays{hide: make(chan os.Signal, 1), again: make(chan os.Signal, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- x.run(ctx, func(context.Context) {}) }()
	testkit.Until(t, patience, "her room", func() bool { return x.accounts[0].Snapshot().State == session.Live })
	cancel()
	testkit.Receive(t, patience, door.closing, "the closing of the room")
	x.told.hide <- syscall.SIGUSR1
	if !testkit.Holds(time.Second, func() bool { now := d.Status(); return now.Panic && now.Stats.Covered }) {
		t.Error("she cannot be hidden while her room is being closed")
	}
	close(door.let)
	if err := testkit.Receive(t, patience, over, "the end"); err != nil {
		t.Error(err)
	}
}

// A signal from before the start is heard, however soon it ends, and before it says anything.
func TestShow_isHiddenFromTheBeginning(t *testing.T) {
	x := showOf(t, "http://localhost:1")
	x.told = panicSays{hide: make(chan os.Signal, 1), again: make(chan os.Signal, 1)}
	x.told.hide <- syscall.SIGUSR1
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var hidden bool
	_ = x.run(ctx, func(context.Context) { hidden = x.desk.Status().Panic }) // it ends before anybody was live
	if !hidden {
		t.Error("the signal was not heard in time")
	}
}
