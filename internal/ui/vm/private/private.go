package private

import (
	"strconv"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Times of the model (C).
const (
	beat      = 250 * time.Millisecond // while somebody asks, or a show goes on
	readEvery = 20 * time.Second       // what is open is read anew: an event may have been missed
	readAgain = 2 * time.Second        // after a reading that failed, or that events overtook
	ringEvery = 5 * time.Second        // the sound of a wish that waits for its answer
	endWithin = 3 * time.Second        // for the order to end a show, when she leaves
	maxPast   = 1000                   // shows that are over are remembered, against late news
)

// Desk gives private shows; part of *desk.Desk.
type Desk interface {
	BeginPrivate(email, show string)
	EndPrivate()
	Status() desk.Status
	Guest() *capture.Slot
	SetVoice(volume int, muted bool)
	SetSpeaker(id string)
}

// Config is what Private needs.
type Config struct {
	Desk Desk
	Kept *settings.Store
	Play func(kind settings.Sound, volume int) // volume 1 to 100; called by Run; nil is silent
	Tell func(email string, n base.Notice)     // what became of a wish, as it happens; nil tells nobody
	Now  func() time.Time
}

// Request is a member who asks for a private show.
type Request struct {
	Show                   string
	Email, Account, Letter string // whom he asks
	Member                 string
	Price                  domain.Millicredits // a minute
	Left                   time.Duration       // to answer, in whole seconds
	Known                  bool                // what follows was read
	Note                   string              // hers on him
	Favourite              bool
	Spent                  domain.Millicredits // in her room, in all
}

// Current is the show that goes on: from her answer until it is settled.
type Current struct {
	Show                   string
	Email, Account, Letter string // the account that gives it
	Member                 string
	State                  domain.ShowState // one that is Closed
	Price                  domain.Millicredits
	Rate                   domain.Millicredits // a minute, with the extras that are on
	Delivered              time.Duration       // that the member's browser has confirmed, and that is paid
	Time                   time.Duration       // the same, with what runs since; whole seconds
	Charged                domain.Millicredits
	EarnedCents            int64
	Started                time.Time // the first picture arrived; zero before
	Interrupted            bool      // nothing arrives: the clock stands
	Offline                bool      // her account is not online here: it goes on when she is
}

// Receipt is what a show brought that is over.
type Receipt struct {
	Show                   string
	Email, Account, Letter string
	Member                 string
	State                  domain.ShowState // settled, or why it did not begin
	Reason                 string           // one of domain.ShowReasons: catalogue "private.reason."+Reason
	Price                  domain.Millicredits
	Delivered, Paused      time.Duration       // in whole seconds, as the member reads them
	Charged                domain.Millicredits // the sum of the three that follow
	Base, Camera, Voice    domain.Millicredits // for the show itself, cam2cam and two-way audio
	Seen, Heard            time.Duration       // how long he was seen and heard
	EarnedCents            int64
}

// View is how private shows stand.
type View struct {
	Requests []Request // that she can answer now, who has waited longest first
	InLine   int       // others who ask or wait; each costs nothing
	Current  *Current  // nil without a show
	Visitor  *Visitor  // the member whom she sees or hears in it; nil: nobody
	Over     *Receipt  // of the show whose end she has not freed her rooms from; may be nil after a restart
	MustFree bool      // no show goes on, and her rooms are closed until Free
	Panic    bool      // nobody sees or hears her: no wish can be accepted, and nothing sounds or is seen of him
	Busy     bool      // an order is on its way
	Trouble  base.Notice
}

// Private follows the private shows of her accounts. It is a Follower.
type Private struct {
	mu      sync.Mutex
	changed base.Bell
	stirs   base.Bell // for Run
	work    base.Work
	cfg     Config

	rooms     map[string]*room
	entered   int
	past      []string // shows that are over, the newest last
	begun     string   // the show of which the desk was told
	release   bool     // the desk is to be told that she is free
	stopping  string   // the show whose end was ordered because another service was not left
	answering bool     // an acceptance is on its way: one private a person
	busy      int
	over      *Receipt
	trouble   base.Notice
	rings     time.Time // when the next sound is due
	offline   map[string]bool
	guest     desk.Guest
	heardAt   time.Time // the newest of his voice came
	hushed    bool      // his voice
	speaker   string    // that the desk was told of
	shown     View      // that was rung for
}

var _ base.Follower = (*Private)(nil)

// room is an account's; Private.mu guards it.
type room struct {
	base.Account
	lane    string
	shows   map[string]*play // that are not over
	people  map[string]domain.Acquaintance
	met     bool   // people was read
	closed  bool   // the room is private, as far as is known
	news    uint64 // counts what was heard: a reading that began before is not the newest
	reading bool
	due     time.Time // of the next reading
}

// play is a show as it was heard of last.
type play struct {
	domain.Show
	heard   time.Time
	until   time.Time                    // while it is asked: when it expires
	seen    bool                         // cam2cam was on in it
	heardOf bool                         // two-way audio was
	byHer   struct{ camera, voice bool } // she ordered it off here, and it was not on again since
}

// New returns a model without accounts.
func New(cfg Config) *Private {
	p := &Private{changed: base.NewBell(), stirs: base.NewBell(), cfg: cfg, rooms: map[string]*room{}, offline: map[string]bool{}}
	cfg.Kept.Listen(func() { p.stirs.Ring() })
	return p
}

// Changed holds at most one wake: after it, View is worth another look.
func (p *Private) Changed() <-chan struct{} { return p.changed }

// Enter implements Follower: what is open is read.
func (p *Private) Enter(a base.Account) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entered++
	p.rooms[a.Email] = &room{Account: a, lane: strconv.Itoa(p.entered), shows: map[string]*play{}}
	p.stirs.Ring()
}

// Leave implements Follower. Who signs out of a show leaves her rooms closed until
// she says that she is free.
func (p *Private) Leave(email string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.rooms, email)
	p.stirs.Ring()
}

// View tells how it is now.
func (p *Private) View() View {
	panicked := p.cfg.Desk.Status().Panic
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.view(p.cfg.Now(), panicked)
}
