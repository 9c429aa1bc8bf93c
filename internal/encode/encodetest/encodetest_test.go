package encodetest

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/encode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestClip_isTheSameInEveryRunAndMoves(t *testing.T) {
	a, b := NewClip(320, 180, 30), NewClip(320, 180, 30)
	for n := range 3 {
		f, g := a.Frame(n), b.Frame(n)
		if !bytes.Equal(f.Y, g.Y) || !bytes.Equal(f.Cb, g.Cb) || !bytes.Equal(f.Cr, g.Cr) || !f.At.Equal(g.At) {
			t.Errorf("picture %d differs between two clips", n)
		}
	}
	first, later := a.Frame(0), a.Frame(15)
	if s := SSIM(first.Y, first.YStride, later.Y, later.YStride, 320, 180); s > 0.8 {
		t.Errorf("half a second later the picture is alike by %.3f: nothing moves", s)
	}
}

func TestClip_writesY4M(t *testing.T) {
	var out bytes.Buffer
	if err := NewClip(64, 48, 30).WriteY4M(&out, 2); err != nil {
		t.Fatal(err)
	}
	header, rest, _ := strings.Cut(out.String(), "\n")
	if header != "YUV4MPEG2 W64 H48 F30:1 Ip A1:1 C420jpeg" {
		t.Errorf("header %q", header)
	}
	if want := 2 * (len("FRAME\n") + 64*48*3/2); len(rest) != want {
		t.Errorf("%d bytes of pictures, want %d", len(rest), want)
	}
}

func TestSSIM_ordersPicturesByLikeness(t *testing.T) {
	const w, h = 64, 64
	f := NewClip(w, h, 30).Frame(0)
	shifted := func(by int) []byte {
		p := bytes.Clone(f.Y)
		for i := range p {
			p[i] += byte((i*7919%13 - 6) * by / 2)
		}
		return p
	}
	last := 1.0
	for by := range 4 {
		s := SSIM(f.Y, f.YStride, shifted(by), f.YStride, w, h)
		if by == 0 && s != 1 {
			t.Errorf("a picture is like itself by %v, want 1", s)
		}
		if by > 0 && s >= last {
			t.Errorf("with more noise the likeness went from %.3f to %.3f", last, s)
		}
		last = s
	}
	if s := SSIM(f.Y, f.YStride, make([]byte, len(f.Y)), f.YStride, w, h); s > 0.1 || math.IsNaN(s) {
		t.Errorf("a black picture is alike by %.3f", s)
	}
}

// The whole promise, at the full length and both sizes, is BenchmarkQuality; this keeps it from breaking unseen.
func TestQuality_isNotBelowX264Superfast(t *testing.T) {
	const n = 45
	clip := NewClip(1280, 720, 30)
	cfg := encode.DefaultVideo(1280, 720, 30)
	ours, err := Ours(t.Context(), cfg, clip, n)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := X264(t.Context(), clip, cfg.Bitrate, n)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("ours %+v, x264 %+v", ours, theirs)
	if ours.SSIM < theirs.SSIM-0.005 {
		t.Errorf("SSIM %.4f at %d bit/s, x264 superfast %.4f", ours.SSIM, ours.Bitrate, theirs.SSIM)
	}
	if ours.Bitrate > cfg.Bitrate*103/100 {
		t.Errorf("%d bit/s where %d were allowed", ours.Bitrate, cfg.Bitrate)
	}
}

func TestBareLoop_encodesAllPictures(t *testing.T) {
	cfg := encode.DefaultVideo(320, 180, 30)
	size, err := BareLoop(cfg, NewClip(320, 180, 30).Frames(3), 60, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rate := size * 8 * 30 / 60; rate < cfg.Bitrate/2 || rate > cfg.Bitrate*3/2 {
		t.Errorf("%d bit/s, the target is %d", rate, cfg.Bitrate)
	}
	if _, err := BareLoop(cfg, nil, 1, nil); err == nil {
		t.Error("no frames were encoded without complaint")
	}
}

// BenchmarkQuality compares with x264 over ten seconds: run it with -benchtime 1x.
func BenchmarkQuality(b *testing.B) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"720p", 1280, 720}, {"1080p", 1920, 1080}} {
		b.Run(size.name, func(b *testing.B) {
			clip := NewClip(size.w, size.h, 30)
			cfg := encode.DefaultVideo(size.w, size.h, 30)
			for b.Loop() {
				ours, err := Ours(b.Context(), cfg, clip, 300)
				if err != nil {
					b.Fatal(err)
				}
				theirs, err := X264(b.Context(), clip, cfg.Bitrate, 300)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(ours.SSIM, "ssim")
				b.ReportMetric(theirs.SSIM, "x264-ssim")
				b.ReportMetric(float64(ours.Bitrate), "bit/s")
				b.ReportMetric(float64(theirs.Bitrate), "x264-bit/s")
			}
		})
	}
}

// BenchmarkBareOpenH264_1080p is the denominator of the CPU ratios: wall time of one thread, a picture.
func BenchmarkBareOpenH264_1080p(b *testing.B) { bare(b, 1920, 1080) }

func BenchmarkBareOpenH264_720p(b *testing.B) { bare(b, 1280, 720) }

func bare(b *testing.B, w, h int) {
	frames := NewClip(w, h, 30).Frames(30)
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := BareLoop(encode.DefaultVideo(w, h, 30), frames, b.N, nil); err != nil {
		b.Fatal(err)
	}
}
