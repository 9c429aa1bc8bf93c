package session

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
)

func video(key bool) encode.Unit { return encode.Unit{Kind: encode.KindVideo, Key: key} }

func TestRateFor(t *testing.T) {
	for _, tt := range []struct {
		paths []int
		want  int
	}{{nil, 0}, {[]int{4}, 4}, {[]int{4000, 3000}, 3000}, {[]int{4000, 100}, 2000}} {
		if got := rateFor(tt.paths); got != tt.want {
			t.Errorf("%v: %d, want %d", tt.paths, got, tt.want)
		}
	}
}

// TestOutlet_worsePathHoldsNobodyBack gives one of two paths a tenth of what
// the other carries.
func TestOutlet_worsePathHoldsNobodyBack(t *testing.T) {
	b := quiet(t)
	var outlets []*Outlet
	for range 2 {
		o, err := b.Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a"})}})
		if err != nil {
			t.Fatal(err)
		}
		b.attach(o)
		outlets = append(outlets, o)
	}
	most := b.cfg.Video.Bitrate
	outlets[0].estimate.Store(int64(most))
	outlets[1].estimate.Store(int64(most / 10))
	b.steer()
	if got := b.video.Stats().Bitrate; got != most/2-b.cfg.Audio.Bitrate {
		t.Errorf("the encoder is told %d of %d", got, most)
	}
	if outlets[0].overflow(1000) != 0 {
		t.Error("the good path waits")
	}
	if d := outlets[1].overflow(most / 10 / 8); d != time.Second {
		t.Errorf("a second's worth of the bad path takes %v", d)
	}
	outlets[0].estimate.Store(0)
	b.steer()
	if outlets[1].overflow(1000) != 0 {
		t.Error("the only path waits")
	}
}

// Another bitrate holds for the encoder and for every upload, at once.
func TestBroadcast_takesAnotherBitrate(t *testing.T) {
	b := quiet(t)
	o, err := b.Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a"})}})
	if err != nil {
		t.Fatal(err)
	}
	b.attach(o)
	for _, tt := range []struct{ bps, want int }{{2_000_000, 2_000_000}, {300_000, 300_000}, {0, LeastBitrate}, {1 << 30, MostBitrate}} {
		o.estimate.Store(0)
		b.SetBitrate(tt.bps)
		sound := b.cfg.Audio.Bitrate
		if got := b.video.Stats().Bitrate; got != tt.want || o.uploadLimits() != (limits{tt.want/8 + sound, tt.want + sound}) {
			t.Errorf("%d: the encoder is told %d, the upload %+v", tt.bps, got, o.uploadLimits())
		}
		for estimate, want := range map[int64]int{1: tt.want / 8, 1 << 40: tt.want} {
			o.estimate.Store(estimate)
			b.steer()
			if got := b.video.Stats().Bitrate; got != max(want, LeastBitrate) {
				t.Errorf("%d on a path of %d: %d", tt.bps, estimate, got)
			}
		}
	}
}

func TestBackoff_growsIsBoundedAndObeys(t *testing.T) {
	for _, jitter := range []float64{0, 0.999} {
		b := uplink.Backoff{Jitter: func() float64 { return jitter }}
		last := time.Duration(0)
		for range 12 {
			d := b.Wait(0)
			if d < last || d < 250*time.Millisecond/2 || d > 3*time.Second {
				t.Errorf("jitter %v: %v after %v", jitter, d, last)
			}
			last = d
		}
		if last < 3*time.Second/2 {
			t.Errorf("jitter %v: the longest wait is %v", jitter, last)
		}
		if d := b.Wait(time.Minute); d != time.Minute {
			t.Errorf("asked to wait a minute, waits %v", d)
		}
		b.Reset()
		if d := b.Wait(0); d > 250*time.Millisecond {
			t.Errorf("after a reset: %v", d)
		}
	}
}
