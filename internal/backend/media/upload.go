package media

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
)

// upload is one publisher's session.
type upload struct {
	session
	engine *Engine
	token  string
	actor  context.Context // who asked, for Recheck
	grant  Upload
	mute   bool // its program answers no wishes for private shows
	src    *fan.Source
	ssrc   atomic.Uint32 // of the picture, for key-frame requests

	back *returnRoom // what it feeds when it is a payer's; nil: rooms

	// Guarded by Engine.mu.
	rooms     []string        // still fed
	opened    map[string]bool // gates opened before the upload was connected
	connected bool
}

// takesPrivate tells whether the upload's program can give a private show. A bare
// stream key cannot say that it is ready (domain rule 1), and the web page has no
// card for a wish.
func (u *upload) takesPrivate() bool { return u != nil && !u.grant.AutoOnline && !u.mute }

// requestKey sends a PLI to the publisher.
func (u *upload) requestKey() {
	if ssrc := u.ssrc.Load(); ssrc != 0 {
		_ = u.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}) // the next wish tries again
	}
}

// track starts the readers of one of the publisher's tracks.
func (u *upload) track(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	k := fan.Audio
	if t.Kind() == webrtc.RTPCodecTypeVideo {
		k = fan.Video
		u.ssrc.Store(uint32(t.SSRC()))
	}
	u.readers.Go(func() { u.readReports(k, r) })
	u.readers.Go(func() { u.read(k, t) })
}

// readReports reads RTCP until the track ends. Reading also drives the
// interceptors.
func (u *upload) readReports(k fan.Kind, r *webrtc.RTPReceiver) {
	b := make([]byte, 1500)
	for {
		n, _, err := r.Read(b)
		if err != nil {
			return
		}
		u.src.Feedback(k, b[:n], time.Now())
	}
}

// read feeds the source until the track ends.
func (u *upload) read(k fan.Kind, t *webrtc.TrackRemote) {
	feed := u.src.Feed(k, func() { u.engine.pictureCame(u) })
	defer feed.Close()
	b := make([]byte, 1600)
	for {
		n, _, err := t.Read(b)
		if err != nil {
			return
		}
		feed.Take(b[:n], time.Now())
	}
}
