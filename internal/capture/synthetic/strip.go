package synthetic

import (
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	stripColumns  = 60
	stampBits     = 40
	checkBits     = 8
	stripFraction = 30 // the strip is 1/30 of the height

	white = 235
	black = 16
)

// StampMask keeps the bits of Unix milliseconds that the strip carries.
const StampMask = 1<<stampBits - 1

// Stamp returns what the strip of a picture captured at t carries.
func Stamp(t time.Time) uint64 { return uint64(t.UnixMilli()) & StampMask }

// columns returns the 60 cells for a stamp, the first column in the highest
// of the low 60 bits.
func columns(stamp uint64) uint64 {
	stamp &= StampMask
	var sum uint64
	for b := stamp; b > 0; b >>= 8 {
		sum += b & 0xff
	}
	const alternate = 0b101010101010
	return stamp<<20 | (sum&0xff)<<12 | alternate
}

// columnStart is the first pixel whose centre lies in column c of w pixels.
func columnStart(c, w int) int { return (c*w + stripColumns/2 - 1) / stripColumns }

// drawStrip writes the strip for f.At into f.
func drawStrip(f *capture.Frame) {
	rows := max(1, f.Height/stripFraction)
	bits := columns(Stamp(f.At))
	first := f.Y[:f.Width]
	for c := range stripColumns {
		v := byte(black)
		if bits>>(stripColumns-1-c)&1 == 1 {
			v = white
		}
		paint(first[columnStart(c, f.Width):columnStart(c+1, f.Width)], v)
	}
	for y := 1; y < rows; y++ {
		copy(f.Y[y*f.YStride:], first)
	}
	cw := (f.Width + 1) / 2
	for y := range (rows + 1) / 2 {
		paint(f.Cb[y*f.CStride:][:cw], 128)
		paint(f.Cr[y*f.CStride:][:cw], 128)
	}
}

// ReadStrip reads the strip from a luma plane of w × h pixels. It returns the
// stamp, and false when the picture is too small or the strip is damaged: the
// last twelve columns do not alternate or the check sum is wrong. Black and
// white are learned from those twelve, so any range and contrast will do.
func ReadStrip(luma []byte, stride, w, h int) (stamp uint64, ok bool) {
	if w < stripColumns || h < stripFraction || stride < w || len(luma) < stride*(h-1)+w {
		return 0, false
	}
	y := h / stripFraction / 2
	row := luma[y*stride : y*stride+w]
	var cell [stripColumns]int
	for c := range cell {
		cell[c] = int(row[(2*c+1)*w/(2*stripColumns)])
	}
	mid, ok := threshold(cell[stampBits+checkBits:])
	if !ok {
		return 0, false
	}
	var bits uint64
	for _, v := range cell {
		bits <<= 1
		if v > mid {
			bits |= 1
		}
	}
	stamp = bits >> 20
	return stamp, bits == columns(stamp)
}

// threshold returns the luma between the alternating white and black cells,
// and false when they are too close to tell apart.
func threshold(cells []int) (mid int, ok bool) {
	darkest, lightest := 255, 0 // darkest white, lightest black
	for i, v := range cells {
		if i%2 == 0 {
			darkest = min(darkest, v)
		} else {
			lightest = max(lightest, v)
		}
	}
	return (darkest + lightest) / 2, darkest > lightest+16
}
