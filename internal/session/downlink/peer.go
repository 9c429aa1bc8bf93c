package downlink

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/session/uplink"
)

const (
	// reportEvery is the time between two receiver reports: the member pays for what
	// they confirm, and for nothing else.
	reportEvery = 500 * time.Millisecond
	// askEvery is the time between two questions for lost packets of the picture.
	askEvery = 40 * time.Millisecond
)

// Config says whence packets come and where they go. Video and Audio are called on a
// goroutine each, and may keep what they get.
type Config struct {
	Endpoint     string // the WHEP address
	Video, Audio func(p *rtp.Packet)
}

// Peer is one connection. Create it with New and give it back with Close.
type Peer struct {
	cfg     Config
	pc      *webrtc.PeerConnection
	changed chan struct{} // holds one wake
	readers sync.WaitGroup

	mu      sync.Mutex
	state   uplink.State
	closed  bool
	picture webrtc.SSRC // 0 before the first packet
}

// New prepares a connection; nothing is received before Offer and Accept.
func New(cfg Config) (*Peer, error) {
	p := &Peer{cfg: cfg, changed: make(chan struct{}, 1), state: uplink.Opening}
	codecs := &webrtc.MediaEngine{}
	for kind, c := range map[webrtc.RTPCodecType]webrtc.RTPCodecParameters{
		webrtc.RTPCodecTypeVideo: {RTPCodecCapability: uplink.VideoCodec(), PayloadType: 102},
		webrtc.RTPCodecTypeAudio: {RTPCodecCapability: uplink.AudioCodec(), PayloadType: 111},
	} {
		if err := codecs.RegisterCodec(c, kind); err != nil {
			return nil, err
		}
	}
	interceptors, err := registry()
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(codecs), webrtc.WithInterceptorRegistry(interceptors), webrtc.WithSettingEngine(uplink.Settings(cfg.Endpoint)))
	if p.pc, err = api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}); err != nil {
		return nil, err
	}
	p.pc.OnConnectionStateChange(p.became)
	p.pc.OnTrack(p.track)
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return nil, errors.Join(err, p.Close())
		}
	}
	return p, nil
}

func registry() (*interceptor.Registry, error) {
	r := &interceptor.Registry{}
	reports, err := report.NewReceiverInterceptor(report.ReceiverInterval(reportEvery), report.WithReceiverLoggerFactory(uplink.Quiet()))
	if err != nil {
		return nil, err
	}
	asks, err := nack.NewGeneratorInterceptor(nack.GeneratorInterval(askEvery), nack.WithGeneratorLoggerFactory(uplink.Quiet()))
	if err != nil {
		return nil, err
	}
	r.Add(reports)
	r.Add(asks)
	return r, nil
}

// became takes in the library's word for the path.
func (p *Peer) became(s webrtc.PeerConnectionState) {
	p.mu.Lock()
	p.state = uplink.StateOf(s)
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// track hands over the packets of a track, on a goroutine of the library's, and reads
// its reports, from which receiver reports are made, on one of its own.
func (p *Peer) track(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.readers.Add(1)
	defer p.readers.Done()
	take := p.cfg.Audio
	if t.Kind() == webrtc.RTPCodecTypeVideo {
		take, p.picture = p.cfg.Video, t.SSRC()
	}
	p.mu.Unlock()
	p.readers.Go(func() {
		for {
			if _, _, err := r.ReadRTCP(); err != nil {
				return
			}
		}
	})
	for {
		packet, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		take(packet)
	}
}

// Offer returns a complete offer, candidates included.
func (p *Peer) Offer(ctx context.Context) (string, error) {
	return uplink.CompleteOffer(ctx, p.pc, false)
}

// Accept takes the other side's answer.
func (p *Peer) Accept(answer string) error {
	return p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// State tells what is known of the path now.
func (p *Peer) State() uplink.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// Changed wakes one reader when State may have changed.
func (p *Peer) Changed() <-chan struct{} { return p.changed }

// WantKey asks for a key frame; without a picture it does nothing.
func (p *Peer) WantKey() {
	p.mu.Lock()
	ssrc := p.picture
	p.mu.Unlock()
	if ssrc != 0 {
		_ = p.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(ssrc)}}) // a lost connection is seen by its state
	}
}

// Close ends the connection and returns when no packet is handed over any more.
func (p *Peer) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := p.pc.GracefulClose()
	p.readers.Wait()
	return err
}

// Connected waits for packets to get through; uplink.ErrNoPath says that they will
// not.
func (p *Peer) Connected(ctx context.Context) error {
	for {
		switch p.State() {
		case uplink.Flowing:
			return nil
		case uplink.Lost:
			return uplink.ErrNoPath
		}
		select {
		case <-p.changed:
		case <-ctx.Done():
			return errors.Join(uplink.ErrNoPath, ctx.Err())
		}
	}
}
