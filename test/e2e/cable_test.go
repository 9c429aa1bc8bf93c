package e2e

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// cable is a performer's line to the backend, calls and media alike. While it is
// cut, nothing passes in either direction.
type cable struct {
	URL   string
	calls *testkit.Proxy
	media *net.UDPConn // what her program takes for the backend
	isCut atomic.Bool

	to   netip.AddrPort
	mu   sync.Mutex
	ways map[netip.AddrPort]*net.UDPConn // by her ports
	work sync.WaitGroup
}

// lay lays a cable to a stage.
func lay(t *testing.T, s *stage.Stage) *cable {
	t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{to: netip.MustParseAddrPort(target.Host), ways: map[netip.AddrPort]*net.UDPConn{}}
	if c.media, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	port := c.media.LocalAddr().(*net.UDPAddr).Port
	c.work.Go(c.send)
	transport := &http.Transport{}
	renamer := httptest.NewServer(&httputil.ReverseProxy{
		Transport: transport, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "application/sdp") {
				return throughRelay(r, port)
			}
			return nil
		},
	})
	c.calls = testkit.NewProxy(t, strings.TrimPrefix(renamer.URL, "http://"))
	c.URL = c.calls.URL()
	t.Cleanup(func() {
		renamer.CloseClientConnections()
		renamer.Close()
		transport.CloseIdleConnections()
		_ = c.media.Close()
		c.mu.Lock()
		for _, far := range c.ways {
			_ = far.Close()
		}
		c.mu.Unlock()
		c.work.Wait()
	})
	return c
}

// cut takes the line away, mend brings it back.
func (c *cable) cut() {
	c.isCut.Store(true)
	c.calls.SetDown(true)
	c.calls.Cut()
}

func (c *cable) mend() {
	c.calls.SetDown(false)
	c.isCut.Store(false)
}

// send passes her datagrams on, each of her ports by a port of its own.
func (c *cable) send() {
	b := make([]byte, 2000)
	for {
		n, from, err := c.media.ReadFromUDPAddrPort(b)
		if err != nil {
			if isClosed(err) {
				return
			}
			continue
		}
		if far := c.way(from); far != nil && !c.isCut.Load() {
			_, _ = far.Write(b[:n])
		}
	}
}

// way is the port for one of hers; nil when there can be none.
func (c *cable) way(from netip.AddrPort) *net.UDPConn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if far := c.ways[from]; far != nil {
		return far
	}
	far, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(c.to))
	if err != nil {
		return nil
	}
	c.ways[from] = far
	c.work.Go(func() {
		pass(far.Read, func(b []byte) (int, error) {
			if c.isCut.Load() {
				return 0, nil
			}
			return c.media.WriteToUDPAddrPort(b, from)
		})
	})
	return far
}
