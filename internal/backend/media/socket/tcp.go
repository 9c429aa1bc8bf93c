package socket

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	queueBytes   = 384 << 10        // what a TCP viewer may be behind, above a second of 2.5 Mbit/s
	tcpStuckFor  = 10 * time.Second // a connection that takes nothing for so long is closed
	maxTCP       = 4096             // connections at a time
	maxTCPSource = 64               // from one address
)

// TCP is a listener whose connections never block a writer: each has a bounded
// queue, and a packet that does not fit is dropped whole.
type TCP struct {
	net.Listener

	writers sync.WaitGroup

	mu    sync.Mutex
	conns map[netip.AddrPort]*Conn
	from  map[netip.Addr]int
}

// ListenTCP opens the listener for ICE over TCP.
func ListenTCP(address string) (*TCP, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, listenError("TCP", address, err)
	}
	return &TCP{Listener: l, conns: map[netip.AddrPort]*Conn{}, from: map[netip.Addr]int{}}, nil
}

// Accept waits for the next connection within the limits.
func (t *TCP) Accept() (net.Conn, error) {
	for {
		conn, err := t.Listener.Accept()
		if err != nil {
			return nil, err
		}
		remote, ok := conn.RemoteAddr().(*net.TCPAddr)
		if !ok {
			_ = conn.Close()
			continue
		}
		c := &Conn{Conn: conn, owner: t, remote: unmapped(remote.AddrPort()), wake: make(chan struct{}, 1), done: make(chan struct{})}
		if !t.enter(c) {
			_ = conn.Close()
			continue
		}
		t.writers.Go(c.write)
		return c, nil
	}
}

// Close ends the listener and every connection, and waits for their writers.
func (t *TCP) Close() error {
	err := t.Listener.Close()
	t.mu.Lock()
	conns := slices.Collect(maps.Values(t.conns))
	t.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
	t.writers.Wait()
	return err
}

// Find returns the open connection from remote, or nil.
func (t *TCP) Find(remote netip.AddrPort) *Conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.conns[unmapped(remote)]
}

func (t *TCP) enter(c *Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.conns) >= maxTCP || t.from[c.remote.Addr()] >= maxTCPSource && !c.remote.Addr().IsLoopback() {
		return false
	}
	t.conns[c.remote] = c
	t.from[c.remote.Addr()]++
	return true
}

func (t *TCP) leave(c *Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conns[c.remote] != c {
		return
	}
	delete(t.conns, c.remote)
	if t.from[c.remote.Addr()]--; t.from[c.remote.Addr()] <= 0 {
		delete(t.from, c.remote.Addr())
	}
}

func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// Conn is a connection with a queue in front of its writes.
type Conn struct {
	net.Conn
	owner  *TCP
	remote netip.AddrPort
	wake   chan struct{}
	done   chan struct{}
	once   sync.Once

	mu      sync.Mutex
	queue   net.Buffers
	queued  int
	dropped atomic.Uint64
}

// Write queues b, which must be a whole framed packet; it is dropped when the
// queue is full. It never blocks and reports len(b) unless the connection is
// closed.
func (c *Conn) Write(b []byte) (int, error) {
	select {
	case <-c.done:
		return 0, net.ErrClosed
	default:
	}
	c.mu.Lock()
	if c.queued+len(b) > queueBytes {
		c.mu.Unlock()
		c.dropped.Add(1)
		return len(b), nil
	}
	c.queue = append(c.queue, append([]byte(nil), b...))
	c.queued += len(b)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return len(b), nil
}

// Dropped counts the packets that did not fit.
func (c *Conn) Dropped() uint64 { return c.dropped.Load() }

// Drained tells whether the queue is at most a quarter full.
func (c *Conn) Drained() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queued <= queueBytes/4
}

// Close ends the connection; what is queued is lost.
func (c *Conn) Close() error {
	err := net.ErrClosed
	c.once.Do(func() {
		close(c.done)
		c.owner.leave(c)
		err = c.Conn.Close()
	})
	return err
}

// write owns the socket's sending side until Close.
func (c *Conn) write() {
	for {
		select {
		case <-c.done:
			return
		case <-c.wake:
		}
		c.mu.Lock()
		queue, size := c.queue, c.queued
		c.queue = nil
		c.mu.Unlock()
		if size == 0 {
			continue
		}
		_ = c.SetWriteDeadline(time.Now().Add(tcpStuckFor)) // an error shows in the write
		_, err := queue.WriteTo(c.Conn)
		c.mu.Lock()
		c.queued -= size
		c.mu.Unlock()
		if err != nil {
			_ = c.Close()
			return
		}
	}
}
