package synthetic

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStrip_carriesTheStampAtEverySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(60, 2000).Draw(t, "w"), rapid.IntRange(30, 1200).Draw(t, "h")
		ms := rapid.Int64Range(0, 1<<45).Draw(t, "ms")
		var pool *capture.Pool
		f := pool.Get(w, h)
		f.At = time.UnixMilli(ms)
		drawStrip(f)
		got, ok := ReadStrip(f.Y, f.YStride, w, h)
		if !ok || got != uint64(ms)&StampMask {
			t.Fatalf("read %d, %v; want %d", got, ok, uint64(ms)&StampMask)
		}
	})
}

func TestStrip_isExactlyTheContract(t *testing.T) {
	var pool *capture.Pool
	f := pool.Get(600, 300)
	f.At = time.UnixMilli(0xA1_02_FF_00_7F)
	drawStrip(f)
	bits := "1010000100000010111111110000000001111111" + // the five bytes
		"00100001" + // 0xA1+0x02+0xFF+0x00+0x7F = 0x221
		"101010101010"
	for y := range 10 {
		for c, want := range bits {
			v := f.Y[y*f.YStride+c*10+5]
			if (v == 235) != (want == '1') || (v == 16) != (want == '0') {
				t.Fatalf("row %d column %d is %d, want bit %c", y, c, v, want)
			}
		}
	}
}

func TestReadStrip_refusesDamage(t *testing.T) {
	var pool *capture.Pool
	f := pool.Get(1280, 720)
	f.At = time.UnixMilli(1_700_000_000_123)
	drawStrip(f)
	y := 12 * f.YStride
	for c := range stripColumns {
		x := (2*c + 1) * 1280 / 120
		old := f.Y[y+x]
		f.Y[y+x] = 251 - old
		if got, ok := ReadStrip(f.Y, f.YStride, 1280, 720); ok {
			t.Errorf("column %d inverted: still read as %d", c, got)
		}
		f.Y[y+x] = old
	}
	if _, ok := ReadStrip(f.Y[:100], f.YStride, 1280, 720); ok {
		t.Error("a plane that is too short was read")
	}
	f.Fill(128, 128, 128)
	if _, ok := ReadStrip(f.Y, f.YStride, 1280, 720); ok {
		t.Error("a grey picture was read")
	}
}

func TestCamera_keepsExactTimeForTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cam, err := NewCamera(CameraConfig{Size: capture.Wish{Width: 320, Height: 180, FPS: 30}, Pool: capture.NewPool(2)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+time.Millisecond)
		defer cancel()
		var stamps []time.Time
		if err := cam.Run(ctx, func(f *capture.Frame) {
			if late := time.Since(f.At); late < 0 || late > time.Millisecond {
				t.Fatalf("frame %d is %v old", len(stamps), late)
			}
			got, ok := ReadStrip(f.Y, f.YStride, f.Width, f.Height)
			if !ok || got != Stamp(f.At) {
				t.Fatalf("strip says %d, %v; want %d", got, ok, Stamp(f.At))
			}
			stamps = append(stamps, f.At)
		}); err != nil {
			t.Fatal(err)
		}
		if len(stamps) != 300 || cam.Dropped() != 0 {
			t.Fatalf("%d frames, %d dropped in 10 s; want 300, 0", len(stamps), cam.Dropped())
		}
		if d := stamps[299].Sub(stamps[0]); d != 299*time.Second/30+time.Nanosecond && (d-299*time.Second/30).Abs() > 2 {
			t.Errorf("300 frames span %v", d)
		}
	})
}

func TestCamera_leavesOutFramesWhenTheSinkIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cam, err := NewCamera(CameraConfig{Size: capture.Wish{Width: 320, Height: 180, FPS: 30}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		_ = cam.Run(ctx, func(f *capture.Frame) {
			if age := time.Since(f.At); age > 34*time.Millisecond {
				t.Errorf("a frame of %v age was delivered", age)
			}
			<-time.After(100 * time.Millisecond)
			if n++; n == 10 {
				cancel()
			}
		})
		if d := cam.Dropped(); d < 15 || d > 20 {
			t.Errorf("%d frames left out, want about 18", d)
		}
	})
}

