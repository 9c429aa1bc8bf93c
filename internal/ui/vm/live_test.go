package vm

import (
	"errors"
	"image"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
)

const (
	anna  = "anna@example.com"
	bella = "bella@example.com"
)

// dais is a desk that a test sets by hand.
type dais struct {
	mu     sync.Mutex
	status desk.Status
	did    []string
	looks  []capture.Look
	slot   capture.Slot
	refuse error
}

func (d *dais) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.did = append(d.did, what)
}

func (d *dais) set(edit func(s *desk.Status)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	edit(&d.status)
}

func (d *dais) Status() desk.Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.status
	s.Accounts, s.Advice = slices.Clone(s.Accounts), slices.Clone(s.Advice)
	return s
}

func (d *dais) GoOnline(emails ...string)  { d.note("online " + strings.Join(emails, " ")) }
func (d *dais) GoOffline(emails ...string) { d.note("offline " + strings.Join(emails, " ")) }
func (d *dais) Panic()                     { d.set(func(s *desk.Status) { s.Panic = true }) }
func (d *dais) ShowAgain()                 { d.set(func(s *desk.Status) { s.Panic = false }) }
func (d *dais) Preview() *capture.Slot     { return &d.slot }
func (d *dais) SetMuted(muted bool)        { d.set(func(s *desk.Status) { s.Muted = muted }) }
func (d *dais) SetWatching(watching bool)  { d.set(func(s *desk.Status) { s.Watching = watching }) }

func (d *dais) Use(c desk.Choice) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse == nil {
		d.status.Choice = c
	}
	return d.refuse
}

func (d *dais) SetLook(l capture.Look) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looks = append(d.looks, l)
}

func newLive(t *testing.T, edit func(cfg *LiveConfig)) (*Live, *dais, *settings.Store) {
	t.Helper()
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := &dais{}
	cfg := LiveConfig{Stage: d, Booth: d, Kept: kept, Now: time.Now,
		Devices: func() ([]capture.Device, error) { return nil, nil },
		Overlay: func(string) (image.Image, error) { return image.NewRGBA(image.Rect(0, 0, 2, 1)), nil }}
	if edit != nil {
		edit(&cfg)
	}
	return NewLive(cfg), d, kept
}

func snap(email, name string, state session.State) session.Snapshot {
	return session.Snapshot{Email: email, Name: name, State: state}
}

func TestLive_theBigState(t *testing.T) {
	for _, c := range []struct {
		a, b, want session.State
		to         string
	}{
		{session.Offline, session.Offline, session.Offline, "anna bella"},
		{session.Live, session.Offline, session.Live, "anna"},
		{session.Live, session.Live, session.Live, "anna bella"},
		{session.Reconnecting, session.Live, session.Live, "bella"},
		{session.Live, session.Private, session.Private, "bella"},
		{session.Away, session.Reconnecting, session.Reconnecting, "bella"},
		{session.Away, session.Connecting, session.Away, "anna"},
		{session.Connecting, session.Failed, session.Connecting, "anna"},
		{session.Offline, session.Failed, session.Failed, "bella"},
		{session.Panic, session.Reconnecting, session.Panic, "anna"},
		{session.Private, session.Panic, session.Panic, "bella"},
	} {
		got, to := bigState([]Card{{Name: "anna", State: c.a}, {Name: "bella", State: c.b}})
		if got != c.want || strings.Join(to, " ") != c.to {
			t.Errorf("%s and %s: %s to %v", c.a, c.b, got, to)
		}
	}
	if got, to := bigState(nil); got != session.Offline || to != nil {
		t.Errorf("nobody: %s %v", got, to)
	}
}

// An account that a private show keeps from its service is closed, and no other.
func TestLive_closedForAPrivateShow(t *testing.T) {
	for name, row := range map[string]struct {
		show   desk.Private
		state  session.State
		closed bool
	}{
		"elsewhere":     {desk.Private{Show: "s1", Email: anna}, session.Away, true},
		"same service":  {desk.Private{Show: "s1", Email: anna}, session.Private, false},
		"she gives it":  {desk.Private{Show: "s1", Email: bella}, session.Away, false},
		"there is none": {desk.Private{}, session.Away, false},
	} {
		l, _, _ := newLive(t, nil)
		l.show(desk.Status{Private: row.show, Accounts: []session.Snapshot{{Email: bella, State: row.state}}}, settings.Defaults())
		if got := l.View().Accounts[0].Closed; got != row.closed {
			t.Errorf("%s: closed %v", name, got)
		}
	}
}

