package capture

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// MinPause is the shortest rest between two attempts to open a lost device: a
// driver that answers "no such device" at once must not become a busy loop.
const MinPause = 500 * time.Millisecond

// VideoReaderConfig configures a VideoReader.
type VideoReaderConfig struct {
	// Open finds the chosen camera by its stable id and opens it. It is called
	// again after each loss, one call at a time. Change replaces it.
	Open func(context.Context) (Camera, error)
	// Size is what the slots get; frames of other sizes are scaled. A zero
	// width or height means whatever the camera delivers. FPS is not used.
	// Change replaces it.
	Size Wish
	// Pool is where scaled and changed frames come from; it may be the camera's,
	// which then needs one more. Nil makes one of eight.
	Pool *Pool
	// Pause between attempts to open again; at least MinPause.
	Pause time.Duration
	// Slept tells how long the machine has slept in all; nil asks the system.
	Slept func() time.Duration
	Log   *slog.Logger // nil: no log
}

// ReaderState is what a reader knows about its device at a moment.
type ReaderState struct {
	Frames   uint64  // handed to the slots, or chunks to the sink
	Dropped  uint64  // left out by the camera or for want of a buffer; for sound, chunks replaced by silence
	Format   Format  // what the camera really delivers; zero for sound and before the first frame
	Scaled   bool    // the slots get another size than the camera delivers
	Light    float64 // mean luma of a picture of the last second, 16 (black) to 235 (white); 0 before the first, and for sound
	Lost     bool    // the device is away, the reader tries to get it back
	Reopened int     // times it came back
	Err      string  // while lost: one sentence for the user; else empty
}

// VideoReader is the only reader of a camera. See the package comment.
type VideoReader struct {
	cfg     VideoReaderConfig // Open and Size are those of the camera that runs
	log     *slog.Logger
	look    atomic.Pointer[Look]
	changed chan struct{} // holds one wake

	mu    sync.Mutex
	slots []*Slot
	state ReaderState
	cam   dropper                 // the open camera, if it counts
	next  *videoChoice            // what Change asked for and Run has not taken up yet
	yield context.CancelCauseFunc // ends the open camera; nil without one

	// Owned by the goroutine of Run.
	lens  lens
	told  Format // the format of which the user was told that it is scaled
	begun bool   // a picture came since Run began
	last  time.Time
	lit   time.Time // when Light was measured
	seq   uint64
	vigil vigil
}

// videoChoice is what Change gives to Run.
type videoChoice struct {
	open func(context.Context) (Camera, error)
	size Wish
}

// errChanged ends a device in favour of another one.
var errChanged = errors.New("another device or size was chosen")

// dropper is a camera that counts the pictures it had to leave out.
type dropper interface{ Dropped() uint64 }

// NewVideoReader returns a reader that opens its camera in Run.
func NewVideoReader(cfg VideoReaderConfig) *VideoReader {
	cfg.Pause = max(cfg.Pause, MinPause)
	if cfg.Pool == nil {
		cfg.Pool = NewPool(8)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	r := &VideoReader{cfg: cfg, log: cfg.Log, changed: make(chan struct{}, 1), lens: lens{pool: cfg.Pool}}
	r.look.Store(&Look{})
	return r
}

// Change makes Run give up its camera and open this one at once, with pictures
// of this size. It is no loss and never blocks; before Run it is what Run begins
// with.
func (r *VideoReader) Change(open func(context.Context) (Camera, error), size Wish) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = &videoChoice{open: open, size: size}
	if r.yield != nil {
		r.yield(errChanged)
	}
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// SetLook changes what becomes of the pictures, from the next one on. It never
// blocks.
func (r *VideoReader) SetLook(l Look) { r.look.Store(&l) }

// Subscribe returns a new slot that gets every frame from now on. It may be
// called at any time.
func (r *VideoReader) Subscribe() *Slot {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &Slot{}
	r.slots = append(r.slots, s)
	return s
}

// Unsubscribe ends what Subscribe began and empties the slot.
func (r *VideoReader) Unsubscribe(s *Slot) {
	r.mu.Lock()
	r.slots = slices.DeleteFunc(r.slots, func(o *Slot) bool { return o == s })
	r.mu.Unlock()
	s.TryTake().Release()
}

// State returns what is known now.
func (r *VideoReader) State() ReaderState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.state
	if r.cam != nil {
		s.Dropped += r.cam.Dropped()
	}
	return s
}

