package encodetest

import (
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/encode/openh264"
)

// BareLoop encodes n pictures, going through frames round and round, with exactly the parameters that encode.Video
// uses for cfg, and nothing else around it. It is the denominator of the CPU ratios. Before each picture it calls
// beat, which may wait until the picture is due; nil encodes without a pause.
func BareLoop(cfg encode.VideoConfig, frames []*capture.Frame, n int, beat func() error) (bytes int, err error) {
	if len(frames) == 0 {
		return 0, errors.New("encodetest: no frames to encode: draw some with Clip.Frames")
	}
	enc, err := openh264.NewEncoder(cfg.Encoder())
	if err != nil {
		return 0, err
	}
	defer enc.Close()
	for i := range n {
		if beat != nil {
			if err := beat(); err != nil {
				return bytes, err
			}
		}
		f := frames[i%len(frames)]
		planes := openh264.Planes{Y: f.Y, Cb: f.Cb, Cr: f.Cr, YStride: f.YStride, CStride: f.CStride}
		unit, _, err := enc.Encode(planes, time.Duration(i)*time.Second/time.Duration(cfg.FPS), false)
		if err != nil {
			return bytes, err
		}
		bytes += len(unit)
	}
	return bytes, nil
}
