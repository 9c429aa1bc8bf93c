package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/ring"
)

// Pictures is the one reader of a camera; *capture.VideoReader is one.
type Pictures interface {
	Run(ctx context.Context) error
	Subscribe() *capture.Slot
	Unsubscribe(s *capture.Slot)
	State() capture.ReaderState
}

// Sound is the one reader of a microphone; *capture.AudioReader is one.
type Sound interface {
	Run(ctx context.Context, sink func(capture.Samples)) error
	Level() float64
}

// Config is one broadcast: one camera, one microphone, one encoder.
type Config struct {
	Pictures Pictures
	Sound    Sound
	Video    encode.VideoConfig // Bitrate is the most that is used until SetBitrate
	Audio    encode.AudioConfig // Bitrate in bit/s, not 0
	Log      *slog.Logger
}

// Broadcast owns capture and the one encoder, and hands every unit to all
// outlets. It lives once: NewBroadcast, then Run.
type Broadcast struct {
	cfg     Config
	video   *encode.Video
	slot    *capture.Slot
	ready   *readiness
	outlets atomic.Pointer[[]*Outlet]

	mu       sync.Mutex              // held while outlets, their queues or the cover change
	endStill context.CancelCauseFunc // of the newest still; nil: none yet
	running  atomic.Bool
	covered  atomic.Bool  // black and silent: see SetCovered
	shown    atomic.Int64 // when that ended last, Unix ns; 0: never
	target   atomic.Int64 // bit/s for all outlets; 0 while none is live
	limits   atomic.Pointer[limits]
	size     atomic.Uint64 // width<<32 | height of the newest picture
}

// lateMost bounds how long after a cover sound and stills are looked at for when they
// were captured.
const lateMost = time.Second

// NewBroadcast checks the configuration; nothing runs before Run.
func NewBroadcast(cfg Config) (*Broadcast, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	within := limitsOf(cfg.Video)
	cfg.Video.MinBitrate, cfg.Video.MaxBitrate = min(cfg.Video.Bitrate, LeastBitrate), max(cfg.Video.Bitrate, MostBitrate)
	video, err := encode.NewVideo(cfg.Video)
	if err != nil {
		return nil, domain.Wrap("broadcast", domain.KindInvalid, err, "This picture cannot be encoded. Choose another size, rate or bitrate.").Because("encode.picture")
	}
	b := &Broadcast{cfg: cfg, video: video, ready: newReadiness()}
	b.outlets.Store(&[]*Outlet{})
	b.limits.Store(&within)
	return b, nil
}

// Outlet makes an upload of this broadcast for one or two accounts of one
// backend; call its Run. KindInvalid for any other number.
func (b *Broadcast) Outlet(cfg OutletConfig) (*Outlet, error) {
	if n := len(cfg.Accounts); n < 1 || n > 2 {
		return nil, domain.Errorf("upload", domain.KindInvalid, "An upload carries one or two accounts, not %d. Choose one or two.", n)
	}
	if cfg.Log == nil {
		cfg.Log = b.cfg.Log
	}
	return newOutlet(b, cfg), nil
}

// Run captures and encodes until ctx ends, which returns nil, or until camera,
// microphone or encoder fail in a way that she has to know of: before their
// first picture or sound, or for good. Until both have come no outlet uploads.
func (b *Broadcast) Run(ctx context.Context) error {
	audio, err := encode.NewAudio(b.cfg.Audio)
	if err != nil {
		return domain.Wrap("broadcast", domain.KindInvalid, err, "This sound cannot be encoded. Choose another format.").Because("encode.sound")
	}
	defer audio.Close()
	b.running.Store(true)
	defer b.running.Store(false)
	slot := b.cfg.Pictures.Subscribe()
	defer b.cfg.Pictures.Unsubscribe(slot)
	b.mu.Lock()
	b.slot = slot
	b.mu.Unlock()

	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	part := func(run func() error) {
		parts.Go(func() {
			if err := run(); err != nil && inner.Err() == nil {
				cancel(err)
			}
		})
	}
	part(func() error { return b.cfg.Pictures.Run(inner) })
	part(func() error { return b.video.Run(inner, slot, b.spread) })
	part(func() error { return b.cfg.Sound.Run(inner, b.sound(audio)) })
	part(func() error { return b.ready.within(inner, firstUnits) })
	parts.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return context.Cause(inner)
}

