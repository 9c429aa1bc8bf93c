// Package mjpeg turns the JPEG pictures of webcams and AVI files into I420
// frames.
//
// In: the bytes of one picture. Out: a pooled frame in limited range, as all of
// package capture is; JPEG's own range is full, its chroma 4:2:0, 4:2:2, 4:4:0,
// 4:4:4 or absent. Huffman tables that a camera leaves out are the standard
// ones. Damaged pictures are refused whole, with an error of KindBroken: the
// reader drops and counts them.
//
// On Linux libjpeg-turbo decodes straight into planes. With the build tag
// purejpeg, and on systems whose camera drivers never deliver JPEG, Go's
// image/jpeg does, ten times slower.
//
// Goroutines: none. A Decoder serves one goroutine at a time.
package mjpeg
