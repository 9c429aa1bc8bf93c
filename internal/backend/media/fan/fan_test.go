package fan

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is the network and the connection of one viewer.
type screen struct {
	mu      sync.Mutex
	video   []rtp.Packet
	audio   []rtp.Packet
	repairs []rtp.Packet
	reports []rtcp.SenderReport
}

const videoSSRC, audioSSRC, repairSSRC = 11, 22, 33

func (s *screen) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := rtp.Packet{Header: h.Clone(), Payload: slices.Clone(payload)}
	switch h.SSRC {
	case videoSSRC:
		s.video = append(s.video, p)
	case repairSSRC:
		s.repairs = append(s.repairs, p)
	default:
		s.audio = append(s.audio, p)
	}
	return len(payload), nil
}

func (s *screen) Write([]byte) (int, error) {
	return 0, errors.New("packets are written with their header")
}

func (s *screen) WriteRTCP(packets []rtcp.Packet) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range packets {
		s.reports = append(s.reports, *p.(*rtcp.SenderReport))
	}
	return nil
}

// pictures returns what has come of the picture so far.
func (s *screen) pictures() []rtp.Packet {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.video)
}

// stage is a source with one room and its viewers, in a synctest bubble.
type stage struct {
	t        *testing.T
	counters Counters
	pli      atomic.Int32
	flushes  atomic.Int32
	src      *Source
	fan      *Fan
	owner    sync.WaitGroup
	feeds    [kinds]*Feed
	seq      [kinds]uint16
	ts       [kinds]uint32
	viewers  []*Viewer
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, seq: [kinds]uint16{65500, 7}}
	s.fan = New(func() { s.flushes.Add(1) }, &s.owner)
	s.begin()
	return s
}

// begin starts another source.
func (s *stage) begin() {
	s.src = NewSource(&s.counters, func() { s.pli.Add(1) })
	for k := range kinds {
		s.feeds[k] = s.src.Feed(k, func() {})
	}
}

// end closes everything.
func (s *stage) end() {
	for _, v := range s.viewers {
		s.fan.Remove(v)
	}
	s.fan.Close()
	for _, f := range s.feeds {
		f.Close()
	}
	s.src.Close()
	s.owner.Wait()
}

func (s *stage) join(rtx bool) (*Viewer, *screen) {
	out := &screen{}
	v := NewViewer(out, &s.counters)
	for k, ssrc := range [kinds]uint32{videoSSRC, audioSSRC} {
		v.legs[k].out = out
		v.legs[k].header = rtp.Header{Version: 2, SSRC: ssrc}
		v.legs[k].top = int64(rand.IntN(1 << 15))
	}
	if rtx {
		v.legs[Video].rtx, v.legs[Video].repair = true, rtp.Header{Version: 2, SSRC: repairSSRC}
	}
	s.viewers = append(s.viewers, v)
	s.fan.Add(v)
	synctest.Wait()
	return v, out
}

// send feeds one packet and lets everybody work on it.
func (s *stage) send(k Kind, payload []byte, last bool) {
	h := rtp.Header{Version: 2, SequenceNumber: s.seq[k], Timestamp: s.ts[k], Marker: last, SSRC: 999,
		Extension: true, ExtensionProfile: rtp.ExtensionProfileOneByte}
	_ = h.SetExtension(1, []byte{1, 2, 3})
	b, err := rtp.Packet{Header: h, Payload: payload}.Marshal()
	if err != nil {
		s.t.Fatal(err)
	}
	s.seq[k]++
	s.feeds[k].Take(b, time.Now())
	if last {
		s.ts[k] += 3000
	}
}

// picture sends a picture of n packets and waits for a frame's time.
func (s *stage) picture(key bool, n int) {
	for i := range n {
		b := []byte{0x41, byte(s.seq[Video]), byte(s.seq[Video] >> 8), byte(i)}
		if key && i == 0 {
			b[0] = 0x67
		}
		s.send(Video, b, i == n-1)
	}
	s.send(Audio, []byte{0xfc, byte(s.seq[Audio])}, true)
	time.Sleep(33 * time.Millisecond)
	synctest.Wait()
}