// SetCovered has nothing leave that is captured (domain A7): pictures are black and
// sound is silence, whatever outlets there are or will be. When it returns, what
// waited in the outlets is thrown away, of a picture that was under way no other
// packet is sent, and a still that was under way is given up. The black picture comes
// at once, with or without a camera. It may be called before Run.
func (b *Broadcast) SetCovered(on bool) {
	if on {
		b.covered.Store(true)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range *b.outlets.Load() {
		if q := o.queue.Load(); q != nil {
			q.Cover(on)
		}
	}
	b.video.SetBlank(on)
	if on && b.endStill != nil {
		b.endStill(errCovered)
	}
	if !on && b.covered.Load() {
		b.shown.Store(b.now().UnixNano())
		b.covered.Store(false)
	}
}

func (b *Broadcast) now() time.Time {
	if b.cfg.Video.Now != nil {
		return b.cfg.Video.Now()
	}
	return time.Now()
}

// hidden tells whether sound or a still is none of the members': she is covered, or was
// when it was captured and it comes late. What seems to be older than lateMost is not:
// the clock was moved.
func (b *Broadcast) hidden(at time.Time) bool {
	if b.covered.Load() {
		return true
	}
	shown := b.shown.Load()
	return at.UnixNano() < shown && b.now().UnixNano()-shown < int64(lateMost)
}

// sound encodes each chunk and hands it out.
func (b *Broadcast) sound(audio *encode.Audio) func(capture.Samples) {
	var failed uint64
	var silence []int16
	return func(s capture.Samples) {
		covered := b.hidden(s.At)
		if covered {
			if len(silence) < len(s.PCM) {
				silence = make([]int16, len(s.PCM))
			}
			s.PCM = silence[:len(s.PCM)]
		}
		u, err := audio.Encode(s)
		u.Blank = covered
		if err != nil {
			if failed++; failed == 1 {
				b.cfg.Log.Warn("a piece of sound cannot be encoded and is left out", "error", err)
			}
			return
		}
		b.spread(u)
	}
}

// spread hands a unit to every outlet. None of them can hold it up.
func (b *Broadcast) spread(u encode.Unit) {
	b.ready.saw(u.Kind)
	if u.Kind == encode.KindVideo {
		b.size.Store(uint64(u.Width)<<32 | uint64(u.Height)) // both small and positive
	}
	for _, o := range *b.outlets.Load() {
		o.put(u)
	}
}

// enter gives an outlet the queue of a new upload, which is covered if all are.
func (b *Broadcast) enter(o *Outlet, q *ring.Ring) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.covered.Load() {
		q.Cover(true)
	}
	o.queue.Store(q)
}

// level is that of the sound that leaves, in dBFS.
func (b *Broadcast) level() float64 {
	if b.covered.Load() {
		return capture.SilenceDB
	}
	return b.cfg.Sound.Level()
}

// RequestKeyFrame asks the encoder for one; it serves at most two a second.
func (b *Broadcast) RequestKeyFrame() { b.video.RequestKeyFrame() }

func (b *Broadcast) attach(o *Outlet) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := append(slices.Clone(*b.outlets.Load()), o)
	b.outlets.Store(&all)
}

func (b *Broadcast) detach(o *Outlet) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(*b.outlets.Load()), func(x *Outlet) bool { return x == o })
	b.outlets.Store(&all)
}

// Stats is the broadcast at a moment.
type Stats struct {
	Width, Height int           // of the newest coded picture; the wanted size before the first
	Coded         uint64        // pictures handed to the outlets
	Bytes         uint64        // of them
	Encoders      int           // that run: 0 or 1
	Uploads       int           // live
	Dropped       uint64        // pictures lost by camera, encoder or uploads
	Target        int           // bit/s that the paths carry, sound included; 0 while no upload is live
	Level         float64       // of the sound, dBFS
	EncodeTime    time.Duration // spent on all pictures
	Covered       bool          // black and silent
}

// Stats answers at once.
func (b *Broadcast) Stats() Stats {
	v, size := b.video.Stats(), b.size.Load()
	s := Stats{Width: int(size >> 32), Height: int(size & 0xffffffff), Coded: v.Coded, Bytes: v.Bytes, // as stored
		Level: b.level(), Target: int(b.target.Load()), EncodeTime: v.EncodeTime, Covered: b.covered.Load(),
		Dropped: v.Skipped + v.Failed + b.cfg.Pictures.State().Dropped}
	if size == 0 {
		s.Width, s.Height = b.cfg.Video.Width, b.cfg.Video.Height
	}
	b.mu.Lock()
	if b.slot != nil {
		s.Dropped += b.slot.Replaced()
	}
	b.mu.Unlock()
	if b.running.Load() {
		s.Encoders = 1
	}
	for _, o := range *b.outlets.Load() {
		s.Dropped += o.Dropped()
		if o.State() == Live {
			s.Uploads++
		}
	}
	return s
}

// Sentence tells what a person may read of an error of the session, be it the
// backend's or a device's.
func Sentence(err error) string {
	var device *capture.Error
	if errors.As(err, &device) {
		return device.Message
	}
	var e *domain.Error
	if errors.As(err, &e) {
		return domain.Sentence(err)
	}
	return fmt.Sprintf("%v.", err)
}
