package fan

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
)

func TestViewer_oneFeedbackPacketCausesFewLookups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		v, out := s.join(true)
		s.picture(true, 9)
		first := out.pictures()[0].SequenceNumber
		pairs := make([]rtcp.NackPair, 200)
		for i := range pairs {
			pairs[i] = rtcp.NackPair{PacketID: first - 20000 + uint16(17*i), LostPackets: 0xffff}
		}
		flood, err := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC, Nacks: pairs}})
		if err != nil {
			t.Fatal(err)
		}
		flushes := s.flushes.Load() // nothing else runs while the bubble's time stands still
		v.Feedback(flood)
		flushes = s.flushes.Load() - flushes
		if n := s.counters.NackMisses.Load(); n != repairBurst || flushes != 0 {
			t.Errorf("%d numbers were looked up and %d flushes done, not %d and 0", n, flushes, repairBurst)
		}
		time.Sleep(time.Second)
		one, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC, Nacks: []rtcp.NackPair{{PacketID: first}}}})
		v.Feedback(one)
		if len(out.repairs) != 1 {
			t.Error("a second later an honest wish is not served")
		}
	})
}

func TestFan_removedViewersGetNothingNotEvenRepairs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		v, out := s.join(true)
		s.join(true) // keeps the shard alive
		s.picture(true, 5)
		lost, err := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC,
			Nacks: []rtcp.NackPair{{PacketID: out.pictures()[2].SequenceNumber}}}})
		if err != nil {
			t.Fatal(err)
		}
		v.Feedback(lost)
		if len(out.repairs) != 1 {
			t.Fatalf("%d repairs while it was there", len(out.repairs))
		}
		s.fan.Remove(v)
		v.Feedback(lost)
		s.picture(true, 5)
		if len(out.repairs) != 1 || len(out.pictures()) != 5 {
			t.Errorf("after it was removed: %d repairs and %d packets more", len(out.repairs)-1, len(out.pictures())-5)
		}
	})
}
