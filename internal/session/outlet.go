package session

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/ring"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// connectFor bounds the way from an offer to media that flows.
const connectFor = 10 * time.Second

// endFor bounds the orderly end of an upload: rooms closed, session deleted.
const endFor = 3 * time.Second

// OutletConfig is one upload to one backend.
type OutletConfig struct {
	Accounts  []*Account        // one or two, of the same backend and person
	Transport http.RoundTripper // for WHIP; nil: the default one
	// Bitrate is the most the upload may send, MinBitrate the least that is
	// worth sending, in bit/s, picture and sound together; 0: the broadcast's.
	Bitrate, MinBitrate int
	Log                 *slog.Logger
	Now                 func() time.Time
	Jitter              func() float64 // 0 ≤ x < 1; nil: random
}

// Outlet carries the picture of one or two accounts to their backend and comes
// back by itself after every loss: retry of uploads lives here and nowhere
// else. Create it with Broadcast.Outlet and call Run once.
type Outlet struct {
	cfg       OutletConfig
	broadcast *Broadcast
	log       *slog.Logger
	link      linkBell
	down      chan struct{}             // holds one wake: an event stream broke
	queue     atomic.Pointer[ring.Ring] // nil while nothing is uploaded
	estimate  atomic.Int64              // bit/s that the path carries; 0 while not live
	dropped   atomic.Uint64             // pictures of earlier uploads
	ended     atomic.Bool               // the backend has confirmed the end of the last upload
	begun     atomic.Bool               // it has accepted an upload whose end it has not confirmed

	mu    sync.Mutex
	state State
	told  time.Time // the last log line about drops
}

func newOutlet(b *Broadcast, cfg OutletConfig) *Outlet {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	o := &Outlet{cfg: cfg, broadcast: b, log: cfg.Log, state: Offline, link: newLinkBell(), down: make(chan struct{}, 1)}
	for _, a := range cfg.Accounts {
		a.carriedBy(o)
	}
	return o
}

// State is where the upload is.
func (o *Outlet) State() State {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state
}

// LinkUp says that the network is back: a waiting retry happens at once, and a
// live upload asks whether the backend still knows it. It never blocks.
func (o *Outlet) LinkUp() { wake(o.link) }

// LinkDown says that an event stream broke: a live upload looks whether its path
// is silent, too. It never blocks.
func (o *Outlet) LinkDown() { wake(o.down) }

// Dropped counts the pictures that this upload had to leave out while it was
// live; those of the time without an upload are not among them.
func (o *Outlet) Dropped() uint64 {
	n := o.dropped.Load()
	if q := o.queue.Load(); q != nil {
		n += q.Lost()
	}
	return n
}

func (o *Outlet) signal(s signal) State {
	o.mu.Lock()
	defer o.mu.Unlock()
	to, ok := next(o.state, s)
	if ok && to != o.state {
		o.log.Info("the upload changed", "from", o.state, "to", to, "because", s)
		o.state = to
	}
	return o.state
}

// Run waits for the first picture and sound of the broadcast, whose Run tells when
// they do not come, and then uploads until ctx ends, which returns nil after the rooms were closed and
// the session deleted, or until none of its accounts may go on, which returns
// the reason.
func (o *Outlet) Run(ctx context.Context) error {
	o.broadcast.attach(o)
	defer o.broadcast.detach(o)
	o.signal(sigStart)
	o.awaitSources(ctx)
	if ctx.Err() != nil {
		o.signal(sigStop)
		return nil
	}
	wait := uplink.Backoff{Jitter: o.cfg.Jitter}
	var overdue *time.Timer
	defer func() {
		if overdue != nil {
			overdue.Stop()
		}
	}()
	for {
		o.link.hush()
		live, err := o.upload(ctx)
		if ctx.Err() != nil {
			o.signal(sigStop)
			return nil
		}
		if len(o.carried()) == 0 {
			o.signal(sigRefused)
			return o.cfg.Accounts[0].Err()
		}
		if live > 0 && overdue != nil {
			overdue.Stop()
			overdue = nil
		}
		if state := o.signal(sigLost); state == Reconnecting && overdue == nil {
			overdue = time.AfterFunc(domain.ReconnectingFor, func() {
				if o.State() == Reconnecting {
					o.signal(sigOverdue)
				}
			})
		}
		if live > uplink.StableFor {
			wait.Reset()
		}
		o.tell(err)
		if o.link.sleep(ctx, wait.Wait(retryAfter(err))) != nil {
			o.signal(sigStop)
			return nil
		}
		o.giveWay(ctx)
	}
}