// whole checks that a viewer's numbers have no gap and returns the payloads.
func whole(t *testing.T, packets []rtp.Packet) (payloads []string) {
	t.Helper()
	for i, p := range packets {
		if i > 0 && p.SequenceNumber != packets[i-1].SequenceNumber+1 {
			t.Fatalf("number %d follows %d", p.SequenceNumber, packets[i-1].SequenceNumber)
		}
		if p.Extension || p.Padding {
			t.Fatal("something of the publisher's header came through")
		}
		payloads = append(payloads, string(p.Payload))
	}
	return payloads
}

func TestFan_closedLetsNothingThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		_, out := s.join(false)
		s.picture(true, 5)
		if n := len(out.pictures()); n != 0 || len(out.audio) != 0 {
			t.Fatalf("%d packets came through a closed gate", n)
		}
		s.fan.Open(s.src) // the key frame of before is in the cache, and young
		s.picture(false, 5)
		if n := len(out.pictures()); n != 0 || s.pli.Load() != 1 {
			t.Fatalf("%d packets of the time before the gate was opened; asked %d times for a key frame, not once", n, s.pli.Load())
		}
		s.picture(true, 5)
		if n := len(whole(t, out.pictures())); n != 5 {
			t.Fatalf("%d packets of 5 after the gate opened", n)
		}
		s.fan.Close()
		s.picture(true, 5)
		if n := len(out.pictures()); n != 5 {
			t.Fatalf("%d packets came after the gate was closed", n-5)
		}
	})
}

func TestFan_joinersBeginAtAKeyFrameAndCatchUpInSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		s.picture(true, 40)
		s.picture(false, 9)
		_, out := s.join(false)
		if n := len(out.pictures()); n != catchUp {
			t.Errorf("%d packets at once, not %d", n, catchUp)
		}
		s.send(Video, []byte{0x41, 1}, true) // in the middle of it
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		s.picture(false, 9)
		got := whole(t, out.pictures())
		if len(got) != 59 || got[0][0] != 0x67 {
			t.Errorf("%d packets, the first is %x", len(got), got[0])
		}
		if s.pli.Load() != 0 || s.counters.KeyCached.Load() != 1 {
			t.Errorf("the publisher was asked %d times, the cache served %d", s.pli.Load(), s.counters.KeyCached.Load())
		}
		time.Sleep(time.Second)
		_, outLate := s.join(false)
		if s.pli.Load() != 1 || len(outLate.pictures()) != 0 {
			t.Errorf("an old key frame: asked %d times, %d packets", s.pli.Load(), len(outLate.pictures()))
		}
		s.picture(false, 3)
		s.picture(true, 3)
		if got := whole(t, outLate.pictures()); len(got) != 3 || got[0][0] != 0x67 {
			t.Errorf("%d packets after the key frame", len(got))
		}
	})
}

func TestFan_goesOnWithTheNextSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		_, out := s.join(false)
		s.picture(true, 3)
		s.picture(false, 3)
		old := s.src
		s.fan.Close()
		old.Close()
		time.Sleep(5 * time.Second)
		s.seq, s.ts = [kinds]uint16{3, 4}, [kinds]uint32{1 << 31, 1 << 30}
		s.begin()
		s.fan.Open(s.src)
		s.picture(false, 3) // no key frame: nobody wants it
		s.picture(true, 3)
		packets := out.pictures()
		whole(t, packets)
		if len(packets) != 9 {
			t.Fatalf("%d packets", len(packets))
		}
		if gap := packets[6].Timestamp - packets[5].Timestamp; gap < 5*90000-9000 || gap > 5*90000+9000 {
			t.Errorf("RTP time went on by %d in 5 s", gap)
		}
		if packets[0].SSRC != packets[8].SSRC {
			t.Error("the SSRC changed")
		}
	})
}

