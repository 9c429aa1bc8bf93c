package vm

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// ToastFor is how long a toast stays.
const ToastFor = 8 * time.Second

// MaxToasts are kept at once; an older one makes room.
const MaxToasts = 200

// Tips in a moment are told together: many messages would hide each other.
const (
	singleTips = 2                // of an account at once that are told one by one
	foldFor    = 30 * time.Second // later tips are another moment
	maxOthers  = 2                // who are named beside the newest
)

// Toast is a message that passes.
type Toast struct {
	ID           int64
	Sound        settings.Sound // what it is: SoundTip or SoundTrouble
	Email        string
	Account      string              // the performer's name, "" for a trouble of all
	Letter       string              //
	Who          string              // who tipped, the newest of several
	Millicredits domain.Millicredits // of a tip, or of all Tips, or of a snapshot
	Snapshot     bool                // was sold
	Text         string              // the note of one tip
	Tips         int                 // how many tips it tells of
	Others       []string            // who else tipped, newest first, at most maxOthers
	Notice       Notice              // of a trouble
	At           time.Time           // when it came, or the newest of its tips
	since        time.Time           // when the first of its tips came
}

// ToastsConfig is what Toasts needs.
type ToastsConfig struct {
	Kept *settings.Store
	Play func(kind settings.Sound, volume int) // volume 1 to 100; called by Run; nil is silent
	Hush func() bool                           // while it is true nothing sounds, nor later; nil: never
	Now  func() time.Time
}

// Toasts are tips and troubles that pass, and the sounds. It is a Follower.
type Toasts struct {
	mu      sync.Mutex
	changed base.Bell
	cfg     ToastsConfig
	stirs   chan struct{} // holds one wake for Run

	accounts map[string]Account
	viewers  map[string]int
	toasts   []Toast
	lastID   int64
	due      map[settings.Sound]bool // to be played
}

var _ Follower = (*Toasts)(nil)

// NewToasts returns a model without toasts.
func NewToasts(cfg ToastsConfig) *Toasts {
	return &Toasts{changed: base.NewBell(), cfg: cfg, stirs: make(chan struct{}, 1), accounts: map[string]Account{},
		viewers: map[string]int{}, due: map[settings.Sound]bool{}}
}

// Changed holds at most one wake: after it, View is worth another look.
func (t *Toasts) Changed() <-chan struct{} { return t.changed }

// View lists the toasts, the newest last.
func (t *Toasts) View() []Toast {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := slices.Clone(t.toasts)
	for i := range out {
		out[i].Others = slices.Clone(out[i].Others)
	}
	return out
}

// Dismiss takes a toast away.
func (t *Toasts) Dismiss(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.toasts = slices.DeleteFunc(t.toasts, func(x Toast) bool { return x.ID == id })
	t.changed.Ring()
}

// Trouble shows a trouble of an account, or of all with "".
func (t *Toasts) Trouble(email string, n Notice) {
	t.mu.Lock()
	defer t.mu.Unlock()
	again := func(x Toast) bool {
		return x.Sound == settings.SoundTrouble && x.Email == email && x.Notice.Same(n)
	}
	t.toasts = slices.DeleteFunc(t.toasts, again) // it is said once
	t.show(Toast{Sound: settings.SoundTrouble, Email: email, Notice: n})
}

// Enter implements Follower.
func (t *Toasts) Enter(a Account) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.accounts[a.Email] = a
}

// Leave implements Follower.
func (t *Toasts) Leave(email string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.accounts, email)
	delete(t.viewers, email)
}

