package private

import (
	"context"
	"reflect"
	"time"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Run follows shows until ctx ends.
func (p *Private) Run(ctx context.Context) error {
	wait := p.work.Start(ctx)
	defer wait()
	for ctx.Err() == nil {
		timer := time.NewTimer(p.step())
		select {
		case <-p.stirs:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// order is what the desk is told.
type order struct {
	begin, email string
	end          bool
}

// step does what is due, and tells when to look again.
func (p *Private) step() time.Duration {
	status, now := p.cfg.Desk.Status(), p.cfg.Now()
	p.mu.Lock()
	p.heed(status.Guest, p.cfg.Kept.Get(), now)
	for _, a := range status.Accounts {
		p.offline[a.Email] = a.State == session.Offline || a.State == session.Failed
	}
	next := readEvery
	for _, r := range p.rooms {
		p.read(r, now)
		next = min(next, max(beat, r.due.Sub(now)))
	}
	o := p.conduct(status.Private)
	v := p.view(now, status.Panic)
	ring := len(v.Requests) > 0 && !v.Panic && !now.Before(p.rings) // once she is back it sounds at once
	if ring {
		p.rings = now.Add(ringEvery)
	}
	if v.Current != nil || len(v.Requests) > 0 {
		next = beat
	}
	if !reflect.DeepEqual(v, p.shown) {
		p.shown = v
		p.changed.Ring()
	}
	p.mu.Unlock()
	p.direct(o)
	if ring {
		p.ring()
	}
	return next
}

// conduct tells what the desk has to do; p.mu is held.
func (p *Private) conduct(at desk.Private) (o order) {
	if p.release {
		p.release, p.begun, p.stopping = false, "", ""
		return order{end: true}
	}
	r, s := p.current()
	switch {
	case s == nil:
	case p.begun != s.ID:
		p.begun = s.ID
		return order{begin: s.ID, email: r.Email}
	case at.Show == s.ID && at.Trouble != nil && p.stopping != s.ID:
		// Another service may still show her picture: there is no show (domain rule 1).
		p.stopping = s.ID
		p.trouble = base.Notice{Key: "private.trouble.left", Text: session.Sentence(at.Trouble)}
		p.end(r, s.ID, nil)
	}
	return o
}

func (p *Private) direct(o order) {
	switch {
	case o.end:
		p.cfg.Desk.EndPrivate()
	case o.begin != "":
		p.cfg.Desk.BeginPrivate(o.email, o.begin)
	}
}

// ring plays the sound of a wish, when she wants one.
func (p *Private) ring() {
	if c := p.cfg.Kept.Get().Chimes[settings.SoundRequest]; c.On && p.cfg.Play != nil {
		p.cfg.Play(settings.SoundRequest, c.Volume)
	}
}
