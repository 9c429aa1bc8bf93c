package encode

import (
	"slices"
	"testing"
	"time"
)

// receive waits for a unit that comes without a frame.
func (r *rig) receive() Unit {
	r.t.Helper()
	select {
	case u := <-r.units:
		return u
	case <-time.After(20 * time.Second):
		r.t.Fatal("no unit came")
		return Unit{}
	}
}

// highest is the brightest sample of a unit's picture.
func highest(t *testing.T, d *Decoder, u Unit) byte {
	t.Helper()
	p, err := d.Decode(u.Data)
	if err != nil || p == nil {
		t.Fatalf("the unit does not decode: %v", err)
	}
	return slices.Max(p.Y)
}

// The first black picture is a key frame and waits neither for the camera nor for the
// limit of key frames; what the camera gives meanwhile is seen neither then nor later.
func TestVideo_blankComesAtOnceAndHidesWhatIsCaptured(t *testing.T) {
	r := newRig(t, small())
	d, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	first := r.feed(moving(320, 180, 0, time.Now()))
	if !first.Key || first.Blank || highest(t, d, first) < 100 {
		t.Fatalf("the first unit: key %t, blank %t", first.Key, first.Blank)
	}
	began := time.Now()
	r.video.SetBlank(true)
	black := r.receive()
	if took := time.Since(began); !black.Key || !black.Blank || took > 300*time.Millisecond {
		t.Errorf("after %v: key %t, blank %t", took, black.Key, black.Blank)
	}
	if y := highest(t, d, black); y > 20 {
		t.Errorf("the black picture has a luma of %d", y)
	}
	r.slot.Put(moving(320, 180, 1, time.Now()))
	next := r.receive()
	if gap := next.At.Sub(black.At); !next.Blank || gap < 900*time.Millisecond || highest(t, d, next) > 20 {
		t.Errorf("the next one is blank %t, after %v", next.Blank, gap)
	}
	captured := time.Now() // and on its way while she undoes it
	r.video.SetBlank(false)
	r.slot.Put(moving(320, 180, 2, captured))
	shown := r.feed(moving(320, 180, 3, time.Now().Add(40*time.Millisecond)))
	if !shown.Key || shown.Blank || shown.At.Sub(captured) < 40*time.Millisecond || highest(t, d, shown) < 100 {
		t.Errorf("shown again: key %t, blank %t, captured %v after", shown.Key, shown.Blank, shown.At.Sub(captured))
	}
	if !shown.At.After(next.At) {
		t.Error("time goes back")
	}
}

// Without a single frame of a camera there is black of the chosen size.
func TestVideo_blankWithoutACamera(t *testing.T) {
	video, err := NewVideo(small())
	if err != nil {
		t.Fatal(err)
	}
	video.SetBlank(true)
	video.SetBlank(true)
	r := &rig{t: t, video: video, units: make(chan Unit, 8)}
	r.run()
	if u := r.receive(); !u.Key || !u.Blank || u.Width != 320 || u.Height != 180 {
		t.Errorf("key %t, blank %t, %d×%d", u.Key, u.Blank, u.Width, u.Height)
	}
	if err := r.stop(); err == nil {
		t.Error("it ended without a reason")
	}
}
