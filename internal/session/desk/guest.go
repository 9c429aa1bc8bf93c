package desk

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/playback"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/downlink"
)

// guestFrames bounds the pictures of a member that are on their way to the screen.
const guestFrames = 4

// Guest is the payer of a show of hers who is seen or heard; zero while nobody is.
type Guest struct {
	session.Extras
	Email  string // of the account that gives the show
	Way    downlink.InletStats
	Voice  playback.State // zero while two-way audio is off
	Volume int            // of his voice, 0 to 100
	Muted  bool
}

// visit is the way back of one show, while it runs.
type visit struct {
	*life
	member *member
	extras session.Extras
	inlet  *downlink.Inlet
	voice  *life // nil while two-way audio is off
}

// Guest holds the newest picture of the member whom she sees, always the same slot.
// Who takes a frame releases it.
func (d *Desk) Guest() *capture.Slot { return &d.guest.slot }

// SetVoice sets how loud his voice is, 0 to 100, and whether it is heard.
func (d *Desk) SetVoice(volume int, muted bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.volume, d.hushed = min(max(volume, 0), 100), muted
	d.voice.SetVolume(d.volume)
	d.voice.SetMuted(muted || d.covered)
}

// SetSpeaker takes another loudspeaker for his voice: the id of a device, or "" for
// whatever the system plays through.
func (d *Desk) SetSpeaker(id string) { d.voice.Change(d.cfg.OpenSpeaker(id)) }

// sheSpeaks is how loud she is to the member, in dBFS.
func (d *Desk) sheSpeaks() float64 {
	if d.ear.muted.Load() || d.guest.isCovered() {
		return capture.SilenceDB
	}
	return d.sound.Level()
}

// receive brings the way back to what the payer has switched on.
func (c *conductor) receive(members []*member) {
	of, wish := guestOf(members)
	if v := c.visit; v != nil {
		if v.member != of || v.extras.Show != wish.Show {
			v.end()
			v.voice.end()
		}
		if v.ended() && (v.voice == nil || v.voice.ended()) {
			c.visit = nil
		}
	}
	if c.visit == nil && of != nil {
		c.visit = c.welcome(of, wish)
	}
	v := c.visit
	if v == nil {
		c.desk.visited(nil)
		return
	}
	if !v.told {
		v.extras = wish
	}
	audible := !v.told && wish.Audio
	switch {
	case audible && v.voice == nil:
		v.voice = c.begin(c.desk.voice.Run)
	case !audible && v.voice != nil:
		v.voice.end()
	}
	if v.voice != nil && v.voice.ended() {
		v.voice = nil
	}
	c.desk.visited(v)
}

// guestOf tells who gives a show whose payer sends something back, and what.
func guestOf(members []*member) (*member, session.Extras) {
	for _, m := range members {
		if x := m.account.Extras(); x.Show != "" {
			return m, x
		}
	}
	return nil, session.Extras{}
}

// welcome begins the way back of a show.
func (c *conductor) welcome(m *member, x session.Extras) *visit {
	d := c.desk
	inlet := downlink.NewInlet(downlink.InletConfig{Endpoint: m.entry.Service.WayBack(x.Show), Token: m.entry.Token,
		Transport: d.cfg.Transport, Pool: d.visitors, Pictures: d.guest.put, Sound: d.voice.Play, Log: d.log, Now: d.cfg.Now})
	return &visit{life: c.begin(func(ctx context.Context) error { return inlet.Run(ctx) }), member: m, extras: x, inlet: inlet}
}

// visited notes who is there. A picture of somebody who is not seen any more is not
// left lying about.
func (d *Desk) visited(v *visit) {
	d.mu.Lock()
	d.visit = visitNow{}
	if v != nil && !v.told {
		d.visit = visitNow{email: v.member.entry.Email, extras: v.extras, inlet: v.inlet}
	}
	seen := d.visit.extras.Cam2cam
	d.mu.Unlock()
	if !seen {
		d.guest.clear()
		d.visitors.Clear()
	}
}

// visitNow is what Status tells of a visit; Desk.mu guards it.
type visitNow struct {
	email  string
	extras session.Extras
	inlet  *downlink.Inlet // nil while nobody is there
}

// status tells of it; Desk.mu is held.
func (v visitNow) status(d *Desk) Guest {
	g := Guest{Volume: d.volume, Muted: d.hushed}
	if v.inlet == nil {
		return g
	}
	g.Extras, g.Email, g.Way = v.extras, v.email, v.inlet.Stats()
	if v.extras.Audio {
		g.Voice = d.voice.State()
	}
	return g
}
