package uplink

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// unit joins NAL units with start codes.
func unit(nals ...[]byte) []byte {
	var out []byte
	for i, n := range nals {
		out = append(out, []byte{0, 0, 0, 1}[i%2:]...)
		out = append(out, n...)
	}
	return out
}

// TestPacketizer_isReadBack cuts random access units and lets another
// implementation of RFC 6184 put them together.
func TestPacketizer_isReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var nals [][]byte
		for range rapid.IntRange(1, 6).Draw(t, "nals") {
			size := rapid.SampledFrom([]int{1, 2, 30, maxPayload - 1, maxPayload, maxPayload + 1, 2 * maxPayload, 40_000}).Draw(t, "size")
			nal := make([]byte, size)
			for i := range nal {
				nal[i] = byte(1 + rand.IntN(255)) // no zeros: they would be start codes
			}
			nal[0] = rapid.SampledFrom([]byte{0x67, 0x68, 0x65, 0x61, 0x41, 0x06}).Draw(t, "type")
			nals = append(nals, nal)
		}
		var p packetizer
		var got []byte
		read := &codecs.H264Packet{}
		lasts := 0
		err := p.cut(unit(append([][]byte{{nalAUD, 0xf0}}, nals...)...), func(payload []byte, last bool) error {
			if len(payload) > maxPayload {
				t.Fatalf("a payload of %d bytes", len(payload))
			}
			if last {
				lasts++
			} else if lasts > 0 {
				t.Fatal("packets after the last")
			}
			part, err := read.Unmarshal(bytes.Clone(payload))
			got = append(got, part...)
			return err
		})
		if err != nil || lasts != 1 {
			t.Fatalf("%v, %d packets marked last", err, lasts)
		}
		p.split(got)
		if len(p.nals) != len(nals) {
			t.Fatalf("%d units became %d", len(nals), len(p.nals))
		}
		for i := range nals {
			if !bytes.Equal(p.nals[i], nals[i]) {
				t.Fatalf("unit %d differs", i)
			}
		}
	})
}

func TestPacketizer_parameterSetsTravelTogether(t *testing.T) {
	var p packetizer
	var kinds []byte
	err := p.cut(unit([]byte{0x67, 1}, []byte{0x68, 2}, []byte{0x65, 3}), func(payload []byte, _ bool) error {
		kinds = append(kinds, payload[0]&nalTypeMask)
		return nil
	})
	if err != nil || !bytes.Equal(kinds, []byte{nalSTAPA, 5}) {
		t.Errorf("%v, payload types %v", err, kinds)
	}
}

func TestPacketizer_allocatesNothing(t *testing.T) {
	var p packetizer
	u := unit([]byte{0x67, 1}, []byte{0x68, 2}, bytes.Repeat([]byte{0x65}, 20_000))
	emit := func([]byte, bool) error { return nil }
	if n := testing.AllocsPerRun(50, func() { _ = p.cut(u, emit) }); n != 0 {
		t.Errorf("%v allocations a picture", n)
	}
}

func FuzzPacketizer(f *testing.F) {
	f.Add(unit([]byte{0x67, 1}, []byte{0x65, 2, 3}))
	f.Add([]byte{0, 0, 1, 0, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var p packetizer
		if err := p.cut(data, func(payload []byte, _ bool) error {
			if len(payload) == 0 || len(payload) > maxPayload {
				t.Errorf("a payload of %d bytes", len(payload))
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestClock(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		d    time.Duration
		rate int64
		want uint32
	}{
		{0, videoRate, 0},
		{time.Second, videoRate, 90_000},
		{time.Second / 30, videoRate, 2999},
		{20 * time.Millisecond, audioRate, 960},
		{-time.Second, audioRate, 0xffffffff - 48_000 + 1},
		{100 * day, videoRate, uint32(100 * 86_400 * 90_000 % (1 << 32))},
	} {
		if got := ticks(tt.d, tt.rate); got != tt.want {
			t.Errorf("%v at %d is %d, want %d", tt.d, tt.rate, got, tt.want)
		}
	}
	if got := ntp(time.Unix(0, 500_000_000)); got != 2_208_988_800<<32|1<<31 {
		t.Errorf("half a second after 1970 is %x", got)
	}
}

func TestPath_believesADelayOnlyWhereThereIsAQueue(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	ago := func(d time.Duration) uint32 { return uint32(ntp(now.Add(-d)) >> 16) }
	second := uint32(1 << 16)
	for _, tt := range []struct {
		report rtcp.ReceptionReport
		want   int
	}{
		{rtcp.ReceptionReport{}, 1000}, // the round trip is not known yet
		{rtcp.ReceptionReport{LastSenderReport: ago(time.Second + 30*time.Millisecond), Delay: second}, 3000},
		{rtcp.ReceptionReport{LastSenderReport: ago(time.Second - time.Millisecond), Delay: second}, 3000},
		{rtcp.ReceptionReport{LastSenderReport: ago(time.Second + 130*time.Millisecond), Delay: second}, 1000},
		{rtcp.ReceptionReport{LastSenderReport: ago(time.Second + 30*time.Millisecond), Delay: second, FractionLost: 8}, 1000},
	} {
		var p path
		p.heard(tt.report, now)
		if got := p.believe(1000, 4000); got != tt.want {
			t.Errorf("%+v: %d, want %d", tt.report, got, tt.want)
		}
		if got := p.believe(9000, 4000); got != 4000 {
			t.Errorf("%+v: %d above the most", tt.report, got)
		}
	}
}

func TestWithFragment(t *testing.T) {
	old := &webrtc.SessionDescription{SDP: "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 X 111\r\na=ice-ufrag:old\r\na=ice-pwd:oldold\r\na=candidate:1 old\r\n" +
		"a=end-of-candidates\r\na=mid:0\r\nm=video 9 X 102\r\na=ice-ufrag:old\r\na=ice-pwd:oldold\r\na=mid:1\r\n"}
	got := withFragment(old, whip.Fragment{Ufrag: "new", Pwd: "newnew", Candidates: []string{"candidate:2 new"}})
	if strings.Contains(got, "old") || strings.Count(got, "a=ice-ufrag:new\r\n") != 2 || strings.Count(got, "a=candidate:2 new\r\n") != 1 ||
		strings.Index(got, "candidate:2") > strings.Index(got, "m=video") {
		t.Errorf("got %q", got)
	}
	if withFragment(nil, whip.Fragment{}) != "" {
		t.Error("nothing became something")
	}
}
