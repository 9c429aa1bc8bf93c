package desk

import "time"

// pulse is what the desk measures of itself, beat by beat.
type pulse struct {
	looks        []look // of the last second, the oldest first
	fps          float64
	kbps         int
	full         bool // fps is of a whole second
	silent, loud int  // beats in a row
}

// look is one beat's counters.
type look struct {
	at              time.Time
	pictures, bytes uint64
	coded           bool // by the encoder; else the camera's
}

// measure takes one beat.
func (d *Desk) measure() {
	frames, level := d.pictures.State().Frames, d.sound.Level()
	d.mu.Lock()
	defer d.mu.Unlock()
	l := look{at: d.cfg.Now(), pictures: frames}
	if d.air != nil {
		s := d.air.Stats()
		l.pictures, l.bytes, l.coded = s.Coded, s.Bytes, true
	}
	if d.devices[0] {
		d.pulse.count(l)
	} else {
		d.pulse.rest()
	}
	d.pulse.listen(level, d.devices[1] && !d.muted)
}

// count takes a look in and knows the speed of the last second.
func (p *pulse) count(l look) {
	if n := len(p.looks); n > 0 {
		if last := p.looks[n-1]; last.coded != l.coded || l.pictures < last.pictures {
			p.rest()
		}
	}
	p.looks = append(p.looks, l)
	for len(p.looks) > 2 && l.at.Sub(p.looks[1].at) >= time.Second {
		p.looks = p.looks[1:]
	}
	first := p.looks[0]
	d := l.at.Sub(first.at)
	p.full = d >= time.Second
	if d >= beat {
		p.fps = float64(l.pictures-first.pictures) / d.Seconds()
		p.kbps = int(float64(l.bytes-first.bytes) * 8 / 1000 / d.Seconds())
	}
}

// rest forgets the speed: what was counted goes on no more.
func (p *pulse) rest() { p.looks, p.fps, p.kbps, p.full = nil, 0, 0, false }

// listen counts beats of silence and of noise.
func (p *pulse) listen(level float64, open bool) {
	if p.silent++; !open || level > silentDB {
		p.silent = 0
	}
	if p.loud++; !open || level < loudDB {
		p.loud = 0
	}
}
