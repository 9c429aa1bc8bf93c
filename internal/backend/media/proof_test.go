package media

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// cheat is a payer's receiver that takes all that is sent, and says what it likes.
type cheat struct {
	*peer.Viewer
	mu       sync.Mutex
	ssrc     uint32
	pictures map[uint32]bool // by their time
	highest  uint16
	packets  uint32
}

func (c *cheat) tap(b []byte) {
	var p rtp.Packet
	if len(b) < 12 || b[1] >= 192 && b[1] <= 223 || p.Unmarshal(b) != nil || p.PayloadType == 111 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ssrc == 0 {
		c.ssrc = p.SSRC
	}
	if p.SSRC == c.ssrc {
		c.pictures[p.Timestamp] = true
		c.highest = p.SequenceNumber
		c.packets++
	}
}

// has is how many pictures it was sent.
func (c *cheat) has() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pictures)
}

// say sends a report of so much loss in all.
func (c *cheat) say(lost float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.PC.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{
		SSRC: c.ssrc, LastSequenceNumber: uint32(c.highest), TotalLost: uint32(float64(c.packets) * lost)}}}})
}

// openCheat begins a show for a receiver that reports nothing by itself.
func openCheat(ctx context.Context, t *testing.T) (*house, *cheat) {
	t.Helper()
	h, c := open(t, nil), &cheat{pictures: map[uint32]bool{}}
	h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	c.Viewer = h.view(ctx, "a", func(w *peer.Watch) {
		w.Transport, w.Tap, w.Drop = asMember("max"), c.tap, func(*rtp.Header) bool { return true }
	})
	h.wait(ctx, func() bool { return c.has() > 5 }, "no picture came")
	h.Curtain("show", domain.Household{Curtained: []string{"a"}})
	if err := h.Admit("show", "a", "max"); err != nil {
		t.Fatal(err)
	}
	return h, c
}

// Whatever a receiver says to get the show for less, it gets no more unpaid picture
// than a tick, beside as much as it pays for.
func TestDelivered_receiverThatCheats(t *testing.T) {
	const lasts = 13 * time.Second
	for name, every := range map[string]func(c *cheat, n int){
		"says nothing":           func(*cheat, int) {},
		"says that most is lost": func(c *cheat, _ int) { c.say(0.89) },
		"tells only now and then": func(c *cheat, n int) {
			if n%10 == 9 {
				c.say(0)
			}
		},
		"asks again for what was not sent": func(c *cheat, _ int) {
			c.mu.Lock()
			defer c.mu.Unlock()
			var pairs []rtcp.NackPair
			for i := range uint16(30) {
				pairs = append(pairs, rtcp.NackPair{PacketID: c.highest + i*17, LostPackets: 0xffff})
			}
			_ = c.PC.WriteRTCP([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: c.ssrc, Nacks: pairs}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, 60*time.Second)
			h, c := openCheat(ctx, t)
			before := c.has()
			tick := time.NewTicker(500 * time.Millisecond)
			defer tick.Stop()
			for n := range int(lasts / (500 * time.Millisecond)) {
				<-tick.C
				every(c, n)
			}
			paid, _ := h.Delivered("a")
			got := time.Duration(c.has()-before) * time.Second / 30
			t.Logf("%v of picture for %v", got, paid)
			if got > domain.TickEvery+2*paid+500*time.Millisecond {
				t.Errorf("%v of picture were sent, %v are paid", got, paid)
			}
		})
	}
}

// A line that is cut for a while gets nothing that it cannot take, and goes on by
// itself when it is back.
func TestDelivered_lineThatIsCut(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	h := open(t, nil)
	h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	var cut atomic.Bool
	c := &cheat{pictures: map[uint32]bool{}}
	v := h.view(ctx, "a", func(w *peer.Watch) {
		w.Transport, w.Tap, w.Drop = asMember("max"), c.tap, func(*rtp.Header) bool { return cut.Load() }
	})
	h.Curtain("show", domain.Household{Curtained: []string{"a"}})
	if err := h.Admit("show", "a", "max"); err != nil {
		t.Fatal(err)
	}
	if err := v.Wait(ctx, len(v.Units())+90); err != nil {
		t.Fatal(err)
	}
	cut.Store(true)
	before, began := c.has(), time.Now()
	h.wait(ctx, func() bool { return time.Since(began) > 20*time.Second }, "time stood still")
	if sent := time.Duration(c.has()-before) * time.Second / 30; sent > 7*time.Second {
		t.Errorf("%v went out into a cut line", sent)
	}
	cut.Store(false)
	back := time.Now()
	if err := v.Wait(ctx, len(v.Units())+90); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(back); took > 12*time.Second {
		t.Errorf("three seconds of picture took %v", took)
	}
	paid, _ := h.Delivered("a")
	h.wait(ctx, func() bool { now, _ := h.Delivered("a"); return now > paid+2*time.Second }, "nothing is paid any more")
}
