package fan

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/backend/media/socket"
)

// cable is a screen at the end of a TCP connection.
type cable struct {
	screen
	conn *socket.Conn
}

func (c *cable) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	_, _ = c.screen.WriteRTP(h, payload)
	return c.conn.Write(append([]byte{0, 0}, payload...))
}

func TestViewer_slowTCPSkipsToAKeyFrameAndHoldsUpNobody(t *testing.T) {
	l, err := socket.ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}

	s := newStage(t)
	defer s.end()
	s.fan.Open(s.src)
	slow := &cable{conn: accepted.(*socket.Conn)}
	v := NewViewer(slow, &s.counters)
	for k, ssrc := range [kinds]uint32{videoSSRC, audioSSRC} {
		v.legs[k].out, v.legs[k].header = slow, rtp.Header{Version: 2, SSRC: ssrc}
	}
	v.Resume(slow.conn)
	quick := &screen{}
	w := NewViewer(quick, &s.counters)
	for k, ssrc := range [kinds]uint32{videoSSRC, audioSSRC} {
		w.legs[k].out, w.legs[k].header = quick, rtp.Header{Version: 2, SSRC: ssrc}
	}
	s.viewers = []*Viewer{v, w}
	s.fan.Add(v)
	s.fan.Add(w)

	await := func(what string, ok func() bool) {
		t.Helper()
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for end := time.Now().Add(10 * time.Second); !ok(); {
			if <-tick.C; time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	sent := 0
	step := func(key bool) {
		body := make([]byte, 1200)
		if body[0] = 0x41; key {
			body[0] = 0x67
		}
		s.send(Video, body, true)
		sent++
		await("the quick viewer was held up", func() bool { return len(quick.pictures()) == sent })
	}
	step(true)
	for i := 0; s.counters.Dropped.Load() == 0; i++ { // nobody reads
		if step(false); i > 20000 {
			t.Fatal("the slow viewer has no bound")
		}
	}
	had := len(slow.pictures())
	step(true)
	if n := len(slow.pictures()); n != had {
		t.Errorf("a full connection got %d packets more", n-had)
	}
	go func() { _, _ = io.Copy(io.Discard, client) }() // ends when the connection is closed
	await("the connection was not drained", slow.conn.Drained)
	step(true)
	await("the slow viewer does not go on", func() bool { return len(slow.pictures()) > had })
	if p := slow.pictures()[had]; p.Payload[0] != 0x67 {
		t.Error("it does not go on with a key frame")
	}
}
