package session

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/encode"
)

func TestBroadcast_twoAccountsByOneUpload(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	u := s.upload(0)

	dec, err := encode.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	first := u.picture()
	if !first.key {
		t.Error("the upload does not begin with a key frame")
	}
	var last uint64
	for i, p := 0, first; i < 20; i, p = i+1, u.picture() {
		picture, err := dec.Decode(p.data)
		if err != nil || picture == nil {
			t.Fatalf("picture %d does not decode: %v", i, err)
		}
		stamp, ok := synthetic.ReadStrip(picture.Y, picture.YStride, picture.Rect.Dx(), picture.Rect.Dy())
		if !ok {
			t.Fatalf("picture %d has no strip", i)
		}
		// RTP time is capture time, to the millisecond that the strip knows.
		if got, want := int64(p.timestamp-first.timestamp)/90, int64(stamp)-int64(last); i > 0 && (got < 0 || want <= 0) {
			t.Errorf("picture %d: RTP %d ms, %d ms after the last", i, got, want)
		}
		last = stamp
	}
	receive(t, u.sounds, "sound")
	if n := x.broadcast.Stats(); n.Encoders != 1 || n.Uploads != 1 || x.outlet.Dropped() != 0 || n.Width != 320 {
		t.Errorf("stats %+v", n)
	}
	x.stop()
	select {
	case <-u.ended:
	case <-time.After(soon):
		t.Error("the session was not deleted")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.uploads) != 1 || len(s.begins) != 1 || len(s.begins[0]) != 2 {
		t.Errorf("%d uploads, begins %v", len(s.uploads), s.begins)
	}
	if s.rooms["a"] != "offline" || s.rooms["b"] != "offline" {
		t.Errorf("rooms at the end: %v", s.rooms)
	}
}
