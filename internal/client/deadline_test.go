package client

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// wire is a network in memory whose lines can be cut without a word, as a
// router or a change of network does.
type wire struct {
	accepted chan net.Conn
	closed   chan struct{}
	closing  sync.Once
	cut      atomic.Pointer[chan struct{}]
}

func newWire() *wire {
	w := &wire{accepted: make(chan net.Conn), closed: make(chan struct{})}
	w.mend()
	return w
}

// mend makes lines that are opened from now on whole.
func (w *wire) mend() { c := make(chan struct{}); w.cut.Store(&c) }

// sever swallows everything on the lines that are open now.
func (w *wire) sever() { close(*w.cut.Load()); w.mend() }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case w.accepted <- there:
		return &line{Conn: here, cut: *w.cut.Load(), closed: make(chan struct{})}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.accepted:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error { w.closing.Do(func() { close(w.closed) }); return nil }

func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

type line struct {
	net.Conn
	cut     chan struct{}
	closed  chan struct{}
	closing sync.Once
}

func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	select {
	case <-l.cut:
		<-l.closed
		return 0, net.ErrClosed
	default:
		return n, err
	}
}

func (l *line) Write(p []byte) (int, error) {
	select {
	case <-l.cut:
		return len(p), nil
	default:
		return l.Conn.Write(p)
	}
}

func (l *line) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return l.Conn.Close()
}

// Over HTTP/2 all calls share a line; one that is dead must not keep her
// offline while a new one would get through at once.
func TestClient_leavesADeadLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		s := &httptest.Server{Listener: w, EnableHTTP2: true, Config: &http.Server{ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute,
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Error(r.Proto)
				}
				_, _ = io.WriteString(w, `{"earned_cents":1}`)
			})}}
		s.StartTLS()
		defer s.Close()
		transport := NewTransport(&tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12})
		transport.DialContext = w.dial
		c, err := New(Config{URL: "https://127.0.0.1", Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		defer c.CloseIdle()
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.sever()
		began := time.Now()
		for _, err = c.Me(t.Context()); err != nil; _, err = c.Me(t.Context()) {
			if took := time.Since(began); took > lineSilence+lineAnswer {
				t.Fatalf("offline for %v: %v", took, err)
			}
			<-time.After(100 * time.Millisecond)
		}
		if took := time.Since(began); took < lineSilence {
			t.Errorf("back after %v: the line was not dead", took)
		}
	})
}
