package socket

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rtp makes a datagram that looks like RTP, with a number to know it by.
func rtp(n, size int) []byte {
	b := bytes.Repeat([]byte{0xab}, size)
	b[0], b[1] = 0x80, 102
	binary.BigEndian.PutUint32(b[4:], uint32(n))
	return b
}

func open(t *testing.T) *UDP {
	t.Helper()
	u, err := ListenUDP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	return u
}

// reader is a plain socket that datagrams arrive at.
func reader(t *testing.T) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	enlarge(c, 4<<20)
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

// sizes of a turn: runs of equal ones, shorter last ones, growing ones.
func sizes() []int { return []int{1200, 1200, 1200, 300, 1200, 900, 900, 1100, 50, 50, 50, 40} }

func TestUDP_sendsUnchangedAndInOrder(t *testing.T) {
	for _, gso := range []bool{true, false} {
		u := open(t)
		u.gso.Store(gso && u.gso.Load())
		a, toA := reader(t)
		b, toB := reader(t)
		n := 0
		for range 30 { // more than one message may hold
			for _, size := range sizes() {
				for _, to := range []netip.AddrPort{toA, toB} {
					if _, err := u.WriteToAddrPort(rtp(n, size), to); err != nil {
						t.Fatal(err)
					}
				}
				n++
			}
		}
		u.Flush()
		for _, c := range []*net.UDPConn{a, b} {
			buf := make([]byte, 2000)
			for i := range n {
				size, err := c.Read(buf)
				if err != nil {
					t.Fatalf("segmentation %v: datagram %d: %v", gso, i, err)
				}
				if want := rtp(i, sizes()[i%len(sizes())]); !bytes.Equal(buf[:size], want) {
					t.Fatalf("segmentation %v: datagram %d has %d bytes and number %d", gso, i, size, binary.BigEndian.Uint32(buf[4:]))
				}
			}
		}
		if got := u.Counters().Packets.Load(); got != uint64(2*n) {
			t.Errorf("%d packets counted of %d", got, 2*n)
		}
	}
}

func TestUDP_gathersRTPAndNothingElse(t *testing.T) {
	u := open(t)
	c, to := reader(t)
	stun, rtcp := make([]byte, 20), rtp(0, 40)
	rtcp[1] = 200
	_, _ = u.WriteToAddrPort(rtp(1, 1000), to)
	_, _ = u.WriteTo(stun, net.UDPAddrFromAddrPort(to))
	_, _ = u.WriteToAddrPort(rtcp, to)
	buf := make([]byte, 2000)
	for _, want := range []int{20, 40} {
		if n, err := c.Read(buf); err != nil || n != want {
			t.Fatalf("%d bytes came first, %v", n, err)
		}
	}
	u.Flush()
	if n, err := c.Read(buf); err != nil || n != 1000 {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if u.Counters().Calls.Load() != 1 {
		t.Errorf("%d calls", u.Counters().Calls.Load())
	}
}

func TestUDP_oneSessionsDeadlineIsNotEverybodys(t *testing.T) {
	u := open(t)
	c, to := reader(t)
	if err := errors.Join(u.SetWriteDeadline(time.Now()), u.SetDeadline(time.Time{})); err != nil {
		t.Fatal(err)
	}
	_, _ = u.WriteToAddrPort(rtp(1, 1000), to)
	u.Flush()
	_, _ = u.WriteToAddrPort(make([]byte, 20), to)
	buf := make([]byte, 2000)
	for _, want := range []int{1000, 20} {
		if n, err := c.Read(buf); err != nil || n != want {
			t.Fatalf("%d bytes, %v", n, err)
		}
	}
}

func TestUDP_fewCalls(t *testing.T) {
	u := open(t)
	if !u.gso.Load() {
		t.Log("this kernel has no segmentation offload: the number of calls is not checked")
		return
	}
	_, to := reader(t)
	for n := range 500 {
		_, _ = u.WriteToAddrPort(rtp(n, 1200), to)
	}
	u.Flush()
	if calls := u.Counters().Calls.Load(); calls > 4 {
		t.Errorf("500 packets took %d system calls", calls)
	}
}

// What a lane takes it has from the beginning, however much is written in a turn.
func TestUDP_lanesNeverGrow(t *testing.T) {
	u := open(t)
	_, to := reader(t)
	l := &u.lanes[laneOf(to)]
	bytes, messages := cap(l.arena), cap(l.msgs)
	for n := range 2 * laneMsgs {
		_, _ = u.WriteToAddrPort(rtp(n, 1000+n%2), to) // of two lengths: no run is long
		_, _ = u.WriteToAddrPort(rtp(n, 1200), to)
	}
	u.Flush()
	if cap(l.arena) != bytes || cap(l.msgs) != messages || bytes != laneBytes {
		t.Errorf("the lane has room for %d bytes and %d messages, before %d and %d", cap(l.arena), cap(l.msgs), bytes, messages)
	}
}

func TestUDP_salvagesWhatTheKernelRefuses(t *testing.T) {
	u := open(t)
	c, to := reader(t)
	for n := range 3 {
		_, _ = u.WriteToAddrPort(rtp(n, 100), to)
	}
	l := &u.lanes[laneOf(to)]
	l.mu.Lock()
	for i := range l.msgs {
		u.salvage(&l.msgs[i], l.arena, syscall.EIO)
	}
	l.arena, l.msgs = nil, nil
	l.mu.Unlock()
	buf := make([]byte, 200)
	for i := range 3 {
		if n, err := c.Read(buf); err != nil || n != 100 || binary.BigEndian.Uint32(buf[4:]) != uint32(i) {
			t.Fatalf("datagram %d: %d bytes, %v", i, n, err)
		}
	}
	if u.gso.Load() {
		t.Error("segmentation is still on after a card that cannot do it")
	}
	// An address that cannot be reached must not hold up the others.
	_, _ = u.WriteToAddrPort(rtp(0, 100), netip.MustParseAddrPort("203.0.113.1:0"))
	_, _ = u.WriteToAddrPort(rtp(7, 100), to)
	u.Flush()
	if n, err := c.Read(buf); err != nil || n != 100 || binary.BigEndian.Uint32(buf[4:]) != 7 {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if u.Counters().Failed.Load() == 0 {
		t.Error("the refused datagram is not counted")
	}
}

func TestListen_sentences(t *testing.T) {
	u := open(t)
	if _, err := ListenUDP(u.LocalAddr().String()); err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("%v", err)
	}
	if _, err := ListenUDP("nonsense"); err == nil || !strings.Contains(err.Error(), "HOST:PORT") {
		t.Errorf("%v", err)
	}
	if _, err := ListenTCP("127.0.0.1:99999"); err == nil || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("%v", err)
	}
}

