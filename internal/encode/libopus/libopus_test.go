package libopus

import (
	"errors"
	"strings"
	"testing"
)

func config() EncoderConfig {
	return EncoderConfig{Channels: 1, Bitrate: 64_000, Complexity: 5, FEC: true, LossPct: 10}
}

func TestEncoder_refusesInASentence(t *testing.T) {
	for _, tt := range []struct {
		change func(*EncoderConfig)
		word   string
	}{
		{func(c *EncoderConfig) { c.Channels = 0 }, "choose 1 or 2"},
		{func(c *EncoderConfig) { c.Bitrate = -5 }, "refused"},
		{func(c *EncoderConfig) { c.Complexity = 11 }, "refused"},
		{func(c *EncoderConfig) { c.LossPct = 101 }, "refused"},
	} {
		cfg := config()
		tt.change(&cfg)
		if _, err := NewEncoder(cfg); err == nil || !strings.Contains(err.Error(), tt.word) {
			t.Errorf("%+v: %v, want a sentence with %q", cfg, err, tt.word)
		}
	}
	if _, err := NewDecoder(3); err == nil {
		t.Error("a decoder of three channels")
	}
}

func TestDecoder_concealsALostPacket(t *testing.T) {
	enc, err := NewEncoder(config())
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	dec, err := NewDecoder(1)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	pcm := make([]int16, FrameSamples)
	for i := range pcm {
		pcm[i] = int16(i % 96 * 100)
	}
	for n := range 10 {
		packet, err := enc.Encode(pcm)
		if err != nil {
			t.Fatal(err)
		}
		if n == 7 {
			packet = nil
		}
		out, err := dec.Decode(packet)
		if err != nil || len(out) != FrameSamples {
			t.Fatalf("packet %d: %d samples, %v", n, len(out), err)
		}
	}
}

func TestClosed_answersAndNeverCrashes(t *testing.T) {
	enc, err := NewEncoder(config())
	if err != nil {
		t.Fatal(err)
	}
	dec, err := NewDecoder(2)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		enc.Close()
		dec.Close()
	}
	_, encErr := enc.Encode(make([]int16, FrameSamples))
	_, decErr := dec.Decode(nil)
	for _, err := range []error{encErr, decErr, enc.SetBitrate(1)} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	}
}

// Whatever a packet holds, the decoder answers with at most 120 ms or an error.
func FuzzDecoder(f *testing.F) {
	enc, err := NewEncoder(config())
	if err != nil {
		f.Fatal(err)
	}
	packet, err := enc.Encode(make([]int16, FrameSamples))
	if err != nil {
		f.Fatal(err)
	}
	enc.Close()
	f.Add(packet)
	f.Add([]byte{0xff, 0x41, 1, 2, 3})
	f.Fuzz(func(t *testing.T, packet []byte) {
		dec, err := NewDecoder(2)
		if err != nil {
			t.Fatal(err)
		}
		defer dec.Close()
		pcm, err := dec.Decode(packet)
		if err == nil && (len(pcm) == 0 || len(pcm) > 2*maxSamples) {
			t.Errorf("%d samples without an error", len(pcm))
		}
	})
}