// giveWay ends the accounts that went live by another program after this one's
// upload had ended. Two programs that take a room from each other would show two
// cameras in turn, and she may not know that the other one is still on.
func (o *Outlet) giveWay(ctx context.Context) {
	if !o.ended.Swap(false) {
		return // the room may still be live by our own
	}
	for _, a := range o.carried() {
		if a.isLiveElsewhere(ctx) {
			a.fail(domain.Errorf("upload", domain.KindConflict,
				"This account went live by another program or page, and viewers see that picture. To take it back, go offline there and go online here again.").Because("online.elsewhere"))
		}
	}
}

// Left tells whether the backend knows no upload of this outlet: there was none, or
// it has confirmed the end of the last one.
func (o *Outlet) Left() bool { return !o.begun.Load() }

// tell puts the reason of a loss where she can read it.
func (o *Outlet) tell(err error) {
	o.log.Warn("the upload is lost; trying again", "error", err)
	for _, a := range o.carried() {
		a.setTrouble(domain.Sentence(err))
	}
}

// carried are the accounts that have not failed and no other outlet carries.
func (o *Outlet) carried() []*Account {
	var out []*Account
	for _, a := range o.cfg.Accounts {
		if a.isOf(o) && a.carried() {
			out = append(out, a)
		}
	}
	return out
}

// upload is the life of one session: grant, offer, media, end. It returns how
// long media flowed.
func (o *Outlet) upload(ctx context.Context) (live time.Duration, err error) {
	accounts := o.carried()
	if len(accounts) == 0 {
		return 0, nil
	}
	grant, err := o.begin(ctx, accounts)
	if err != nil {
		return 0, err
	}
	within := o.uploadLimits()
	p, err := uplink.New(uplink.Config{Endpoint: grant.WHIPURL, MinBitrate: within.least, Bitrate: within.most, Now: o.cfg.Now})
	if err != nil {
		return 0, domain.Wrap("upload", domain.KindInternal, err, "The upload could not be prepared. Restart JasminCam, please.").Because("upload.prepared")
	}
	defer func() {
		if err := p.Close(); err != nil {
			o.log.Debug("closing the upload", "error", err)
		}
	}()
	remote, err := o.publish(ctx, p, grant, accounts)
	if err != nil {
		return 0, err
	}
	if err := o.connect(ctx, p, remote); err != nil {
		o.end(ctx, remote, accounts)
		return 0, err
	}
	began := o.cfg.Now()
	err = o.serve(ctx, p, remote, accounts)
	return o.cfg.Now().Sub(began), err
}

func noPath(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return domain.Wrap("upload", domain.KindUnavailable, err,
		"The backend answers, but picture and sound do not get through. Check that your firewall lets UDP or the backend's ICE port pass.").Because("upload.blocked")
}

// begin asks for a grant. When it is refused because of one account, that one
// fails with the backend's words and the other goes on alone.
func (o *Outlet) begin(ctx context.Context, accounts []*Account) (domain.Grant, error) {
	grant, err := o.grant(ctx, accounts)
	if err == nil || !fatal(err) || ctx.Err() != nil {
		return grant, err
	}
	for _, a := range accounts {
		if _, own := a.identify(ctx); own != nil && fatal(own) {
			a.fail(own)
		}
	}
	left := o.carried()
	if len(left) == len(accounts) {
		for _, a := range accounts {
			a.fail(err)
		}
		return domain.Grant{}, err
	}
	if len(left) == 0 {
		return domain.Grant{}, err
	}
	return o.grant(ctx, left)
}

func (o *Outlet) grant(ctx context.Context, accounts []*Account) (domain.Grant, error) {
	tokens := make([]string, len(accounts))
	for i, a := range accounts {
		if _, err := a.known(ctx); err != nil {
			return domain.Grant{}, err
		}
		tokens[i] = a.cfg.Token
	}
	return accounts[0].cfg.Service.Begin(ctx, tokens)
}

