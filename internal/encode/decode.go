package encode

import (
	"github.com/jasmincam/jasmincam/internal/encode/libopus"
	"github.com/jasmincam/jasmincam/internal/encode/openh264"
)

// Decoder turns video units back into pictures: for tests, benchmarks and viewers written in Go. It conceals no loss.
type Decoder = openh264.Decoder

// AudioDecoder turns audio units back into 48 kHz samples.
type AudioDecoder = libopus.Decoder

// NewDecoder makes a decoder for Unit.Data of video; it waits for a key frame. The caller must Close it.
func NewDecoder() (*Decoder, error) { return openh264.NewDecoder() }

// NewAudioDecoder makes a decoder for Unit.Data of audio that answers with this many channels, 1 or 2. The caller must
// Close it.
func NewAudioDecoder(channels int) (*AudioDecoder, error) { return libopus.NewDecoder(channels) }
