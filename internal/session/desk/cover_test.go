package desk

import (
	"context"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// reluctant is a service that answers about the end of a pause when it is let.
type reluctant struct {
	session.Service
	asked, let chan struct{}
}

func (r *reluctant) SetPaused(ctx context.Context, _ string, paused bool) (domain.Room, error) {
	if !paused && r.asked != nil {
		select {
		case r.asked <- struct{}{}:
		case <-ctx.Done():
			return domain.Room{}, ctx.Err()
		}
		select {
		case <-r.let:
		case <-ctx.Done():
			return domain.Room{}, ctx.Err()
		}
	}
	return domain.Room{}, nil
}

// hidden is a desk with one live account that has been made black and silent.
func hidden(t *testing.T, h *house, r *reluctant) (*scene, Entry) {
	t.Helper()
	s := openDesk(t, small())
	her := h.entry(t, 0)
	r.Service, her.Service = her.Service, r
	account := s.desk.Add(her)
	s.desk.GoOnline()
	s.states(session.Live)
	s.desk.Panic()
	testkit.Until(t, soon, "the service to know of the pause", account.PauseHeard)
	r.asked, r.let = make(chan struct{}), make(chan struct{})
	return s, her
}

// In a private show she is not seen before her service knows that it costs something
// again; where it does not answer she waits for two seconds and no longer. Everywhere
// else she is seen at once.
func TestShowAgain_waitsForTheServiceInAPrivateShow(t *testing.T) {
	h := openHouse(t)
	t.Run("no show", func(t *testing.T) {
		r := &reluctant{}
		s, _ := hidden(t, h, r)
		s.desk.ShowAgain()
		if now := s.desk.Status(); now.Panic || now.Stats.Covered {
			t.Error("the cover waits for the service where nobody pays")
		}
		testkit.Receive(t, soon, r.asked, "the service to be told")
		close(r.let)
	})
	t.Run("told", func(t *testing.T) {
		r := &reluctant{}
		s, her := hidden(t, h, r)
		s.desk.BeginPrivate(her.Email, "show")
		began := time.Now()
		s.desk.ShowAgain()
		testkit.Receive(t, soon, r.asked, "the service to be told")
		if now := s.desk.Status(); (!now.Panic || !now.Stats.Covered) && time.Since(began) < holdFor {
			t.Error("she is seen before her service knows of it")
		}
		close(r.let)
		s.until("the cover to go", func(now Status) bool { return !now.Panic && !now.Stats.Covered })
	})
	t.Run("deaf", func(t *testing.T) {
		r := &reluctant{}
		s, her := hidden(t, h, r)
		s.desk.BeginPrivate(her.Email, "show")
		began := time.Now()
		s.desk.ShowAgain()
		s.until("the cover to go", func(now Status) bool { return !now.Panic && !now.Stats.Covered })
		if took := time.Since(began); took < holdFor || took > holdFor+8*time.Second {
			t.Errorf("it went after %v", took)
		}
	})
	t.Run("the key again", func(t *testing.T) {
		r := &reluctant{}
		s, her := hidden(t, h, r)
		s.desk.BeginPrivate(her.Email, "show")
		s.desk.ShowAgain()
		testkit.Receive(t, soon, r.asked, "the service to be told")
		s.desk.Panic()
		if testkit.Holds(holdFor+time.Second, func() bool { now := s.desk.Status(); return !now.Panic || !now.Stats.Covered }) {
			t.Error("the cover went although she pressed the key again")
		}
	})
}

// A program that is not hidden takes the room over from one that is, as after a crash:
// the service learns that she is seen.
func TestDesk_endsThePauseOfAnotherProgram(t *testing.T) {
	h := openHouse(t)
	first := openDesk(t, small())
	account := first.desk.Add(h.entry(t, 0))
	first.desk.GoOnline()
	first.states(session.Live)
	first.desk.Panic()
	testkit.Until(t, soon, "the service to know of the pause", account.PauseHeard)
	second := openDesk(t, small())
	her := h.entry(t, 0) // who reads the truth at once
	if r, err := her.Service.Room(t.Context(), h.Performers[0].Name); err != nil || !r.Paused {
		t.Errorf("her room is %+v, %v", r, err)
	}
	second.desk.Add(her)
	second.desk.GoOnline()
	second.states(session.Live)
	testkit.Until(t, soon, "the pause to end", func() bool {
		r, err := her.Service.Room(t.Context(), h.Performers[0].Name)
		return err == nil && r.State == domain.RoomLive && !r.Paused
	})
}

// It holds at every service, while she changes camera, microphone and size, and for an
// account that goes online meanwhile.
func TestPanic_holdsOverDevicesAndServices(t *testing.T) {
	x, other := &theatre{house: openHouse(t)}, openHouse(t)
	x.scene = openDesk(t, small())
	x.scene.desk.Add(x.entry(t, 0))
	x.scene.desk.Add(other.entry(t, 1))
	x.scene.desk.GoOnline()
	x.scene.states(session.Live, session.Live)
	x.witnesses = []*witness{x.witness(t, 0, "", false), other.witness(t, 1, "", false)}
	x.more(t, 75) // two seconds: a click and its second can be read
	v := x.key(t, func() {
		x.scene.desk.Panic()
		c := small()
		c.Camera, c.Microphone, c.Size.Width, c.Size.Height = Source{"device", "another"}, Source{"device", "another"}, 640, 360
		if err := x.scene.desk.Use(c); err != nil {
			t.Error(err)
		}
		x.scene.until("the other camera", func(now Status) bool { return now.Camera.Format.Width == 640 })
		x.scene.desk.Add(other.entry(t, 0))
		x.scene.desk.GoOnline()
		x.scene.states(session.Panic, session.Panic, session.Panic)
	})
	if picture, sound := v.whole(); !picture || !sound {
		t.Errorf("picture %t, sound %t: %+v", picture, sound, v)
	}
	if got := other.state(t, 0); got != domain.RoomOffline {
		t.Errorf("the room that was opened meanwhile is %s", got)
	}
	x.scene.desk.ShowAgain()
	x.scene.states(session.Live, session.Live, session.Live)
}

// In panic the payer of a show is neither seen nor heard on her side, and she does not
// lower his voice; all of it comes back with her.
func (s *scene) guestIsCovered(t *testing.T, ears *parlour) {
	t.Helper()
	s.desk.Panic()
	s.until("silence", func(Status) bool { level, _ := ears.tone(); return level == capture.SilenceDB })
	s.desk.SetVoice(70, false) // his volume can be chosen, and he stays silent
	came := s.desk.Status().Guest.Way.Video.Pictures
	s.until("his pictures to come nevertheless", func(now Status) bool {
		if f := s.desk.Guest().TryTake(); f != nil {
			f.Release()
			t.Error("a picture of him can be drawn")
		}
		return now.Guest.Way.Video.Pictures > came+30
	})
	if level, _ := ears.tone(); level != capture.SilenceDB {
		t.Errorf("he is heard at %.0f dBFS", level)
	}
	s.desk.SetMuted(false)
	s.until("her own sound", func(now Status) bool { return now.LevelDB > -20 })
	if level := s.desk.sheSpeaks(); level != capture.SilenceDB {
		t.Errorf("she speaks to him at %.0f dBFS", level)
	}
	s.desk.SetMuted(true)
	if g := s.desk.Status().Guest; g.Muted || g.Volume != 70 || !g.Cam2cam || !g.Audio {
		t.Errorf("the guest is %+v", g)
	}
	s.desk.ShowAgain()
	s.saw(0)
	s.until("his voice", func(Status) bool { _, ok := ears.tone(); return ok })
}

// The word for the way of her picture is true in panic as well.
func TestStatus_healthInPanic(t *testing.T) {
	s := Status{Choice: small(), Panic: true, Private: Private{}, Accounts: []session.Snapshot{{Email: "a", State: session.Panic}}}
	if got := s.health(true, true); got.Word != HealthGood {
		t.Errorf("black with a line is %v", got)
	}
	s.Accounts[0].Lost = true
	if got := s.health(true, true); got != (Health{HealthPoor, ReasonNetwork}) {
		t.Errorf("black without a line is %v", got)
	}
	s.Private = Private{Show: "s", Email: "a"}
	if got := s.health(true, true); got != (Health{HealthPoor, ReasonNetwork}) {
		t.Errorf("the account that gives the show is lost: %v", got)
	}
	s.Private.Email = "b"
	if got := s.health(true, true); got.Word != HealthGood {
		t.Errorf("the account that is kept away by the show is away: %v", got)
	}
}
