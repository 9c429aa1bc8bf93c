package encode

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// epoch is when every test's first frame was captured.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rig runs a Video in its own goroutine and feeds it one frame at a time.
type rig struct {
	t     *testing.T
	video *Video
	slot  capture.Slot
	units chan Unit
	stop  func() error
}

func newRig(t *testing.T, cfg VideoConfig) *rig {
	t.Helper()
	video, err := NewVideo(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, video: video, units: make(chan Unit, 1)}
	r.run()
	return r
}

func (r *rig) run() {
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.video.Run(ctx, &r.slot, func(u Unit) { r.units <- u }) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	r.t.Cleanup(func() { _ = r.stop() })
}

// feed encodes one frame and returns its unit.
func (r *rig) feed(f *capture.Frame) Unit {
	r.t.Helper()
	r.slot.Put(f)
	select {
	case u := <-r.units:
		return u
	case <-time.After(20 * time.Second):
		r.t.Fatal("no unit came for a frame")
		return Unit{}
	}
}

// moving draws picture number n of a pattern that moves, so that every picture costs bits.
func moving(w, h, n int, at time.Time) *capture.Frame {
	f := (*capture.Pool)(nil).Get(w, h)
	f.At, f.Seq = at, uint64(n)
	seed := uint32(n)*2654435761 + 1
	for y := range h {
		row := f.Y[y*f.YStride:][:w]
		for x := range row {
			seed = seed*1664525 + 1013904223
			row[x] = byte(60 + (x+3*n)%64 + (y+n)%64 + int(seed>>28))
		}
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 128, 120
	}
	return f
}

func small() VideoConfig { return DefaultVideo(320, 180, 30) }

func tick(n int) time.Time { return epoch.Add(time.Duration(n) * time.Second / 30) }

func TestVideo_carriesTheStripToTheDecoder(t *testing.T) {
	for _, size := range []struct{ w, h int }{{1280, 720}, {640, 360}} {
		synctest.Test(t, func(t *testing.T) {
			video, err := NewVideo(DefaultVideo(size.w, size.h, 30))
			if err != nil {
				t.Fatal(err)
			}
			camera, err := synthetic.NewCamera(synthetic.CameraConfig{Size: capture.Wish{Width: size.w, Height: size.h, FPS: 30}})
			if err != nil {
				t.Fatal(err)
			}
			dec, err := NewDecoder()
			if err != nil {
				t.Fatal(err)
			}
			defer dec.Close()

			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			var slot capture.Slot
			done := make(chan error, 1)
			go func() { done <- camera.Run(ctx, func(f *capture.Frame) { slot.Put(f.Retain()) }) }()
			var last Unit
			seen := 0
			err = video.Run(ctx, &slot, func(u Unit) {
				pic, err := dec.Decode(u.Data)
				if err != nil || pic == nil {
					t.Fatalf("unit %d does not decode: %v", u.Seq, err)
				}
				stamp, ok := synthetic.ReadStrip(pic.Y, pic.YStride, pic.Rect.Dx(), pic.Rect.Dy())
				if !ok || stamp != synthetic.Stamp(u.At) {
					t.Errorf("unit %d: strip %d %v, captured at %d", u.Seq, stamp, ok, synthetic.Stamp(u.At))
				}
				if u.Seq > 0 && (u.At.Sub(last.At) != u.Duration || u.Seq != last.Seq+1) {
					t.Errorf("unit %d lasts %v, %v after unit %d", u.Seq, u.Duration, u.At.Sub(last.At), last.Seq)
				}
				last = u
				seen++
			})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Run returned %v, want the context's error", err)
			}
			if err := <-done; err != nil {
				t.Errorf("the camera returned %v", err)
			}
			slot.TryTake().Release()
			if seen < 85 {
				t.Errorf("%d units in 3 s", seen)
			}
		})
	}
}

func TestNewVideo_refusesInASentence(t *testing.T) {
	for _, tt := range []struct {
		change func(*VideoConfig)
		word   string
	}{
		{func(c *VideoConfig) { c.Width = 641 }, "even"},
		{func(c *VideoConfig) { c.Height = 8 }, "16×16"},
		{func(c *VideoConfig) { c.FPS = 0 }, "1 to 60"},
		{func(c *VideoConfig) { c.Threads = 9 }, "threads"},
		{func(c *VideoConfig) { c.MinBitrate = c.MaxBitrate }, "bitrate"},
		{func(c *VideoConfig) { c.KeyFrameEvery = time.Millisecond }, "too often"},
	} {
		cfg := small()
		tt.change(&cfg)
		if _, err := NewVideo(cfg); err == nil || !strings.Contains(err.Error(), tt.word) {
			t.Errorf("%+v: %v, want a sentence with %q", cfg, err, tt.word)
		}
	}
}

