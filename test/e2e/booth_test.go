package e2e

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// Where the performer lives, as the backend can learn it: from her router, and
// from a proxy that names her.
const (
	herRouter = "127.0.0.77"
	herHome   = "198.51.100.77"
)

// booth is the performer's way to the backend: her calls and her packets come
// from herRouter, on behalf of herHome, and her offers are written down.
type booth struct {
	URL string

	mu     sync.Mutex
	offers []string
}

// openBooth stands in front of a stage that was opened with behindBooth.
func openBooth(t *testing.T, s *stage.Stage) *booth {
	t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	media := relayMedia(t, netip.MustParseAddrPort(target.Host))
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(herRouter)}}
	transport := &http.Transport{DialContext: dialer.DialContext}
	b := &booth{}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: transport, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.Out.Header.Set("X-Forwarded-For", herHome)
			r.Out.Header.Set("X-Forwarded-Proto", "http")
			if r.In.Method == http.MethodPost && r.In.URL.Path == "/whip" {
				b.note(r.Out)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodPost && r.Request.URL.Path == "/whip" {
				return throughRelay(r, media)
			}
			return nil
		},
	})
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		transport.CloseIdleConnections()
	})
	b.URL = server.URL
	return b
}

// behindBooth are the flags of a backend that believes the booth.
func behindBooth() []string { return []string{"--trusted-proxy", herRouter + "/32"} }

// note keeps an offer; what cannot be read is offered as it is.
func (b *booth) note(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.offers = append(b.offers, string(body))
}

// offer is the newest one.
func (b *booth) offer(t *testing.T) string {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.offers) == 0 {
		t.Fatal("the program has offered nothing through the booth")
	}
	return b.offers[len(b.offers)-1]
}

// throughRelay makes an answer name the relay as the only way to the backend.
func throughRelay(r *http.Response, port int) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := r.Body.Close(); err != nil {
		return err
	}
	var out strings.Builder
	for line := range strings.Lines(string(body)) {
		if fields := strings.Fields(line); strings.HasPrefix(line, "a=candidate:") {
			if len(fields) < 8 || !strings.EqualFold(fields[2], "udp") {
				continue
			}
			fields[5] = strconv.Itoa(port)
			line = strings.Join(fields, " ") + "\r\n"
		}
		out.WriteString(line)
	}
	r.Body = io.NopCloser(strings.NewReader(out.String()))
	r.ContentLength = int64(out.Len())
	r.Header.Set("Content-Length", strconv.Itoa(out.Len()))
	return nil
}

// relayMedia passes datagrams on between whoever sends to the returned port and
// the backend, which sees them come from herRouter.
func relayMedia(t *testing.T, to netip.AddrPort) (port int) {
	t.Helper()
	near, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	far, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(herRouter)}, net.UDPAddrFromAddrPort(to))
	if err != nil {
		t.Fatal(err)
	}
	var her atomic.Pointer[netip.AddrPort]
	var work sync.WaitGroup
	work.Go(func() {
		pass(func(b []byte) (int, error) {
			n, from, err := near.ReadFromUDPAddrPort(b)
			her.Store(&from)
			return n, err
		}, far.Write)
	})
	work.Go(func() {
		pass(far.Read, func(b []byte) (int, error) {
			if from := her.Load(); from != nil {
				return near.WriteToUDPAddrPort(b, *from)
			}
			return 0, nil
		})
	})
	t.Cleanup(func() {
		_ = near.Close()
		_ = far.Close()
		work.Wait()
	})
	return near.LocalAddr().(*net.UDPAddr).Port
}

// pass copies datagrams until the socket is closed. One that cannot be sent is
// lost, as in any network.
func pass(read, write func([]byte) (int, error)) {
	b := make([]byte, 2000)
	for {
		n, err := read(b)
		if err != nil {
			if isClosed(err) {
				return
			}
			continue // a port that nobody listens on says so to the sender
		}
		_, _ = write(b[:n])
	}
}

func isClosed(err error) bool { return errors.Is(err, net.ErrClosed) }