func TestLive_showsTheDesk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d, _ := newLive(t, nil)
		running(t, l.Run)
		l.Enter(Account{Email: bella, Name: "bella", Letter: "B", Backend: &seller{}})
		l.Enter(Account{Email: anna, Name: "anna", Letter: "A", Backend: &seller{}})
		d.set(func(s *desk.Status) {
			s.Accounts = []session.Snapshot{snap(bella, "", session.Connecting), {Email: anna, Name: "anna", State: session.Live, Viewers: 3, EarnedCents: 1234}}
			s.Stats = session.Stats{Width: 1920, Height: 1080, Dropped: 7}
			s.FPS, s.Kbps, s.Health, s.Advice = 29.97, 3456, desk.Health{Word: "fair", Reason: "fps"}, []desk.Advice{desk.AdviceDark}
			s.Err = &capture.Error{Kind: capture.KindBusy, Message: "Another program holds the camera. Close it."}
			s.Camera = capture.ReaderState{Lost: true, Err: "The camera was unplugged. Plug it in again."}
		})
		time.Sleep(lookEvery)
		synctest.Wait()
		v := l.View()
		if v.State != session.Live || len(v.To) != 1 || v.Width != 1920 || v.FPS != 30 || v.Kbps != 3456 || v.Dropped != 7 || v.HealthReason != "fps" || v.Advice[0] != "dark" || !v.Online {
			t.Errorf("%+v", v)
		}
		if v.Trouble.Key != "device.busy" || v.CameraLost.Key != "device.lost.camera" || !v.MicLost.Empty() {
			t.Errorf("%+v %+v", v.Trouble, v.CameraLost)
		}
		if a := v.Accounts[0]; a.Letter != "A" || a.Viewers != 3 || a.EarnedCents != 1234 || !a.Online {
			t.Errorf("%+v", a)
		}
		if b := v.Accounts[1]; b.Name != "bella" || b.State != session.Connecting {
			t.Errorf("%+v", b)
		}
		l.Price(anna, 3990, 1500)
		synctest.Wait()
		if a := l.View().Accounts[0]; a.PriceMillicredits != 3990 || a.SnapshotMillicredits != 1500 {
			t.Errorf("%+v", a)
		}
		time.Sleep(90 * time.Second)
		d.set(func(s *desk.Status) { s.Accounts[1].State = session.Reconnecting })
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if got := l.View().Accounts[0].TimeOnline; got < 89*time.Second || got > 91*time.Second {
			t.Errorf("online for %s", got)
		}
	})
}

func TestLive_wakesOnlyForChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d, _ := newLive(t, nil)
		running(t, l.Run)
		synctest.Wait()
		for len(l.Changed()) > 0 {
			<-l.Changed()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if len(l.Changed()) != 0 {
			t.Error("woken for nothing")
		}
		d.set(func(s *desk.Status) { s.Kbps = 1 })
		l.Told(anna, domain.Event{Kind: domain.EventMessage})
		synctest.Wait()
		if len(l.Changed()) != 0 {
			t.Error("a chat line has the desk looked at")
		}
		l.Told(anna, domain.Event{Kind: domain.EventViewers})
		synctest.Wait()
		if len(l.Changed()) != 1 || l.View().Kbps != 1 {
			t.Error("not woken for a change")
		}
	})
}

func TestLive_verbs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d, kept := newLive(t, nil)
		running(t, l.Run)
		synctest.Wait()
		l.GoOnline()
		l.GoOffline(anna)
		l.Mute(true)
		l.Watch(true)
		if l.Preview() != &d.slot {
			t.Error("another preview")
		}
		synctest.Wait()
		if v := l.View(); !v.Muted || !v.Watching || strings.Join(d.did, ", ") != "online , offline "+anna {
			t.Errorf("%+v %q", v, d.did)
		}
		l.Panic()
		synctest.Wait()
		if v := l.View(); !v.Panic || v.State != session.Panic { // nobody is online, and it holds
			t.Errorf("after a panic: %t, %s", v.Panic, v.State)
		}
		l.ShowAgain()
		synctest.Wait()
		if v := l.View(); v.Panic || v.State == session.Panic {
			t.Errorf("after its end: %t, %s", v.Panic, v.State)
		}
		choice := desk.Choice{Camera: desk.Source{Kind: "device", Name: "usb-1"}, Microphone: desk.Source{Kind: "silence"},
			Size: capture.Wish{Width: 1280, Height: 720, FPS: 60}, Bitrate: 3_000_000}
		d.mu.Lock() // the camera takes its time
		l.Choose(choice)
		if v := l.View(); !v.Choosing || v.Choice != choice {
			t.Errorf("choosing %v: %+v; the next choice would take this one back", v.Choosing, v.Choice)
		}
		d.mu.Unlock()
		synctest.Wait()
		if v := l.View(); v.Choosing || v.Choice != choice {
			t.Errorf("%+v", v.Choice)
		}
		if got := ChoiceOf(kept.Get(), desk.Source{Kind: "pattern"}, desk.Source{Kind: "tone"}); got != choice {
			t.Errorf("remembered: %+v", got)
		}
		d.refuse = domain.Errorf("use", domain.KindInvalid, "This size cannot be encoded. Choose another.")
		l.Choose(desk.Choice{Camera: desk.Source{Kind: "pattern"}})
		synctest.Wait()
		if v := l.View(); v.Refused.Text != "This size cannot be encoded. Choose another." || v.Choice != choice || kept.Get().Camera != "device:usb-1" {
			t.Errorf("%+v %s", v.Refused, kept.Get().Camera)
		}
		first := ChoiceOf(settings.Defaults(), desk.Source{Kind: "pattern"}, desk.Source{Kind: "tone"})
		if first.Camera.Kind != "pattern" || first.Microphone.Kind != "tone" || first.Size.Width != 1920 {
			t.Errorf("%+v", first)
		}
	})
}