func TestVideo_keyFramesComeOnRequestAndAtMostTwiceASecond(t *testing.T) {
	r := newRig(t, small())
	var keys []time.Duration
	for n := range 30 * 14 {
		if n >= 30 && n < 90 {
			r.video.RequestKeyFrame() // two seconds of a viewer who asks with every frame
		}
		if u := r.feed(moving(320, 180, n, tick(n))); u.Key {
			keys = append(keys, u.At.Sub(epoch).Round(time.Millisecond))
		}
	}
	want := []time.Duration{0, 1000, 1500, 2000, 2500, 3000, 13000}
	if len(keys) != len(want) {
		t.Fatalf("key frames at %v", keys)
	}
	for i, at := range keys {
		if off := at - want[i]*time.Millisecond; off < 0 || off > 40*time.Millisecond {
			t.Errorf("key frame %d at %v, want %v ms", i, at, int64(want[i]))
		}
	}
	if s := r.video.Stats(); s.KeyFrames != uint64(len(want)) {
		t.Errorf("the statistics count %d key frames", s.KeyFrames)
	}
}

func TestVideo_aRequestMadeWhileTheLimitHoldsIsServedLater(t *testing.T) {
	r := newRig(t, small())
	r.feed(moving(320, 180, 0, tick(0)))
	r.video.RequestKeyFrame()
	for n := 1; n < 15; n++ {
		if r.feed(moving(320, 180, n, tick(n))).Key {
			t.Fatalf("frame %d is a key frame %v after the last", n, tick(n).Sub(tick(0)))
		}
	}
	if !r.feed(moving(320, 180, 15, tick(15))).Key {
		t.Error("half a second later the request was not served")
	}
}

func TestVideo_keyUnitsBeginWithTheSameParameterSets(t *testing.T) {
	r := newRig(t, small())
	var heads []string
	for n := range 31 {
		r.video.RequestKeyFrame()
		u := r.feed(moving(320, 180, n, tick(n)))
		types := nalTypes(u.Data)
		if u.Key {
			if len(types) != 3 || types[0] != 7 || types[1] != 8 || types[2] != 5 {
				t.Fatalf("a key unit holds NAL units of types %v, want 7 8 5", types)
			}
			heads = append(heads, string(u.Data[:strings.Index(string(u.Data), "\x00\x00\x00\x01\x65")]))
		} else if len(types) != 1 || types[0] != 1 {
			t.Fatalf("a unit holds NAL units of types %v, want 1", types)
		}
	}
	if len(heads) != 3 || heads[0] != heads[1] || heads[1] != heads[2] {
		t.Errorf("%d key units whose parameter sets differ", len(heads))
	}
	if sps := heads[0][5:8]; sps[0] != 0x42 || sps[1]&0xc0 != 0xc0 {
		t.Errorf("profile % x is not constrained baseline", sps)
	}
}

// nalTypes lists the types of the NAL units in an access unit whose start codes all have four bytes.
func nalTypes(unit []byte) (types []int) {
	for _, nal := range strings.Split(string(unit), "\x00\x00\x00\x01")[1:] {
		types = append(types, int(nal[0]&0x1f))
	}
	return types
}

func TestVideo_followsTheBitrateWithinTwoSeconds(t *testing.T) {
	cfg := small()
	cfg.Bitrate, cfg.MinBitrate, cfg.MaxBitrate = 400_000, 100_000, 2_000_000
	r := newRig(t, cfg)
	n := 0
	second := func() int {
		size := 0
		for range 30 {
			size += len(r.feed(moving(320, 180, n, tick(n))).Data)
			n++
		}
		return size * 8
	}
	for _, step := range []struct{ ask, want int }{{400_000, 400_000}, {1_500_000, 1_500_000}, {200_000, 200_000}, {1, 100_000}, {9e9, 2_000_000}} {
		r.video.SetBitrate(step.ask)
		second()
		second()
		if got := second(); got < step.want*8/10 || got > step.want*12/10 {
			t.Errorf("two seconds after SetBitrate(%d) a second has %d bits, want %d", step.ask, got, step.want)
		}
		if s := r.video.Stats(); s.Bitrate != step.want {
			t.Errorf("the statistics say %d bit/s, want %d", s.Bitrate, step.want)
		}
	}
}

