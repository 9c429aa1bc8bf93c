package uplink

import "time"

// RTP clock rates (RFC 6184, RFC 7587).
const (
	videoRate = 90_000
	audioRate = 48_000
)

// ticks converts the time since a stream's epoch to its RTP clock.
func ticks(d time.Duration, rate int64) uint32 {
	seconds, rest := int64(d/time.Second), int64(d%time.Second)
	return uint32(seconds*rate + rest*rate/int64(time.Second)) // RTP time wraps
}

// ntp is t as RFC 5905 writes it, 32 bits of seconds since 1900 and 32 of their
// fraction.
func ntp(t time.Time) uint64 {
	const from1900 = 2_208_988_800
	seconds := uint64(t.Unix() + from1900)                         // positive since 1900
	fraction := uint64(t.Nanosecond()) << 32 / uint64(time.Second) // below 2^62
	return seconds<<32 | fraction
}
