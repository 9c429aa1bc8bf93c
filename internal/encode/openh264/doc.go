// Package openh264 is a thin, race-free binding of Cisco's OpenH264 library: I420 planes in, H.264 Annex B
// access units out, and the way back.
//
// The library itself is the static one that github.com/pion/mediadevices ships for Linux, macOS and Windows;
// importing that package for its link flags is all that is taken from it. Its own wrapper is not used: there a
// key-frame wish and a bitrate change race with the encode call, a grown buffer leaks, and the picture size, slices
// and rate control cannot be chosen.
//
// Neither Encoder nor Decoder starts a goroutine or locks anything: each belongs to one goroutine at a time, which
// also closes it. (With Threads > 1 the library runs its own worker threads, which Close ends.) No Go pointer is
// kept by the C side after a call returns.
package openh264
