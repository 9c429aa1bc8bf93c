package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pion/rtcp"

	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// Clocks of RTP in Hz.
const (
	videoHz = 90_000
	audioHz = 48_000
)

// shareNoNumber compares what RTP and RTCP tell of both rooms, and the ways that
// the answers name.
func shareNoNumber(t *testing.T, s *stage.Stage, a, b *material, offer string) {
	t.Helper()
	hers := map[uint32]bool{}
	for _, w := range offered(offer) {
		if n, err := strconv.ParseUint(w, 10, 32); err == nil {
			hers[uint32(n)] = true
		}
	}
	if len(hers) < 2 {
		t.Fatalf("her offer names %d SSRCs:\n%s", len(hers), offer)
	}
	for _, pair := range [][2]*material{{a, b}, {b, a}} {
		onlyOwnWays(t, s, pair[0])
		checkReports(t, pair[0], pair[1], hers)
	}
	ofA, ofB := a.ssrcs(t), b.ssrcs(t)
	for n := range ofA {
		if ofB[n] || hers[n] {
			t.Errorf("the SSRC %d is not room %s's alone", n, a.room)
		}
	}
	for n := range ofB {
		if hers[n] {
			t.Errorf("the SSRC %d is that of her upload", n)
		}
	}
	for _, audio := range []bool{false, true} {
		compareNumbers(t, a, b, audio)
	}
	compareClocks(t, a, b)
}

