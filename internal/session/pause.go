package session

import (
	"context"
	"encoding/json"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// pausing is what an account knows of telling her backend whether she is black and
// silent by her wish (domain A7); Account.mu guards it.
type pausing struct {
	news     linkBell // there may be something to tell
	overtake func()   // ends the call that is under way: it tells what is true no more
	heard    bool     // this upload's backend knows
	last     bool     // what it was told last
	err      error    // why it could not be told
}

func newPausing() pausing { return pausing{news: newLinkBell(), overtake: func() {}} }

// SetPaused says that she is black and silent by her wish, or is no more. Her backend,
// which has words for her visitors and stops a show's meter, is told for each upload,
// whatever it was told before: a program that was killed may have left a pause there.
// It never blocks, and whoever calls it has covered the picture before.
func (a *Account) SetPaused(paused bool) {
	a.mu.Lock()
	if a.p.paused != paused {
		a.p.paused = paused
		a.pausing.overtake()
	}
	a.mu.Unlock()
	wake(a.pausing.news)
	wake(a.wish) // a room that was not seen yet stays closed meanwhile
}

// PauseHeard tells whether her backend knows of her newest wish, with this upload.
func (a *Account) PauseHeard() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pausing.heard && a.pausing.last == a.p.paused
}

// keepPause has her backend know the truth for as long as the upload lives. It works
// beside the keeper of her gate: a backend that does not answer this does not keep
// her room open. One that cannot be told is no reason to take her offline: it is tried
// again, and what it sees meanwhile is black.
func (a *Account) keepPause(ctx context.Context) {
	a.forgetPause()
	defer a.forgetPause()
	for wait := gateWait; ctx.Err() == nil; {
		err := a.tellPause(ctx)
		if err == nil {
			wait = gateWait
			select {
			case <-a.pausing.news:
			case <-ctx.Done():
			}
			continue
		}
		if a.pausing.news.sleep(ctx, max(wait, retryAfter(err))) != nil {
			return
		}
		wait = min(2*wait, gateWaits)
	}
}

// tellPause tells her backend unless it knows. A call that was overtaken by another
// wish has not failed: the bell has rung.
func (a *Account) tellPause(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a.mu.Lock()
	name, paused, known := a.name, a.p.paused, a.pausing.heard && a.pausing.last == a.p.paused
	if !known {
		a.pausing.heard, a.pausing.overtake = false, cancel
	}
	a.mu.Unlock()
	if known {
		return nil
	}
	_, err := a.cfg.Service.SetPaused(ctx, name, paused)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pausing.overtake = func() {}
	switch {
	case a.p.paused != paused || ctx.Err() != nil:
		return nil
	case err != nil:
		a.pausing.err = untold(err, paused)
	default:
		a.pausing.heard, a.pausing.last, a.pausing.err = true, paused, nil
	}
	return a.pausing.err
}

// untold is what she reads while her backend cannot be told.
func untold(err error, paused bool) error {
	e := domain.Wrap("pause", domain.KindUnavailable, err,
		"The service could not be told yet that you are back, so your viewers still read that you have paused. It is tried again by itself.").Because("pause.unended")
	if paused {
		e = domain.Wrap("pause", domain.KindUnavailable, err,
			"The service could not be told yet that you have paused. This program sends nothing of you all the same. It is tried again by itself.").Because("pause.untold")
	}
	e.RetryAfter = retryAfter(err)
	return e
}

// pauseSays takes in what visitors were told; a.mu is held. If it is not true, a call
// that was given up has reached her backend after the one that followed it.
func (a *Account) pauseSays(data json.RawMessage) {
	var n domain.PauseNotice
	if json.Unmarshal(data, &n) == nil && a.pausing.heard && n.Paused != a.p.paused {
		a.pausing.heard = false
		wake(a.pausing.news)
	}
}

// forgetPause notes that nothing was told of this upload, or that it has ended.
func (a *Account) forgetPause() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pausing.heard, a.pausing.err = false, nil
}
