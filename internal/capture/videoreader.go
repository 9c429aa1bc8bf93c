package capture

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// MinPause is the shortest rest between two attempts to open a lost device: a
// driver that answers "no such device" at once must not become a busy loop.
const MinPause = 500 * time.Millisecond

// VideoReaderConfig configures a VideoReader.
type VideoReaderConfig struct {
	// Open finds the chosen camera by its stable id and opens it. It is called
	// again after each loss, one call at a time.
	Open func(context.Context) (Camera, error)
	// Size is what the slots get; frames of other sizes are scaled. A zero
	// width or height means whatever the camera delivers. FPS is not used.
	Size Wish
	// Pool is where scaled frames come from; nil makes one of eight frames.
	Pool *Pool
	// Pause between attempts to open again; at least MinPause.
	Pause time.Duration
	// Slept tells how long the machine has slept in all; nil asks the system.
	Slept func() time.Duration
	Log   *slog.Logger // nil: no log
}

// ReaderState is what a reader knows about its device at a moment.
type ReaderState struct {
	Frames   uint64 // handed to the slots, or chunks to the sink
	Dropped  uint64 // left out by the camera or for want of a buffer; for sound, chunks replaced by silence
	Format   Format // what the camera really delivers; zero for sound and before the first frame
	Scaled   bool   // the slots get another size than the camera delivers
	Lost     bool   // the device is away, the reader tries to get it back
	Reopened int    // times it came back
	Err      string // while lost: one sentence for the user; else empty
}

// VideoReader is the only reader of a camera. See the package comment.
type VideoReader struct {
	cfg VideoReaderConfig
	log *slog.Logger

	mu    sync.Mutex
	slots []*Slot
	state ReaderState
	cam   dropper // the open camera, if it counts

	// Owned by the goroutine of Run.
	scaler *Scaler
	told   Format // the format of which the user was told that it is scaled
	last   time.Time
	seq    uint64
	vigil  vigil
}

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
	return &VideoReader{cfg: cfg, log: cfg.Log}
}

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
// again, and Run ends with an error of KindSlept.
func (r *VideoReader) Run(ctx context.Context) error {
	r.vigil = newVigil(r.cfg.Slept)
	for {
		err := r.live(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if r.seq == 0 || KindOf(err) == KindSlept {
			return err
		}
		r.lose(err)
		select {
		case <-time.After(r.cfg.Pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// live is the life of one opened camera.
func (r *VideoReader) live(ctx context.Context) error {
	if err := r.awake(); err != nil {
		return err
	}
	cam, err := r.cfg.Open(ctx)
	if err != nil {
		return err
	}
	d, _ := cam.(dropper)
	r.count(d)
	held, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	err = cam.Run(held, func(f *Frame) {
		if slept := r.awake(); slept != nil {
			stop(slept)
		}
		if held.Err() == nil {
			r.deliver(f, cam.Format())
		}
	})
	r.count(nil)
	if slept := context.Cause(held); KindOf(slept) == KindSlept {
		return slept
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
	out := r.sized(f, format)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found()
	r.state.Format = format
	r.state.Scaled = out != f
	if out == nil {
		r.state.Dropped++
		return
	}
	// Device clocks jitter; encoders and RTP want time that only moves forward.
	if !out.At.After(r.last) {
		out.At = r.last.Add(time.Microsecond)
	}
	r.last = out.At
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

// sized returns f, or a scaled copy of it, or nil when there is no buffer.
func (r *VideoReader) sized(f *Frame, format Format) *Frame {
	w, h := r.cfg.Size.Width, r.cfg.Size.Height
	if w == 0 || h == 0 || f.Width == w && f.Height == h {
		return f
	}
	if r.told != format {
		r.told = format
		r.log.Warn("the camera delivers another size than asked; pictures are scaled",
			"delivered", format.String(), "wanted", r.cfg.Size.String())
	}
	out := r.cfg.Pool.Get(w, h)
	if out == nil {
		return nil
	}
	if !r.scaler.Fits(f.Width, f.Height) {
		r.scaler = NewScaler(f.Width, f.Height, w, h)
	}
	r.scaler.Scale(out, f)
	return out
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