// Run opens the camera and reads it until ctx ends, which returns nil. A camera
// that fails before its first frame ends Run with its error, since then the
// user has to act; later losses are repaired without end, and State tells.
// After a sleep of more than MaxSleep no frame is handed out, no camera opened
// again, and Run ends with an error of KindSlept. It may be called again after it
// returned.
func (r *VideoReader) Run(ctx context.Context) error {
	r.vigil, r.begun = newVigil(r.cfg.Slept), false
	r.forget()
	for {
		r.adopt()
		err := r.live(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errChanged):
			continue
		case !r.begun || KindOf(err) == KindSlept:
			return err
		}
		r.lose(err)
		select {
		case <-time.After(r.cfg.Pause):
		case <-r.changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// adopt takes up what Change asked for.
func (r *VideoReader) adopt() {
	r.mu.Lock()
	next := r.next
	r.next = nil
	select {
	case <-r.changed:
	default:
	}
	r.mu.Unlock()
	if next == nil {
		return
	}
	r.cfg.Open, r.cfg.Size, r.told = next.open, next.size, Format{}
	r.forget()
}

// forget clears what is known of a camera that is not read any more.
func (r *VideoReader) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Lost, r.state.Err, r.state.Format, r.state.Light, r.lit = false, "", Format{}, 0, time.Time{}
}

// hold lets Change end a camera; false when it did already.
func (r *VideoReader) hold(yield context.CancelCauseFunc) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.yield = yield
	return r.next == nil
}

// live is the life of one opened camera.
func (r *VideoReader) live(ctx context.Context) error {
	if err := r.awake(); err != nil {
		return err
	}
	held, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer r.hold(nil)
	if !r.hold(stop) {
		return errChanged
	}
	cam, err := r.cfg.Open(held)
	if err == nil {
		d, _ := cam.(dropper)
		r.count(d)
		err = cam.Run(held, func(f *Frame) {
			if slept := r.awake(); slept != nil {
				stop(slept)
			}
			if held.Err() == nil {
				r.deliver(f, cam.Format())
			}
		})
		r.count(nil)
	}
	if cause := context.Cause(held); cause != nil && ctx.Err() == nil {
		return cause // slept or changed
	}
	if err == nil && ctx.Err() == nil {
		err = &Error{Op: "capture.VideoReader.Run", Kind: KindLost,
			Message: "The camera stopped; it is opened again as soon as it answers."}
	}
	return err
}

// awake returns an error when the machine slept for too long; see MaxSleep.
func (r *VideoReader) awake() error { return r.vigil.look("capture.VideoReader.Run", "camera") }

// count makes d the camera whose drops are added, and keeps those of the last.
func (r *VideoReader) count(d dropper) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cam != nil {
		r.state.Dropped += r.cam.Dropped()
	}
	r.cam = d
}

// deliver hands one frame to all slots. It runs on the camera's goroutine.
func (r *VideoReader) deliver(f *Frame, format Format) {
	out, scaled := r.sized(f, format)
	light, lit := 0.0, out != nil && out.At.Sub(r.lit) > time.Second/2
	if lit {
		light = out.Light()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found()
	r.state.Format = format
	r.state.Scaled = scaled
	if out == nil {
		r.state.Dropped++
		return
	}
	if lit {
		r.state.Light, r.lit = light, out.At
	}
	// Device clocks jitter; encoders and RTP want time that only moves forward.
	if !out.At.After(r.last) {
		out.At = r.last.Add(time.Microsecond)
	}
	r.last = out.At
	r.begun = true
	r.seq++
	out.Seq = r.seq
	r.state.Frames++
	for _, s := range r.slots {
		s.Put(out.Retain())
	}
	if out != f {
		out.Release()
	}
}

// sized returns f, or a copy of it in the wanted size and look, or nil when
// there is no buffer; and whether the size is another one.
func (r *VideoReader) sized(f *Frame, format Format) (out *Frame, scaled bool) {
	w, h := r.cfg.Size.Width, r.cfg.Size.Height
	if w == 0 || h == 0 {
		w, h = f.Width, f.Height
	}
	scaled = f.Width != w || f.Height != h
	if scaled && r.told != format {
		r.told = format
		r.log.Warn("the camera delivers another size than asked; pictures are scaled",
			"delivered", format.String(), "wanted", r.cfg.Size.String())
	}
	r.lens.look = *r.look.Load()
	if r.lens.plain(f, w, h) {
		return f, scaled
	}
	return r.lens.apply(f, w, h), scaled
}

// found notes that frames come; r.mu is held.
func (r *VideoReader) found() {
	if !r.state.Lost {
		return
	}
	r.state.Lost, r.state.Err = false, ""
	r.state.Reopened++
	r.log.Info("the camera is back", "reopened", r.state.Reopened)
}

func (r *VideoReader) lose(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.state.Lost {
		r.log.Warn("the camera is lost; trying to open it again", "error", err)
	}
	r.state.Lost, r.state.Err = true, err.Error()
}
