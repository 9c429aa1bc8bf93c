package media

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// changeCipherSpec is the first byte of the last flight of a DTLS server (RFC 5246, 6.2.1).
const changeCipherSpec = 20

// halfway is the network of a peer whose last flight of the handshake is lost as long as
// lose is set: it is connected, and we are not.
type halfway struct {
	*stdnet.Net
	lose *atomic.Bool
}

func (h halfway) ListenUDP(network string, addr *net.UDPAddr) (transport.UDPConn, error) {
	c, err := h.Net.ListenUDP(network, addr)
	return halfwayConn{c, h.lose}, err
}

type halfwayConn struct {
	transport.UDPConn
	lose *atomic.Bool
}

func (c halfwayConn) WriteTo(b []byte, to net.Addr) (int, error) {
	if len(b) > 0 && b[0] == changeCipherSpec && c.lose.Load() {
		return len(b), nil
	}
	return c.UDPConn.WriteTo(b, to)
}

// Who is connected is told of the end, also when it comes while we still wait for the
// last of the handshake.
func TestEnd_isToldToWhoIsJustConnected(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	var lose atomic.Bool
	lose.Store(true)
	halfThere := func(s *webrtc.SettingEngine) {
		n, err := stdnet.NewNet()
		if err != nil {
			t.Fatal(err)
		}
		s.SetNet(halfway{n, &lose})
	}
	pub := h.publish(ctx, "keyB", func(p *peer.Publication) { p.Setting = halfThere })
	v := h.view(ctx, "a", func(w *peer.Watch) { w.Setting = halfThere })
	if a, b := h.Room("a"), h.Room("b"); a.Viewers != 0 || b.State == domain.RoomLive {
		t.Fatalf("nothing is held up: %d viewers of a, b is %s", a.Viewers, b.State)
	}
	if status, _, body := call(t, "DELETE", v.Session.URL(), "", "", ""); status != 200 {
		t.Errorf("the view: %d %s", status, body)
	}
	if status, _, body := call(t, "DELETE", pub.Session.URL(), "", "", ""); status != 200 {
		t.Errorf("the upload: %d %s", status, body)
	}
	lose.Store(false)
	for name, gone := range map[string]<-chan struct{}{"view": v.Gone(), "upload": pub.Gone()} {
		select {
		case <-gone:
		case <-ctx.Done():
			t.Errorf("the %s was not told", name)
		}
	}
	if a, b := h.Room("a"), h.Room("b"); a.Viewers != 0 || b.State == domain.RoomLive {
		t.Errorf("what had ended was let in: %d viewers of a, b is %s", a.Viewers, b.State)
	}
}
