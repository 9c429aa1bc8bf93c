package fan

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
)

// sounds is how much sound has come so far.
func (s *screen) sounds() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.audio)
}

// report tells the way back what of a track has arrived.
func report(t *testing.T, v *Viewer, ssrc uint32, highest uint16) {
	t.Helper()
	b, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: ssrc, LastSequenceNumber: uint32(highest)}}}})
	if err != nil {
		t.Fatal(err)
	}
	v.Feedback(b)
}

// Each kind passes by itself. What is held back is not sent later either, nor by
// retransmission, and is not metered; picture goes on with a key frame of then.
func TestFan_passesEachKindByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		picture, sound := NewDelivery(), NewDelivery()
		s.fan = NewReturn(func() {}, &s.owner, picture, sound)
		v, out := s.join(true)
		s.fan.Open(s.src)
		s.picture(true, 4)
		if len(out.pictures()) != 0 || out.sounds() != 0 {
			t.Fatal("something came before anything was on")
		}
		s.fan.Pass(Audio, true)
		s.picture(true, 4)
		if len(out.pictures()) != 0 || out.sounds() != 1 {
			t.Fatalf("%d packets of picture and %d of sound with the sound on", len(out.pictures()), out.sounds())
		}
		s.fan.Pass(Video, true)
		s.picture(false, 4) // the key frame of before is in the cache, and young
		if len(out.pictures()) != 0 || s.pli.Load() == 0 {
			t.Fatal("picture of the time before it was on came through, or no key frame was asked for")
		}
		for i := range 60 {
			s.picture(i == 0, 4)
		}
		shown, heard := whole(t, out.pictures()), out.sounds()
		if len(shown) != 240 || heard != 62 {
			t.Fatalf("%d packets of 240, %d of 62 of sound", len(shown), heard)
		}
		top := out.pictures()[239].SequenceNumber
		report(t, v, videoSSRC, top)
		report(t, v, audioSSRC, out.audio[heard-1].SequenceNumber)
		if p, a := picture.Arrived(), sound.Arrived(); p < 1900*time.Millisecond || p > 2*time.Second || a < p || a > 2100*time.Millisecond {
			t.Errorf("%v of picture and %v of sound are confirmed after two seconds", p, a)
		}
		s.fan.Pass(Video, false)
		for range 30 {
			s.picture(true, 4)
		}
		for i := range uint16(8) {
			b, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC, Nacks: []rtcp.NackPair{{PacketID: top - 3 + i}}}})
			v.Feedback(b)
		}
		report(t, v, videoSSRC, top+100)
		if len(out.pictures()) != 240 || len(out.repairs) != 0 || out.sounds() != heard+30 || picture.Arrived() > 2*time.Second {
			t.Errorf("with the picture off: %d packets of it, %d again, %d of 30 of sound, %v confirmed", len(out.pictures())-240, len(out.repairs), out.sounds()-heard, picture.Arrived())
		}
		s.fan.Pass(Video, true)
		s.picture(true, 4)
		s.picture(false, 4)
		if again := whole(t, out.pictures())[240:]; len(again) != 8 || again[0][0] != 0x67 {
			t.Errorf("on again there are %d packets", len(again))
		}
	})
}
