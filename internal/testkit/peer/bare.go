package peer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// Bare is the least that pion needs to forward one upload to many viewers: one
// TrackLocalStaticRTP per kind for all of them, no interceptors, and wishes for
// key frames passed on. It is the denominator of the fan-out's ratios. It is a
// whip.Peer for both, upload and views.
type Bare struct {
	api *webrtc.API

	mu        sync.Mutex
	publisher *webrtc.PeerConnection
	ssrc      uint32
	tracks    [2]*webrtc.TrackLocalStaticRTP
	all       []*webrtc.PeerConnection
	readers   sync.WaitGroup
}

// NewBare makes the two tracks.
func NewBare() (*Bare, error) {
	m := &webrtc.MediaEngine{}
	if err := m.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	s := webrtc.SettingEngine{LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}}
	s.SetIncludeLoopbackCandidate(true)
	if err := useRoomy(&s); err != nil {
		return nil, err
	}
	b := &Bare{api: webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithSettingEngine(s), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))}
	for i, c := range []webrtc.RTPCodecCapability{
		{MimeType: webrtc.MimeTypeH264, ClockRate: 90000, SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
		{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
	} {
		t, err := webrtc.NewTrackLocalStaticRTP(c, "bare", "bare")
		if err != nil {
			return nil, err
		}
		b.tracks[i] = t
	}
	return b, nil
}

// Offer takes an upload (no resource) or a view.
func (b *Bare) Offer(_ context.Context, o whip.Offer) (whip.Answer, error) {
	pc, err := b.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return whip.Answer{}, err
	}
	b.mu.Lock()
	b.all = append(b.all, pc)
	b.mu.Unlock()
	if o.Resource == "" {
		b.publisher = pc
		pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { b.readers.Go(func() { b.forward(t) }) })
	} else {
		for _, t := range b.tracks {
			sender, err := pc.AddTrack(t)
			if err != nil {
				return whip.Answer{}, err
			}
			b.readers.Go(func() { b.wishes(sender) })
		}
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.SDP}); err != nil {
		return whip.Answer{}, err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return whip.Answer{}, err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return whip.Answer{}, err
	}
	<-gathered
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return whip.Answer{Session: hex.EncodeToString(id[:]), ETag: "bare", SDP: pc.LocalDescription().SDP}, nil
}

// forward copies packets to all viewers.
func (b *Bare) forward(t *webrtc.TrackRemote) {
	out := b.tracks[1]
	if t.Kind() == webrtc.RTPCodecTypeVideo {
		out = b.tracks[0]
		b.mu.Lock()
		b.ssrc = uint32(t.SSRC())
		b.mu.Unlock()
	}
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		p.Extension, p.Extensions = false, nil
		_ = out.WriteRTP(p) // viewers that are gone are not our concern
	}
}

// wishes passes on a viewer's wishes for key frames.
func (b *Bare) wishes(s *webrtc.RTPSender) {
	for {
		packets, _, err := s.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			if _, ok := p.(*rtcp.PictureLossIndication); !ok {
				continue
			}
			b.mu.Lock()
			pc, ssrc := b.publisher, b.ssrc
			b.mu.Unlock()
			if pc != nil && ssrc != 0 {
				_ = pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}) // the viewer asks again
			}
		}
	}
}

// Patch is not served.
func (b *Bare) Patch(context.Context, whip.Patch) (whip.Patched, error) {
	return whip.Patched{}, whip.NoSession()
}

// Close of a session is not served; see CloseAll.
func (b *Bare) Close(context.Context, string) error { return nil }

// CloseAll ends every connection.
func (b *Bare) CloseAll() {
	b.mu.Lock()
	all := b.all
	b.all = nil
	b.mu.Unlock()
	for _, pc := range all {
		_ = pc.GracefulClose()
	}
	b.readers.Wait()
}
