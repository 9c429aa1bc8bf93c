package openh264

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func picture(w, h, n int) Planes {
	p := Planes{Y: make([]byte, w*h), Cb: make([]byte, w*h/4), Cr: make([]byte, w*h/4), YStride: w, CStride: w / 2}
	p.paint(w, h, n)
	return p
}

// paint draws picture n of a moving slope with grain, which costs bits in every picture.
func (p Planes) paint(w, h, n int) {
	seed := uint32(n)*2654435761 + 1
	for y := range h {
		for x := range w {
			seed = seed*1664525 + 1013904223
			p.Y[y*p.YStride+x] = byte(40 + (x+y+n)%128 + int(seed>>27))
		}
	}
}

func config(w, h int) EncoderConfig {
	return EncoderConfig{Width: w, Height: h, FPS: 30, Bitrate: 300_000, Threads: 1}
}

func pair(t *testing.T, cfg EncoderConfig) (*Encoder, *Decoder) {
	t.Helper()
	enc, err := NewEncoder(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(enc.Close)
	dec, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dec.Close)
	return enc, dec
}

func frameTime(n int) time.Duration { return time.Duration(n) * time.Second / 30 }

func TestEncoder_roundTripAtAllThreadCounts(t *testing.T) {
	for threads := 1; threads <= MaxThreads; threads++ {
		cfg := config(320, 192)
		cfg.Threads = threads
		enc, dec := pair(t, cfg)
		for n := range 10 {
			p := picture(320, 192, n)
			unit, key, err := enc.Encode(p, frameTime(n), n == 5)
			if err != nil || key != (n == 0 || n == 5) {
				t.Fatalf("picture %d: key %v, %v", n, key, err)
			}
			pic, err := dec.Decode(unit)
			if err != nil || pic == nil {
				t.Fatalf("picture %d does not decode: %v", n, err)
			}
			off := 0
			for i := range p.Y {
				off += max(int(p.Y[i])-int(pic.Y[i]), int(pic.Y[i])-int(p.Y[i]))
			}
			if off > 10*len(p.Y) {
				t.Errorf("%d threads, picture %d: a sample is off by %.1f in the mean", threads, n, float64(off)/float64(len(p.Y)))
			}
		}
	}
}

func TestEncoder_readsPaddedRows(t *testing.T) {
	plain, padded := picture(320, 192, 0), Planes{Y: make([]byte, 512*192), Cb: make([]byte, 256*96), Cr: make([]byte, 256*96), YStride: 512, CStride: 256}
	padded.paint(320, 192, 0)
	a, _ := pair(t, config(320, 192))
	b, _ := pair(t, config(320, 192))
	one, _, err := a.Encode(plain, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := b.Encode(padded, 0, false)
	if err != nil || string(one) != string(two) {
		t.Errorf("the padding of a row changed the picture: %d and %d bytes, %v", len(one), len(two), err)
	}
}

func TestEncoder_refusesInASentence(t *testing.T) {
	for _, tt := range []struct {
		change func(*EncoderConfig)
		word   string
	}{
		{func(c *EncoderConfig) { c.Width = 321 }, "even"},
		{func(c *EncoderConfig) { c.Width = 4096 }, "3840×2160"},
		{func(c *EncoderConfig) { c.FPS = 61 }, "1 to 60"},
		{func(c *EncoderConfig) { c.Threads = 0 }, "threads"},
		{func(c *EncoderConfig) { c.Bitrate = 0 }, "more than 0"},
	} {
		cfg := config(320, 192)
		tt.change(&cfg)
		if _, err := NewEncoder(cfg); err == nil || !strings.Contains(err.Error(), tt.word) {
			t.Errorf("%+v: %v, want a sentence with %q", cfg, err, tt.word)
		}
	}
	enc, _ := pair(t, config(320, 192))
	short := picture(320, 192, 0)
	short.Cr = short.Cr[:10]
	for _, p := range []Planes{{}, short, picture(320, 100, 0)} {
		if _, _, err := enc.Encode(p, 0, false); err == nil || !strings.Contains(err.Error(), "smaller") {
			t.Errorf("planes that are too small: %v", err)
		}
	}
}

func TestClosed_answersAndNeverCrashes(t *testing.T) {
	enc, dec := pair(t, config(320, 192))
	enc.Close()
	dec.Close()
	_, _, err := enc.Encode(picture(320, 192, 0), 0, false)
	_, decErr := dec.Decode([]byte{1})
	for _, err := range []error{err, decErr, enc.SetBitrate(1), enc.SetFPS(1)} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	}
	enc.Close()
	dec.Close()
}

func TestDecoder_tellsDamage(t *testing.T) {
	enc, dec := pair(t, config(320, 192))
	var units [][]byte
	for n := range 4 {
		unit, _, err := enc.Encode(picture(320, 192, n), frameTime(n), false)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, unit)
	}
	if pic, err := dec.Decode(units[1]); err == nil || pic != nil {
		t.Errorf("a stream without a key frame gave %v, %v", pic, err)
	}
	if pic, err := dec.Decode(nil); err != nil || pic != nil {
		t.Errorf("nothing decodes to %v, %v", pic, err)
	}
	if _, err := dec.Decode(make([]byte, MaxUnit+1)); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("a unit over the limit: %v", err)
	}
	if _, err := dec.Decode(units[0]); err != nil {
		t.Fatal(err)
	}
	if pic, err := dec.Decode(units[1][:len(units[1])/2]); err == nil || pic != nil {
		t.Error("half a unit decodes without complaint")
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		noise := make([]byte, rng.IntN(300))
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		_, _ = dec.Decode(noise)
	}
	fresh, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if pic, err := fresh.Decode(units[0]); err != nil || pic == nil {
		t.Errorf("a key frame in a fresh decoder: %v, %v", pic, err)
	}
}
