package show

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// extra is the meter of what the member sends, on one track. What her program has
// confirmed counts only as far as the show's own picture is confirmed while the extra
// is on; reports of the two come at different moments, so each waits for the other,
// for as long as a stall lasts.
type extra struct {
	on      bool
	told    time.Duration // what the plane said last
	base    time.Duration // picture of the show that no confirmation of the extra has met yet
	own     time.Duration // the other way round
	arrived time.Duration // what counts
}

// take has the extra follow the plane; grown is by how much the show's own picture
// did meanwhile.
func (x *extra) take(told, grown time.Duration) {
	if told < x.told { // the plane begins at nothing again
		x.told = 0
	}
	x.own = min(x.own+told-x.told, stalledFor)
	x.told = told
	if x.on {
		x.base = min(x.base+grown, stalledFor)
	}
	both := min(x.own, x.base)
	x.arrived, x.own, x.base = x.arrived+both, x.own-both, x.base-both
}

// pause forgets what waits: the show's own picture stands.
func (x *extra) pause() { x.own, x.base = 0, 0 }

// cost is what a show comes to for what was delivered.
func cost(s domain.Show, d domain.Delivered) domain.Millicredits {
	const ms = time.Millisecond
	return charge(part{s.Price, time.Duration(d.Base) * ms}, part{s.Cam2cam.Price, time.Duration(d.Cam2cam) * ms}, part{s.Audio.Price, time.Duration(d.Audio) * ms})
}

// cost is what the show comes to so far.
func (p *play) cost() domain.Millicredits { return cost(p.Show, p.delivered()) }

// costIn is what it will have come to when so much more has arrived of all that is on.
func (p *play) costIn(d time.Duration) domain.Millicredits {
	times, more := p.delivered(), d.Milliseconds()
	times.Base += more
	if p.Cam2cam.On {
		times.Cam2cam += more
	}
	if p.Audio.On {
		times.Audio += more
	}
	return cost(p.Show, times)
}

// delivered are the times that cost is for.
func (p *play) delivered() domain.Delivered {
	return domain.Delivered{Base: p.arrived.Milliseconds(), Cam2cam: p.cam2cam.arrived.Milliseconds(), Audio: p.audio.arrived.Milliseconds()}
}

// pass tells the plane what may pass on the way back; the caller holds mu.
func (p *play) pass(cam2cam, audio bool) {
	p.stage.cfg.Plane.Return(domain.ShowReturn{
		Show: p.ID, Room: p.Room, Performer: p.Performer, Payer: p.Payer, Cam2cam: cam2cam, Audio: audio})
}

// setExtras switches what the member sends. What goes off is stopped before it is
// written down, what goes on afterwards: in doubt nothing passes.
func (p *play) setExtras(ctx context.Context, cam2cam, audio bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.State {
	case domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
	default:
		return domain.Errorf("show", domain.KindConflict, "The show is %s now. Look at it again.", p.State).Because("show.changed")
	}
	if p.ending != "" {
		return errEnding()
	}
	p.measure()
	wished := p.Show
	wished.Cam2cam.On, wished.Audio.On = cam2cam, audio
	due := p.cost() - p.Charged
	need := due + charge(part{wished.Rate(), domain.TickEvery})
	p.pass(cam2cam && p.Cam2cam.On, audio && p.Audio.On)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderWithin)
	defer cancel()
	r, err := p.stage.cfg.Book.SwitchShow(ctx, p.ID, cam2cam, audio, need, due+ahead(wished.Rate()))
	switch domain.KindOf(err) {
	case domain.KindPayment, domain.KindInvalid, domain.KindForbidden, domain.KindConflict: // nothing was written
		p.pass(p.Cam2cam.On, p.Audio.On)
	}
	if err != nil {
		return err
	}
	p.ShowRecord = r
	p.cam2cam.on, p.audio.on = cam2cam, audio
	p.pass(cam2cam, audio)
	return nil
}
