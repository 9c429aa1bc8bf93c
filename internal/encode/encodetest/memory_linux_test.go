package encodetest

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/encode/openh264"
)

// The libraries' memory is outside Go's heap, so only the size of the process shows a leak.

func TestMemory_tenThousandPicturesLeaveNothing(t *testing.T) {
	defer oneThread()()
	cfg := encode.DefaultVideo(160, 96, 30)
	cfg.Bitrate, cfg.MaxBitrate = 1_200_000, 1_200_000
	enc, err := openh264.NewEncoder(cfg.Encoder())
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	dec, err := encode.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()

	frames := NewClip(160, 96, 30).Frames(64)
	n := 0
	run := func(pictures int) (coded int) {
		for range pictures {
			f := frames[n%len(frames)]
			planes := openh264.Planes{Y: f.Y, Cb: f.Cb, Cr: f.Cr, YStride: f.YStride, CStride: f.CStride}
			unit, _, err := enc.Encode(planes, time.Duration(n)*time.Second/30, n%100 == 99)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := dec.Decode(unit); err != nil {
				t.Fatal(err)
			}
			coded += len(unit)
			n++
		}
		return coded
	}
	run(2_000)
	before := resident(t)
	coded := run(10_000)
	grown := resident(t) - before
	t.Logf("10,000 pictures of %d bytes: %+d kB", coded/10_000, grown>>10)
	if grown > coded/8 {
		t.Errorf("the process grew by %d kB; leaking every unit would be %d", grown>>10, coded>>10)
	}
}

func TestMemory_runAndDecoderFreeWhatTheyTook(t *testing.T) {
	defer oneThread()()
	frame := NewClip(1280, 720, 30).Frame(0)
	once := func() {
		video, err := encode.NewVideo(encode.DefaultVideo(1280, 720, 30))
		if err != nil {
			t.Fatal(err)
		}
		dec, err := encode.NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		defer dec.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var slot capture.Slot
		slot.Put(frame.Retain())
		_ = video.Run(ctx, &slot, func(u encode.Unit) {
			if _, err := dec.Decode(u.Data); err != nil {
				t.Error(err)
			}
			cancel()
		})
	}
	for range 5 {
		once()
	}
	before := resident(t)
	for range 30 {
		once()
	}
	grown := resident(t) - before
	t.Logf("30 encoders and decoders of 1280×720: %+d kB", grown>>10)
	// Each holds at least two pictures of 1.4 MB.
	if grown > 20<<20 {
		t.Errorf("the process grew by %d kB", grown>>10)
	}
}

// oneThread keeps the C allocator in one arena, so that the figures are steady.
func oneThread() (undo func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}

// resident is the size of this process in memory, after a garbage collection, in bytes.
func resident(t *testing.T) int {
	t.Helper()
	runtime.GC()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
