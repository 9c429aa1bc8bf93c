// Package capture turns devices into pictures and sound that the rest of the
// program can use without knowing what they came from.
//
// In: a [Camera] or a [Microphone], from package device, synthetic or file.
// Out: pooled, reference-counted I420 [Frame]s through latest-frame [Slot]s,
// and 20 ms [Samples] at 48 kHz through one sink.
//
// A [VideoReader] is the only reader of its camera. It stamps and counts the
// frames, brings them to the wanted size and [Look], hands them to every
// subscribed slot and opens the camera again when it was lost. An [AudioReader]
// does the same for a microphone and puts silence in the place of what was lost,
// so that sound never drifts against the picture. Both change to another device
// while they run, and may run again after they ended. After the machine slept for more than
// a minute both end instead of going on by themselves.
//
// Pixels are BT.601 with limited range (luma 16 to 235), whatever the device
// delivers. The kernels that convert and scale them are plain C.
//
// Goroutines: VideoReader.Run runs its camera on the goroutine that called it.
// AudioReader.Run starts one goroutine for the life of each opened microphone
// and waits for it. Nothing else in this package starts one.
package capture