func TestVideo_isControlledFromManyGoroutines(t *testing.T) {
	r := newRig(t, small())
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				r.video.RequestKeyFrame()
				r.video.SetBitrate(100_000 + 10_000*(n%50) + i)
				_ = r.video.Stats()
			}
		})
	}
	keys := 0
	for n := range 90 {
		if r.feed(moving(320, 180, n, tick(n))).Key {
			keys++
		}
	}
	close(stop)
	wg.Wait()
	if keys != 6 {
		t.Errorf("%d key frames in three seconds, want two a second", keys)
	}
}

func TestVideo_anotherSizeBeginsWithAKeyFrame(t *testing.T) {
	r := newRig(t, small())
	dec, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	for n, size := range []struct{ w, h, codedW, codedH int }{
		{320, 180, 320, 180}, {320, 180, 320, 180}, {640, 360, 640, 360}, {161, 121, 160, 120}, {320, 180, 320, 180},
	} {
		u := r.feed(moving(size.w, size.h, n, tick(n)))
		if u.Width != size.codedW || u.Height != size.codedH {
			t.Errorf("a frame of %d×%d became a unit of %d×%d", size.w, size.h, u.Width, u.Height)
		}
		if u.Key != (n != 1) || u.Seq != uint64(n) {
			t.Errorf("unit %d has number %d, key %v", n, u.Seq, u.Key)
		}
		pic, err := dec.Decode(u.Data)
		if err != nil || pic == nil || pic.Rect.Dx() != size.codedW || pic.Rect.Dy() != size.codedH {
			t.Fatalf("unit %d decodes to %v, %v", n, pic, err)
		}
	}
}

func TestVideo_runEndsWithTheContextAndMayBeginAgain(t *testing.T) {
	r := newRig(t, small())
	r.feed(moving(320, 180, 0, tick(0)))
	if err := r.video.Run(t.Context(), &r.slot, func(Unit) {}); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a second Run beside the first: %v", err)
	}
	if err := r.stop(); !errors.Is(err, context.Canceled) {
		t.Errorf("Run returned %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r.slot.Put(moving(320, 180, 1, tick(1)))
	if err := r.video.Run(ctx, &r.slot, func(u Unit) {
		if !u.Key {
			t.Error("after a new start the first unit is no key frame")
		}
		cancel()
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("the second Run returned %v", err)
	}
}

// Where pictures come faster than they are encoded, the next one always waits: Run ends
// all the same, with the unit in which it was told.
func TestVideo_runEndsOnABusyMachine(t *testing.T) {
	video, err := NewVideo(small())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	slot, units := &capture.Slot{}, 0
	slot.Put(moving(320, 180, 0, tick(0)))
	if err := video.Run(ctx, slot, func(Unit) {
		if units++; units < 10 {
			slot.Put(moving(320, 180, units, tick(units)))
		}
		if units == 3 {
			cancel()
		}
	}); !errors.Is(err, context.Canceled) || units != 3 {
		t.Errorf("Run gave %d units, want 3, and returned %v", units, err)
	}
	slot.TryTake().Release()
}

func TestVideo_givesUpWhenNothingCanBeEncoded(t *testing.T) {
	video, err := NewVideo(small())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var slot capture.Slot
	var feeder sync.WaitGroup
	feeder.Go(func() {
		for ctx.Err() == nil {
			slot.Put(moving(8, 8, 0, tick(0))) // smaller than a macroblock
		}
	})
	err = video.Run(ctx, &slot, func(Unit) { t.Error("a unit came out") })
	cancel()
	feeder.Wait()
	if err == nil || !strings.Contains(err.Error(), "in a row") || video.Stats().Failed != 3 {
		t.Errorf("Run returned %v after %+v", err, video.Stats())
	}
}

func TestVideo_returnsEachFrameToItsPool(t *testing.T) {
	pool := capture.NewPool(3)
	r := newRig(t, small())
	for n := range 20 {
		f := pool.Get(320, 180)
		if f == nil {
			t.Fatalf("at frame %d the pool is empty", n)
		}
		f.At = tick(n)
		r.feed(f)
	}
	if out, _, misused := pool.Stats(); out != 0 || misused != 0 {
		t.Errorf("%d frames are still out, %d were released too often", out, misused)
	}
}