// publish makes the offer and takes the answer.
func (o *Outlet) publish(ctx context.Context, p *uplink.Peer, grant domain.Grant, accounts []*Account) (*whip.Session, error) {
	offer, err := p.Offer(ctx)
	if err != nil {
		return nil, domain.Wrap("upload", domain.KindUnavailable, err, "No network was found for the upload. Check your connection.").Because("upload.network")
	}
	bounded, cancel := context.WithTimeout(ctx, connectFor)
	defer cancel()
	wire := whip.Client{Endpoint: grant.WHIPURL, Token: grant.Token, Transport: o.cfg.Transport}
	remote, err := wire.Publish(bounded, offer)
	if err != nil {
		return nil, o.refused(ctx, err, accounts)
	}
	o.begun.Store(true)
	if err := p.Accept(remote.Answer); err != nil {
		o.end(ctx, remote, nil)
		return nil, domain.Wrap("upload", domain.KindUnavailable, err, "The backend's answer to the upload cannot be used. Update JasminCam, or tell support.").Because("upload.answer")
	}
	return remote, nil
}

// refused turns the answer to an offer into a domain error. A token that
// expired on the way is no refusal: the next attempt gets a new one.
func (o *Outlet) refused(ctx context.Context, err error, accounts []*Account) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var r *whip.Refusal
	if !errors.As(err, &r) {
		return domain.Wrap("upload", domain.KindUnavailable, err, "The backend does not take the upload. Check your network; it is tried again.").Because("upload.refused")
	}
	e := &domain.Error{Op: "upload", Kind: domain.KindUnavailable, Message: r.Message, RetryAfter: r.RetryAfter, Err: err}
	switch r.Status {
	case http.StatusForbidden, http.StatusUnavailableForLegalReasons, http.StatusUnprocessableEntity, http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		e.Kind = domain.KindForbidden
		for _, a := range accounts {
			a.fail(e)
		}
	}
	return e
}

// end closes the rooms that she leaves by her wish and deletes the session,
// although ctx may be over. After a loss it is quick: the next upload replaces
// this one anyway. If another program's has replaced it, the accounts fail.
func (o *Outlet) end(ctx context.Context, remote *whip.Session, accounts []*Account) {
	byWish, within := ctx.Err() != nil, time.Second
	if byWish {
		within = endFor
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	accounts = slices.DeleteFunc(slices.Clone(accounts), func(a *Account) bool { return !a.isOf(o) })
	var gates sync.WaitGroup
	for _, a := range accounts {
		if !byWish {
			a.uploadEnded()
			continue
		}
		gates.Go(func() {
			if err := a.closeGate(bounded); err != nil {
				o.log.Warn("the room could not be closed; the backend closes it by itself", "error", err)
			}
		})
	}
	gates.Wait()
	err := remote.Delete(bounded)
	o.ended.Store(err == nil)
	if err == nil {
		o.begun.Store(false)
	}
	var r *whip.Refusal
	switch {
	case err != nil && byWish:
		o.log.Warn("the upload could not be ended; the backend ends it by itself", "error", err)
	case errors.As(err, &r) && r.Status == http.StatusConflict: // whoever came back now would replace the other in turn
		e := domain.Wrap("upload", domain.KindForbidden, err, r.Message)
		for _, a := range accounts {
			a.fail(e)
		}
	}
}

// put queues a unit and never waits. It runs on the encoder's goroutine.
func (o *Outlet) put(u encode.Unit) {
	q := o.queue.Load()
	if q == nil {
		return
	}
	dropped, needKey := q.Put(u)
	if needKey && u.Kind == encode.KindVideo {
		o.broadcast.RequestKeyFrame()
	}
	if dropped > 0 {
		o.tellDrops()
	}
}

// tellDrops logs at most once a second.
func (o *Outlet) tellDrops() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now := o.cfg.Now(); now.Sub(o.told) >= time.Second {
		o.told = now
		o.log.Warn("the upload is too slow; pictures are left out until the next key frame", "dropped", o.Dropped())
	}
}
