package fan

import "github.com/pion/webrtc/v4"

// Tracks returns the tracks to add to the peer connection. Names are minted by
// newName: random, so that they tell nothing.
func (v *Viewer) Tracks(newName func() string) []webrtc.TrackLocal {
	stream := newName()
	all := make([]webrtc.TrackLocal, kinds)
	for k := range kinds {
		all[k] = &outTrack{leg: &v.legs[k], id: newName(), stream: stream}
	}
	return all
}

// Bound tells whether both tracks were negotiated; without, the viewer must not
// be added to a Fan.
func (v *Viewer) Bound() bool {
	for k := range kinds {
		if v.legs[k].out == nil {
			return false
		}
	}
	return true
}

// outTrack is a leg as pion wants to see it.
type outTrack struct {
	leg        *leg
	id, stream string
}

// Bind takes the first of our codecs that the viewer knows.
func (t *outTrack) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	want := webrtc.MimeTypeOpus
	if t.leg.kind == Video {
		want = webrtc.MimeTypeH264
	}
	for _, c := range ctx.CodecParameters() {
		if c.MimeType == want {
			t.leg.bind(ctx, c)
			return c, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind does nothing: the shard has let go of the leg before.
func (t *outTrack) Unbind(webrtc.TrackLocalContext) error { return nil }

// ID names the track in the SDP.
func (t *outTrack) ID() string { return t.id }

// RID is empty: there is one layer.
func (t *outTrack) RID() string { return "" }

// StreamID groups sound and picture, and is the CNAME.
func (t *outTrack) StreamID() string { return t.stream }

// Kind tells sound from picture.
func (t *outTrack) Kind() webrtc.RTPCodecType {
	if t.leg.kind == Video {
		return webrtc.RTPCodecTypeVideo
	}
	return webrtc.RTPCodecTypeAudio
}
