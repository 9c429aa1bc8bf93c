package decode

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/encode"
)

// talk is n packets of the tone of second 4.
func talk(t *testing.T, n int) []*rtp.Packet {
	t.Helper()
	enc, err := encode.NewAudio(encode.AudioConfig{Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	var packets []*rtp.Packet
	for i := range n {
		pcm := make([]int16, capture.ChunkFrames)
		for j := range pcm {
			pcm[j] = int16(8000 * math.Sin(2*math.Pi*900*float64(i*len(pcm)+j)/capture.SampleRate))
		}
		u, err := enc.Encode(capture.Samples{PCM: pcm, Channels: 1, At: time.Unix(0, int64(i)*int64(capture.ChunkTime))})
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, &rtp.Packet{Header: rtp.Header{SequenceNumber: uint16(65_530 + i), Timestamp: uint32(i) * 960}, Payload: u.Data})
	}
	return packets
}

// hear decodes packets that come every 20 ms.
func hear(t *testing.T, packets []*rtp.Packet) (heard []int16, s AudioStats) {
	t.Helper()
	now := time.Unix(1000, 0)
	a, err := NewAudio(func(pcm []int16) { heard = append(heard, pcm...) }, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, p := range packets {
		now = now.Add(capture.ChunkTime)
		a.Push(p)
	}
	return heard, a.Stats()
}

// toned counts the chunks that are the tone, and the others.
func toned(pcm []int16) (tone, other int) {
	for ; len(pcm) >= capture.ChunkFrames; pcm = pcm[capture.ChunkFrames:] {
		if second, ok := synthetic.ReadTone(pcm[:capture.ChunkFrames], 1, capture.SampleRate); ok && second == 4 {
			tone++
		} else {
			other++
		}
	}
	return tone, other
}

func TestAudio_roundTrip(t *testing.T) {
	packets := talk(t, 100)
	packets[40], packets[41] = packets[41], packets[40]
	heard, s := hear(t, packets)
	if tone, other := toned(heard); tone < 97 || other > 3 {
		t.Errorf("%d chunks of the tone and %d others", tone, other)
	}
	if s.Heard != 2*time.Second || s.Lost+s.Late+s.Refused != 0 || s.Concealed != 0 {
		t.Errorf("%+v", s)
	}
}

// Lost packets are made up, as long as that sounds like anything.
func TestAudio_loss(t *testing.T) {
	packets := talk(t, 150)
	some := append(append([]*rtp.Packet{}, packets[:30]...), packets[32:70]...)
	heard, s := hear(t, append(some, packets[110:]...))
	if s.Lost != 42 || s.Concealed != (2+maxConcealed)*capture.ChunkTime || s.Heard != (150-42)*capture.ChunkTime+s.Concealed {
		t.Errorf("%+v", s)
	}
	if tone, other := toned(heard); tone < 100 || other > 12 {
		t.Errorf("%d chunks of the tone and %d others", tone, other)
	}
}

func TestAudio_standsGarbage(t *testing.T) {
	packets := talk(t, 60)
	random := rand.New(rand.NewPCG(5, 6))
	for i := 10; i < 40; i++ {
		junk := make([]byte, random.IntN(3000))
		for j := range junk {
			junk[j] = byte(random.Uint32())
		}
		packets[i].Payload = junk
	}
	heard, s := hear(t, packets)
	if s.Refused == 0 {
		t.Errorf("%+v", s)
	}
	if tone, _ := toned(heard[len(heard)-10*capture.ChunkFrames:]); tone < 8 {
		t.Errorf("after the garbage %d of 10 chunks are the tone", tone)
	}
}

func FuzzAudio(f *testing.F) {
	f.Add([]byte{0xfc, 1, 2, 3}, uint16(0))
	f.Fuzz(func(t *testing.T, raw []byte, seq uint16) {
		a, err := NewAudio(func(pcm []int16) {
			if len(pcm) > capture.SampleRate*120/1000 {
				t.Errorf("%d samples at once", len(pcm))
			}
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		for i := range uint16(8) {
			a.Push(&rtp.Packet{Header: rtp.Header{SequenceNumber: seq * i}, Payload: raw})
		}
		if len(a.order.waiting) > audioBound {
			t.Errorf("%d packets wait", len(a.order.waiting))
		}
	})
}
