package libopus

/*
#cgo CFLAGS: -I${SRCDIR}/include
#include "opus.h"

// opus_encoder_ctl is variadic, which cgo cannot call.
static int jc_opus_set(OpusEncoder *e, int request, opus_int32 value) { return opus_encoder_ctl(e, request, value); }
*/
import "C"

import (
	"errors"
	"fmt"

	_ "github.com/pion/mediadevices/pkg/codec/opus" // its static library, by its link flags
)

const (
	// SampleRate is the only rate this binding uses, in Hz.
	SampleRate = 48000
	// FrameSamples is the length of a packet: 20 ms, in samples a channel.
	FrameSamples = SampleRate / 50
	// maxPacket is the size RFC 6716 section 3.4 allows one 20 ms frame, with its table of contents.
	maxPacket = 1276
)

// ErrClosed is returned by every call after Close.
var ErrClosed = errors.New("libopus: the codec is closed")

// EncoderConfig holds what an encoder starts with.
type EncoderConfig struct {
	Channels   int  // 1 or 2
	Bitrate    int  // bit/s, 6000 to 510000
	Complexity int  // 0 to 10
	FEC        bool // carry a coarse copy of the packet before
	LossPct    int  // expected packet loss in percent: how much FEC is worth
}

// Encoder turns 20 ms of PCM into one packet. One goroutine at a time may use it.
type Encoder struct {
	c        *C.OpusEncoder
	channels int
	packet   [maxPacket]byte
}

// NewEncoder makes an encoder for any sound (AUDIO, not VOIP) with discontinuous transmission off; the caller must Close it.
func NewEncoder(cfg EncoderConfig) (*Encoder, error) {
	if cfg.Channels != 1 && cfg.Channels != 2 {
		return nil, fmt.Errorf("libopus: %d channels: choose 1 or 2", cfg.Channels)
	}
	var rv C.int
	c := C.opus_encoder_create(SampleRate, C.int(cfg.Channels), C.OPUS_APPLICATION_AUDIO, &rv)
	if rv != C.OPUS_OK {
		return nil, fmt.Errorf("libopus: the encoder did not start: %s", reason(rv))
	}
	e := &Encoder{c: c, channels: cfg.Channels}
	fec := 0
	if cfg.FEC {
		fec = 1
	}
	for _, ctl := range []struct{ request, value int }{
		{C.OPUS_SET_BITRATE_REQUEST, cfg.Bitrate},
		{C.OPUS_SET_COMPLEXITY_REQUEST, cfg.Complexity},
		{C.OPUS_SET_INBAND_FEC_REQUEST, fec},
		{C.OPUS_SET_PACKET_LOSS_PERC_REQUEST, cfg.LossPct},
		{C.OPUS_SET_DTX_REQUEST, 0},
	} {
		if err := e.set(ctl.request, ctl.value); err != nil {
			e.Close()
			return nil, err
		}
	}
	return e, nil
}

// Encode codes exactly FrameSamples interleaved samples a channel into a new slice.
func (e *Encoder) Encode(pcm []int16) ([]byte, error) {
	if e.c == nil {
		return nil, ErrClosed
	}
	if len(pcm) != FrameSamples*e.channels {
		return nil, fmt.Errorf("libopus: %d samples came where 20 ms of %d channels are %d", len(pcm), e.channels, FrameSamples*e.channels)
	}
	n := C.opus_encode(e.c, (*C.opus_int16)(&pcm[0]), FrameSamples, (*C.uchar)(&e.packet[0]), maxPacket)
	if n < 0 {
		return nil, fmt.Errorf("libopus: the sound could not be coded: %s", reason(C.int(n)))
	}
	packet := make([]byte, int(n))
	copy(packet, e.packet[:])
	return packet, nil
}

// SetBitrate changes the target, in bit/s, from the next packet on.
func (e *Encoder) SetBitrate(bps int) error {
	if e.c == nil {
		return ErrClosed
	}
	return e.set(C.OPUS_SET_BITRATE_REQUEST, bps)
}

// Close frees the library's memory. A second call does nothing.
func (e *Encoder) Close() {
	if e.c != nil {
		C.opus_encoder_destroy(e.c)
		e.c = nil
	}
}

func (e *Encoder) set(request, value int) error {
	if rv := C.jc_opus_set(e.c, C.int(request), C.opus_int32(value)); rv != C.OPUS_OK {
		return fmt.Errorf("libopus: setting %d to %d was refused: %s", request, value, reason(rv))
	}
	return nil
}

func reason(rv C.int) string { return C.GoString(C.opus_strerror(rv)) }
