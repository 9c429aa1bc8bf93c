package backend

import (
	"context"
	"crypto/sha256"
	"fmt"
	"image/color"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// diary knows when each payload of an upload went out.
type diary struct {
	mu   sync.Mutex
	went map[[32]byte]time.Time
}

func (d *diary) told(payload []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.went[sha256.Sum256(payload)] = time.Now()
}

func (d *diary) when(payload []byte) (time.Time, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.went[sha256.Sum256(payload)]
	return at, ok
}

// witness notes when what it receives had gone out: picture, retransmissions and
// sound alike.
type witness struct {
	*peer.Viewer
	name      string
	diary     *diary
	transport *http.Transport

	mu   sync.Mutex
	seen []time.Time
}

func (w *witness) tap(packet []byte) {
	var p rtp.Packet
	if len(packet) < 12 || packet[1] >= 192 && packet[1] <= 223 || p.Unmarshal(packet) != nil { // RTCP
		return
	}
	at, ok := w.diary.when(p.Payload)
	if !ok && len(p.Payload) > 2 { // a retransmission bears its number first
		at, ok = w.diary.when(p.Payload[2:])
	}
	if ok {
		w.mu.Lock()
		w.seen = append(w.seen, at)
		w.mu.Unlock()
	}
}

func (w *witness) forget(before time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = slices.DeleteFunc(w.seen, func(at time.Time) bool { return at.Before(before) })
}

// between counts what had gone out in a time.
func (w *witness) between(from, to time.Time) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.seen {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}

// first is when the first thing had gone out that it received, not before.
func (w *witness) first(from time.Time) (first time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.seen {
		if !at.Before(from) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// last is when the last thing had gone out that it received before a moment.
func (w *witness) last(before time.Time) (last time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.seen {
		if at.Before(before) && at.After(last) {
			last = at
		}
	}
	return last
}

// crowd is a duo with everybody who should see nothing of a show.
type crowd struct {
	*duo
	diary  *diary
	payer  *witness
	others []*witness
	shows  []window // so far
	came   byte     // how many have joined
}

// window is what nobody but the payer may have anything of: from the first packet that
// reached him to her word that she is free.
type window struct{ from, to time.Time }

// seen tells who has something of any show so far, also of one that was over long ago.
func (c *crowd) seen() (leaks []string) {
	for _, w := range c.others {
		for n, show := range c.shows {
			if packets := w.between(show.from, show.to); packets > 0 {
				leaks = append(leaks, fmt.Sprintf("%s has %d packets of show %d", w.name, packets, n))
			}
		}
	}
	return leaks
}

// still has each room show a picture of its own.
func (c *crowd) still(t *testing.T) {
	t.Helper()
	for i, her := range []*client.Client{c.her, c.other} {
		room := []string{demoFirst, demoSecond}[i]
		if err := her.SetThumbnail(t.Context(), room, picture(t, 64+16*i, 48, color.Gray{Y: 90})); err != nil {
			t.Fatal(err)
		}
		must(c.eve.Thumbnail(t.Context(), room))(t)
	}
}

func openCrowd(t *testing.T, second feed) *crowd {
	t.Helper()
	c := &crowd{diary: &diary{went: map[[32]byte]time.Time{}}}
	c.duo = openDuoBy(t, second, c.diary.told)
	c.payer = c.join(t, "the payer", demoFirst, c.token)
	eve := c.token1(t, c.demo.Members[1])
	for i := range 10 {
		room, token := []string{demoFirst, demoSecond}[i%2], ""
		switch i {
		case 3: // the payer in her other room
			token = c.token
		case 4, 5:
			token = eve
		}
		c.others = append(c.others, c.join(t, fmt.Sprintf("viewer %d of %s", i, room), room, token))
	}
	return c
}

// join lets somebody in who has an address of his own: what one address may try in a
// minute would else keep the hostile ones from most of what they try.
func (c *crowd) join(t *testing.T, name, room, token string) *witness {
	t.Helper()
	c.came++
	w := &witness{name: name, diary: c.diary, transport: client.NewTransport(nil)}
	w.transport.DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1+c.came)}}).DialContext
	t.Cleanup(w.transport.CloseIdleConnections)
	v, err := peer.View(t.Context(), peer.Watch{URL: c.URL() + "/whep/" + room, Token: token, Transport: w.transport, Tap: w.tap})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Abandon() })
	if err := v.Wait(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	w.Viewer = v
	return w
}

// harass does what a hostile viewer can: asks again for all that was ever sent and
// for key frames, keeps ICE alive, and comes back with what once let it in.
func (c *crowd) harass(ctx context.Context, w *witness, room, token string) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		s := w.Stats()
		var pairs []rtcp.NackPair
		for i := range uint16(16) {
			pairs = append(pairs, rtcp.NackPair{PacketID: s.FirstVideo.SequenceNumber + uint16(s.VideoPackets) - i*17, LostPackets: 0xffff})
		}
		_ = w.PC.WriteRTCP([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: s.VideoSSRC, Nacks: pairs}, &rtcp.PictureLossIndication{MediaSSRC: s.VideoSSRC}})
		if n%20 != 10 {
			continue
		}
		if v, err := peer.View(ctx, peer.Watch{URL: c.URL() + "/whep/" + room, Token: token, Transport: w.transport, Tap: w.tap}); err == nil {
			_ = v.Abandon()
		}
		_ = w.Restart(ctx) // PATCH
	}
}

// times are what one show took.
type times struct{ start, closed time.Duration }

