// Package turbo is libjpeg-turbo with nothing around it: the yardstick for the
// benchmarks of package mjpeg, and the camera-like encoder for its tests. The
// program itself does not use it.
//
// In: JPEG or pixels. Out: planes in JPEG's own chroma size and range, or JPEG.
// Goroutines: none.
package turbo
