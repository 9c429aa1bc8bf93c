package decode

import (
	"image"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode"
)

const (
	// videoWait and videoBound are how long and for how many packets a missing one
	// is waited for: it may be sent again.
	videoWait  = 250 * time.Millisecond
	videoBound = 512
	// wishEvery is the time between two wishes for a key frame.
	wishEvery = 500 * time.Millisecond
)

// VideoConfig is where pictures go.
type VideoConfig struct {
	Pool    *capture.Pool        // of the frames; nil allocates each anew
	Put     func(*capture.Frame) // takes the frame over; called by Push
	WantKey func()               // asks the sender for a key frame; at most twice a second
	Now     func() time.Time     // nil: time.Now
}

// VideoStats are what a stream brought.
type VideoStats struct {
	Pictures      uint64 // that were handed out
	Keys          uint64 // of them, those with which decoding can begin
	Lost          uint64 // packets
	Late          uint64 // packets that came too late, or twice
	Refused       uint64 // packets and coded pictures that cannot be used
	Wishes        uint64 // for a key frame
	Width, Height int    // of the newest picture
	At            time.Time
}

// Plus adds what a later stream brought.
func (s VideoStats) Plus(later VideoStats) VideoStats {
	if later.At.IsZero() {
		later.Width, later.Height, later.At = s.Width, s.Height, s.At
	}
	later.Pictures, later.Keys, later.Lost = s.Pictures+later.Pictures, s.Keys+later.Keys, s.Lost+later.Lost
	later.Late, later.Refused, later.Wishes = s.Late+later.Late, s.Refused+later.Refused, s.Wishes+later.Wishes
	return later
}

// Video decodes one stream of pictures. Close it when the stream is over.
type Video struct {
	cfg   VideoConfig
	order order
	cut   codecs.H264Packet
	dec   *encode.Decoder // nil before the first key frame, and after a damaged picture

	unit    []byte // coded picture in the making
	taken   int    // bytes of packets in it, those still inside cut included
	time    uint32 // its RTP time
	begun   bool   // a packet of it came
	whole   bool   // and no packet is missing since it began
	awaits  bool   // for a key frame
	wished  time.Time
	useless bool // a packet of it could not be read

	mu    sync.Mutex
	stats VideoStats
}

// NewVideo returns a decoder that waits for a key frame. It holds no memory of the
// library before one has come.
func NewVideo(cfg VideoConfig) *Video {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Video{cfg: cfg, order: order{bound: videoBound, patience: videoWait}, whole: true, awaits: true}
}

// Stats tells what came so far.
func (v *Video) Stats() VideoStats {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stats
}

func (v *Video) count(change func(s *VideoStats)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change(&v.stats)
}

// Push takes in a packet, which it keeps while it waits for one before it.
func (v *Video) Push(p *rtp.Packet) {
	if !v.order.push(p, v.cfg.Now(), v.packet) {
		v.count(func(s *VideoStats) { s.Late++ })
	}
	if v.awaits {
		v.wish()
	}
}

// Close frees the library's memory.
func (v *Video) Close() {
	if v.dec != nil {
		v.dec.Close()
		v.dec = nil
	}
}

// wish asks for a key frame unless it did so just now.
func (v *Video) wish() {
	if now := v.cfg.Now(); v.wished.IsZero() || now.Sub(v.wished) >= wishEvery {
		v.wished = now
		v.count(func(s *VideoStats) { s.Wishes++ })
		v.cfg.WantKey()
	}
}

// packet takes in the next packet, before which so many were lost.
func (v *Video) packet(p *rtp.Packet, lost int) {
	switch {
	case lost > 0:
		v.whole, v.awaits = false, true
		v.count(func(s *VideoStats) { s.Lost += uint64(lost) })
	case lost == anew:
		v.drop()
		v.whole, v.awaits = true, true
	}
	if v.begun && p.Timestamp != v.time {
		v.finish(false)
	}
	if !v.begun {
		v.begun, v.time = true, p.Timestamp
	}
	v.add(p.Payload)
	if p.Marker {
		v.finish(true)
	}
}

// add puts a packet's bytes to the picture. Empty ones only measure the network.
func (v *Video) add(payload []byte) {
	if len(payload) == 0 || v.useless {
		return
	}
	v.taken += len(payload)
	part, err := v.cut.Unmarshal(payload)
	if err != nil || v.taken > maxUnit {
		v.useless, v.unit = true, v.unit[:0]
		v.cut = codecs.H264Packet{}
		return
	}
	v.unit = append(v.unit, part...)
}

// finish decodes the picture, if it can be; marked tells that its last packet came,
// so that the next one is known to begin with its first.
func (v *Video) finish(marked bool) {
	unit, whole, useless := v.unit, v.whole, v.useless
	v.drop()
	v.whole = whole || marked
	switch c := look(unit); {
	case useless:
		v.damaged()
	case !whole || len(unit) == 0, v.awaits && !c.key:
	case !c.fits:
		v.damaged()
	default:
		v.decode(unit, c.key)
	}
}

// drop forgets the picture in the making; its bytes stay until the next packet.
func (v *Video) drop() {
	v.unit, v.taken, v.begun, v.useless, v.cut = v.unit[:0], 0, false, false, codecs.H264Packet{}
}

func (v *Video) decode(unit []byte, key bool) {
	if v.dec == nil {
		dec, err := encode.NewDecoder()
		if err != nil {
			v.damaged()
			return
		}
		v.dec = dec
	}
	picture, err := v.dec.Decode(unit)
	if err != nil || picture != nil && (picture.Rect.Dx() > MaxSide || picture.Rect.Dy() > MaxSide) {
		v.damaged()
		return
	}
	v.awaits = false
	if picture == nil {
		return
	}
	f := frame(v.cfg.Pool, picture)
	if f == nil {
		return // whoever shows pictures is slow: the next one is as good
	}
	f.At = v.cfg.Now()
	v.count(func(s *VideoStats) {
		s.Pictures++
		if key {
			s.Keys++
		}
		f.Seq, s.Width, s.Height, s.At = s.Pictures, f.Width, f.Height, f.At
	})
	v.cfg.Put(f)
}

// damaged notes a picture that cannot be used: the next key frame is decoded afresh.
func (v *Video) damaged() {
	v.Close()
	v.awaits = true
	v.count(func(s *VideoStats) { s.Refused++ })
	v.wish()
}

// frame copies a picture of the library's into one of ours; nil when all are out.
func frame(pool *capture.Pool, p *image.YCbCr) *capture.Frame {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	f := pool.Get(w, h)
	if f == nil {
		return nil
	}
	rows(f.Y, f.YStride, p.Y, p.YStride, w, h)
	rows(f.Cb, f.CStride, p.Cb, p.CStride, (w+1)/2, (h+1)/2)
	rows(f.Cr, f.CStride, p.Cr, p.CStride, (w+1)/2, (h+1)/2)
	return f
}

func rows(to []byte, stride int, from []byte, fromStride, w, h int) {
	for y := range h {
		copy(to[y*stride:][:w], from[y*fromStride:][:w])
	}
}