// Without a camera of her choice nothing is wrong and nothing is good; a camera
// that she plugs in appears. What stands in is not remembered as her choice.
func TestLive_cameraNotChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lists := 0
		l, d, kept := newLive(t, func(cfg *LiveConfig) {
			cfg.Devices = func() ([]capture.Device, error) {
				if lists++; lists < 3 {
					return nil, nil
				}
				return []capture.Device{{ID: "usb-1", Name: "HD Webcam", Kind: capture.KindCamera}}, nil
			}
		})
		d.status.Choice.Camera, d.status.Choice.Microphone = desk.Source{}, desk.Source{Kind: "silence"}
		d.status.Err = domain.Errorf("camera", domain.KindInvalid, "No camera was chosen.").Because("camera.none")
		d.status.Health.Word = desk.HealthGood
		running(t, l.Run)
		synctest.Wait()
		if v := l.View(); !v.Trouble.Empty() || v.HealthWord != desk.HealthOff || len(v.Cameras) != 1 {
			t.Errorf("%+v", v)
		}
		time.Sleep(time.Minute)
		if lists != 1 {
			t.Errorf("the devices are listed %d times while nobody looks", lists)
		}
		l.Watch(true)
		time.Sleep(3 * listEvery)
		synctest.Wait()
		if v := l.View(); len(v.Cameras) != 2 || v.Cameras[0].Name != "HD Webcam" {
			t.Errorf("the camera that was plugged in is not there: %+v", v.Cameras)
		}
		c := l.View().Choice
		c.Size = capture.Wish{Width: 1280, Height: 720, FPS: 30}
		l.Choose(c)
		synctest.Wait()
		if v := kept.Get(); v.Camera != "" || v.Microphone != "" || v.Picture.Width != 1280 {
			t.Errorf("what only stands in is remembered: %+v", v)
		}
		c.Camera = l.View().Cameras[0].Source
		l.Choose(c)
		synctest.Wait()
		if v := kept.Get(); v.Camera != "device:usb-1" || v.Microphone != "" {
			t.Errorf("remembered %q and %q", v.Camera, v.Microphone)
		}
		was := lists
		time.Sleep(time.Minute)
		if lists != was {
			t.Error("it is still looking")
		}
	})
}

func TestLive_troubleIsNotGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d, _ := newLive(t, nil)
		d.status.Choice.Camera = desk.Source{Kind: "device", Name: "usb-1"}
		d.status.Err, d.status.Health.Word = errors.New("broken"), desk.HealthGood
		running(t, l.Run)
		synctest.Wait()
		if v := l.View(); v.HealthWord != desk.HealthPoor || v.Trouble.Empty() {
			t.Errorf("%q, %+v", v.HealthWord, v.Trouble)
		}
	})
}

