package packet

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

var (
	slice = []byte{0x41, 1, 2}
	idr   = []byte{0x65, 1, 2}
	sps   = []byte{0x67, 0x42}
	aud   = []byte{0x09, 0x10}
)

func TestStartsKeyFrame(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    bool
	}{
		"nothing": {nil, false}, "a slice": {slice, false}, "IDR": {idr, true}, "SPS": {sps, true}, "a delimiter": {aud, false},
		"FU-A, begin of IDR":   {[]byte{0x7c, 0x85, 1}, true},
		"FU-A, middle of IDR":  {[]byte{0x7c, 0x05, 1}, false},
		"FU-A, begin of slice": {[]byte{0x7c, 0x81, 1}, false},
		"FU-A, cut":            {[]byte{0x7c}, false},
		"STAP-A with SPS":      {[]byte{24, 0, 2, 0x09, 0x10, 0, 2, 0x67, 0x42}, true},
		"STAP-A of slices":     {[]byte{24, 0, 1, 0x41, 0, 1, 0x41}, false},
		"STAP-A that lies":     {[]byte{24, 0, 9, 0x67}, false},
		"STAP-A of nothing":    {[]byte{24, 0, 0, 0x67}, false},
		"FU-B":                 {[]byte{29, 0x85, 0, 0, 1}, false},
	} {
		if got := StartsKeyFrame(c.payload); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// append is Append at second at.
func add(r *Ring, seq uint16, ts uint32, payload []byte, at int) *Packet {
	return r.Append(seq, ts, false, payload, time.Unix(int64(at), 0))
}

func seqs(packets []*Packet) (all []uint16) {
	for _, p := range packets {
		all = append(all, uint16(p.Seq))
	}
	return all
}

func TestRing_extendsNumbersOverTheEnd(t *testing.T) {
	r := NewRing(16, false)
	var last int64
	for i, seq := range []uint16{65533, 65534, 65535, 0, 1, 2} {
		p := add(r, seq, 0, slice, 0)
		if i > 0 && p.Seq != last+1 {
			t.Fatalf("%d became %d after %d", seq, p.Seq, last)
		}
		last = p.Seq
	}
	if late := add(r, 65530, 0, slice, 0); late == nil || late.Seq != last-8 {
		t.Errorf("a late packet became %+v", late)
	}
}

func TestRing_ordersDuplicatesAndLateOnes(t *testing.T) {
	r := NewRing(8, false)
	for _, seq := range []uint16{10, 12, 11} {
		add(r, seq, 0, slice, 0)
	}
	if add(r, 11, 0, slice, 0) != nil {
		t.Error("a duplicate was taken")
	}
	got, next, lost := r.Since(0, nil)
	if !reflect.DeepEqual(seqs(got), []uint16{10, 12, 11}) || next != 3 || lost {
		t.Errorf("arrived %v, next %d, lost %v", seqs(got), next, lost)
	}
	tail, _, end := r.Tail(got[0].Seq, 10, nil)
	if !reflect.DeepEqual(seqs(tail), []uint16{10, 11, 12}) || end != 3 {
		t.Errorf("in order %v, end %d", seqs(tail), end)
	}
	if part, n, end := r.Tail(got[0].Seq, 2, nil); len(part) != 2 || n != got[0].Seq+2 || end != 0 {
		t.Errorf("a part: %v, go on with %d, end %d", seqs(part), n, end)
	}
	for seq := uint16(13); seq < 40; seq++ {
		add(r, seq, 0, slice, 0)
	}
	if add(r, 20, 0, slice, 0) != nil {
		t.Error("a packet older than the cache was taken")
	}
	if _, next, lost := r.Since(3, nil); !lost || next != r.End() {
		t.Error("what was overwritten is not told as lost")
	}
	if r.Get(got[0].Seq) != nil || r.Get(r.Newest().Seq) == nil {
		t.Error("the cache holds the wrong packets")
	}
}

func TestRing_findsKeyFrames(t *testing.T) {
	r := NewRing(32, true)
	long := time.Unix(0, 0)
	if _, ok := r.Key(long); ok || r.Newest() != nil {
		t.Error("an empty ring has something")
	}
	add(r, 1, 100, slice, 1)
	add(r, 2, 200, aud, 2)
	if p := add(r, 3, 200, sps, 2); !p.Key {
		t.Error("parameter sets do not reveal a key frame")
	}
	if p := add(r, 4, 200, idr, 2); p.Key {
		t.Error("one key frame was revealed twice")
	}
	start, ok := r.Key(time.Unix(2, 0))
	if !ok || uint16(start) != 2 {
		t.Errorf("the key frame begins at %d %v, not at its delimiter", uint16(start), ok)
	}
	if _, ok := r.Key(time.Unix(3, 0)); ok {
		t.Error("an old key frame counts as young")
	}
	add(r, 6, 300, slice, 3)
	if _, ok := r.Key(long); ok {
		t.Error("a key frame with a hole behind it is offered")
	}
	add(r, 5, 300, slice, 3)
	if _, ok := r.Key(long); !ok {
		t.Error("a repaired hole is not seen")
	}
	for seq := uint16(7); seq < 60; seq++ {
		add(r, seq, 400, slice, 4)
	}
	if _, ok := r.Key(long); ok {
		t.Error("a key frame that was overwritten is offered")
	}
}

// heard notes feedback.
type heard []string

func (h *heard) Missing(ssrc uint32, first, mask uint16) {
	*h = append(*h, fmt.Sprint("missing ", ssrc, first, mask))
}
func (h *heard) KeyFrame(ssrc uint32) { *h = append(*h, fmt.Sprint("key ", ssrc)) }
func (h *heard) Report(ssrc uint32, ntp uint64, rtp uint32) {
	*h = append(*h, fmt.Sprint("report ", ssrc, ntp, rtp))
}
func (h *heard) Received(ssrc uint32, highest uint16, lost int32) {
	*h = append(*h, fmt.Sprint("received ", ssrc, highest, lost))
}

func TestReadFeedback(t *testing.T) {
	b, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{SSRC: 5, NTPTime: 6, RTPTime: 7},
		&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 2, LastSequenceNumber: 3<<16 | 9, TotalLost: 4}, {SSRC: 4, LastSequenceNumber: 8, TotalLost: 0xffffff}}},
		&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 2, Nacks: []rtcp.NackPair{{PacketID: 30, LostPackets: 5}, {PacketID: 60}}},
		&rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{Source: 1, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "x"}}}}},
		&rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: 2},
		&rtcp.FullIntraRequest{SenderSSRC: 1, MediaSSRC: 0, FIR: []rtcp.FIREntry{{SSRC: 3, SequenceNumber: 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var h heard
	ReadFeedback(b, &h)
	want := heard{"report 5 6 7", "received 2 9 4", "received 4 8 -1", "missing 2 30 5", "missing 2 60 0", "key 2", "key 3"}
	if !reflect.DeepEqual(h, want) {
		t.Errorf("heard %v, not %v", h, want)
	}
	if n := testing.AllocsPerRun(100, func() { ReadFeedback(b, deaf{}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for cut := range b {
		ReadFeedback(b[:cut], deaf{})
	}
}

type deaf struct{}

func (deaf) Missing(uint32, uint16, uint16) {}
func (deaf) KeyFrame(uint32)                {}
func (deaf) Report(uint32, uint64, uint32)  {}
func (deaf) Received(uint32, uint16, int32) {}

func FuzzReadFeedback(f *testing.F) {
	f.Add([]byte{0x80, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0})
	f.Fuzz(func(_ *testing.T, b []byte) { ReadFeedback(b, deaf{}) })
}

func FuzzRing(f *testing.F) {
	f.Add([]byte{1, 24, 0, 1, 0x67, 2, 0x65})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewRing(8, true)
		for i := 0; i+3 < len(b); i += 3 {
			p := r.Append(uint16(b[i])<<8|uint16(b[i+1]), uint32(b[i+2]), false, b[i+3:], time.Unix(int64(i), 0))
			if p != nil && r.Get(p.Seq) != p {
				t.Fatal("what was appended is not there")
			}
		}
		if start, ok := r.Key(time.Time{}); ok {
			if got, _, end := r.Tail(start, 100, nil); len(got) == 0 || end == 0 {
				t.Fatal("a key frame without packets")
			}
		}
	})
}
