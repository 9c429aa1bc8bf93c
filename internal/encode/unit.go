package encode

import "time"

// Kind says what a Unit holds.
type Kind string

// The kinds of units.
const (
	KindVideo Kind = "video"
	KindAudio Kind = "audio"
)

// Unit is one coded picture or 20 ms of coded sound. Nobody writes to Data after the unit was handed out, so it may be
// kept, shared and sent any number of times.
type Unit struct {
	Kind Kind
	// Data is an H.264 Annex B access unit, with SPS and PPS in front of each key frame, or one Opus packet (RFC 6716).
	Data []byte
	// At is when the frame or the first sample was captured. It grows from unit to unit of the same encoder, even when
	// the clock behind it was set back.
	At time.Time
	// Key tells that a decoder can begin here: always true for sound.
	Key bool
	// Duration is the time since the unit before it (video) or 20 ms (audio); never negative.
	Duration time.Duration
	// Seq counts the units of one encoder from 0, without gaps.
	Seq uint64
	// Blank tells that nothing captured is in it: a black picture, or sound made of silence.
	Blank bool
	// Width and Height are the picture's, in luma samples; 0 for sound.
	Width, Height int
}

// stamper keeps capture times growing. When the clock behind them is set back, it carries on from where it was: the
// pace stays the captured one, shifted by as much as was lost.
type stamper struct {
	last    time.Time
	shift   time.Duration
	nominal time.Duration // one frame
}

// stamp returns at, shifted if need be so that it is after the stamp before.
func (s *stamper) stamp(at time.Time) time.Time {
	if s.last.IsZero() {
		s.last = at
		return at
	}
	stamped := at.Add(s.shift)
	if since := stamped.Sub(s.last); since <= 0 {
		s.shift += s.nominal - since
		stamped = at.Add(s.shift)
	}
	s.last = stamped
	return stamped
}
