// Package encodetest measures the encoder: a deterministic moving clip with sensor noise, the likeness of two pictures
// (SSIM), x264 through the user's ffmpeg as the yardstick, and a bare encoding loop as the denominator of CPU ratios.
//
// It is for tests and benchmarks only; the product does not import it. It starts no goroutine that outlives a call.
package encodetest
