// Package device drives the real cameras, microphones and loudspeakers of this
// machine.
//
// In: a stable id from [List] and what the user wishes. Out: a capture.Camera,
// a capture.Microphone, or a [Speaker], which asks for the sound that it plays.
//
// Listing opens no device, so that no camera's light goes on. A camera's id is
// made of its place on the bus and its name, so it outlives replugging and a
// new number of its node; a microphone's is the sound system's own name for it.
// A device is only ever looked up by its id: another one never takes its place.
// Formats of USB cameras are read from their descriptors; those of others are
// known once opened.
//
// Linux cameras are read through V4L2 directly: mapped buffers, the driver's
// time stamps, a poll with a limit instead of a read that blocks. Elsewhere
// the camera drivers of pion/mediadevices are used. Sound on every
// system comes and goes through malgo: PulseAudio, then ALSA on Linux.
//
// Goroutines: none of its own. Run works on the caller's goroutine; the sound
// library's thread calls back into a ring that Run empties, and calls the function
// that Run of a Speaker was given.
package device
