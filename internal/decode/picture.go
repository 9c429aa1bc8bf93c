package decode

import "bytes"

// Limits of a member's picture, in luma samples; standing ones are as welcome as
// lying ones.
const (
	MaxSide = 1920
	MaxArea = 1920 * 1088 // 1080 lines in whole macroblocks
)

// maxUnit is the largest coded picture, in bytes: ten times what a key frame of
// MaxArea needs.
const maxUnit = 2 << 20

// Types of NAL units (H.264, table 7-1), and profiles whose parameter set is read. From
// remarks to filler all are of the profiles that browsers send; parts of pictures and
// further layers, which come with parameter sets of their own, are not.
const (
	nalSlice       = 1
	nalKey         = 5
	nalRemark      = 6
	nalParameters  = 7
	nalFiller      = 12
	profileBase    = 66
	profileMain    = 77
	profileExtends = 88
)

// contents are what a coded picture holds, as far as it matters here.
type contents struct {
	key  bool // decoding can begin here
	fits bool // every part is of a known kind, and every size within the limits
}

// look reads a coded picture in Annex B form.
func look(unit []byte) contents {
	c := contents{fits: true}
	for i, nal := range bytes.Split(unit, []byte{0, 0, 1}) {
		if i == 0 || len(nal) == 0 { // what is before the first start code
			continue
		}
		switch kind := nal[0] & 0x1f; {
		case kind == nalKey:
			c.key = true
		case kind == nalParameters:
			c.fits = c.fits && fits(nal[1:])
		case kind != nalSlice && (kind < nalRemark || kind > nalFiller):
			c.fits = false
		}
	}
	return c
}

// fits tells whether a sequence parameter set (H.264, 7.3.2.1.1), without its first
// byte, is of a picture within the limits. One that cannot be read is not.
func fits(set []byte) bool {
	if len(set) < 4 || set[0] != profileBase && set[0] != profileMain && set[0] != profileExtends {
		return false
	}
	b := bits{data: bytes.ReplaceAll(set[3:], []byte{0, 0, 3}, []byte{0, 0})}
	b.ue() // its number
	b.ue() // bits of frame numbers
	switch b.ue() {
	case 0:
		b.ue()
	case 1:
		b.take(1)
		b.ue()
		b.ue()
		n := b.ue()
		if n > 255 {
			return false
		}
		for range n {
			b.ue()
		}
	}
	b.ue() // pictures kept
	b.take(1)
	width, height := 16*(b.ue()+1), 16*(b.ue()+1)
	if b.take(1) == 0 { // interlaced: the height is that of a field
		height *= 2
	}
	return !b.short && width <= MaxSide && height <= MaxSide && width*height <= MaxArea
}

// bits reads a parameter set.
type bits struct {
	data  []byte
	at    int
	short bool // it ended early, or a number was too large
}

// take reads n bits, 32 at most.
func (b *bits) take(n int) (v uint64) {
	if b.at+n > 8*len(b.data) {
		b.short = true
		return 0
	}
	for range n {
		v = v<<1 | uint64(b.data[b.at/8]>>(7-b.at%8)&1)
		b.at++
	}
	return v
}

// ue reads an Exp-Golomb number (H.264, 9.1), signed ones as the unsigned ones they
// are written as.
func (b *bits) ue() uint64 {
	zeros := 0
	for b.take(1) == 0 {
		if zeros++; b.short || zeros > 20 {
			b.short = true
			return 0
		}
	}
	return 1<<zeros - 1 + b.take(zeros)
}
