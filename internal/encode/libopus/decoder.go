package libopus

/*
#include "opus.h"
*/
import "C"

import "fmt"

// maxSamples is the longest packet there is: 120 ms (RFC 6716 section 3.2.5), in samples a channel.
const maxSamples = SampleRate * 120 / 1000

// Decoder turns packets back into PCM: for tests, benchmarks and viewers written in Go. One goroutine at a time may
// use it.
type Decoder struct {
	c        *C.OpusDecoder
	channels int
	pcm      []int16
}

// NewDecoder makes a decoder that answers with 1 or 2 channels whatever the packets hold; the caller must Close it.
func NewDecoder(channels int) (*Decoder, error) {
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("libopus: %d channels: choose 1 or 2", channels)
	}
	var rv C.int
	c := C.opus_decoder_create(SampleRate, C.int(channels), &rv)
	if rv != C.OPUS_OK {
		return nil, fmt.Errorf("libopus: the decoder did not start: %s", reason(rv))
	}
	return &Decoder{c: c, channels: channels, pcm: make([]int16, maxSamples*channels)}, nil
}

// Decode reads one packet into interleaved 48 kHz samples, which belong to the decoder and stay valid until its next
// call. An empty packet stands for a lost one of 20 ms and is concealed.
func (d *Decoder) Decode(packet []byte) ([]int16, error) {
	if d.c == nil {
		return nil, ErrClosed
	}
	var data *C.uchar
	room := C.int(FrameSamples)
	if len(packet) > 0 {
		data, room = (*C.uchar)(&packet[0]), maxSamples
	}
	n := C.opus_decode(d.c, data, C.opus_int32(len(packet)), (*C.opus_int16)(&d.pcm[0]), room, 0)
	if n < 0 {
		return nil, fmt.Errorf("libopus: the packet cannot be decoded: %s", reason(n))
	}
	return d.pcm[:int(n)*d.channels], nil
}

// Close frees the library's memory. A second call does nothing.
func (d *Decoder) Close() {
	if d.c != nil {
		C.opus_decoder_destroy(d.c)
		d.c = nil
	}
}
