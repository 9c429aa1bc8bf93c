package desk

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Config is what a desk needs of its surroundings. The openers check a source,
// KindInvalid, and return what a reader calls to open it; they open nothing.
type Config struct {
	OpenCamera     func(Source, capture.Wish, *capture.Pool) (func(context.Context) (capture.Camera, error), error)
	OpenMicrophone func(Source) (func(context.Context) (capture.Microphone, error), error)
	Choice         Choice            // to begin with
	Transport      http.RoundTripper // for uploads; nil: the default one
	Log            *slog.Logger      // nil: no log
	Now            func() time.Time  // nil: time.Now
}

// Desk is one camera, one microphone and the accounts that show them. All
// methods may be called from any goroutine, before, during and after Run.
type Desk struct {
	cfg     Config
	preview *capture.Slot

	mu              sync.Mutex
	choice          Choice
	members         []*member
	watching, muted bool
}

// New checks the configuration; nothing is opened before Run. KindInvalid.
func New(cfg Config) (*Desk, error) {
	return &Desk{cfg: cfg, choice: cfg.Choice, preview: &capture.Slot{}}, nil
}

// Run works until ctx ends, then closes the rooms, ends the uploads, and returns
// nil when everything has ended.
func (d *Desk) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Use takes another device, size or quality, live or not; while live the picture
// stops for less than a second. KindInvalid changes nothing.
func (d *Desk) Use(c Choice) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.choice = c
	return nil
}

// SetLook changes what becomes of the picture, from the next one on.
func (d *Desk) SetLook(capture.Look) {}

// SetMuted puts digital silence in the place of the sound.
func (d *Desk) SetMuted(muted bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.muted = muted
}

// SetWatching says whether preview or meter are on screen: then the devices are
// open although nobody is online.
func (d *Desk) SetWatching(watching bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watching = watching
}

// Preview holds the newest picture as members see it, always the same slot. Who
// takes a frame releases it.
func (d *Desk) Preview() *capture.Slot { return d.preview }

// Status never blocks.
func (d *Desk) Status() Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := Status{Choice: d.choice, Watching: d.watching, Muted: d.muted, LevelDB: capture.SilenceDB, Health: Health{Word: HealthOff}}
	for _, m := range d.members {
		s.Accounts = append(s.Accounts, m.account.Snapshot())
	}
	return s
}
