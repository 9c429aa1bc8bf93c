package file

import (
	"bytes"
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// memory is a file that lies in memory.
func memory(data []byte) *source {
	return &source{op: "test", name: "fuzz", r: bytes.NewReader(data), size: int64(len(data))}
}

// fuzzClip opens data and reads some pictures; every error must be one of ours.
func fuzzClip(t *testing.T, data []byte) {
	pool := capture.NewPool(1)
	c, err := openClip(memory(data))
	if err != nil {
		if capture.KindOf(err) == "" {
			t.Fatalf("a foreign error: %v", err)
		}
		return
	}
	defer c.close()
	f := c.format()
	num, den := c.rate()
	if f.Width < 2 || f.Height < 2 || f.Width > capture.MaxWidth || f.Height > capture.MaxHeight || num <= 0 || den <= 0 {
		t.Fatalf("accepted %v, %d/%d", f, num, den)
	}
	if f.Width*f.Height > 1<<20 {
		return // large pictures only slow the search
	}
	for range 5 {
		f, err := c.next(pool)
		if err != nil && capture.KindOf(err) == "" {
			t.Fatalf("a foreign error: %v", err)
		}
		f.Release()
	}
	if out, _, _ := pool.Stats(); out != 0 {
		t.Fatal("a frame leaked")
	}
}

func FuzzY4M(f *testing.F) {
	f.Add(y4mFile(8, 4, 2, "F25:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL"))
	f.Add(y4mFile(3, 3, 1, "F30000:1001"))
	f.Fuzz(fuzzClip)
}

func FuzzAVI(f *testing.F) {
	f.Add(aviFile(96, 64, jpegPicture(f, "422"), nil))
	f.Add(aviFile(96, 64, []byte("junk")))
	f.Fuzz(fuzzClip)
}

func FuzzWAV(f *testing.F) {
	f.Add(wavFile(wavePCM, 2, 44100, 16, make([]byte, 4000)))
	f.Add(wavFile(waveFloat, 1, 48000, 32, make([]byte, 64)))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := openWAV(memory(data))
		if err != nil {
			if capture.KindOf(err) == "" {
				t.Fatalf("a foreign error: %v", err)
			}
			return
		}
		pcm := make([]int16, capture.ChunkFrames*w.channels)
		for range 5 {
			if err := w.play(pcm); err != nil {
				t.Fatalf("the file is in memory, yet: %v", err)
			}
		}
	})
}