func TestViewer_retransmits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		plain, outPlain := s.join(false)
		rtx, outRTX := s.join(true)
		for i := range 20 { // over the end of the numbers
			s.picture(i == 0, 9)
		}
		sent := outRTX.pictures()
		first := sent[100].SequenceNumber
		nack, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC,
			Nacks: []rtcp.NackPair{{PacketID: first, LostPackets: 0b101}}}})
		rtx.Feedback(nack)
		if len(outRTX.repairs) != 3 {
			t.Fatalf("%d retransmissions of 3", len(outRTX.repairs))
		}
		for i, at := range []int{100, 101, 103} {
			r := outRTX.repairs[i]
			if binary.BigEndian.Uint16(r.Payload) != sent[at].SequenceNumber || string(r.Payload[2:]) != string(sent[at].Payload) ||
				r.Timestamp != sent[at].Timestamp || r.Marker != sent[at].Marker {
				t.Errorf("retransmission %d is not packet %d", i, at)
			}
		}
		old := outPlain.pictures()
		nack, _ = rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC, Nacks: []rtcp.NackPair{{PacketID: old[50].SequenceNumber}}}})
		plain.Feedback(nack)
		now := outPlain.pictures()
		if len(now) != len(old)+1 || now[len(old)].SequenceNumber != old[50].SequenceNumber || string(now[len(old)].Payload) != string(old[50].Payload) {
			t.Error("without a stream for them a retransmission is not the same packet again")
		}
		nack, _ = rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC, Nacks: []rtcp.NackPair{{PacketID: first - 20000}}},
			&rtcp.TransportLayerNack{MediaSSRC: 4711, Nacks: []rtcp.NackPair{{PacketID: first}}}})
		rtx.Feedback(nack)
		if s.counters.NackMisses.Load() != 1 || len(outRTX.repairs) != 3 {
			t.Errorf("%d misses, %d retransmissions", s.counters.NackMisses.Load(), len(outRTX.repairs))
		}
		all, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: videoSSRC, Nacks: []rtcp.NackPair{{PacketID: first, LostPackets: 0xffff}}}})
		for range 100 {
			rtx.Feedback(all)
		}
		if n := len(outRTX.repairs); n > 3+repairBurst {
			t.Errorf("a flood of NACKs made us send %d packets", n)
		}
	})
}

func TestViewer_reportsKeepSoundAndPictureTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		s.ts = [kinds]uint32{1000, 500000}
		_, out := s.join(false)
		s.picture(true, 2)
		// The publisher's clock is an hour behind; its picture was taken 200 ms
		// before it was sent, its sound 100 ms.
		theirs := time.Now().Add(-time.Hour)
		for k, lag := range [kinds]time.Duration{200 * time.Millisecond, 100 * time.Millisecond} {
			b, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{NTPTime: toNTP(theirs), RTPTime: s.ts[k] + ticks(lag, Kind(k).rate())}})
			s.src.Feedback(Kind(k), b, time.Now())
		}
		ts := s.ts
		at := time.Now()
		for range 40 {
			s.picture(false, 2)
		}
		out.mu.Lock()
		defer out.mu.Unlock()
		if len(out.reports) < 4 {
			t.Fatalf("%d reports in 1.3 s", len(out.reports))
		}
		// Where were the two frames of the moment of the reports, says the viewer?
		captured := func(ssrc uint32, packets []rtp.Packet, k Kind) time.Time {
			var r rtcp.SenderReport
			for _, x := range out.reports {
				if x.SSRC == ssrc {
					r = x
				}
			}
			offset := packets[0].Timestamp - (ts[k] - 3000)
			return fromNTP(r.NTPTime).Add(time.Duration(int32(ts[k]+offset-r.RTPTime)) * time.Second / time.Duration(k.rate()))
		}
		video, audio := captured(videoSSRC, out.video, Video), captured(audioSSRC, out.audio, Audio)
		if skew := audio.Sub(video) - 100*time.Millisecond; skew.Abs() > 5*time.Millisecond {
			t.Errorf("sound and picture are %v apart", skew)
		}
		if d := at.Sub(video); d < 150*time.Millisecond || d > 250*time.Millisecond {
			t.Errorf("the viewer reads the capture as %v ago: the publisher's clock came through", d)
		}
	})
}

