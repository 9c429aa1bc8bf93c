package encode

import (
	"math"
	"testing"
	"time"
)

func TestStamper_growsWhateverTheClockDoes(t *testing.T) {
	const gap = 33 * time.Millisecond
	s := stamper{nominal: gap}
	ms := func(n int) time.Time { return epoch.Add(time.Duration(n) * time.Millisecond) }
	var last time.Time
	for i, tt := range []struct {
		at   time.Time
		want time.Time
	}{
		{ms(1000), ms(1000)},
		{ms(1040), ms(1040)},
		{ms(1040), ms(1073)},  // twice the same
		{ms(1080), ms(1113)},  // the shift stays, the pace is kept
		{ms(-9000), ms(1146)}, // set back by ten seconds
		{ms(-8960), ms(1186)}, // and going on from there
	} {
		got := s.stamp(tt.at)
		if !got.Equal(tt.want) || !got.After(last) {
			t.Errorf("stamp %d: %v, want %v", i, got.Sub(epoch), tt.want.Sub(epoch))
		}
		last = got
	}
}

func TestVideo_unitsNeverGoBackInTime(t *testing.T) {
	r := newRig(t, small())
	var last Unit
	for n, at := range []time.Time{tick(0), tick(1), tick(-300), tick(-299), tick(-299), tick(9)} {
		u := r.feed(moving(320, 180, n, at))
		if n > 0 && (!u.At.After(last.At) || u.Duration <= 0 || u.At.Sub(last.At) != u.Duration) {
			t.Errorf("unit %d at %v lasts %v, the one before is at %v", n, u.At.Sub(epoch), u.Duration, last.At.Sub(epoch))
		}
		last = u
	}
}

func TestPace_learnsTheRealRateAndIgnoresPauses(t *testing.T) {
	p := pace{told: 30}
	at := epoch
	run := func(fps int, frames int) (learned []float64) {
		for range frames {
			if fps, changed := p.frame(at); changed {
				learned = append(learned, fps)
			}
			at = at.Add(time.Second / time.Duration(fps))
		}
		return learned
	}
	if got := run(30, 200); len(got) != 0 {
		t.Errorf("at the expected rate it learned %v", got)
	}
	if got := run(15, 60); len(got) == 0 || math.Abs(got[len(got)-1]-15) > 0.5 {
		t.Errorf("at 15 a second it learned %v", got)
	}
	at = at.Add(10 * time.Second) // unplugged
	if got := run(15, 60); len(got) != 0 {
		t.Errorf("after a pause it learned %v", got)
	}
	if got := run(30, 90); len(got) == 0 || math.Abs(got[len(got)-1]-30) > 1 {
		t.Errorf("back at 30 a second it learned %v", got)
	}
}

func TestVideo_keepsTheBitrateWhenTheCameraHalvesItsPace(t *testing.T) {
	cfg := small()
	r := newRig(t, cfg)
	at := epoch
	size := 0
	for n := range 15 * 6 {
		u := r.feed(moving(320, 180, n, at))
		at = at.Add(time.Second / 15)
		if n >= 15*3 {
			size += len(u.Data)
		}
	}
	if rate := size * 8 / 3; rate < cfg.Bitrate*8/10 || rate > cfg.Bitrate*12/10 {
		t.Errorf("%d bit/s at 15 frames a second, the target is %d", rate, cfg.Bitrate)
	}
}

// Every size and rate that may be asked for has a bitrate that can be encoded.
func TestDefaultVideo_isAlwaysValid(t *testing.T) {
	for _, s := range [][3]int{{16, 16, 1}, {64, 64, 1}, {64, 64, 30}, {160, 120, 5}, {3840, 2160, 60}} {
		if _, err := NewVideo(DefaultVideo(s[0], s[1], s[2])); err != nil {
			t.Errorf("%v: %v", s, err)
		}
	}
}

func TestDefaultVideo_hitsTheRatesOfTheTwoSizes(t *testing.T) {
	for _, tt := range []struct{ w, h, fps, rate int }{{1280, 720, 30, 2_500_000}, {1920, 1080, 30, 4_000_000}, {640, 360, 30, 1_100_000}} {
		cfg := DefaultVideo(tt.w, tt.h, tt.fps)
		if cfg.Bitrate != tt.rate {
			t.Errorf("%d×%d at %d: %d bit/s, want %d", tt.w, tt.h, tt.fps, cfg.Bitrate, tt.rate)
		}
		if _, err := NewVideo(cfg); err != nil {
			t.Error(err)
		}
	}
}
