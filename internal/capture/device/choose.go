package device

import (
	"cmp"
	"math"
	"slices"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// enough is the part of the wished rate that counts as reached: 25 pictures a
// second in the right size are better than 30 in another.
const enough = 0.8

// choose returns the format that serves the wish best, and false for an empty
// list. Size and rate count alike; a format that reaches both always wins, raw
// pixels before MJPEG, which costs time and quality. At 1080p30 that is MJPEG
// for most webcams, since USB 2 carries raw pixels at five pictures a second.
func choose(formats []capture.Format, wish capture.Wish) (capture.Format, bool) {
	if len(formats) == 0 {
		return capture.Format{}, false
	}
	return slices.MinFunc(formats, func(a, b capture.Format) int {
		return cmp.Or(
			cmp.Compare(score(b, wish), score(a, wish)),
			cmp.Compare(a.Width*a.Height, b.Width*b.Height),
			cmp.Compare(rank(a.Pixel), rank(b.Pixel)),
			cmp.Compare(math.Abs(a.FPS-float64(wish.FPS)), math.Abs(b.FPS-float64(wish.FPS))),
		)
	}), true
}

// score is 1 for a format that reaches the wish and less for every want.
func score(f capture.Format, wish capture.Wish) float64 {
	area := float64(f.Width*f.Height) / float64(wish.Width*wish.Height)
	fps := f.FPS
	if fps == 0 { // the driver does not tell: assume the best
		fps = float64(wish.FPS)
	}
	s := math.Sqrt(min(1, area)) * min(1, fps/(enough*float64(wish.FPS)))
	if f.Width*wish.Height != f.Height*wish.Width {
		s *= 0.85 // bars at two sides
	}
	return math.Round(s*1000) / 1000
}

func rank(p capture.PixelFormat) int {
	return slices.Index([]capture.PixelFormat{
		capture.PixelYUYV, capture.PixelUYVY, capture.PixelNV12, capture.PixelI420, capture.PixelMJPEG}, p)
}
