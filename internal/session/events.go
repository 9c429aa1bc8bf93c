package session

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
)

// Run follows her own stream and her room's until ctx ends, and comes back with
// the last number seen after every loss, so that nothing is counted twice or
// left out. It returns nil, or why she cannot go on (see Err).
func (a *Account) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var streams sync.WaitGroup
	for _, w := range []which{ofHerOwn, inRoom} {
		streams.Go(func() {
			if err := a.follow(ctx, w); err != nil && ctx.Err() == nil {
				a.fail(err)
				cancel()
			}
		})
	}
	streams.Wait()
	return a.Err()
}

// follow keeps one stream open. It returns only a fatal error or ctx's.
func (a *Account) follow(ctx context.Context, w which) error {
	wait := uplink.Backoff{Jitter: a.cfg.Jitter}
	for {
		began := a.cfg.Now()
		a.link[w].hush()
		err := a.stream(ctx, w)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if fatal(err) {
			return err
		}
		a.broke(w)
		if a.cfg.Now().Sub(began) > uplink.StableFor {
			wait.Reset()
		}
		a.cfg.Log.Debug("an event stream ended; coming back", "account", a.label(), "own", w == ofHerOwn, "error", err)
		if err := a.link[w].sleep(ctx, wait.Wait(retryAfter(err))); err != nil {
			return err
		}
	}
}

// stream opens one stream and takes in what comes until it breaks.
func (a *Account) stream(ctx context.Context, w which) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	name, err := a.known(ctx)
	if err != nil {
		return err
	}
	if w == ofHerOwn {
		name = ""
	}
	events, err := a.cfg.Service.Events(ctx, name, a.after(w))
	if err != nil {
		return err
	}
	a.reopened(w)
	if w == ofHerOwn {
		// What happened before the stream began is in her truth.
		if _, err := a.identify(ctx); err != nil {
			return err
		}
		a.readShows(ctx)
	}
	for e, err := range events {
		if err != nil {
			return err
		}
		a.take(e, w)
	}
	return nil
}

// reopened tells the upload that the backend is back, unless this is the first
// opening.
func (a *Account) reopened(w which) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opened[w] {
		a.linkUp()
	}
	a.opened[w], a.deaf[w] = true, false
}

// broke tells the upload that the backend is heard no more.
func (a *Account) broke(w which) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.deaf[w] = true
	a.linkDown()
}

// isDeaf tells whether nothing of the backend can be heard.
func (a *Account) isDeaf() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.deaf[inRoom] && a.deaf[ofHerOwn]
}

func (a *Account) after(w which) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last[w]
}

// take takes in one event and tells of it, unless it is known.
func (a *Account) take(e domain.Event, w which) {
	if a.note(e, w) {
		a.cfg.Told(e)
	}
}

// note takes in one event; false when it is known. Nonsense from the backend
// changes nothing.
func (a *Account) note(e domain.Event, w which) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e.Seq > 0 {
		if e.Seq <= a.last[w] {
			return false
		}
		a.last[w] = e.Seq
	}
	switch e.Kind {
	case domain.EventMessage:
		a.messages++
	case domain.EventRoom:
		var n domain.RoomNotice
		if json.Unmarshal(e.Data, &n) == nil {
			a.roomSays(n.State)
		}
	case domain.EventEarnings:
		var n domain.EarningsNotice
		if json.Unmarshal(e.Data, &n) == nil {
			a.earned = n.EarnedCents
		}
	case domain.EventViewers:
		var n domain.ViewersNotice
		if json.Unmarshal(e.Data, &n) == nil {
			a.viewers = n.Viewers
		}
	case domain.EventPause:
		a.pauseSays(e.Data)
	case domain.EventShow:
		a.showSays(e.Data)
	case domain.EventSnapshot:
		a.orderSays(e.Data)
	case domain.EventAccount:
		a.accountSays(e.Data)
	}
	return true
}

// roomSays takes in the room's state; a.mu is held. A room that somebody else
// closed or opened is a doubt: the gate's keeper looks at the truth.
func (a *Account) roomSays(s domain.RoomState) {
	a.p.room = s
	a.told++
	a.p.been = a.p.been || s == domain.RoomLive && a.p.confirmed
	if contradicts(s, a.p) {
		a.p.doubt = true
		wake(a.wish)
	}
}

// accountSays takes in the account's new state; a.mu is held.
func (a *Account) accountSays(data json.RawMessage) {
	var n domain.AccountNotice
	if json.Unmarshal(data, &n) != nil || n.State == "" || a.p.failed {
		return
	}
	if reason := n.State.OfflineReason(); reason != "" {
		if n.Reason != "" {
			reason += " Reason given: " + n.Reason
		}
		a.failed(domain.Errorf("account", domain.KindForbidden, "%s", reason))
	}
}

func (a *Account) label() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.name
}
