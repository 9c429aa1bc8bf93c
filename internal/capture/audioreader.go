package capture

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// patience is how long a chunk may be late before silence takes its place.
	// A busy machine delays sound by some tenths of a second without losing it.
	patience = 500 * time.Millisecond
	// stall is how long a microphone may be quiet before it counts as lost:
	// PulseAudio gives no other sign of an unplugged device.
	stall = time.Second
	// firstSound is how long a freshly opened one may take to begin, opening included.
	firstSound = 10 * time.Second
	// maxSilence bounds the silence put in at once, after the machine slept.
	maxSilence = 5 * time.Second
	// backlog is how many chunks wait for a slow sink; half a second.
	backlog = 25
)

// AudioReaderConfig configures an AudioReader.
type AudioReaderConfig struct {
	// Open finds the chosen microphone by its stable id and opens it. It is
	// called again after each loss, one call at a time. Change replaces it.
	Open     func(context.Context) (Microphone, error)
	Channels int           // what the sink gets, 1 or 2; 0 is 1
	Pause    time.Duration // between attempts to open again; at least MinPause
	// Slept tells how long the machine has slept in all; nil asks the system.
	Slept func() time.Duration
	Log   *slog.Logger // nil: no log
}

// AudioReader is the only reader of a microphone. Its sink gets a chunk for
// every 20 ms, whatever the device does. See the package comment.
type AudioReader struct {
	cfg   AudioReaderConfig
	log   *slog.Logger
	level atomic.Uint64 // float64 bits, dBFS
	// changed holds the microphone that Change asked for and Run has not taken up.
	changed chan func(context.Context) (Microphone, error)

	mu    sync.Mutex // Change holds it while it replaces what changed holds
	state ReaderState

	free, full chan *chunk

	// Owned by the goroutine of Run.
	sink       func(Samples)
	next       time.Time // capture time of the next chunk; zero before the first
	lastHeard  time.Time // or when the microphone was opened
	heard      bool      // anything from the microphone that is open now
	leaving    bool      // that microphone was given up and is being closed
	yielding   bool      // in favour of another one
	lastSilent bool
	silence    []int16
	vigil      vigil
	slept      error // the machine slept for too long: nothing is handed out any more
}

type chunk struct {
	pcm    [2 * ChunkFrames]int16
	at     time.Time
	silent bool
}

// NewAudioReader returns a reader that opens its microphone in Run.
func NewAudioReader(cfg AudioReaderConfig) *AudioReader {
	cfg.Pause = max(cfg.Pause, MinPause)
	cfg.Channels = min(2, max(1, cfg.Channels))
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	r := &AudioReader{cfg: cfg, log: cfg.Log, changed: make(chan func(context.Context) (Microphone, error), 1),
		free: make(chan *chunk, backlog), full: make(chan *chunk, backlog),
		silence: make([]int16, ChunkFrames*cfg.Channels)}
	for range backlog {
		r.free <- &chunk{}
	}
	r.setLevel(SilenceDB)
	return r
}

// Level returns the loudness of the last tenth of a second in dBFS, from
// SilenceDB to 0.
func (r *AudioReader) Level() float64 { return math.Float64frombits(r.level.Load()) }

// State returns what is known now.
func (r *AudioReader) State() ReaderState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Change makes Run give up its microphone and open this one at once, with
// silence in between. It is no loss and never blocks; before Run it is what Run
// begins with.
func (r *AudioReader) Change(open func(context.Context) (Microphone, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.changed:
	default:
	}
	r.changed <- open // one place, and it is empty
}

// Run opens the microphone and hands its sound to sink, on the goroutine that
// called Run, until ctx ends, which returns nil. A microphone that fails before
// its first chunk ends Run with its error; later losses are repaired without
// end, State tells, and the sink gets silence meanwhile. After a sleep of more
// than MaxSleep the sink gets nothing more and Run ends with KindSlept. It may be
// called again after it returned.
func (r *AudioReader) Run(ctx context.Context, sink func(Samples)) error {
	r.begin(sink)
	tick := time.NewTicker(ChunkTime)
	defer tick.Stop()
	var retry <-chan time.Time
	life := r.start(ctx)
	defer func() { life.end() }()
	for r.awake() {
		select {
		case c := <-r.full:
			r.accept(c)
		case now := <-tick.C:
			r.fill(now)
			if life.running() && !r.leaving && now.Sub(r.lastHeard) > r.allowance() {
				r.leave(life)
			}
		case r.cfg.Open = <-r.changed:
			r.forget()
			r.leaving, r.yielding = true, true
			life.cancel()
			if !life.running() {
				retry = time.After(0)
			}
		case err := <-life.done:
			life.done, r.leaving = nil, true
			if ctx.Err() != nil {
				return nil
			}
			r.drain()
			switch {
			case r.yielding:
				retry = time.After(0)
			case r.next.IsZero():
				return err
			default:
				r.lose(err)
				retry = time.After(r.cfg.Pause)
			}
		case <-retry:
			retry = nil
			if r.awake() {
				life = r.start(ctx)
			}
		case <-ctx.Done():
			return nil
		}
	}
	return r.slept
}

// begin forgets an earlier Run.
func (r *AudioReader) begin(sink func(Samples)) {
	r.sink, r.vigil, r.slept = sink, newVigil(r.cfg.Slept), nil
	r.next, r.lastSilent = time.Time{}, false
	r.setLevel(SilenceDB)
	for len(r.full) > 0 {
		r.free <- <-r.full
	}
	select {
	case r.cfg.Open = <-r.changed:
	default:
	}
	r.forget()
}

