package session

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Service is what an account needs of its backend; the client offers it.
type Service interface {
	Me(ctx context.Context) (domain.Me, error)
	Begin(ctx context.Context, tokens []string) (domain.Grant, error)
	SetOnline(ctx context.Context, performer string, online bool) (domain.Room, error)
	Room(ctx context.Context, performer string) (domain.Room, error)
	SetThumbnail(ctx context.Context, performer string, jpeg []byte) error
	ReadyFor(ctx context.Context, show string) (domain.Show, error)
	OpenShows(ctx context.Context) ([]domain.Show, error)
	// WayBack is the WHEP address of what a show's payer sends back.
	WayBack(show string) string
	DeliverSnapshot(ctx context.Context, id string, jpeg []byte) (domain.Snapshot, error)
	SetPaused(ctx context.Context, performer string, paused bool) (domain.Room, error)
	// Events opens a room's stream, or the account's own when room is "", after
	// a sequence number (or fromNow), and returns once it is accepted.
	Events(ctx context.Context, room string, after int64) (iter.Seq2[domain.Event, error], error)
}

// fromNow begins a stream with what comes next.
const fromNow int64 = -1

// which is one of an account's two streams.
type which int

const (
	inRoom which = iota
	ofHerOwn
)

// AccountConfig is a signed-in account.
type AccountConfig struct {
	Email   string
	Token   string // of its session, for broadcasts
	Service Service
	Offline bool // she does not want to be online yet
	// Told gets each new event once, in the order of its stream, on that
	// stream's goroutine; nil: nobody is told.
	Told   func(domain.Event)
	Log    *slog.Logger
	Now    func() time.Time
	Jitter func() float64 // 0 ≤ x < 1; nil: random
}

// Account is one signed-in performer: what she wants, what the backend says of
// her room, her viewers, earnings and chat lines. An Outlet carries her picture.
type Account struct {
	cfg  AccountConfig
	wish chan struct{} // holds one wake: she wants something else
	link [2]linkBell   // of the room's stream and of her own

	mu       sync.Mutex
	name     string
	p        presence
	trouble  string // the newest sentence for her
	err      error  // why failed
	viewers  int
	earned   int64
	messages int
	last     [2]int64 // the newest event seen in the room's stream, and in her own
	told     uint64   // how often an event told the room's state
	opened   [2]bool  // whether they were open before
	deaf     [2]bool  // they broke and are not open again
	upload   func() State
	linkUp   func()
	linkDown func()
	carrier  *Outlet       // nil: none yet
	adrift   bool          // she failed since carrier took her
	release  func()        // ends the keeper of her gate
	show     string        // the private show that she gives, ""
	readyFor string        // that was said to be ready for with this upload
	orders   []order       // of snapshots
	ordered  chan struct{} // holds one wake for whoever fills them; nil: nobody
	extras   Extras
	pausing  pausing
}

// Snapshot is an account at a moment.
type Snapshot struct {
	Email       string
	Name        string // "" until the backend has told it
	State       State
	Trouble     string // one sentence while something is wrong
	Why         error  // the error that Trouble is the sentence of, when she failed or her backend does not know of a pause
	Lost        bool   // her picture does not get through, which State does not tell while she is in panic
	Flows       bool   // her picture reaches her backend, whatever that says of her room
	Viewers     int
	EarnedCents int64 // own share of the current period
	Messages    int   // lines in her room since she started
}

// NewAccount returns an account that wants to be online unless cfg says
// otherwise.
func NewAccount(cfg AccountConfig) *Account {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Told == nil {
		cfg.Told = func(domain.Event) {}
	}
	return &Account{cfg: cfg, wish: make(chan struct{}, 1), link: [2]linkBell{newLinkBell(), newLinkBell()}, p: presence{wanted: !cfg.Offline},
		last: [2]int64{fromNow, fromNow}, upload: func() State { return Offline }, linkUp: func() {}, linkDown: func() {}, release: func() {}, pausing: newPausing()}
}

// Email is what she signs in with.
func (a *Account) Email() string { return a.cfg.Email }

// SetOnline says whether she wants to be online. It never blocks and never
// touches the upload, which other accounts share: only her room's gate. An
// account that failed is tried again.
func (a *Account) SetOnline(wanted bool) {
	a.mu.Lock()
	a.p.wanted = wanted
	a.p.been = a.p.been && wanted
	if wanted && a.p.failed {
		// What is open of before is not known, and a word of its closing is no
		// other device's: her wish is newer.
		a.p.failed, a.p.confirmed, a.p.unsure, a.p.doubt = false, false, true, false
		a.err, a.trouble = nil, ""
	}
	a.mu.Unlock()
	wake(a.wish)
}

// Wanted tells whether she wants to be online and may still get there: another
// of her devices may have changed it.
func (a *Account) Wanted() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.p.wanted && !a.p.failed
}