// pair is a client and the accepted end.
func pair(t *testing.T) (*TCP, net.Conn, *Conn) {
	t.Helper()
	l, err := ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(); _ = l.Close() })
	return l, client, accepted.(*Conn)
}

func TestTCP_writesNeverBlockAndDropsAreWhole(t *testing.T) {
	l, client, c := pair(t)
	if l.Find(client.LocalAddr().(*net.TCPAddr).AddrPort()) != c {
		t.Fatal("the connection is not found by its address")
	}
	const size = 1000
	sent, began := 0, time.Now()
	for c.Dropped() < 50 { // nobody reads
		if _, err := c.Write(bytes.Repeat([]byte{byte(sent)}, size)); err != nil {
			t.Fatal(err)
		}
		if sent++; sent > 50000 {
			t.Fatal("the queue has no end")
		}
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("writing took %v", took)
	}
	if c.Drained() {
		t.Error("a full queue counts as drained")
	}
	want := int64(sent-int(c.Dropped())) * size
	_ = client.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, err := io.CopyN(io.Discard, client, want); err != nil {
		t.Fatalf("%d bytes of %d came, %v", n, want, err)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(3 * time.Second); !c.Drained() && time.Now().Before(end); {
		<-tick.C
	}
	if !c.Drained() {
		t.Error("an empty queue does not count as drained")
	}
}

func TestTCP_closesAndForgets(t *testing.T) {
	l, client, c := pair(t)
	remote := client.LocalAddr().(*net.TCPAddr).AddrPort()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte{1}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	if l.Find(remote) != nil {
		t.Error("a closed connection is still known")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Accept(); err == nil {
		t.Error("a closed listener accepts")
	}
}

func BenchmarkUDP_turn(b *testing.B) {
	u, err := ListenUDP("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = u.Close() }()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	to := c.LocalAddr().(*net.UDPAddr).AddrPort()
	p := rtp(0, 1200)
	b.ReportAllocs()
	for b.Loop() {
		for range 9 {
			_, _ = u.WriteToAddrPort(p, to)
		}
		u.Flush()
	}
}
