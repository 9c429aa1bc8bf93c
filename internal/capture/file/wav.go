package file

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Wave formats of RIFF.
const (
	wavePCM        = 1
	waveFloat      = 3
	waveExtensible = 0xfffe
)

// Microphone is a capture.Microphone that plays a WAV file.
type Microphone struct {
	wav *wav
	pcm []int16
}

var _ capture.Microphone = (*Microphone)(nil)

// OpenMicrophone opens a WAV file with one or two channels; its rate is brought
// to 48 kHz. Errors are those of OpenCamera.
func OpenMicrophone(path string) (*Microphone, error) {
	s, err := open("file.OpenMicrophone", path)
	if err != nil {
		return nil, err
	}
	w, err := openWAV(s)
	if err != nil {
		s.close()
		return nil, err
	}
	return &Microphone{wav: w, pcm: make([]int16, capture.ChunkFrames*w.channels)}, nil
}

// OpenSound returns what a capture.AudioReader calls to open the file anew.
func OpenSound(path string) func(context.Context) (capture.Microphone, error) {
	return func(context.Context) (capture.Microphone, error) {
		m, err := OpenMicrophone(path)
		if err != nil {
			return nil, err
		}
		return m, nil
	}
}

// Run plays the file again and again until ctx ends, and closes it.
func (m *Microphone) Run(ctx context.Context, sink func(capture.Samples)) error {
	defer m.wav.close()
	beat := capture.NewPacer(50, 1, false)
	for {
		end, _, err := beat.Next(ctx)
		if err != nil {
			return nil
		}
		if err := m.wav.play(m.pcm); err != nil {
			return err
		}
		sink(capture.Samples{PCM: m.pcm, Channels: m.wav.channels, At: end.Add(-capture.ChunkTime)})
	}
}

// wav is the sound of a WAV file, as an endless loop at 48 kHz.
type wav struct {
	*source
	channels, rate int
	float          bool
	block          int   // bytes of a sample of all channels
	data           int64 // offset
	length         int64 // samples of one channel

	pos  int64 // the next sample
	frac int   // and how far beyond it, in 1/48000
	buf  []byte
	in   []int16 // decoded samples around pos
}

func openWAV(s *source) (*wav, error) {
	w := &wav{source: s}
	var head [12]byte
	if !s.read(head[:], 0) || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, s.unknown("is no WAV; convert it with: ffmpeg -i FILE -ar 48000 out.wav")
	}
	for off := int64(12); w.length == 0; {
		if !s.read(head[:8], off) {
			return nil, s.broken("holds no sound", nil)
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		off += 8
		switch string(head[:4]) {
		case "fmt ":
			if err := w.parseFormat(off, size); err != nil {
				return nil, err
			}
		case "data":
			if w.block == 0 {
				return nil, s.broken("has no format before its sound", nil)
			}
			// Programs that write into a pipe cannot go back to fill in the size.
			w.data, w.length = off, min(size, s.size-off)/int64(w.block)
			if w.length == 0 {
				return nil, s.broken("holds no sound", nil)
			}
		}
		off += size + size&1
	}
	most := capture.ChunkFrames*w.rate/capture.SampleRate + 3
	w.buf, w.in = make([]byte, most*w.block), make([]int16, most*w.channels)
	return w, nil
}

func (w *wav) parseFormat(off, size int64) error {
	var b [40]byte
	if size < 16 || !w.read(b[:min(size, 40)], off) {
		return w.broken("has a short format", nil)
	}
	kind := binary.LittleEndian.Uint16(b[:])
	if kind == waveExtensible && size >= 40 {
		kind = binary.LittleEndian.Uint16(b[24:])
	}
	w.channels = int(binary.LittleEndian.Uint16(b[2:]))
	w.rate = int(binary.LittleEndian.Uint32(b[4:]))
	bits := int(binary.LittleEndian.Uint16(b[14:]))
	w.float = kind == waveFloat
	if w.channels < 1 || w.channels > 2 || w.rate < 8000 || w.rate > 192000 ||
		!(kind == wavePCM && bits == 16 || w.float && bits == 32) {
		return w.unknown(fmt.Sprintf("has %d channels of %d bits (kind %d) at %d Hz; convert it with: ffmpeg -i FILE -ac 2 -ar 48000 -c:a pcm_s16le out.wav",
			w.channels, bits, kind, w.rate))
	}
	w.block = w.channels * bits / 8
	return nil
}

// play fills pcm with the next samples, interpolating between those of the file.
func (w *wav) play(pcm []int16) error {
	n := len(pcm) / w.channels
	need := (w.frac+n*w.rate)/capture.SampleRate + 2
	if err := w.load(need); err != nil {
		return err
	}
	at, frac := 0, w.frac
	for i := range n {
		for c := range w.channels {
			a, b := int(w.in[at*w.channels+c]), int(w.in[(at+1)*w.channels+c])
			pcm[i*w.channels+c] = int16(a + (b-a)*frac/capture.SampleRate)
		}
		frac += w.rate
		at += frac / capture.SampleRate
		frac %= capture.SampleRate
	}
	w.pos, w.frac = (w.pos+int64(at))%w.length, frac
	return nil
}

// load decodes n samples from w.pos on, going round at the end of the file.
func (w *wav) load(n int) error {
	pos, done := w.pos, 0
	for done < n {
		k := int(min(int64(n-done), w.length-pos))
		raw := w.buf[:k*w.block]
		if !w.read(raw, w.data+pos*int64(w.block)) {
			return w.broken("became shorter while it was played", nil)
		}
		w.decode(w.in[done*w.channels:][:k*w.channels], raw)
		done += k
		pos = (pos + int64(k)) % w.length
	}
	return nil
}

func (w *wav) decode(dst []int16, raw []byte) {
	for i := range dst {
		if !w.float {
			dst[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
			continue
		}
		v := math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		if v != v { // not a number
			v = 0
		}
		dst[i] = int16(32767 * min(1, max(-1, v)))
	}
}
