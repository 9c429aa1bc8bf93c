package desk

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestParseSource(t *testing.T) {
	for text, want := range map[string]Source{
		"pattern": {Kind: "pattern"}, "tone": {Kind: "tone"}, "silence": {Kind: "silence"},
		"device:usb:1-2:a": {"device", "usb:1-2:a"}, "file:C:/a.y4m": {"file", "C:/a.y4m"},
	} {
		if got, err := ParseSource(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "screen", "device:", "file", "tone:x", ":x"} {
		if got, err := ParseSource(text); domain.KindOf(err) != domain.KindInvalid || got != (Source{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestUse_refusesWhatCannotBeSent(t *testing.T) {
	d := openDesk(t, small()).desk
	for name, change := range map[string]func(*Choice){
		"odd":     func(c *Choice) { c.Size.Width = 321 },
		"tiny":    func(c *Choice) { c.Size.Height = 2 },
		"huge":    func(c *Choice) { c.Size.Width = 8000 },
		"fast":    func(c *Choice) { c.Size.FPS = 61 },
		"never":   func(c *Choice) { c.Size.FPS = -1 },
		"starved": func(c *Choice) { c.Bitrate = 1000 },
		"fat":     func(c *Choice) { c.Bitrate = session.MostBitrate + 1 },
		"no eyes": func(c *Choice) { c.Camera = Source{Kind: "tone"} },
	} {
		c := small()
		change(&c)
		if err := d.Use(c); domain.KindOf(err) != domain.KindInvalid || d.Status().Choice != small() {
			t.Errorf("%s: %v, %+v", name, err, d.Status().Choice)
		}
	}
	c := small()
	c.Size = capture.Wish{}
	if err := d.Use(c); err != nil || d.Status().Size != (capture.Wish{Width: 1920, Height: 1080, FPS: 30}) {
		t.Errorf("%v, %+v", err, d.Status().Size)
	}
}

// Muted means digital silence from the next 20 ms on, and the meter still shows
// what she says.
func TestSetMuted_isSilentAtOnce(t *testing.T) {
	s := openDesk(t, small())
	s.desk.SetWatching(true)
	var loud atomic.Int64 // when sound was last heard, in Unix ns
	s.desk.ear.lend(func(c capture.Samples) {
		if slices.ContainsFunc(c.PCM, func(v int16) bool { return v != 0 }) {
			loud.Store(time.Now().UnixNano())
		}
	})
	testkit.Until(t, soon, "sound", func() bool { return loud.Load() != 0 })
	s.until("the meter", func(now Status) bool { return now.LevelDB > -20 })
	s.desk.SetMuted(true)
	muted := time.Now().UnixNano()
	testkit.Pause(200 * time.Millisecond)
	if late := time.Duration(loud.Load() - muted); late > 60*time.Millisecond {
		t.Errorf("still heard %v later", late)
	}
	if now := s.desk.Status(); !now.Muted || now.LevelDB < -20 || now.Stats.Level != capture.SilenceDB {
		t.Errorf("%+v", now)
	}
	s.desk.SetMuted(false)
	testkit.Until(t, soon, "sound again", func() bool { return loud.Load() > muted+int64(100*time.Millisecond) })
	s.desk.ear.lend(nil)
}

func TestStatus_health(t *testing.T) {
	good := Status{Choice: small(), FPS: 30}
	with := func(change func(*Status)) Status { s := good; change(&s); return s }
	wanted := small().video().Bitrate + voice
	for name, c := range map[string]struct {
		s    Status
		want Health
	}{
		"good":       {good, Health{HealthGood, ""}},
		"slow":       {with(func(s *Status) { s.FPS = 24 }), Health{HealthFair, ReasonFPS}},
		"crawling":   {with(func(s *Status) { s.FPS = 10 }), Health{HealthPoor, ReasonFPS}},
		"blind":      {with(func(s *Status) { s.Camera.Lost, s.FPS = true, 0 }), Health{HealthPoor, ReasonCamera}},
		"deaf":       {with(func(s *Status) { s.Microphone.Lost = true }), Health{HealthPoor, ReasonSound}},
		"full":       {with(func(s *Status) { s.Stats.Target = wanted }), Health{HealthGood, ""}},
		"narrow":     {with(func(s *Status) { s.Stats.Target = wanted * 6 / 10 }), Health{HealthFair, ReasonNetwork}},
		"strangled":  {with(func(s *Status) { s.Stats.Target = wanted * 4 / 10 }), Health{HealthPoor, ReasonNetwork}},
		"cut off":    {with(func(s *Status) { s.Accounts = []session.Snapshot{{State: session.Reconnecting, Lost: true}} }), Health{HealthPoor, ReasonNetwork}},
		"worst wins": {with(func(s *Status) { s.FPS, s.Stats.Target = 24, wanted*4/10 }), Health{HealthPoor, ReasonNetwork}},
	} {
		if got := c.s.health(true, true); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := with(func(s *Status) { s.FPS = 1 }).health(true, false); got.Word != HealthGood {
		t.Errorf("before a second was measured: %v", got)
	}
	if got := good.health(false, true); got.Word != HealthOff {
		t.Errorf("closed: %v", got)
	}
}

func TestStatus_advice(t *testing.T) {
	for name, c := range map[string]struct {
		camera capture.ReaderState
		pulse  pulse
		want   []Advice
	}{
		"nothing":      {capture.ReaderState{}, pulse{}, nil},
		"fine":         {capture.ReaderState{Light: 110}, pulse{silent: silentBeats - 1, loud: loudBeats - 1}, nil},
		"night":        {capture.ReaderState{Light: 30}, pulse{silent: silentBeats}, []Advice{AdviceDark, AdviceSilent}},
		"window":       {capture.ReaderState{Light: 210}, pulse{loud: loudBeats}, []Advice{AdviceBright, AdviceLoud}},
		"small camera": {capture.ReaderState{Light: 110, Scaled: true, Format: capture.Format{Width: 160, Height: 120}}, pulse{}, []Advice{AdviceSmall}},
		"large camera": {capture.ReaderState{Light: 110, Scaled: true, Format: capture.Format{Width: 1280, Height: 720}}, pulse{}, nil},
	} {
		s := Status{Choice: small(), Camera: c.camera}
		if got := s.advice(c.pulse); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPulse_countsTheLastSecond(t *testing.T) {
	var p pulse
	at := time.Unix(0, 0)
	for i := range 20 { // 30 pictures and 100 kbyte a second
		p.count(look{at: at.Add(time.Duration(i) * beat), pictures: uint64(i) * 30 / 4, bytes: uint64(i) * 25_000, coded: true})
		if full := i >= 4; p.full != full {
			t.Errorf("beat %d: full %v", i, p.full)
		}
	}
	if p.fps < 29 || p.fps > 31 || p.kbps != 800 || len(p.looks) != 5 {
		t.Errorf("%+v", p)
	}
	p.count(look{at: at.Add(21 * beat), pictures: 1000}) // the camera's own now
	if p.full || p.fps != 0 || len(p.looks) != 1 {
		t.Errorf("%+v", p)
	}
	for range silentBeats {
		p.listen(-80, true)
	}
	if p.silent != silentBeats || p.loud != 0 {
		t.Errorf("%+v", p)
	}
	p.listen(-80, false)
	p.listen(-3, true)
	if p.silent != 0 || p.loud != 1 {
		t.Errorf("%+v", p)
	}
}

// A choice may be made while the encoder runs: the bitrate follows at once.
func TestUse_changesTheBitrateLive(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	s.desk.Add(h.entry(t, 0))
	s.desk.GoOnline()
	s.states(session.Live)
	for _, bitrate := range []int{200_000, 1_500_000} {
		c := small()
		c.Bitrate = bitrate
		if err := s.desk.Use(c); err != nil {
			t.Fatal(err)
		}
		s.until("the rate", func(now Status) bool { return now.Stats.Target > bitrate*3/4 && now.Stats.Target <= bitrate+voice })
	}
	if _, opened, _ := s.studio.now(); len(opened) != 1 {
		t.Errorf("the camera was opened again: %v", opened)
	}
}