func TestLive_look(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		l, d, kept := newLive(t, func(cfg *LiveConfig) {
			cfg.Overlay = func(path string) (image.Image, error) {
				reads++
				time.Sleep(time.Second)
				if path == "broken" {
					return nil, errors.New("not a picture")
				}
				return image.NewRGBA(image.Rect(0, 0, 2, 1)), nil
			}
		})
		kept.Change(func(v *settings.Values) { v.Look.Mirror = true })
		running(t, l.Run)
		synctest.Wait()
		if len(d.looks) != 1 || !d.looks[0].Mirror || d.looks[0].Overlay != nil {
			t.Fatalf("the remembered look is not worn: %+v", d.looks)
		}
		l.FlipMirror()
		l.FlipMirror() // before the first was seen: both count
		synctest.Wait()
		if worn := d.looks[len(d.looks)-1]; !worn.Mirror || !kept.Get().Look.Mirror {
			t.Errorf("pressed twice it is not as it was: %+v", worn)
		}
		d.looks = d.looks[:1]
		look := kept.Get().Look
		look.Overlay.Path, look.Zoom = "logo", 1.5
		l.SetLook(look)
		for i := range 50 {
			look.X = float64(i) / 100
			l.SetLook(look)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		worn := d.looks[len(d.looks)-1]
		if worn.Overlay == nil || worn.Zoom != 1.5 || worn.X != 0.49 || reads != 1 || len(d.looks) > 4 || kept.Get().Look != look {
			t.Errorf("%+v after %d looks, %d readings", worn, len(d.looks), reads)
		}
		look.Overlay.Path = "broken"
		l.SetLook(look)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if v := l.View(); v.Refused.Empty() || d.looks[len(d.looks)-1].Overlay != nil {
			t.Errorf("%+v", v.Refused)
		}
	})
}

func TestLive_devices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d, kept := newLive(t, func(cfg *LiveConfig) {
			cfg.Devices = func() ([]capture.Device, error) {
				time.Sleep(2 * time.Second)
				return []capture.Device{{ID: "usb-1", Name: "HD Webcam", Kind: capture.KindCamera, Busy: true},
					{ID: "usb-3", Name: "Other", Kind: capture.KindCamera, Busy: true}, {ID: "mic", Name: "Mic", Kind: capture.KindMicrophone},
					{ID: "phones", Name: "Headphones", Kind: capture.KindSpeaker}}, nil
			}
		})
		d.status.Choice = desk.Choice{Camera: desk.Source{Kind: "device", Name: "usb-1"}, Microphone: desk.Source{Kind: "device", Name: "gone"}}
		running(t, l.Run)
		synctest.Wait()
		if !l.View().Looking {
			t.Error("not looking")
		}
		l.LookForDevices() // while it looks
		time.Sleep(3 * time.Second)
		synctest.Wait()
		v := l.View()
		want := []Device{{Source: desk.Source{Kind: "device", Name: "usb-1"}, Name: "HD Webcam"}, {Source: desk.Source{Kind: "device", Name: "usb-3"}, Name: "Other", Busy: true}, {Source: desk.Source{Kind: "pattern"}}}
		if v.Looking || !slices.Equal(v.Cameras, want) {
			t.Errorf("%+v", v.Cameras)
		}
		if n := len(v.Microphones); n != 4 || !v.Microphones[3].Gone || v.Microphones[1].Source.Kind != "tone" {
			t.Errorf("%+v", v.Microphones)
		}
		phones := Device{Source: desk.Source{Kind: "device", Name: "phones"}, Name: "Headphones"}
		if got := l.Speakers(); !slices.Equal(got, []Device{phones}) {
			t.Errorf("%+v", got)
		}
		kept.Change(func(v *settings.Values) { v.Speaker = "unplugged" })
		if got := l.Speakers(); len(got) != 2 || got[0] != phones || !got[1].Gone || got[1].Source.Name != "unplugged" {
			t.Errorf("%+v", got)
		}
	})
}

func TestLive_namesTheTrouble(t *testing.T) {
	for _, c := range []struct {
		s         session.Snapshot
		key, said string
	}{
		{session.Snapshot{State: session.Reconnecting, Trouble: "The connection was lost."}, "trouble.reconnecting", ""},
		{session.Snapshot{State: session.Failed, Trouble: "Sign in again."}, "trouble.failed", ""},
		{session.Snapshot{State: session.Failed, Trouble: domain.StateSuspended.OfflineReason() + " Reason given: rule 7."}, "account.suspended", "rule 7."},
	} {
		if got := troubleOf(c.s); got.Key != c.key || got.Said != c.said {
			t.Errorf("%+v: %+v", c.s, got)
		}
	}
}

func TestLive_tellsATroubleOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var told []string
		l, d, _ := newLive(t, func(cfg *LiveConfig) {
			cfg.Tell = func(email string, n Notice) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, email+":"+n.Text)
			}
		})
		running(t, l.Run)
		trouble := func(words string) {
			d.set(func(s *desk.Status) {
				s.Accounts = []session.Snapshot{{Email: anna, State: session.Reconnecting, Trouble: words}}
			})
			time.Sleep(time.Second)
			synctest.Wait()
		}
		for _, words := range []string{"lost", "lost", "", "lost", "refused"} {
			trouble(words)
		}
		if got := strings.Join(told, " "); got != anna+":lost "+anna+":lost "+anna+":refused" {
			t.Error(got)
		}
	})
}
