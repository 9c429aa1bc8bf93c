package private

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
)

// running brings a show to where picture arrives.
func running(t *testing.T, e *evening) {
	t.Helper()
	e.house.ask("s1", "anna", "max")
	e.soon(moment)
	e.Accept("s1")
	e.soon(moment)
	e.house.change("s1", func(s *domain.Show) {
		s.State, s.Started = domain.ShowRunning, time.Now().UnixMilli()
		s.Cam2cam.Price, s.Audio.Price = 1000, 500
	})
	if v := e.soon(moment); v.Visitor != nil || v.Current == nil || v.Current.Rate != 2990 {
		t.Fatalf("nothing is on, and the visitor is %+v in %+v", v.Visitor, v.Current)
	}
}

// He comes, stands still, is lost, goes, and each is told by its word.
func TestVisitor_presences(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		running(t, e)
		e.house.change("s1", func(s *domain.Show) { s.Cam2cam.On = true })
		v := e.soon(moment).Visitor
		if v == nil || v.Camera.Presence != Coming || v.Voice.Presence != Never || v.Member != "max" || v.Camera.Price != 1000 || v.Volume != 80 {
			t.Fatalf("switched on: %+v", v)
		}
		if rate := e.View().Current.Rate; rate != 3990 {
			t.Errorf("a minute costs %d", rate)
		}
		flow := func(edit func(g *desk.Guest)) {
			e.seat.receive(func(g *desk.Guest) {
				g.Extras = session.Extras{Show: "s1", Cam2cam: true, Audio: g.Audio}
				edit(g)
			})
		}
		flow(func(g *desk.Guest) { g.Way.Err = errors.New("no way") })
		if v = e.soon(moment).Visitor; v.Camera.Presence != Lost {
			t.Errorf("without a way: %+v", v)
		}
		flow(func(g *desk.Guest) { g.Way.Err, g.Way.Video.At = nil, time.Now() })
		if v = e.soon(moment).Visitor; v.Camera.Presence != Here {
			t.Errorf("with a picture: %+v", v)
		}
		if v = e.soon(fresh).Visitor; v.Camera.Presence != Coming {
			t.Errorf("his picture stands: %+v", v)
		}
		e.house.change("s1", func(s *domain.Show) {
			s.DeliveredMS, s.Audio.On, s.Cam2cam.DeliveredMS, s.Charged = 60_000, true, 30_500, 2990+508
		})
		flow(func(g *desk.Guest) { g.Audio = true })
		if v = e.soon(moment).Visitor; v.Voice.Presence != Coming || v.Camera.Delivered != 30*time.Second || v.Camera.Charged != 508 {
			t.Errorf("his voice is on: %+v", v)
		}
		flow(func(g *desk.Guest) { g.Way.Audio.Heard, g.Voice.Level = time.Second, -20 })
		if v = e.soon(moment).Visitor; v.Voice.Presence != Here || e.Loudness() != -20 {
			t.Errorf("he speaks: %+v", v)
		}
		flow(func(g *desk.Guest) { g.Voice.Lost, g.Voice.Err = true, errors.New("no loudspeaker") })
		if v = e.soon(moment).Visitor; v.Deaf.Key != "visitor.deaf" {
			t.Errorf("nobody hears him: %+v", v)
		}
		e.house.change("s1", func(s *domain.Show) { s.Cam2cam.On = false })
		if v = e.soon(moment).Visitor; v.Camera.Presence != Off || !v.Voice.On || v.Camera.Charged != 508 {
			t.Errorf("he switched his camera off: %+v", v)
		}
		e.house.change("s1", func(s *domain.Show) {
			s.State, s.Reason, s.Audio.On, s.Audio.DeliveredMS, s.Charged = domain.ShowSettled, "member", false, 20_000, 2990+508+166
		})
		w := e.soon(moment)
		if o := w.Over; w.Visitor != nil || o == nil || o.Base != 2990 || o.Camera != 508 || o.Voice != 166 || o.Seen != 30500*time.Millisecond || o.Heard != 20*time.Second {
			t.Errorf("%+v, %+v", w.Visitor, w.Over)
		}
	})
}

// She may end his camera or his voice, and each alone.
func TestVisitor_switchOff(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		e.SwitchOff(true, true) // without a show
		running(t, e)
		e.house.change("s1", func(s *domain.Show) { s.Cam2cam.On, s.Audio.On = true, true })
		e.soon(moment)
		e.SwitchOff(true, false)
		if v := e.soon(moment).Visitor; v.Camera.Presence != Ended || !v.Voice.On {
			t.Errorf("%+v", v)
		}
		e.SwitchOff(false, true)
		if v := e.soon(moment).Visitor; v.Voice.Presence != Ended || v.Camera.Presence != Ended {
			t.Errorf("%+v", v)
		}
		e.house.change("s1", func(s *domain.Show) { s.Cam2cam.On = true }) // he switches it on again
		e.soon(moment)
		e.house.change("s1", func(s *domain.Show) { s.Cam2cam.On = false })
		if v := e.soon(moment).Visitor; v.Camera.Presence != Off || v.Voice.Presence != Ended {
			t.Errorf("he ended it himself: %+v", v)
		}
		if got := e.orders(); !strings.HasSuffix(got, "extras s1 false true, extras s1 false false") {
			t.Error(got)
		}
		e.house.mu.Lock()
		e.house.down = true
		e.house.find("s1").Audio.On = true
		e.house.mu.Unlock()
		e.SwitchOff(false, true)
		if v := e.soon(moment); v.Trouble.Key != "error.unavailable" {
			t.Errorf("%+v", v.Trouble)
		}
	})
}

// Volume and loudspeaker are remembered, a muted voice is not.
func TestVisitor_voice(t *testing.T) {
	stageIt(t, nil, func(t *testing.T, e *evening) {
		running(t, e)
		e.house.change("s1", func(s *domain.Show) { s.Audio.On = true })
		e.seat.receive(func(g *desk.Guest) { g.Extras = session.Extras{Show: "s1", Audio: true} })
		e.soon(moment)
		e.SetVolume(35)
		e.Hush(true)
		v := e.soon(moment).Visitor
		if now := e.seat.Status().Guest; now.Volume != 35 || !now.Muted || !v.Muted || v.Volume != 35 || e.cfg.Kept.Get().Voice != 35 {
			t.Errorf("%+v, %+v", now, v)
		}
		e.cfg.Kept.Change(func(v *settings.Values) { v.Speaker = "pulse:usb" })
		e.soon(moment)
		e.seat.mu.Lock()
		speaker := e.seat.speaker
		e.seat.mu.Unlock()
		if speaker != "pulse:usb" {
			t.Errorf("the desk plays through %q", speaker)
		}
		e.seat.receive(func(g *desk.Guest) { g.Extras = session.Extras{} })
		e.soon(moment)
		if now := e.seat.Status().Guest; now.Muted || now.Volume != 35 || e.Loudness() != capture.SilenceDB {
			t.Errorf("the next one: %+v", now)
		}
	})
}
