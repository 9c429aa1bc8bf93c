package desk

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/playback"
	"github.com/jasmincam/jasmincam/internal/session"
)

// frames bounds the pictures that are on their way from a camera. They are made
// at once: what the busiest moment of an evening needs is there from the first
// minute. A picture that is scaled or changed takes two of them for a moment: a look
// that is put on makes no frames of its own.
const frames = 9

// Config is what a desk needs of its surroundings. The openers check a source,
// KindInvalid, and return what a reader calls to open it; they open nothing.
type Config struct {
	OpenCamera     func(Source, capture.Wish, *capture.Pool) (func(context.Context) (capture.Camera, error), error)
	OpenMicrophone func(Source) (func(context.Context) (capture.Microphone, error), error)
	OpenSpeaker    func(id string) playback.Opener // for a member's voice; "" is the system's default; nil: it is heard nowhere
	Speaker        string                          // to begin with
	Choice         Choice                          // to begin with
	Transport      http.RoundTripper               // for uploads; nil: the default one
	Log            *slog.Logger                    // nil: no log
	Now            func() time.Time                // nil: time.Now

	slept func() time.Duration // the machine, in all; nil asks the system
}

// Desk is one camera, one microphone and the accounts that show them. All
// methods may be called from any goroutine, before, during and after Run.
type Desk struct {
	cfg      Config
	log      *slog.Logger
	frames   *capture.Pool
	pictures *capture.VideoReader
	sound    *capture.AudioReader
	ear      ear
	preview  *capture.Slot
	guest    screen
	visitors *capture.Pool // of his pictures
	voice    *playback.Player
	bell     chan struct{} // holds one wake for Run: something is wanted or has ended

	mu              sync.Mutex
	choice          Choice
	members         []*member
	watching, muted bool
	err             error              // why devices or encoder ended; nothing begins until she acts
	private         Private            // the show that she gives
	visit           visitNow           // the member who is seen or heard in it
	volume          int                // of his voice, in percent
	hushed          bool               // it is muted
	panicked        bool               // black and silent until she undoes it
	undone          time.Time          // when she did so last
	covered         bool               // black and silent: as long as panicked, and then a moment in a private show
	devices         [2]bool            // whether camera and microphone run
	air             *session.Broadcast // nil while nobody wants to be online
	pulse           pulse
}

// New checks the configuration; nothing is opened before Run. KindInvalid.
func New(cfg Config) (*Desk, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.OpenSpeaker == nil {
		cfg.OpenSpeaker = func(string) playback.Opener { return playback.Nowhere(nil) }
	}
	d := &Desk{cfg: cfg, log: cfg.Log, frames: capture.NewPool(frames).Keep(frames), bell: make(chan struct{}, 1),
		visitors: capture.NewPool(guestFrames), volume: 100}
	o, err := d.openers(&cfg.Choice)
	if err != nil {
		return nil, err
	}
	d.choice = cfg.Choice
	d.pictures = capture.NewVideoReader(capture.VideoReaderConfig{Open: o.camera, Size: cfg.Choice.Size,
		Pool: d.frames, Slept: cfg.slept, Log: cfg.Log})
	d.sound = capture.NewAudioReader(capture.AudioReaderConfig{Open: o.microphone, Channels: 1, Slept: cfg.slept, Log: cfg.Log})
	d.preview = d.pictures.Subscribe()
	d.voice = playback.New(playback.Config{Open: cfg.OpenSpeaker(cfg.Speaker), Ear: d.sheSpeaks, Log: cfg.Log, Now: cfg.Now})
	return d, nil
}

// openers are those of a choice.
type openers struct {
	camera     func(context.Context) (capture.Camera, error)
	microphone func(context.Context) (capture.Microphone, error)
}

// openers checks a choice, completes it and returns how to open it.
func (d *Desk) openers(c *Choice) (o openers, err error) {
	if err := c.complete(); err != nil {
		return o, err
	}
	if o.camera, err = d.cfg.OpenCamera(c.Camera, c.Size, d.frames); err != nil {
		return o, err
	}
	o.microphone, err = d.cfg.OpenMicrophone(c.Microphone)
	return o, err
}

// Use takes another device, size or quality, live or not; while live the picture
// stops for less than a second. It also tries again what could not be opened.
// KindInvalid changes nothing.
func (d *Desk) Use(c Choice) error {
	o, err := d.openers(&c)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	old := d.choice
	d.choice, d.err = c, nil
	if c.Camera != old.Camera || c.Size != old.Size {
		d.pictures.Change(o.camera, c.Size)
	}
	if c.Microphone != old.Microphone {
		d.sound.Change(o.microphone)
	}
	if d.air != nil {
		d.air.SetBitrate(c.video().Bitrate)
	}
	d.ring()
	return nil
}

// SetLook changes what becomes of the picture, from the next one on.
func (d *Desk) SetLook(l capture.Look) { d.pictures.SetLook(l) }

// SetMuted puts digital silence in the place of the sound, from the next 20 ms
// on.
func (d *Desk) SetMuted(muted bool) {
	d.ear.muted.Store(muted)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.muted = muted
}

// SetWatching says whether preview or meter are on screen: then the devices are
// open although nobody is online. Beginning to watch tries again what could not
// be opened.
func (d *Desk) SetWatching(watching bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if watching && !d.watching {
		d.err = nil
	}
	d.watching = watching
	d.ring()
}

// Preview holds the newest picture as members see it, always the same slot. Who
// takes a frame releases it.
func (d *Desk) Preview() *capture.Slot { return d.preview }

// spoken gives an error of the encoders, which is for the log, a sentence for her.
func spoken(err error) error {
	var e *domain.Error
	if err == nil || capture.KindOf(err) != "" || errors.As(err, &e) {
		return err
	}
	return domain.Wrap("encoder", domain.KindInternal, err,
		"Picture and sound could not be made any more. Choose another size, and go online again.").Because("encode.failed")
}

// ring wakes Run.
func (d *Desk) ring() {
	select {
	case d.bell <- struct{}{}:
	default:
	}
}

// fail notes why devices or encoder ended. Everybody is offline from now on,
// until she acts.
func (d *Desk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log.Info("camera, microphone or encoder ended; everybody goes offline") // Status tells why
	if d.err == nil {
		d.err = spoken(err)
	}
	for _, m := range d.members {
		m.want(false)
	}
}