func TestKeyWish_twoASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Duration
		began := time.Now()
		k := keyWish{send: func() { sent = append(sent, time.Since(began)) }}
		for range 99 {
			k.ask()
			time.Sleep(20 * time.Millisecond)
		}
		if len(sent) != 4 || sent[0] != 0 || sent[1] != keyEvery {
			t.Errorf("wishes went out after %v", sent)
		}
		k.ask()
		time.Sleep(time.Millisecond)
		k.ask()
		k.came()
		time.Sleep(time.Second)
		if n := len(sent); n > 5 {
			t.Errorf("%d wishes, although a key frame came", n)
		}
		k.ask()
		k.ask()
		k.close()
		n := len(sent)
		k.ask()
		time.Sleep(time.Second)
		if len(sent) != n {
			t.Error("a closed source still asks")
		}
	})
}

func TestFeed_asksAfterALossThatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.picture(true, 3)
		s.seq[Video]++ // lost
		s.picture(false, 3)
		if s.pli.Load() != 0 {
			t.Error("asked before a retransmission could come")
		}
		for range 12 {
			s.picture(false, 3)
		}
		if s.pli.Load() != 1 {
			t.Errorf("asked %d times after a loss that stayed", s.pli.Load())
		}
		s.seq[Video]++
		late := s.seq[Video] - 1
		s.picture(false, 3)
		next := s.seq[Video]
		s.seq[Video] = late
		s.send(Video, []byte{0x41}, false)
		s.seq[Video] = next
		for range 12 {
			s.picture(false, 3)
		}
		if s.pli.Load() != 1 {
			t.Error("asked although the packet came late")
		}
	})
}

func TestFeed_survivesForeignBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		good, _ := rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: 1}, Payload: []byte{0x65, 1}}.Marshal()
		padded := slices.Clone(good)
		padded[0] |= 0x20
		padded[len(padded)-1] = 200 // more padding than there is
		for _, b := range [][]byte{nil, {}, {0x80}, good[:11], padded} {
			s.feeds[Video].Take(b, time.Now())
		}
		if n := s.counters.PacketsIn.Load(); n != 0 {
			t.Errorf("%d broken packets were taken", n)
		}
		s.feeds[Video].Take(good, time.Now())
		if s.counters.PacketsIn.Load() != 1 || !s.src.Live() {
			t.Error("a good packet was not taken")
		}
		time.Sleep(4 * time.Second)
		if !s.src.Silent(3*time.Second) || s.src.Silent(3*time.Second) || s.src.Live() {
			t.Error("silence is not told once")
		}
	})
}

func TestFan_manyViewersShareShards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.end()
		s.fan.Open(s.src)
		s.picture(true, 2)
		var outs []*screen
		for range shardSize + 10 {
			_, out := s.join(false)
			outs = append(outs, out)
		}
		if n := len(s.fan.shards); n != 2 {
			t.Fatalf("%d shards", n)
		}
		time.Sleep(20 * time.Millisecond)
		synctest.Wait()
		s.picture(false, 2)
		for i, out := range outs {
			if n := len(whole(t, out.pictures())); n < 2 {
				t.Fatalf("viewer %d got %d packets", i, n)
			}
		}
		for _, v := range s.viewers[:shardSize] {
			s.fan.Remove(v)
		}
		synctest.Wait()
		if n := len(s.fan.shards); n != 1 {
			t.Errorf("%d shards after a whole one left", n)
		}
	})
}
