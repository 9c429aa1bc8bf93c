// Package desk is what a model sits at: one camera, one microphone, her preview
// and her accounts, which go on- and offline one by one. The window and `live`
// use the same.
//
// Of a private show it also has what its payer sends back, while that is on: his
// picture in Guest, his voice through the chosen loudspeaker.
//
// In: a Choice of devices and quality, a Look, wishes (GoOnline, GoOffline,
// SetMuted, SetWatching) that never block. Out: a Status at any moment, and the
// newest picture in the preview's slot.
//
// Devices are open only while somebody watches or wants to be online, and no
// other than the chosen ones. The encoder runs only while somebody wants to be
// online. Accounts of one backend share one upload; two backends are two uploads
// of one encoder. After a device that cannot be opened, or a sleep of more than a
// minute, everybody is offline until she acts again; Status tells why.
//
// Goroutines: Run conducts, in its caller's goroutine, and alone owns what it
// starts: one for each device, the encoder, its stills, each upload, each account, the
// way back of a show and the loudspeaker. Uploads end first, so that rooms close while the picture still flows.
package desk