// Snapshot tells how she is now.
func (a *Account) Snapshot() Snapshot {
	upload := a.uploadState()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.p.upload = upload
	s := Snapshot{Email: a.cfg.Email, Name: a.name, State: a.p.state(), Flows: upload == Live, Trouble: a.trouble,
		Viewers: a.viewers, EarnedCents: a.earned, Messages: a.messages}
	if a.p.failed {
		s.Why = a.err
	}
	if s.State == Live && a.p.wanted || s.State == Offline {
		s.Trouble = ""
	}
	if s.State != Offline && s.Trouble == "" && a.pausing.err != nil {
		s.Trouble, s.Why = domain.Sentence(a.pausing.err), a.pausing.err
	}
	beneath := a.p
	beneath.paused = false
	under := beneath.state()
	s.Lost = under == Reconnecting || under == Away
	return s
}

// Err is why she failed, or nil.
func (a *Account) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// uploadState asks the outlet, which has its own lock.
func (a *Account) uploadState() State {
	a.mu.Lock()
	upload := a.upload
	a.mu.Unlock()
	return upload()
}

// carriedBy ties the account to its outlet. An outlet that carried her before
// lets go of her: it touches her room no more.
func (a *Account) carriedBy(o *Outlet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.release()
	a.upload, a.linkUp, a.linkDown, a.carrier, a.adrift, a.release = o.State, o.LinkUp, o.LinkDown, o, false, func() {}
}

// hold returns the context of her gate's keeper, which ends when another outlet
// carries her.
func (a *Account) hold(ctx context.Context, o *Outlet) (context.Context, context.CancelFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	if a.carrier == o {
		a.release = cancel
	} else {
		cancel()
	}
	return ctx, cancel
}

// isOf tells whether the outlet is the one that carries her.
func (a *Account) isOf(o *Outlet) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.carrier == o
}

// Adrift tells whether she failed since she came to her outlet. The backend has
// taken her off its upload, which goes on with others, so whoever wants her online
// again makes another outlet for her.
func (a *Account) Adrift() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.adrift
}

// fail ends her: somebody has to act on the sentence. It tells whether that is
// news.
func (a *Account) fail(err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.p.failed {
		return false
	}
	a.failed(err)
	a.cfg.Log.Error("the account cannot go online", "account", cmp.Or(a.name, a.cfg.Email), "error", err)
	return true
}

// failed notes it and tells the upload, which ends when nobody is left, and the
// keeper of her gate, which closes it: she is not seen by anybody while she reads
// that she is not online. a.mu is held.
func (a *Account) failed(err error) {
	a.p.failed, a.adrift, a.err, a.trouble = true, true, err, domain.Sentence(err)
	wake(a.wish)
	a.linkUp()
}

// LinkUp says that the network is back: streams that wait come back at once. It
// never blocks.
func (a *Account) LinkUp() {
	for _, bell := range a.link {
		wake(bell)
	}
}

// carried tells whether the next upload is to carry her.
func (a *Account) carried() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.p.failed
}

func (a *Account) setTrouble(sentence string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.p.failed { // then why is what she reads
		a.trouble = sentence
	}
}

// identify asks who she is, and takes in her earnings and room. It returns her
// name.
func (a *Account) identify(ctx context.Context) (string, error) {
	me, err := a.cfg.Service.Me(ctx)
	if err != nil {
		return "", err
	}
	if me.Account.Role != domain.RolePerformer {
		return "", domain.Errorf("account", domain.KindForbidden, "%s is not a performer's account. Sign in with one that is.", a.cfg.Email).Because("account.role")
	}
	if reason := me.Account.State.OfflineReason(); reason != "" {
		if me.Account.Reason != "" {
			reason += " Reason given: " + me.Account.Reason
		}
		return "", domain.Errorf("account", domain.KindForbidden, "%s", reason)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.name, a.earned = me.Account.Name, me.EarnedCents
	if me.Room != nil {
		a.viewers = me.Room.Viewers
		if a.last[inRoom] == fromNow {
			a.last[inRoom] = me.Room.Seq
		}
	}
	return a.name, nil
}

// known returns her name, asking for it once.
func (a *Account) known(ctx context.Context) (string, error) {
	a.mu.Lock()
	name := a.name
	a.mu.Unlock()
	if name != "" {
		return name, nil
	}
	return a.identify(ctx)
}

// fatal tells whether another attempt would have the same answer.
func fatal(err error) bool {
	var e *domain.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case domain.KindUnauthenticated, domain.KindForbidden, domain.KindCountry, domain.KindInvalid, domain.KindTooLarge:
		return true
	default:
		return false
	}
}

// retryAfter is what the backend asked to wait.
func retryAfter(err error) time.Duration {
	var e *domain.Error
	if errors.As(err, &e) {
		return min(e.RetryAfter, time.Minute)
	}
	return 0
}

// wake wakes whoever waits on a channel that holds one wake.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// linkBell tells a waiting retry that the network is back.
type linkBell chan struct{}

func newLinkBell() linkBell { return make(chan struct{}, 1) }

// hush forgets a wake from before an attempt: it is no news. One that comes while
// the attempt still goes on is.
func (l linkBell) hush() {
	select {
	case <-l:
	default:
	}
}

// sleep waits for d, for the link to come back, or for ctx, whose error it
// returns.
func (l linkBell) sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