// once gives one show and tells who saw something of it.
func (c *crowd) once(t *testing.T, n int) (took times, leaks []string) {
	t.Helper()
	ctx := t.Context()
	c.still(t)
	s := must(wish(ctx, c.max, demoFirst, fmt.Sprintf("show-key-%d", n)))(t)
	asked := time.Now()
	must(c.her.Answer(ctx, s.ID, true))(t)
	accepted := time.Now()
	must(c.her.ReadyFor(ctx, s.ID))(t)
	var first time.Time
	testkit.Until(t, 10*time.Second, "the payer to see the show", func() bool {
		first = c.payer.first(accepted)
		return !first.IsZero()
	})
	took.start = time.Since(asked)
	c.until(t, s.ID, 10*time.Second, domain.ShowRunning)
	for _, w := range c.others {
		took.closed = max(took.closed, w.last(first).Sub(asked))
	}
	for _, room := range []string{demoFirst, demoSecond} {
		if _, err := c.eve.Thumbnail(ctx, room); domain.KindOf(err) != domain.KindNotFound {
			leaks = append(leaks, "a still of "+room)
		}
	}
	if err := c.payer.Wait(ctx, len(c.payer.Units())+15); err != nil {
		t.Fatal(err)
	}
	must(c.her.End(ctx, s.ID))(t)
	c.until(t, s.ID, 10*time.Second, domain.ShowSettled)
	free := time.Now() // she reads it
	must(c.her.Free(ctx, demoFirst))(t)
	for _, w := range append(slices.Clone(c.others[3:]), c.payer) { // the hostile ones may have cut themselves off
		testkit.Until(t, 10*time.Second, w.name+" to see her again", func() bool { return !w.first(free).IsZero() })
	}
	c.shows = append(c.shows, window{first, free})
	return took, append(leaks, c.seen()...)
}

// Twenty shows start and end before ten others in both rooms, three of them hostile:
// no picture, retransmission, sound or still of a show reaches anybody but the payer,
// from the first packet that reached him to her word that she is free. It is the same
// when her second account comes by a stream key, of which the app knows nothing.
func TestShow_nobodyElseSeesAnything(t *testing.T) {
	for second, shows := range map[feed]int{byApp: 20, byKey: 5} {
		t.Run(string(second), func(t *testing.T) {
			t.Parallel()
			n := 0
			openCrowd(t, second).evening(t, shows, func() bool { n++; return n <= shows })
		})
	}
}

// evening gives shows as long as there is a next one, and no fewer than least.
func (c *crowd) evening(t *testing.T, least int, next func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var hostile sync.WaitGroup
	for i, w := range c.others[:3] {
		room := []string{demoFirst, demoSecond}[i%2]
		hostile.Go(func() { c.harass(ctx, w, room, "") })
	}
	defer hostile.Wait()
	defer stop()
	var starts, closings []time.Duration
	for next() {
		began := time.Now()
		took, leaks := c.once(t, len(starts))
		if len(leaks) > 0 {
			t.Errorf("show %d was seen: %v", len(starts), leaks)
		}
		starts, closings = append(starts, took.start), append(closings, took.closed)
		for _, w := range append(slices.Clone(c.others), c.payer) {
			w.forget(began)
		}
	}
	stop()
	hostile.Wait()
	if len(starts) < least {
		t.Errorf("there were %d shows, which is fewer than %d: they prove nothing", len(starts), least)
	}
	if len(starts) == 0 {
		return
	}
	if leaks := c.seen(); len(leaks) > 0 {
		t.Errorf("at the end of the evening: %v", leaks)
	}
	gone := 0
	for _, w := range c.others[:3] {
		if w.first(c.shows[len(c.shows)-1].to).IsZero() {
			gone++
		}
	}
	t.Logf("%d of the 3 hostile viewers had cut themselves off by the end and saw nothing of the last free time either", gone)
	if gone == 3 {
		t.Error("no hostile viewer could have seen anything")
	}
	slices.Sort(starts)
	slices.Sort(closings)
	t.Logf("%d shows; from the answer to the payer's first picture: p50 %v, p95 %v; the last free packet at others: p50 %v, most %v after it",
		len(starts), starts[len(starts)/2], starts[len(starts)*19/20], closings[len(closings)/2], closings[len(closings)-1])
	if starts[len(starts)*19/20] > 1500*time.Millisecond || closings[len(closings)-1] > 200*time.Millisecond {
		t.Errorf("that is too long; the longest starts took %v, closing %v", starts[len(starts)*19/20:], closings[len(closings)*19/20:])
	}
	if r := must(c.store.Verify(t.Context()))(t); !r.OK() {
		t.Errorf("the ledger: %+v", r)
	}
}

// The check would find a leak of picture alone and of sound alone: a second view of
// the payer's, which hears or sees only, stands in for one.
func TestShow_aLeakWouldBeFound(t *testing.T) {
	for name, deafTo := range map[string]func(kind byte) bool{
		"picture": func(kind byte) bool { return kind == 111 },
		"sound":   func(kind byte) bool { return kind != 111 },
	} {
		t.Run(name, func(t *testing.T) {
			c := openCrowd(t, byApp)
			leak := &witness{name: "the leak", diary: c.diary}
			transport := client.NewTransport(nil)
			defer transport.CloseIdleConnections()
			v, err := peer.View(t.Context(), peer.Watch{URL: c.URL() + "/whep/" + demoFirst, Token: c.token, Transport: transport, Tap: func(b []byte) {
				if len(b) > 1 && !deafTo(b[1]&0x7f) {
					leak.tap(b)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = v.Abandon() }()
			leak.Viewer = v
			c.others = append(c.others, leak)
			if _, leaks := c.once(t, 1); len(leaks) != 1 {
				t.Errorf("the leak of %s alone was not found: %v", name, leaks)
			}
		})
	}
}
