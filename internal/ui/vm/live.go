package vm

import (
	"context"
	"image"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// lookEvery is how often the desk is looked at, and listEvery how often the
// devices are listed for her who has none and waits for one to appear.
const (
	lookEvery = 250 * time.Millisecond
	listEvery = 3 * time.Second
)

// Stage puts accounts online; part of *desk.Desk.
type Stage interface {
	GoOnline(emails ...string)
	GoOffline(emails ...string)
	Panic()
	ShowAgain()
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
	Tell    func(email string, n Notice)           // a trouble that begins, of an account or of all (""); nil tells nobody
	Now     func() time.Time
}

// Card is an account on the Live page.
type Card struct {
	Email, Name, Letter  string
	State                session.State // catalogue "state."+State
	Online               bool          // the switch: she wants to be online
	Viewers              int
	TimeOnline           time.Duration // since the program started
	EarnedCents          int64         // own share of the current period
	PriceMillicredits    int64         // a minute in private; 0 while it is not known
	SnapshotMillicredits int64         // what a snapshot costs; 0: none is sold
	Closed               bool          // kept from its service by a private show of the other account
	Trouble              Notice
}

// Device is a camera or a microphone to choose.
type Device struct {
	Source desk.Source // what Choose takes
	Name   string      // finished words; "" for pattern, tone and silence: catalogue "source."+Source.Kind
	Busy   bool        // another program has it
	Gone   bool        // chosen, but not plugged in
}

// LiveView is the Live page.
type LiveView struct {
	State    session.State // the one that cannot be overlooked; catalogue "state."+State
	To       []string      // names of the accounts that are in this state
	Accounts []Card        // in the order of their letters
	Panic    bool          // nobody sees or hears her until ShowAgain
	Online   bool          // somebody wants to be online: closing the window asks first

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
	Sold                 []Sold   // the last snapshots, newest first
	Muted, Watching      bool
	CameraLost, MicLost  Notice // the device is away; it is being looked for
	Trouble              Notice // why devices or encoder do not run
	Refused              Notice // why the newest choice of a device, size or overlay was not taken
}

// Live is the Live page. It is a Follower.
type Live struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work
	cfg     LiveConfig
	look    chan struct{} // holds one wake: the desk is worth a look at once

	v        LiveView
	accounts map[string]Account
	prices   map[string]domain.Prices
	sold     map[string][]Sold // of each account, newest first
	online   map[string]time.Duration
	seen     time.Time // when online was counted
	found    []capture.Device
	said     map[string]Notice
	choosing int    // choices on their way to the desk
	dressing bool   // a look is on its way to the desk
	overlay  string // path of picture
	picture  image.Image
}

var _ Follower = (*Live)(nil)

// NewLive returns a model that begins in Run.
func NewLive(cfg LiveConfig) *Live {
	l := &Live{changed: base.NewBell(), cfg: cfg, look: make(chan struct{}, 1), accounts: map[string]Account{},
		prices: map[string]domain.Prices{}, sold: map[string][]Sold{}, online: map[string]time.Duration{}, said: map[string]Notice{}}
	l.v.State, l.v.HealthWord = session.Offline, desk.HealthOff
	cfg.Kept.Listen(l.lookNow)
	return l
}

// Changed holds at most one wake: after it, View is worth another look.
func (l *Live) Changed() <-chan struct{} { return l.changed }

// View tells how it is now.
func (l *Live) View() LiveView {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.v
	v.To, v.Accounts, v.Advice = slices.Clone(v.To), slices.Clone(v.Accounts), slices.Clone(v.Advice)
	v.Cameras, v.Microphones = slices.Clone(v.Cameras), slices.Clone(v.Microphones)
	return v
}

// Level is the newest sound's level in dBFS, for a meter that moves faster than
// the view changes.
func (l *Live) Level() float64 { return l.cfg.Stage.Status().LevelDB }

// Preview is the newest picture as members see it.
func (l *Live) Preview() *capture.Slot { return l.cfg.Booth.Preview() }

// Enter implements Follower.
func (l *Live) Enter(a Account) {
	l.mu.Lock()
	l.accounts[a.Email] = a
	l.mu.Unlock()
	l.lookAtSold(a)
	l.lookNow()
}

// Told implements Follower: what an event changes is in the desk's status.
func (l *Live) Told(email string, e domain.Event) {
	switch e.Kind {
	case domain.EventSnapshot:
		l.soldSays(email, e)
	case domain.EventRoom, domain.EventViewers, domain.EventEarnings, domain.EventAccount:
		l.lookNow()
	}
}

// Leave implements Follower.
func (l *Live) Leave(email string) {
	l.mu.Lock()
	delete(l.accounts, email)
	delete(l.online, email)
	delete(l.prices, email)
	delete(l.sold, email)
	l.mu.Unlock()
	l.lookNow()
}

func (l *Live) lookNow() {
	select {
	case l.look <- struct{}{}:
	default:
	}
}

// Run follows the desk until ctx ends. It begins with the devices that there
// are and the look that is remembered.
func (l *Live) Run(ctx context.Context) error {
	l.LookForDevices()
	l.dress()
	wait := l.work.Start(ctx)
	defer wait()
	beat, list := time.NewTicker(lookEvery), time.NewTicker(listEvery)
	defer beat.Stop()
	defer list.Stop()
	for ctx.Err() == nil {
		l.follow()
		select {
		case <-beat.C:
		case <-list.C:
			if v := l.View(); v.Watching && v.Choice.Camera.Kind == "" {
				l.LookForDevices()
			}
		case <-l.look:
		case <-ctx.Done():
		}
	}
	return nil
}

// follow takes in how the desk is now, and tells of troubles that begin.
func (l *Live) follow() {
	now, status, kept := l.cfg.Now(), l.cfg.Stage.Status(), l.cfg.Kept.Get()
	l.mu.Lock()
	l.count(now, status.Accounts)
	old := l.v
	l.show(status, kept)
	if !reflect.DeepEqual(old, l.v) {
		l.changed.Ring()
	}
	news := l.news()
	l.mu.Unlock()
	if l.cfg.Tell == nil {
		return
	}
	for _, n := range news {
		l.cfg.Tell(n.email, n.Notice)
	}
}

// count adds the time since the last look to those who are seen; l.mu is held.
func (l *Live) count(now time.Time, accounts []session.Snapshot) {
	since := min(now.Sub(l.seen), 4*lookEvery) // the computer may have slept
	first := l.seen.IsZero()
	l.seen = now
	for _, s := range accounts {
		if !first && since > 0 && (s.State == session.Live || s.State == session.Private) {
			l.online[s.Email] += since
		}
	}
}

// Price tells what a minute in private costs at an account, and a snapshot; its card
// shows it.
func (l *Live) Price(email string, minute, snapshot domain.Millicredits) {
	l.mu.Lock()
	l.prices[email] = domain.Prices{Private: minute, Snapshot: snapshot}
	l.mu.Unlock()
	l.lookNow()
}