// onlyOwnWays checks that every candidate of every answer is the backend's.
func onlyOwnWays(t *testing.T, s *stage.Stage, m *material) {
	t.Helper()
	var port int
	if _, err := fmt.Sscanf(s.URL, "http://127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	ways := regexp.MustCompile(`a=candidate:\S+ \d (\S+) \d+ (\S+) (\d+) (.*)`).FindAllStringSubmatch(m.text.String(), -1)
	if len(ways) < 6 {
		t.Errorf("%s: only %d candidates in all answers", m.room, len(ways))
	}
	for _, w := range ways {
		want := strconv.Itoa(port)
		if strings.EqualFold(w[1], "tcp") {
			want = strconv.Itoa(port + 1)
		}
		if w[2] != "127.0.0.1" || w[3] != want || !strings.HasPrefix(w[4], "typ host") || strings.Contains(w[4], "raddr") {
			t.Errorf("%s: a candidate that is not the backend's: %s", m.room, w[0])
		}
	}
}

// ssrcs are those that the packets bear; the headers hold nothing else of note.
func (m *material) ssrcs(t *testing.T) map[uint32]bool {
	t.Helper()
	all := map[uint32]bool{}
	for i, j := range m.joins {
		if len(j.packets) < 100 {
			t.Errorf("%s: view %d got %d packets", m.room, i, len(j.packets))
		}
		for _, p := range j.packets {
			if p.Extension || p.Padding || len(p.CSRC) > 0 {
				t.Fatalf("%s: a packet's header has more than it needs: %+v", m.room, p.Header)
			}
			all[p.SSRC] = true
		}
	}
	return all
}

// checkReports looks at every RTCP packet: a name is the view's own, and no
// number of her upload or of the other room is in it.
func checkReports(t *testing.T, m, other *material, hers map[uint32]bool) {
	t.Helper()
	if len(m.reports) < 2*len(m.joins) {
		t.Errorf("%s: only %d reports for %d views", m.room, len(m.reports), len(m.joins))
	}
	foreign := maps.Clone(hers)
	maps.Copy(foreign, other.ssrcs(t))
	for _, b := range m.reports {
		for n := range foreign {
			if bytes.Contains(b, binary.BigEndian.AppendUint32(nil, n)) {
				t.Errorf("%s: a report holds the number %d of her upload or other room: %x", m.room, n, b)
			}
		}
		packets, err := rtcp.Unmarshal(b)
		if err != nil {
			t.Fatalf("%s: %x is no RTCP: %v", m.room, b, err)
		}
		for _, p := range packets {
			switch p := p.(type) {
			case *rtcp.SenderReport, *rtcp.Goodbye:
			case *rtcp.SourceDescription:
				fmt.Fprintf(&m.text, "\n%s\n", p) // compared with the other words
			default:
				t.Errorf("%s: a viewer is sent %T", m.room, p)
			}
		}
	}
}

// near tells whether two numbers of RTP time lie less than so many seconds
// apart, over the wrap of 32 bits.
func near(difference uint32, hz, seconds float64) bool {
	return math.Abs(float64(int32(difference))) < hz*seconds
}

// track picks a view's packets of one kind that hold a payload of their own.
func (j *join) track(audio bool) (packets []seenPacket) {
	stats := j.view.Stats()
	want := stats.VideoSSRC
	if audio {
		want = stats.AudioSSRC
	}
	for _, p := range j.packets {
		if p.SSRC == want {
			packets = append(packets, p)
		}
	}
	return packets
}

// meeting is how the numbers of both rooms relate in one pair of views.
type meeting struct {
	sequence uint16 // A's minus B's for the same payload
	time     uint32
	first    uint16 // A's minus B's first ones
}

// meet finds the same payload in both views.
func meet(t *testing.T, a, b []seenPacket) (m meeting, ok bool) {
	t.Helper()
	if len(a) == 0 || len(b) == 0 {
		return m, false
	}
	m.first = a[0].SequenceNumber - b[0].SequenceNumber
	ofB, twice := map[[32]byte]seenPacket{}, map[[32]byte]bool{}
	for _, p := range b {
		if _, known := ofB[p.sum]; known {
			twice[p.sum] = true
		}
		ofB[p.sum] = p
	}
	same := 0
	for _, p := range a {
		q, known := ofB[p.sum]
		if !known || twice[p.sum] {
			continue
		}
		if same++; same == 1 {
			m.sequence, m.time = p.SequenceNumber-q.SequenceNumber, p.Timestamp-q.Timestamp
		}
	}
	return m, same > 20
}

// compareNumbers fails when the sequence numbers or RTP times of a track tell
// that both rooms have one upload: the same base, or a difference that any two
// views of the rooms share.
func compareNumbers(t *testing.T, a, b *material, audio bool) {
	t.Helper()
	kind, hz := "picture", float64(videoHz)
	if audio {
		kind, hz = "sound", audioHz
	}
	var all []meeting
	for i := range a.joins {
		m, ok := meet(t, a.joins[i].track(audio), b.joins[i].track(audio))
		if !ok {
			t.Fatalf("%s: views %d of both rooms share no payload, so nothing can be compared", kind, i)
		}
		all = append(all, m)
		if near(m.time, hz, 0.05) {
			t.Errorf("%s: the RTP times of both rooms lie %d apart", kind, int32(m.time))
		}
	}
	sequence, first := true, true
	for _, m := range all {
		sequence = sequence && m.sequence == all[0].sequence
		first = first && int16(m.first) > -16 && int16(m.first) < 16
	}
	if sequence {
		t.Errorf("%s: the sequence numbers of both rooms always lie %d apart", kind, all[0].sequence)
	}
	if first {
		t.Errorf("%s: the sequence numbers of both rooms always begin together", kind)
	}
	t.Logf("%s: A and B meet at %+v", kind, all)
}

// compareClocks looks at what the reports say: which RTP time a moment has.
func compareClocks(t *testing.T, a, b *material) {
	t.Helper()
	for _, audio := range []bool{false, true} {
		hz := float64(videoHz)
		if audio {
			hz = audioHz
		}
		ofA, ofB := bases(a, audio, hz), bases(b, audio, hz)
		if len(ofA) == 0 || len(ofB) == 0 {
			t.Fatalf("no reports to compare: %d and %d", len(ofA), len(ofB))
		}
		for _, x := range ofA {
			for _, y := range ofB {
				if near(x-y, hz, 0.05) {
					t.Fatalf("a moment has the same RTP time in both rooms (audio %v): %d and %d", audio, x, y)
				}
			}
		}
	}
	// A common shift of both tracks would tell when each room was opened.
	video := bases(a, false, videoHz)[0] - bases(b, false, videoHz)[0]
	audio := bases(a, true, audioHz)[0] - bases(b, true, audioHz)[0]
	if near(video, videoHz, 60) && near(audio, audioHz, 60) {
		t.Errorf("picture and sound of both rooms lie less than a minute apart: %d and %d", int32(video), int32(audio))
	}
}

// bases are the RTP times that the reports of a track give to the beginning of
// NTP's era, modulo 2^32.
func bases(m *material, audio bool, hz float64) (all []uint32) {
	own := map[uint32]bool{}
	for _, j := range m.joins {
		stats := j.view.Stats()
		own[stats.VideoSSRC] = !audio
		own[stats.AudioSSRC] = audio
	}
	for _, b := range m.reports {
		packets, err := rtcp.Unmarshal(b)
		if err != nil {
			continue // told by checkReports
		}
		for _, p := range packets {
			if r, ok := p.(*rtcp.SenderReport); ok && own[r.SSRC] {
				whole, part := r.NTPTime>>32, float64(r.NTPTime&0xffffffff)/(1<<32)
				all = append(all, r.RTPTime-uint32(whole*uint64(hz))-uint32(part*hz))
			}
		}
	}
	return all
}