// Told implements Follower.
func (t *Toasts) Told(email string, e domain.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, ok := t.accounts[email]
	if !ok {
		return
	}
	switch e.Kind {
	case domain.EventTip:
		var n domain.TipNotice
		if json.Unmarshal(e.Data, &n) == nil {
			t.tip(Toast{Sound: settings.SoundTip, Email: email, Who: n.From, Millicredits: n.Millicredits, Text: n.Note})
		}
	case domain.EventSnapshot:
		var n domain.SnapshotNotice
		if json.Unmarshal(e.Data, &n) == nil && n.Snapshot.State == domain.SnapshotSold {
			t.show(Toast{Sound: settings.SoundTip, Email: email, Who: n.Snapshot.Member, Millicredits: n.Snapshot.Price, Snapshot: true})
		}
	case domain.EventMessage:
		var m domain.Message
		if json.Unmarshal(e.Data, &m) == nil && m.From != a.Name {
			t.sound(settings.SoundMessage)
		}
	case domain.EventViewers:
		var n domain.ViewersNotice
		if json.Unmarshal(e.Data, &n) == nil {
			if before, known := t.viewers[email]; known && n.Viewers > before {
				t.sound(settings.SoundViewer)
			}
			t.viewers[email] = n.Viewers
		}
	}
}

// tip shows a tip; when its account has others on the screen, in one toast with
// them. t.mu is held.
func (t *Toasts) tip(x Toast) {
	now := t.cfg.Now()
	x.Tips, x.since = 1, now
	with := func(o Toast) bool {
		return o.Sound == settings.SoundTip && !o.Snapshot && o.Email == x.Email && now.Sub(o.since) < foldFor
	}
	var others []Toast
	for _, o := range t.toasts {
		if with(o) {
			others = append(others, o)
		}
	}
	if len(others) >= singleTips || len(others) == 1 && others[0].Tips > 1 {
		t.toasts = slices.DeleteFunc(t.toasts, with)
		for _, o := range slices.Backward(others) {
			x.join(o)
		}
	}
	t.show(x)
}

// join takes in older tips of the same account. What was several already keeps
// its name: who is about to close it closes all.
func (x *Toast) join(o Toast) {
	x.Tips, x.Millicredits, x.since, x.Text = x.Tips+o.Tips, x.Millicredits+o.Millicredits, o.since, ""
	for _, who := range append([]string{o.Who}, o.Others...) {
		if len(x.Others) < maxOthers && who != x.Who && !slices.Contains(x.Others, who) {
			x.Others = append(x.Others, who)
		}
	}
	if o.Tips > 1 {
		x.ID = o.ID
	}
}

// show adds a toast; t.mu is held.
func (t *Toasts) show(x Toast) {
	if x.ID == 0 {
		t.lastID++
		x.ID = t.lastID
	}
	a := t.accounts[x.Email]
	x.Account, x.Letter, x.At = a.Name, a.Letter, t.cfg.Now()
	if t.toasts = append(t.toasts, x); len(t.toasts) > MaxToasts {
		t.toasts = slices.Delete(t.toasts, 0, len(t.toasts)-MaxToasts)
	}
	t.sound(x.Sound)
	t.changed.Ring()
}

// sound has a sound played once, however often it is due before Run comes to
// it; t.mu is held.
func (t *Toasts) sound(kind settings.Sound) {
	t.due[kind] = true
	select {
	case t.stirs <- struct{}{}:
	default:
	}
}

// Run lets toasts pass and plays sounds until ctx ends.
func (t *Toasts) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		t.play()
		next := t.pass()
		timer := time.NewTimer(next)
		select {
		case <-t.stirs:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// pass takes away what was there for long enough, and tells when the next is.
func (t *Toasts) pass() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.cfg.Now()
	before := len(t.toasts)
	t.toasts = slices.DeleteFunc(t.toasts, func(x Toast) bool { return now.Sub(x.At) >= ToastFor })
	if len(t.toasts) < before {
		t.changed.Ring()
	}
	if len(t.toasts) == 0 {
		return time.Hour
	}
	return t.toasts[0].At.Add(ToastFor).Sub(now)
}

// play plays what is due and wanted.
func (t *Toasts) play() {
	t.mu.Lock()
	due := t.due
	t.due = map[settings.Sound]bool{}
	t.mu.Unlock()
	if len(due) == 0 || t.cfg.Play == nil || t.cfg.Hush != nil && t.cfg.Hush() {
		return
	}
	chimes := t.cfg.Kept.Get().Chimes
	for _, kind := range settings.Sounds() {
		if c := chimes[kind]; due[kind] && c.On {
			t.cfg.Play(kind, c.Volume)
		}
	}
}
