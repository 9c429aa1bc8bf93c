//go:build bench

package bench_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/encode/encodetest"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// judged is how many pictures of the clip are compared: all of one round.
const judged = 240

// picture compares what a viewer receives with x264 at the same rate.
func picture(t *testing.T) []bench.Row {
	var rows []bench.Row
	for _, size := range []struct {
		name    string
		w, h    int
		bitrate int
	}{{"1080p30 at 4 Mbit/s", 1920, 1080, 4_000_000}, {"720p30 at 2.5 Mbit/s", 1280, 720, 2_500_000}} {
		ours := received(t, size.w, size.h, size.bitrate)
		// x264 may use every bit that ours really used.
		theirs, err := encodetest.X264(t.Context(), encodetest.NewClip(size.w, size.h, fps), max(size.bitrate, ours.Bitrate), judged)
		if err != nil {
			t.Fatal(err)
		}
		const less = 0.005
		rows = append(rows, bench.Row{
			What: "picture as received, " + size.name + ": SSIM − x264 superfast zerolatency's",
			Must: fmt.Sprintf("≥ −%g", less),
			Figure: fmt.Sprintf("%+.4f (%.4f at %.2f Mbit/s, %.4f at %.2f)", ours.SSIM-theirs.SSIM,
				ours.SSIM, float64(ours.Bitrate)/1e6, theirs.SSIM, float64(theirs.Bitrate)/1e6),
			Held: ours.SSIM >= theirs.SSIM-less,
		})
	}
	return rows
}

// received sends the clip through live, backend and viewer, and judges one
// whole round of it, from its first picture to its last.
func received(t *testing.T, w, h, bitrate int) encodetest.Quality {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--video", "file:"+rawClip(t, w, h, judged), "--size", fmt.Sprintf("%dx%d", w, h), "--bitrate", fmt.Sprint(bitrate))
	v := view(t, s, s.Performers[0].Name, peer.Watch{Keep: true})
	defer func() { _ = v.Abandon() }()
	for try := range attempts {
		testkit.Pause(warmUp)
		units, err := units(t, live, v)
		if err == nil {
			var q encodetest.Quality
			if q, err = judge(units, encodetest.NewClip(w, h, fps)); err == nil {
				return q
			}
		}
		t.Logf("try %d: %v", try+1, err)
	}
	t.Fatal(errDisturbed)
	return encodetest.Quality{}
}

// units receives from a key frame on, until a whole round is among them.
func units(t *testing.T, live *stage.Live, v *peer.Viewer) ([]peer.Unit, error) {
	before, from := lineOf(t, live), len(v.Units())
	if err := v.AskKey(); err != nil {
		return nil, err
	}
	const enough = 2*judged + 2*fps
	ctx, cancel := context.WithTimeout(t.Context(), 2*enough*time.Second/fps)
	defer cancel()
	if err := v.Wait(ctx, from+enough); err != nil {
		return nil, err
	}
	all := v.Units()[from:]
	for len(all) > 0 && !all[0].Key {
		all = all[1:]
	}
	for _, u := range all {
		if !u.Whole {
			return nil, errors.New("a packet was lost")
		}
	}
	if after := lineOf(t, live); after.Video.Dropped != before.Video.Dropped {
		return nil, fmt.Errorf("%d pictures were left out", after.Video.Dropped-before.Video.Dropped)
	}
	return all, nil
}

// judge decodes and compares. No picture is missing, so the clip's pictures
// come in order; which of them the first one is, its likeness tells.
func judge(units []peer.Unit, clip *encodetest.Clip) (encodetest.Quality, error) {
	var q encodetest.Quality
	dec, err := encode.NewDecoder()
	if err != nil {
		return q, err
	}
	defer dec.Close()
	first, done := -1, 0
	for i, u := range units {
		got, err := dec.Decode(u.Data)
		if err != nil || got == nil {
			return q, fmt.Errorf("picture %d does not decode: %w", i, err)
		}
		likeness := func(f *capture.Frame) float64 {
			return encodetest.SSIM(f.Y, f.YStride, got.Y, got.YStride, clip.Width, clip.Height)
		}
		if first < 0 {
			first = likest(clip, likeness)
		}
		n := (first + i) % judged
		if n != 0 && done == 0 {
			continue
		}
		q.SSIM += likeness(clip.Frame(n)) / judged
		q.Bitrate += len(u.Data) * 8 * fps / judged
		if done++; done < judged {
			continue
		}
		if last := likest(clip, likeness); last != n {
			return q, fmt.Errorf("picture %d of the clip came where %d was due", last, n)
		}
		return q, nil
	}
	return q, fmt.Errorf("only %d pictures of a round came", done)
}

// likest is the picture of the clip that is most like what was received.
func likest(clip *encodetest.Clip, likeness func(*capture.Frame) float64) int {
	best, at := -1.0, 0
	for n := range judged {
		if l := likeness(clip.Frame(n)); l > best {
			best, at = l, n
		}
	}
	return at
}
