package chime

import "math"

// rate is in samples a second.
const rate = 48_000

// note is a tone that fades away.
type note struct {
	hertz float64
	at    float64 // seconds from the beginning
	fades float64 // seconds until it has a third of its strength
}

// notes are those of a sound; a name that is not known is a plain one.
func notes(name string) []note {
	switch name {
	case "request": // two calls of a bell, the loudest of all
		return []note{{784, 0, 0.2}, {1174.7, 0.12, 0.3}, {784, 0.5, 0.2}, {1174.7, 0.62, 0.4}}
	case "tip": // bright and rising
		return []note{{1318.5, 0, 0.12}, {1760, 0.09, 0.12}, {2637, 0.18, 0.2}}
	case "viewer": // low and soft
		return []note{{523.3, 0, 0.08}, {659.3, 0.08, 0.1}}
	case "trouble": // falling, and longer
		return []note{{880, 0, 0.15}, {659.3, 0.2, 0.15}, {440, 0.4, 0.25}}
	default:
		return []note{{987.8, 0, 0.06}}
	}
}

// Voice returns a sound as 16 bit samples of one channel, rate a second.
// volume is 1 to 100; every step sounds equally large.
func Voice(name string, volume int) []int16 {
	list := notes(name)
	last := list[len(list)-1]
	pcm := make([]int16, int((last.at+4*last.fades)*rate))
	strength := math.Pow(float64(min(max(volume, 0), 100))/100, 2) * 0.3 * math.MaxInt16
	for i := range pcm {
		t, sum := float64(i)/rate, 0.0
		for _, n := range list {
			if since := t - n.at; since >= 0 {
				begins := min(1, since/0.004) // without a click
				sum += begins * math.Exp(-since/n.fades) * (math.Sin(2*math.Pi*n.hertz*since) + 0.25*math.Sin(4*math.Pi*n.hertz*since))
			}
		}
		pcm[i] = int16(max(-math.MaxInt16, min(math.MaxInt16, sum*strength)))
	}
	return pcm
}
