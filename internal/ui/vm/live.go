package vm

import (
	"context"
	"image"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
)

// Stage puts accounts online; part of *desk.Desk.
type Stage interface {
	GoOnline(emails ...string)
	GoOffline(emails ...string)
	Status() desk.Status
}

// Booth is camera, microphone and preview; part of *desk.Desk.
type Booth interface {
	Use(c desk.Choice) error
	SetLook(l capture.Look)
	SetMuted(muted bool)
	SetWatching(watching bool)
	Preview() *capture.Slot
}

// LiveConfig is what Live needs.
type LiveConfig struct {
	Stage   Stage
	Booth   Booth
	Kept    *settings.Store
	Devices func() ([]capture.Device, error)       // lists what is plugged in; slow
	Overlay func(path string) (image.Image, error) // reads a picture to lay over; slow
	Tell    func(email string, n Notice)           // a trouble that begins; nil tells nobody
	Now     func() time.Time
}

// Card is an account on the Live page.
type Card struct {
	Email, Name, Letter string
	State               session.State // offline, connecting, live, reconnecting, away, private, panic, failed; catalogue "state."+State
	Online              bool          // the switch: she wants to be online
	Viewers             int
	TimeOnline          time.Duration // since the program started
	EarnedCents         int64         // own share of the current period
	PriceMillicredits   int64         // a minute in private; 0 while it is not known
	Trouble             Notice
}

// Device is a camera or a microphone to choose. Source is what Choose takes.
type Device struct {
	Source desk.Source
	Name   string // finished words, or "" for pattern, tone and silence: catalogue "source."+Source.Kind
	Busy   bool   // another program has it
}

// LiveView is the Live page.
type LiveView struct {
	State    session.State // the one that cannot be overlooked
	To       []string      // names of the accounts that are in this state
	Accounts []Card
	Online   bool // somebody wants to be online: closing the window asks first

	Choice               desk.Choice
	Cameras, Microphones []Device
	Looking              bool // the list of devices is on its way
	Choosing             bool // a device is being changed
	Look                 settings.Look
	Width, Height        int
	FPS                  float64
	Kbps                 int
	Dropped              uint64
	HealthWord           string   // catalogue "health."+word: good, fair, poor, off
	HealthReason         string   // catalogue "health."+reason, or ""
	Advice               []string // catalogue "advice."+each
	LevelDB              float64  // dBFS, of the newest sound
	Muted, Watching      bool
	CameraLost, MicLost  Notice // the device is away; it is being looked for
	Trouble              Notice // why devices or encoder do not run, or why a choice was refused
}

// Live is the Live page.
type Live struct {
	state
	work work
	cfg  LiveConfig
}

// NewLive returns a model that begins in Run.
func NewLive(cfg LiveConfig) *Live { return nil }

// View tells how it is now.
func (l *Live) View() LiveView { return LiveView{} }

// Level is the newest sound's level in dBFS, for a meter that moves faster than
// the view changes.
func (l *Live) Level() float64 { return 0 }

// Preview is the newest picture as members see it.
func (l *Live) Preview() *capture.Slot { return nil }

// GoOnline puts these accounts online, or all without a name.
func (l *Live) GoOnline(emails ...string) {}

// GoOffline takes these accounts off, or all without a name.
func (l *Live) GoOffline(emails ...string) {}

// Mute switches the microphone off and on.
func (l *Live) Mute(muted bool) {}

// Watch says whether the preview is on the screen.
func (l *Live) Watch(watching bool) {}

// Choose takes another device, size or quality, live or not, and remembers it
// when it was accepted.
func (l *Live) Choose(c desk.Choice) {}

// SetLook mirrors, crops, zooms and lays a picture over, and remembers it.
func (l *Live) SetLook(look settings.Look) {}

// LookForDevices lists the devices anew.
func (l *Live) LookForDevices() {}

// Run follows the desk until ctx ends.
func (l *Live) Run(ctx context.Context) error { return nil }
