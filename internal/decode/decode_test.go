package decode

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/encode"
)

// taped is a piece of a readable broadcast.
type taped struct {
	units []encode.Unit
	rtp   [][]*rtp.Packet // of each unit
}

// tape films the readable picture until there are n units; a key frame is asked for
// every so many.
func tape(t testing.TB, w, h, n, keys int) taped {
	t.Helper()
	cfg := encode.DefaultVideo(w, h, 60)
	video, err := encode.NewVideo(cfg)
	if err != nil {
		t.Fatal(err)
	}
	camera, err := synthetic.NewCamera(synthetic.CameraConfig{Size: capture.Wish{Width: w, Height: h, FPS: 60}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	slot, done := &capture.Slot{}, make(chan error, 1)
	go func() { done <- camera.Run(ctx, func(f *capture.Frame) { slot.Put(f.Retain()) }) }()
	var made taped
	_ = video.Run(ctx, slot, func(u encode.Unit) { // ends with ctx's error
		made.units = append(made.units, u)
		if len(made.units)%keys == 0 {
			video.RequestKeyFrame()
		}
		if len(made.units) == n {
			stop()
		}
	})
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	cut := rtp.NewPacketizer(1200, 96, 7, &codecs.H264Payloader{}, rtp.NewFixedSequencer(65_500), 90_000)
	for _, u := range made.units {
		made.rtp = append(made.rtp, cut.Packetize(u.Data, 3000))
	}
	return made
}

// player is a decoder whose pictures are read.
type player struct {
	*Video
	stamps []uint64
	wishes int
	now    time.Time
}

func newPlayer(t testing.TB) *player {
	p := &player{now: time.Unix(1000, 0)}
	p.Video = NewVideo(VideoConfig{Now: func() time.Time { return p.now }, WantKey: func() { p.wishes++ },
		Put: func(f *capture.Frame) {
			stamp, ok := synthetic.ReadStrip(f.Y, f.YStride, f.Width, f.Height)
			if !ok {
				t.Errorf("picture %d cannot be read", f.Seq)
			}
			p.stamps = append(p.stamps, stamp)
			f.Release()
		}})
	t.Cleanup(p.Close)
	return p
}

// push hands a packet over, and some time later another.
func (p *player) push(k *rtp.Packet) {
	p.now = p.now.Add(12 * time.Millisecond)
	p.Push(k)
}

func stampsOf(units []encode.Unit) (list []uint64) {
	for _, u := range units {
		list = append(list, synthetic.Stamp(u.At))
	}
	return list
}

func TestVideo_roundTrip(t *testing.T) {
	film := tape(t, 640, 360, 30, 10)
	p := newPlayer(t)
	for _, packets := range film.rtp {
		for _, k := range packets {
			p.push(k)
		}
	}
	if want := stampsOf(film.units); !slices.Equal(p.stamps, want) {
		t.Errorf("read %d stamps %v, want %v", len(p.stamps), p.stamps, want)
	}
	if s := p.Stats(); s.Pictures != 30 || s.Width != 640 || s.Height != 360 || s.Lost+s.Late+s.Refused != 0 || s.Keys == 0 {
		t.Errorf("%+v", s)
	}
}

// Packets that change places, and come twice, change nothing.
func TestVideo_disorder(t *testing.T) {
	film := tape(t, 640, 360, 30, 10)
	var all []*rtp.Packet
	for _, packets := range film.rtp {
		all = append(all, packets...)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := 1; i+6 < len(all); i += 6 { // the first stays: the stream begins with it
		random.Shuffle(6, func(a, b int) { all[i+a], all[i+b] = all[i+b], all[i+a] })
	}
	p := newPlayer(t)
	for i, k := range all {
		p.push(k)
		if i%5 == 0 {
			p.push(k)
		}
	}
	if want := stampsOf(film.units); !slices.Equal(p.stamps, want) {
		t.Errorf("read %v, want %v", p.stamps, want)
	}
	if s := p.Stats(); s.Lost != 0 || s.Late == 0 || s.Refused != 0 {
		t.Errorf("%+v", s)
	}
}

// A lost packet stops the picture until the next key frame, which is asked for; no
// picture is shown that is not whole.
func TestVideo_loss(t *testing.T) {
	film := tape(t, 640, 360, 90, 40)
	want := stampsOf(film.units)
	next := slices.IndexFunc(film.units[5:], func(u encode.Unit) bool { return u.Key }) + 5
	if next < 10 {
		t.Fatalf("the second key frame is picture %d", next)
	}
	for name, lose := range map[string]func(n int, packets []*rtp.Packet) []*rtp.Packet{
		"the first packet of a picture": func(_ int, k []*rtp.Packet) []*rtp.Packet { return k[1:] },
		"the last packet of a picture":  func(_ int, k []*rtp.Packet) []*rtp.Packet { return k[:len(k)-1] },
		"a whole picture":               func(int, []*rtp.Packet) []*rtp.Packet { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlayer(t)
			for n, packets := range film.rtp {
				if n == 4 {
					packets = lose(n, packets)
				}
				for _, k := range packets {
					p.push(k)
				}
			}
			if !slices.Equal(p.stamps, slices.Concat(want[:4], want[next:])) {
				t.Errorf("read %d stamps %v, want %v and from picture %d on %v", len(p.stamps), p.stamps, want[:4], next, want[next:])
			}
			if s := p.Stats(); s.Lost == 0 || p.wishes < 2 || p.wishes > 20 {
				t.Errorf("%d wishes for a key frame, %+v", p.wishes, s)
			}
		})
	}
}

// Whoever comes in the middle sees nothing before a key frame.
func TestVideo_beginsWithAKeyFrame(t *testing.T) {
	film := tape(t, 320, 180, 60, 40)
	p := newPlayer(t)
	for _, packets := range film.rtp[3:] {
		for _, k := range packets {
			p.push(k)
		}
	}
	next := slices.IndexFunc(film.units[3:], func(u encode.Unit) bool { return u.Key }) + 3
	if want := stampsOf(film.units[next:]); !slices.Equal(p.stamps, want) || p.wishes == 0 {
		t.Errorf("read %v after %d wishes, want %v", p.stamps, p.wishes, want)
	}
}

// A picture beyond the limits never reaches the library; the next stream does.
func TestVideo_limitsTheSize(t *testing.T) {
	p := newPlayer(t)
	for _, packets := range tape(t, 2560, 1440, 2, 100).rtp {
		for _, k := range packets {
			p.push(k)
		}
	}
	if s := p.Stats(); s.Pictures != 0 || s.Refused == 0 || p.dec != nil {
		t.Fatalf("2560 × 1440: %+v", s)
	}
	for _, packets := range tape(t, 1080, 1920, 3, 100).rtp {
		for _, k := range packets {
			k.SequenceNumber += 9000 // another stream
			p.push(k)
		}
	}
	if s := p.Stats(); s.Pictures == 0 || s.Width != 1080 || s.Height != 1920 {
		t.Errorf("a standing picture of 1080 × 1920: %+v", s)
	}
}

// What is not H.264 is counted, and the stream goes on with the next key frame.
func TestVideo_standsGarbage(t *testing.T) {
	film := tape(t, 320, 180, 60, 30)
	random := rand.New(rand.NewPCG(3, 4))
	p := newPlayer(t)
	seq := uint16(0)
	send := func(payload []byte, at uint32, marker bool) {
		p.push(&rtp.Packet{Header: rtp.Header{SequenceNumber: seq, Timestamp: at, Marker: marker}, Payload: payload})
		seq++
	}
	for n, packets := range film.rtp {
		at := uint32(2*n) * 3000
		for _, k := range packets {
			send(k.Payload, at, k.Marker)
		}
		if n > 5 && n < 25 {
			junk := make([]byte, random.IntN(400))
			for i := range junk {
				junk[i] = byte(random.Uint32())
			}
			send(junk, at+3000, true)
		}
	}
	if s := p.Stats(); s.Refused == 0 || s.Pictures < 30 || p.stamps[len(p.stamps)-1] != synthetic.Stamp(film.units[59].At) {
		t.Errorf("%+v", s)
	}
}

// The frames of a pool that nobody gives back are left out, and not waited for.
func TestVideo_slowViewer(t *testing.T) {
	film := tape(t, 320, 180, 10, 100)
	var kept []*capture.Frame
	pool := capture.NewPool(2)
	v := NewVideo(VideoConfig{Pool: pool, WantKey: func() {}, Put: func(f *capture.Frame) { kept = append(kept, f) }})
	defer v.Close()
	for _, packets := range film.rtp {
		for _, k := range packets {
			v.Push(k)
		}
	}
	if len(kept) != 2 {
		t.Errorf("%d pictures are kept", len(kept))
	}
	for _, f := range kept {
		f.Release()
	}
}

// FuzzVideo: whatever comes, nothing is shown that is larger than the limits, and
// nothing fails.
func FuzzVideo(f *testing.F) {
	for _, packets := range tape(f, 320, 180, 3, 100).rtp {
		var raw []byte
		for _, k := range packets {
			raw = append(raw, byte(k.SequenceNumber), 0, byte(len(k.Payload)>>8), byte(len(k.Payload)))
			raw = append(raw, k.Payload...)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		now := time.Unix(1000, 0)
		v := NewVideo(VideoConfig{WantKey: func() {}, Now: func() time.Time { return now }, Put: func(f *capture.Frame) {
			if f.Width > MaxSide || f.Height > MaxSide || f.Width*f.Height > MaxArea {
				t.Errorf("a picture of %d × %d", f.Width, f.Height)
			}
			f.Release()
		}})
		defer v.Close()
		for len(raw) > 4 {
			n := min(int(raw[2])<<8|int(raw[3]), len(raw)-4)
			now = now.Add(time.Duration(raw[1]>>2) * time.Millisecond)
			v.Push(&rtp.Packet{Header: rtp.Header{SequenceNumber: uint16(raw[0]), Timestamp: uint32(raw[1] & 3), Marker: raw[1]&1 == 1}, Payload: raw[4 : 4+n]})
			raw = raw[4+n:]
		}
		if len(v.order.waiting) > videoBound || len(v.unit) > 2*maxUnit {
			t.Errorf("%d packets and %d bytes wait", len(v.order.waiting), len(v.unit))
		}
	})
}
