// Package playback plays the voice of a member through a loudspeaker while it comes
// over the network.
//
// In: pieces of 48 kHz sound in one channel, as they arrive (Play). Out: the same
// through a Speaker, evenly, with a volume, and with how it stands (State). Between
// both is a bounded store that begins with lead of sound and never holds more than
// most: sound that comes unevenly is not heard so, and what is late is dropped and not
// added to the delay for good.
//
// While the ear hears her speak, the voice is lowered, so that less of it comes back
// to the member through her microphone. It is no echo canceller.
//
// A loudspeaker that cannot be opened or is lost is tried again; until then the voice
// is dropped, and its level is still known.
//
// Goroutines: none. Run works in its caller's; the Speaker calls back from the sound
// library's thread, and has stopped when its Run returns.
package playback
