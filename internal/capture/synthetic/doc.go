// Package synthetic is a camera and a microphone without hardware: for demos,
// rehearsal, tests and benchmarks. Pictures and sound carry the moment of their
// capture, so that whoever receives them can tell how old they are and whether
// they are whole.
//
// The picture: a moving scene, a clock for people (UTC) and, for programs, a
// strip along the top 1/30 of the height, cut into 60 equal columns over the
// full width. Columns 0 to 39 are Unix time in milliseconds at capture, 40 low
// bits, most significant first, white is 1; columns 40 to 47 are the sum of
// those five bytes mod 256; columns 48 to 59 alternate white, black. Each cell
// is read in its middle. White is luma 235, black 16.
//
// The sound: a tone of 500 + 100 × (Unix second mod 16) Hz, and in the first
// 20 ms of each full second a louder click of 4 kHz in its place.
//
// [ReadStrip], [ReadTone] and [IsClick] read both back.
//
// Both follow the wall clock exactly and never drift. A [Plug] pulls them out
// by script or by hand. Goroutines: a Plug that is used watches its script on one
// goroutine for the length of Run, which waits for it.
package synthetic
