// Package file plays recordings as if they were a camera and a microphone: Y4M
// with 4:2:0 pictures and MJPEG in AVI for pictures, WAV with 16-bit PCM or
// 32-bit float for sound. They are played in a loop, paced on the wall clock.
//
// In: a path. Out: pooled frames, 20 ms samples at 48 kHz. Y4M is read straight
// into the frame's planes; in steady state nothing is allocated.
//
// Files are foreign bytes: each size in them is checked against the file's own
// length and the limits of package capture before anything is allocated, and
// what is wrong is said in a sentence.
//
// Goroutines: none; Run works on the caller's and closes the file.
package file
