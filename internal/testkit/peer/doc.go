// Package peer holds small WHIP and WHEP peers for tests and benchmarks: a
// publisher that sends a synthetic H.264 and Opus stream, and a viewer that
// records what it gets. It is used by tests only.
//
// Data in: the address of an endpoint and a token. Data out: access units with
// their SHA-256 as they were sent and as they were received, and the RTP numbers
// seen. Nothing is decoded; the stream has real NAL unit types around random
// bytes.
//
// Goroutines: each peer owns its readers and writers and waits for them in
// Close.
package peer
