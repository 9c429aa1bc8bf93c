package private

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// fresh is how long after the newest picture or word the member counts as there.
const fresh = 3 * time.Second

// Presence is whether the member is seen, or heard. Catalogue "visitor.camera."+Presence
// and "visitor.voice."+Presence, but for Never and Here, which need no words.
type Presence string

// The presences.
const (
	Never  Presence = "never"  // it was not on in this show
	Off    Presence = "off"    // he has switched it off again
	Ended  Presence = "ended"  // she has switched it off here
	Coming Presence = "coming" // it is on, and nothing comes yet or any more
	Here   Presence = "here"
	Lost   Presence = "lost" // it is on, and the way to the backend is not open
)

// Extra is what the member's picture or voice adds to a show.
type Extra struct {
	Presence  Presence
	On        bool
	Price     domain.Millicredits // a minute
	Delivered time.Duration       // in whole seconds
	Charged   domain.Millicredits // for it alone
}

// Visitor is the member of her show while she sees or hears him, or did.
type Visitor struct {
	Show, Member   string
	Camera, Voice  Extra
	Volume         int // of his voice, 0 to 100
	Muted, Lowered bool
	Deaf           base.Notice // why no loudspeaker plays him
}

// heed takes in what the desk receives, and brings what is remembered to it; p.mu is
// held.
func (p *Private) heed(g desk.Guest, kept settings.Values, now time.Time) {
	if g.Show != p.guest.Show {
		p.hushed, p.heardAt = false, time.Time{}
	} else if g.Way.Audio.Heard > p.guest.Way.Audio.Heard {
		p.heardAt = now
	}
	p.guest = g
	if kept.Speaker != p.speaker {
		p.speaker = kept.Speaker
		p.cfg.Desk.SetSpeaker(kept.Speaker)
	}
	if g.Volume != kept.Voice || g.Muted != p.hushed {
		p.cfg.Desk.SetVoice(kept.Voice, p.hushed)
	}
}

// Picture holds the newest picture of the member; who takes a frame releases it.
func (p *Private) Picture() *capture.Slot { return p.cfg.Desk.Guest() }

// Loudness is that of his voice now, in dBFS, for a meter that moves faster than the
// view changes.
func (p *Private) Loudness() float64 {
	if g := p.cfg.Desk.Status().Guest; g.Audio {
		return g.Voice.Level
	}
	return capture.SilenceDB
}

// SetVolume sets how loud his voice is, 0 to 100, and remembers it.
func (p *Private) SetVolume(percent int) {
	p.cfg.Kept.Change(func(v *settings.Values) { v.Voice = percent })
	p.stirs.Ring()
}

// Hush silences his voice, or lets it be heard again. The next member is heard.
func (p *Private) Hush(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hushed = on
	p.stirs.Ring()
}

// SwitchOff ends his camera or his voice in the show that goes on; he may switch it on
// again.
func (p *Private) SwitchOff(camera, voice bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, s := p.current()
	if s == nil {
		return
	}
	id, keepCamera, keepVoice := s.ID, s.Cam2cam.On && !camera, s.Audio.On && !voice
	s.byHer.camera, s.byHer.voice = s.byHer.camera || camera && s.Cam2cam.On, s.byHer.voice || voice && s.Audio.On
	p.trouble = base.Notice{}
	p.do(r, func(ctx context.Context) error {
		one, err := r.Backend.SetExtras(ctx, id, keepCamera, keepVoice)
		p.mu.Lock()
		defer p.mu.Unlock()
		if err == nil {
			p.heard(r, one)
		} else if now := r.shows[id]; now != nil { // what is still on was not ended by her
			now.byHer.camera, now.byHer.voice = now.byHer.camera && !now.Cam2cam.On, now.byHer.voice && !now.Audio.On
		}
		return err
	}, base.Told)
}

// visitor is the member of a show that goes on; nil while she neither sees nor hears
// him and did not before. p.mu is held.
func (p *Private) visitor(s *play, now time.Time) *Visitor {
	if s.State == domain.ShowEnded || !s.seen && !s.heardOf {
		return nil
	}
	g := p.guest
	if g.Show != s.ID {
		g = desk.Guest{}
	}
	_, camera, voice := s.Lines()
	v := &Visitor{Show: s.ID, Member: s.Member, Volume: p.cfg.Kept.Get().Voice, Muted: p.hushed, Lowered: g.Voice.Lowered,
		Camera: extra(s.Cam2cam, past(s.seen, s.byHer.camera), g, now.Sub(g.Way.Video.At) < fresh, camera),
		Voice:  extra(s.Audio, past(s.heardOf, s.byHer.voice), g, now.Sub(p.heardAt) < fresh, voice)}
	if g.Audio && g.Voice.Lost {
		v.Deaf = base.Notice{Key: "visitor.deaf", Text: session.Sentence(g.Voice.Err)}
	}
	return v
}

// past is the presence of an extra that is off.
func past(was, byHer bool) Presence {
	switch {
	case byHer:
		return Ended
	case was:
		return Off
	}
	return Never
}

func extra(x domain.Extra, off Presence, g desk.Guest, comes bool, charged domain.Millicredits) Extra {
	e := Extra{Presence: off, On: x.On, Price: x.Price, Delivered: whole(ms(x.DeliveredMS)), Charged: charged}
	switch {
	case x.On && comes:
		e.Presence = Here
	case x.On && g.Way.Err != nil:
		e.Presence = Lost
	case x.On:
		e.Presence = Coming
	}
	return e
}
