package testkit

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy is a TCP proxy on loopback that breaks connections with RST, the way
// a router that lost its memory does: no FIN, and what was under way is gone.
type Proxy struct {
	target   string
	listener net.Listener
	work     sync.WaitGroup

	mu     sync.Mutex
	live   map[*link]bool
	down   bool
	marker []byte // cut in the middle of the next stream that shows it
	cuts   int    // how many such cuts are still to be made
	made   int    // connections broken so far
}

// link is one connection through the proxy.
type link struct{ near, far net.Conn }

// NewProxy listens on a free loopback port and passes on to target, a
// host:port, until the test ends.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: target, listener: l, live: map[*link]bool{}}
	p.work.Add(1)
	go p.accept()
	t.Cleanup(p.close)
	return p
}

// Addr is the proxy's own host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// URL is http:// with Addr.
func (p *Proxy) URL() string { return "http://" + p.Addr() }

// Cut breaks every connection with RST and tells how many there were.
func (p *Proxy) Cut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.live)
	for l := range p.live {
		l.reset()
	}
	p.made += n
	return n
}

// SetDown refuses new connections, each with RST, until it is called with
// false; those that are there stay.
func (p *Proxy) SetDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// CutInside breaks each of the next n connections whose answer shows the
// marker, just after the marker: the receiver has the beginning of an event
// and never its end.
func (p *Proxy) CutInside(marker string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marker, p.cuts = []byte(marker), n
}

// Broken counts the connections that were broken so far.
func (p *Proxy) Broken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.made
}

func (p *Proxy) close() {
	_ = p.listener.Close()
	p.Cut()
	p.work.Wait()
}

func (p *Proxy) accept() {
	defer p.work.Done()
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", p.target)
		if err != nil {
			reset(near)
			continue
		}
		l := &link{near, far}
		if !p.admit(l) {
			l.reset()
			continue
		}
		p.work.Add(2)
		go p.up(l)
		go p.downstream(l)
	}
}

func (p *Proxy) admit(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.down {
		p.live[l] = true
	}
	return !p.down
}

func (p *Proxy) up(l *link) {
	defer p.work.Done()
	_, err := io.Copy(l.far, l.near)
	if err != nil || l.far.(*net.TCPConn).CloseWrite() != nil {
		l.reset()
	}
}

// downstream passes the answer on and ends the link: cleanly when the far end
// closed it, with RST when something broke.
func (p *Proxy) downstream(l *link) {
	defer p.work.Done()
	err := p.answer(l)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.live, l)
	if err != nil {
		l.reset()
		return
	}
	_ = l.near.Close()
	_ = l.far.Close()
}

var errCut = errors.New("cut")

func (p *Proxy) answer(l *link) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := l.far.Read(buf)
		keep, cut := p.keep(buf[:n])
		if _, werr := l.near.Write(buf[:keep]); werr != nil {
			return werr
		}
		switch {
		case cut:
			return errCut
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// keep tells how much of a chunk to pass on, and whether to cut after that.
func (p *Proxy) keep(chunk []byte) (n int, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cuts == 0 {
		return len(chunk), false
	}
	at := bytes.Index(chunk, p.marker)
	if at < 0 {
		return len(chunk), false
	}
	p.cuts--
	p.made++
	return at + len(p.marker), true
}

func (l *link) reset() {
	reset(l.near)
	reset(l.far)
}

// reset closes with RST: lingering for no time drops what was not sent.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
