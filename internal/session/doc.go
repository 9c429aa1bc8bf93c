// Package session puts accounts online: one camera, one encoder, one upload for
// each backend, whatever the number of accounts (domain A1, A2).
//
//	Broadcast  capture and the one encoder; hands every Unit to all outlets
//	Outlet     one upload to one backend: state machine, retry, congestion control
//	Account    one signed-in performer: her room's gate, viewers, earnings, chat
//	uplink     below: the one WebRTC connection of an upload
//	press      below: JPEGs of the stills and snapshots
//
// Data in: capture.Frame and capture.Samples, and the backend's events through
// Service. Data out: RTP by WHIP, thumbnails, and Snapshots for whoever shows
// them. Wire code below is straight-line; retry lives in Outlet.Run (uploads),
// Account.Run (event streams) and, while an upload lives, Account.keepGate (her
// room) and Account.keepPause (what her backend knows of a pause).
//
// Goroutines: Broadcast.Run owns four (camera, encoder,
// microphone, and one until their first picture and sound came).
// Outlet.Run owns, for each upload, one that sends packets, one that listens for
// feedback, and two for each account: one that keeps her room's gate, and one that
// tells her backend of a pause; and one timer. Account.Run owns two, one a stream.
// Broadcast.Stills works in its caller's. Every Run waits for what it started. Time
// comes from Now and from timers that testing/synctest can drive.
package session