// forget clears what is known of a microphone that is not read any more.
func (r *AudioReader) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Lost, r.state.Err = false, ""
}

// leave gives a microphone up that went quiet. Closing it may take long, but she
// reads of it now; one that was never heard has its own end.
func (r *AudioReader) leave(life *audioLife) {
	r.leaving = true
	life.cancel()
	if !r.next.IsZero() {
		r.lose(errQuiet())
	}
}

// errQuiet is the loss that no driver tells of.
func errQuiet() error {
	return &Error{Op: "capture.AudioReader.Run", Kind: KindLost,
		Message: "The microphone went quiet; it is opened again as soon as it answers."}
}

// awake tells whether sound may be handed out; see MaxSleep.
func (r *AudioReader) awake() bool {
	if r.slept == nil {
		r.slept = r.vigil.look("capture.AudioReader.Run", "microphone")
	}
	return r.slept == nil
}

func (r *AudioReader) allowance() time.Duration {
	if r.heard {
		return stall
	}
	return firstSound
}

// audioLife is one opened microphone and the goroutine that reads it.
type audioLife struct {
	cancel context.CancelFunc
	done   chan error // one error when the goroutine ends; nil once read
	wait   sync.WaitGroup
}

func (l *audioLife) running() bool { return l.done != nil }

// end stops the goroutine and waits for it.
func (l *audioLife) end() {
	l.cancel()
	l.wait.Wait()
}

func (r *AudioReader) start(ctx context.Context) *audioLife {
	r.lastHeard, r.heard, r.leaving, r.yielding = time.Now(), false, false, false
	ctx, cancel := context.WithCancel(ctx)
	l := &audioLife{cancel: cancel, done: make(chan error, 1)}
	done, open := l.done, r.cfg.Open
	l.wait.Go(func() {
		defer cancel()
		mic, err := open(ctx)
		if err == nil {
			err = mic.Run(ctx, r.push)
		}
		if err == nil {
			err = errQuiet()
		}
		done <- err
	})
	return l
}

// push copies a chunk for the goroutine of Run. It runs on the microphone's
// goroutine and never waits: what does not fit becomes a gap, then silence.
func (r *AudioReader) push(s Samples) {
	var c *chunk
	select {
	case c = <-r.free:
	default:
		return
	}
	c.at, c.silent = s.At, s.Silent
	mix(c.pcm[:ChunkFrames*r.cfg.Channels], r.cfg.Channels, s.PCM, s.Channels)
	r.full <- c // as many places as chunks
}

// mix copies src to dst, doubling or averaging channels.
func mix(dst []int16, to int, src []int16, from int) {
	switch {
	case to == from:
		copy(dst, src)
	case to == 1:
		for i := range dst[:min(len(dst), len(src)/2)] {
			dst[i] = int16((int32(src[2*i]) + int32(src[2*i+1])) / 2)
		}
	default:
		for i := range src[:min(len(src), len(dst)/2)] {
			dst[2*i], dst[2*i+1] = src[i], src[i]
		}
	}
}

func (r *AudioReader) drain() {
	for len(r.full) > 0 {
		r.accept(<-r.full)
	}
}

// accept puts silence where chunks are missing before c, then c itself, unless
// silence has already taken its place.
func (r *AudioReader) accept(c *chunk) {
	defer func() { r.free <- c }()
	r.lastHeard, r.heard = time.Now(), true
	if !r.leaving { // what it said before it went is no return
		r.found()
	}
	if !r.next.IsZero() {
		gap := c.at.Sub(r.next)
		switch {
		case gap > -ChunkTime/2:
			r.silenceFor(gap)
		case r.lastSilent:
			return
		default: // a clock that jumped back; sound still goes on
			c.at = r.next
		}
	}
	r.emit(Samples{PCM: c.pcm[:ChunkFrames*r.cfg.Channels], At: c.at, Silent: c.silent})
}

// fill puts silence where chunks are overdue.
func (r *AudioReader) fill(now time.Time) {
	if r.next.IsZero() {
		return
	}
	r.silenceFor(now.Sub(r.next) - patience)
}

// silenceFor emits as many silent chunks as fit best into gap.
func (r *AudioReader) silenceFor(gap time.Duration) {
	if gap > maxSilence {
		r.next = r.next.Add(gap - maxSilence)
		gap = maxSilence
	}
	for ; gap > ChunkTime*3/4 && r.slept == nil; gap -= ChunkTime {
		r.emit(Samples{PCM: r.silence, At: r.next, Silent: true})
	}
}

func (r *AudioReader) emit(s Samples) {
	if !r.awake() {
		return
	}
	s.Channels = r.cfg.Channels
	r.next = s.At.Add(ChunkTime)
	r.lastSilent = s.Silent
	// About five chunks of memory, in decibels: steady enough for a meter.
	r.setLevel(r.Level()*0.8 + LevelDB(s.PCM)*0.2)
	r.mu.Lock()
	r.state.Frames++
	if s.Silent {
		r.state.Dropped++
	}
	r.mu.Unlock()
	r.sink(s)
}

func (r *AudioReader) setLevel(db float64) { r.level.Store(math.Float64bits(db)) }

func (r *AudioReader) found() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.state.Lost {
		return
	}
	r.state.Lost, r.state.Err = false, ""
	r.state.Reopened++
	r.log.Info("the microphone is back", "reopened", r.state.Reopened)
}

func (r *AudioReader) lose(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.state.Lost {
		r.log.Warn("the microphone is lost; silence takes its place while it is opened again", "error", err)
	}
	r.state.Lost, r.state.Err = true, err.Error()
}
