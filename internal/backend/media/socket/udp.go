package socket

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	lanes       = 8         // batches that are filled and sent independently; an address always has the same one
	laneBytes   = 256 << 10 // a fuller lane is sent without waiting for Flush
	laneMsgs    = 256
	maxSegments = 64    // datagrams in one message, the kernel's UDP_MAX_SEGMENTS
	maxMessage  = 60000 // bytes in one message, below the largest IP packet
	knownAddrs  = 4096  // addresses whose net.UDPAddr is kept, per lane
)

// UDP is a datagram socket for an ICE mux. Consecutive RTP packets to the same
// address become one message of the kernel (generic segmentation offload) where
// it can do that, and messages are sent many at a time.
type UDP struct {
	conn  *net.UDPConn
	batch *ipv4.PacketConn // WriteBatch looks at each address's own family
	gso   atomic.Bool
	lanes [lanes]lane
	sent  Counters
}

// Counters tell what a socket has done; all only grow.
type Counters struct {
	Packets atomic.Uint64 // RTP datagrams handed to the kernel
	Bytes   atomic.Uint64
	Calls   atomic.Uint64 // system calls that it took
	Failed  atomic.Uint64 // messages that the kernel refused
}

type lane struct {
	mu    sync.Mutex
	arena []byte
	msgs  []message
	addrs map[netip.AddrPort]*net.UDPAddr
	out   []ipv4.Message
	to    netip.AddrPort // of the newest message
}

// message is a run of datagrams to one address: all are segment bytes long but
// the last, which may be shorter.
type message struct {
	to       *net.UDPAddr
	from     int // in the arena
	size     int
	segment  int
	segments int
	closed   bool // the last datagram was shorter, nothing may follow
}

// ListenUDP opens the socket. The buffers are as large as the system lets them
// be, since a key frame goes to every viewer at the same moment.
func ListenUDP(address string) (*UDP, error) {
	addr, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("the media address %q is not HOST:PORT: %w", address, err)
	}
	conn, err := net.ListenUDP("udp", addr)
	if err != nil {
		return nil, listenError("UDP", address, err)
	}
	enlarge(conn, 8<<20)
	u := &UDP{conn: conn, batch: ipv4.NewPacketConn(conn)}
	u.gso.Store(segmentation(conn))
	for i := range u.lanes {
		l := &u.lanes[i]
		l.addrs = map[netip.AddrPort]*net.UDPAddr{}
		// All of it is there at once: a lane that grows with the largest turn so far
		// grows for hours, for where few watch it is seldom full.
		l.arena, l.msgs = make([]byte, laneBytes), make([]message, 0, laneMsgs)
		clear(l.arena)
		l.arena = l.arena[:0]
	}
	return u, nil
}

// listenError says what to do about an address that cannot be listened on.
func listenError(network, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s port %s is in use by another program; stop it or choose another port: %w", network, address, err)
	}
	return fmt.Errorf("media cannot listen on %s %s; choose another address: %w", network, address, err)
}

// Counters tells what was sent so far.
func (u *UDP) Counters() *Counters { return &u.sent }

// ReadFromAddrPort reads one datagram.
func (u *UDP) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	return u.conn.ReadFromUDPAddrPort(b)
}

// ReadFrom reads one datagram.
func (u *UDP) ReadFrom(b []byte) (int, net.Addr, error) { return u.conn.ReadFrom(b) }

// WriteTo is WriteToAddrPort for callers with a net.Addr.
func (u *UDP) WriteTo(b []byte, addr net.Addr) (int, error) {
	to, ok := addr.(*net.UDPAddr)
	if !ok {
		return 0, &net.AddrError{Err: "not a UDP address", Addr: addr.String()}
	}
	return u.WriteToAddrPort(b, to.AddrPort())
}

// WriteToAddrPort sends one datagram: RTP with the next Flush, anything else at
// once. b may be used again when it returns.
func (u *UDP) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if !isRTP(b) {
		return u.conn.WriteToUDPAddrPort(b, to)
	}
	l := &u.lanes[laneOf(to)]
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.arena)+len(b) > laneBytes || len(l.msgs) >= laneMsgs {
		u.send(l)
	}
	l.add(b, to, u.gso.Load())
	return len(b), nil
}

// Flush sends everything that waits. Whoever writes RTP calls it when its turn
// is over.
func (u *UDP) Flush() {
	for i := range u.lanes {
		l := &u.lanes[i]
		l.mu.Lock()
		u.send(l)
		l.mu.Unlock()
	}
}

