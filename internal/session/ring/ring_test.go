package ring

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/encode"
)

func video(key bool) encode.Unit { return encode.Unit{Kind: encode.KindVideo, Key: key} }

func TestRing_dropsToTheNextKeyFrame(t *testing.T) {
	r := New()
	if n, need := r.Put(video(false)); n != 0 || !need {
		t.Errorf("before the first key frame: %d dropped, key needed %v", n, need)
	}
	if _, ok := r.Take(); ok {
		t.Error("a stream began without a key frame")
	}
	for i := range MostVideo {
		if n, need := r.Put(video(i == 0)); n != 0 || need {
			t.Fatalf("picture %d: %d dropped", i, n)
		}
	}
	if n, need := r.Put(video(false)); n != MostVideo+1 || !need {
		t.Errorf("a full queue dropped %d, key needed %v", n, need)
	}
	if n, _ := r.Put(video(false)); n != 1 {
		t.Errorf("a picture that cannot be decoded was queued")
	}
	if n, need := r.Put(video(true)); n != 0 || need {
		t.Errorf("a key frame was dropped")
	}
	if u, ok := r.Take(); !ok || !u.Key {
		t.Error("the key frame is not next")
	}
	if r.Lost() != MostVideo+2 {
		t.Errorf("%d counted", r.Lost())
	}
}

func TestRing_fullWithAKeyFrameGoesOnWithIt(t *testing.T) {
	r := New()
	for range MostVideo {
		r.Put(video(true))
	}
	if n, need := r.Put(video(true)); n != MostVideo || need {
		t.Errorf("%d dropped, key needed %v", n, need)
	}
}

func TestRing_soundGoesFirstAndIsBounded(t *testing.T) {
	r := New()
	r.Put(video(true))
	for i := range MostAudio + 5 {
		r.Put(encode.Unit{Kind: encode.KindAudio, Seq: uint64(i)})
	}
	u, _ := r.Take()
	if u.Kind != encode.KindAudio || u.Seq != 5 {
		t.Errorf("first comes %s %d", u.Kind, u.Seq)
	}
	for range MostAudio - 1 {
		r.Take()
	}
	if u, ok := r.Take(); !ok || u.Kind != encode.KindVideo {
		t.Errorf("last comes %s", u.Kind)
	}
	if _, ok := r.Take(); ok {
		t.Error("an empty queue gave something")
	}
}

// A cover empties the queue, lets in nothing that was captured, and nothing before a
// key frame; what was taken before is known to be stale.
func TestRing_cover(t *testing.T) {
	r := New()
	r.Put(video(true))
	r.Put(encode.Unit{Kind: encode.KindAudio})
	r.Put(encode.Unit{Kind: encode.KindAudio})
	r.Take()
	if r.Stale() {
		t.Error("stale without a cover")
	}
	r.Cover(true)
	if !r.Stale() {
		t.Error("what was taken before the cover may be sent")
	}
	r.Put(video(true))
	r.Put(encode.Unit{Kind: encode.KindAudio})
	if u, ok := r.Take(); ok {
		t.Errorf("%s that was captured came through", u.Kind)
	}
	r.Put(encode.Unit{Kind: encode.KindVideo, Blank: true})
	if _, ok := r.Take(); ok {
		t.Error("black began without a key frame")
	}
	r.Put(encode.Unit{Kind: encode.KindVideo, Blank: true, Key: true})
	if u, ok := r.Take(); !ok || !u.Blank || r.Stale() {
		t.Error("black does not come through")
	}
	r.Cover(false)
	r.Put(video(false))
	if _, ok := r.Take(); !ok || r.Lost() != 1 { // the black one without a key frame
		t.Error("after the cover nothing comes through")
	}
}
