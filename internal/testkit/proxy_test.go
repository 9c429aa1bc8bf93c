package testkit_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// events serves 100 events at once and then keeps the stream open.
func events(t *testing.T) *testkit.Proxy {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/once" {
			_, _ = io.WriteString(w, "once")
			return
		}
		for i := range 100 {
			_, _ = fmt.Fprintf(w, "id: %d\ndata: {\"seq\":%d}\n\n", i, i)
		}
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	return testkit.NewProxy(t, s.Listener.Addr().String())
}

func client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}
}

func TestProxy_passesOn(t *testing.T) {
	p := events(t)
	resp, err := client(t).Get(p.URL() + "/once")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "once" {
		t.Errorf("read %q, %v", body, err)
	}
	if p.Broken() != 0 {
		t.Errorf("broke %d", p.Broken())
	}
}

func TestProxy_cutsInsideAnEvent(t *testing.T) {
	p := events(t)
	p.CutInside(`{"seq":42`, 1)
	resp, err := client(t).Get(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		t.Fatal("the stream ended as if it were whole")
	}
	if strings.Contains(string(body), `{"seq":42}`) || strings.Contains(string(body), `{"seq":43`) {
		t.Errorf("went on after the cut: …%s", body[len(body)-40:])
	}
	if p.Broken() != 1 {
		t.Errorf("broke %d", p.Broken())
	}
}

func TestProxy_cutsWithRST(t *testing.T) {
	p := events(t)
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(conn)
	for line := ""; !strings.Contains(line, `"seq":99`); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.Cut(); n != 1 {
		t.Errorf("cut %d connections", n)
	}
	if _, err = io.Copy(io.Discard, lines); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the connection ended with %v, not with RST", err)
	}
}

func TestProxy_down(t *testing.T) {
	p := events(t)
	p.SetDown(true)
	if resp, err := client(t).Get(p.URL() + "/once"); err == nil {
		_ = resp.Body.Close()
		t.Error("a connection came through")
	}
	p.SetDown(false)
	resp, err := client(t).Get(p.URL() + "/once")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}