// isRTP tells RTP from RTCP, DTLS and STUN by the first bytes (RFC 7983, RFC
// 5761).
func isRTP(b []byte) bool {
	return len(b) >= 12 && b[0] >= 128 && b[0] < 192 && (b[1] < 192 || b[1] > 223)
}

func laneOf(to netip.AddrPort) int {
	a := to.Addr().As16()
	return int(uint16(a[15])+uint16(a[14])*7+to.Port()) % lanes
}

// add appends a datagram; in one run with the one before it where segmentation
// allows.
func (l *lane) add(b []byte, to netip.AddrPort, gso bool) {
	at := len(l.arena)
	l.arena = append(l.arena, b...)
	if n := len(l.msgs); gso && n > 0 && l.to == to {
		m := &l.msgs[n-1]
		if !m.closed && len(b) <= m.segment && m.segments < maxSegments && m.size+len(b) <= maxMessage {
			m.size += len(b)
			m.segments++
			m.closed = len(b) < m.segment
			return
		}
	}
	l.to = to
	l.msgs = append(l.msgs, message{to: l.addr(to), from: at, size: len(b), segment: len(b), segments: 1})
}

func (l *lane) addr(to netip.AddrPort) *net.UDPAddr {
	if a, ok := l.addrs[to]; ok {
		return a
	}
	if len(l.addrs) >= knownAddrs {
		clear(l.addrs)
	}
	a := net.UDPAddrFromAddrPort(to)
	l.addrs[to] = a
	return a
}

// send hands the lane's messages to the kernel; the caller holds the lane.
func (u *UDP) send(l *lane) {
	if len(l.msgs) == 0 {
		return
	}
	l.prepare()
	var packets, calls uint64
	for _, m := range l.msgs {
		packets += uint64(m.segments)
	}
	for rest := l.out[:len(l.msgs)]; len(rest) > 0; {
		n, err := u.batch.WriteBatch(rest, 0)
		calls++
		if err != nil || n <= 0 {
			n = max(n, 0)
			if errors.Is(err, net.ErrClosed) {
				break
			}
			u.salvage(&l.msgs[len(l.msgs)-len(rest)+n], l.arena, err)
			n++
		}
		rest = rest[n:]
	}
	u.sent.Packets.Add(packets)
	u.sent.Bytes.Add(uint64(len(l.arena)))
	u.sent.Calls.Add(calls)
	l.arena, l.msgs = l.arena[:0], l.msgs[:0]
}

// prepare fills l.out from l.msgs.
func (l *lane) prepare() {
	for len(l.out) < len(l.msgs) {
		l.out = append(l.out, ipv4.Message{Buffers: make([][]byte, 1), OOB: make([]byte, 0, oobSize)})
	}
	for i := range l.msgs {
		m, o := &l.msgs[i], &l.out[i]
		o.Buffers[0] = l.arena[m.from : m.from+m.size]
		o.Addr = m.to
		o.OOB = o.OOB[:0]
		if m.segments > 1 {
			o.OOB = segmentSize(o.OOB, m.segment)
		}
	}
}

// salvage sends one message that the kernel refused as single datagrams. A
// network card without checksum offload refuses segmentation altogether (EIO).
func (u *UDP) salvage(m *message, arena []byte, cause error) {
	if m.segments == 1 {
		u.sent.Failed.Add(1)
		return
	}
	if errors.Is(cause, syscall.EIO) {
		u.gso.Store(false)
	}
	for at := m.from; at < m.from+m.size; at += m.segment {
		end := min(at+m.segment, m.from+m.size)
		if _, err := u.conn.WriteToUDP(arena[at:end], m.to); err != nil {
			u.sent.Failed.Add(1)
		}
	}
}

// LocalAddr is where the socket listens.
func (u *UDP) LocalAddr() net.Addr { return u.conn.LocalAddr() }

// Close ends reads and writes.
func (u *UDP) Close() error { return u.conn.Close() }

// SetReadDeadline sets the deadline of reads.
func (u *UDP) SetReadDeadline(t time.Time) error { return u.conn.SetReadDeadline(t) }

// SetWriteDeadline does nothing. The mux would use it to cut off the write of a
// session that is being closed, and cut off everybody else's with it; writes to
// a datagram socket are short.
func (u *UDP) SetWriteDeadline(time.Time) error { return nil }

// SetDeadline is SetReadDeadline.
func (u *UDP) SetDeadline(t time.Time) error { return u.SetReadDeadline(t) }