func TestPlug_unplugsByScriptAndByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := CameraConfig{Size: capture.Wish{Width: 64, Height: 36, FPS: 10},
			Plug: NewPlug(Outage{After: time.Second, For: 2 * time.Second})}
		open := Open(cfg)
		cam, err := open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		err = cam.Run(t.Context(), func(*capture.Frame) {})
		if capture.KindOf(err) != capture.KindLost || time.Since(begin) != time.Second {
			t.Fatalf("after %v: %v", time.Since(begin), err)
		}
		if _, err = open(t.Context()); capture.KindOf(err) != capture.KindNotFound {
			t.Fatalf("opened while unplugged: %v", err)
		}
		<-time.After(2 * time.Second)
		if cam, err = open(t.Context()); err != nil {
			t.Fatal(err)
		}
		go func() {
			<-time.After(time.Second)
			cfg.Plug.Pull()
		}()
		if err = cam.Run(t.Context(), func(*capture.Frame) {}); capture.KindOf(err) != capture.KindLost {
			t.Fatal(err)
		}
		cfg.Plug.PutBack()
		if _, err = open(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMicrophone_soundsTheSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for channels := 1; channels <= 2; channels++ {
			mic, err := NewMicrophone(MicrophoneConfig{Channels: channels})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			clicks, n := 0, 0
			var next time.Time
			_ = mic.Run(ctx, func(s capture.Samples) {
				n++
				if !next.IsZero() && !s.At.Equal(next) {
					t.Fatalf("chunk at %v, want %v", s.At, next)
				}
				next = s.At.Add(capture.ChunkTime)
				if IsClick(s.PCM, channels, capture.SampleRate) {
					clicks++
					if s.At.Nanosecond() != 0 {
						t.Fatalf("click at %v", s.At)
					}
					return
				}
				sec, ok := ReadTone(s.PCM, channels, capture.SampleRate)
				if !ok || int64(sec) != s.At.Unix()%16 {
					t.Fatalf("at %v heard %d, %v", s.At, sec, ok)
				}
			})
			cancel()
			if n < 998 || n > 1000 || clicks < 19 || clicks > 21 {
				t.Errorf("%d chunks and %d clicks in 20 s", n, clicks)
			}
		}
	})
}

func TestReadTone_hearsNothingInSilenceAndNoise(t *testing.T) {
	pcm := make([]int16, 960)
	if _, ok := ReadTone(pcm, 1, 48000); ok || IsClick(pcm, 1, 48000) {
		t.Error("heard something in silence")
	}
	rnd := uint32(7)
	for i := range pcm {
		rnd = rnd*1664525 + 1013904223
		pcm[i] = int16(rnd >> 17)
	}
	if _, ok := ReadTone(pcm, 1, 48000); ok || IsClick(pcm, 1, 48000) {
		t.Error("heard a tone in noise")
	}
}

func TestNewCamera_refusesWhatItCannotDraw(t *testing.T) {
	for _, w := range []capture.Wish{{Width: -1, Height: 5}, {Width: 9000, Height: 10}, {Width: 64, Height: 64, FPS: 1000}} {
		if _, err := NewCamera(CameraConfig{Size: w}); capture.KindOf(err) != capture.KindFormat {
			t.Errorf("%v: %v", w, err)
		}
	}
	if _, err := NewMicrophone(MicrophoneConfig{Channels: 3}); capture.KindOf(err) != capture.KindFormat {
		t.Errorf("three channels: %v", err)
	}
}

func BenchmarkScene_1080p(b *testing.B) {
	s := newScene(1920, 1080)
	pool := capture.NewPool(1)
	b.ReportAllocs()
	for b.Loop() {
		f := pool.Get(1920, 1080)
		f.At = time.Unix(1_700_000_000, 0)
		s.draw(f)
		f.Release()
	}
}
