package uplink

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/cc"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// Times of ICE. A dead path is noticed after disconnectedAfter without any
// packet from the other side; ICE restarts have until failedAfter more.
const (
	disconnectedAfter = 2500 * time.Millisecond
	failedAfter       = 8 * time.Second
	keepAlive         = time.Second
	gatherFor         = 3 * time.Second
)

// nackPackets is how far back a lost packet can be asked for: about a second.
const nackPackets = 512

// State is what a Peer knows of its path.
type State string

// The states.
const (
	Opening State = "opening" // not connected yet, or on the way after a restart
	Flowing State = "flowing" // packets get through
	Silent  State = "silent"  // nothing was heard for a moment
	Lost    State = "lost"    // for good
)

// Config says how to reach the other side and how much may be sent, in bit/s,
// sound included.
type Config struct {
	Endpoint            string // the WHIP address
	MinBitrate, Bitrate int
	Now                 func() time.Time
}

// Peer is one connection. Create it with New and give it back with Close.
type Peer struct {
	cfg          Config
	pc           *webrtc.PeerConnection
	video, audio *track
	cutter       packetizer
	bandwidth    *estimator // nil before a connection is prepared
	most         atomic.Int64
	heard        atomic.Int64 // when the other side last reported, in ns
	path         path

	mu      sync.Mutex
	state   State
	changed chan struct{} // holds one wake
}

// New prepares a connection; nothing is sent before Offer and Accept.
func New(cfg Config) (*Peer, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	p := &Peer{cfg: cfg, changed: make(chan struct{}, 1), state: Opening}
	p.most.Store(int64(cfg.Bitrate))
	codecs, err := sharedCodecs()
	if err != nil {
		return nil, err
	}
	interceptors, err := p.interceptors(codecs, cfg)
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(codecs), webrtc.WithInterceptorRegistry(interceptors), webrtc.WithSettingEngine(Settings(cfg.Endpoint)))
	if p.pc, err = api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}); err != nil {
		return nil, err
	}
	if err := p.addTracks(); err != nil {
		return nil, errors.Join(err, p.pc.GracefulClose())
	}
	p.pc.OnConnectionStateChange(p.became)
	return p, nil
}

// became takes in the library's word for the path.
func (p *Peer) became(s webrtc.PeerConnectionState) {
	state := StateOf(s)
	if state == Flowing {
		p.hear()
	}
	p.mu.Lock()
	p.state = state
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// StateOf is the library's word for a path in ours.
func StateOf(s webrtc.PeerConnectionState) State {
	switch s {
	case webrtc.PeerConnectionStateConnected:
		return Flowing
	case webrtc.PeerConnectionStateDisconnected:
		return Silent
	case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
		return Lost
	}
	return Opening
}

// VideoCodec is what browsers and WHIP servers share: constrained baseline,
// packetization mode 1, any level.
func VideoCodec() webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: videoRate,
		SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"},
			{Type: "ccm", Parameter: "fir"}, {Type: webrtc.TypeRTCPFBTransportCC}}}
}

// AudioCodec is Opus, with what browsers want to know of it.
func AudioCodec() webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: audioRate, Channels: 2,
		SDPFmtpLine: "minptime=10;useinbandfec=1;stereo=1", RTCPFeedback: []webrtc.RTCPFeedback{{Type: webrtc.TypeRTCPFBTransportCC}}}
}

func sharedCodecs() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	video := webrtc.RTPCodecParameters{RTPCodecCapability: VideoCodec(), PayloadType: 102}
	audio := webrtc.RTPCodecParameters{RTPCodecCapability: AudioCodec(), PayloadType: 111}
	return m, errors.Join(m.RegisterCodec(video, webrtc.RTPCodecTypeVideo), m.RegisterCodec(audio, webrtc.RTPCodecTypeAudio))
}

// interceptors are, from the wire on: the bandwidth estimate, transport-wide
// sequence numbers, and answers to NACK, so that a packet sent again has a new
// transport-wide number. Sender reports are the tracks' own.
func (p *Peer) interceptors(m *webrtc.MediaEngine, cfg Config) (*interceptor.Registry, error) {
	registry := &interceptor.Registry{}
	estimate, err := cc.NewInterceptor(func() (cc.BandwidthEstimator, error) {
		var err error
		p.bandwidth, err = newEstimator(cfg.MinBitrate, cfg.Bitrate)
		return p.bandwidth, err
	})
	if err != nil {
		return nil, err
	}
	registry.Add(estimate)
	if err := webrtc.ConfigureTWCCHeaderExtensionSender(m, registry); err != nil {
		return nil, err
	}
	answers, err := nack.NewResponderInterceptor(nack.ResponderSize(nackPackets), nack.WithResponderLoggerFactory(Quiet()))
	if err != nil {
		return nil, err
	}
	registry.Add(answers)
	return registry, nil
}

// Settings keep a peer to what it needs: no names on the local network, and
// for a backend on this machine nothing but loopback.
func Settings(endpoint string) webrtc.SettingEngine {
	s := webrtc.SettingEngine{LoggerFactory: Quiet()}
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(disconnectedAfter, failedAfter, keepAlive)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	if onThisMachine(endpoint) {
		s.SetIncludeLoopbackCandidate(true)
		s.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	}
	return s
}

// Quiet is the log of the WebRTC library: it would write to standard output,
// where the program's own lines go, and name addresses.
func Quiet() logging.LoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
}

func onThisMachine(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
}

func (p *Peer) addTracks() error {
	var seed [24]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return err
	}
	stream := rand.Text()
	p.video = newTrack(VideoCodec(), "video", stream, binary.BigEndian.Uint16(seed[0:]), binary.BigEndian.Uint32(seed[2:]))
	p.audio = newTrack(AudioCodec(), "audio", stream, binary.BigEndian.Uint16(seed[6:]), binary.BigEndian.Uint32(seed[8:]))
	for _, t := range []*track{p.audio, p.video} {
		if _, err := p.pc.AddTransceiverFromTrack(t, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
			return err
		}
	}
	return nil
}

// Offer returns a complete offer, candidates included.
func (p *Peer) Offer(ctx context.Context) (string, error) { return CompleteOffer(ctx, p.pc, false) }

// CompleteOffer makes an offer with all candidates; with restart it has new ICE
// credentials.
func CompleteOffer(ctx context.Context, pc *webrtc.PeerConnection, restart bool) (string, error) {
	gathered := webrtc.GatheringCompletePromise(pc)
	offer, err := pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	if err != nil {
		return "", err
	}
	if err := pc.SetLocalDescription(offer); err != nil {
		return "", err
	}
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	select {
	case <-gathered:
	case <-timer.C: // what is there will do
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return pc.LocalDescription().SDP, nil
}

// Accept takes the other side's answer.
func (p *Peer) Accept(answer string) error {
	return p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// State tells what is known of the path now.
func (p *Peer) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// hear notes that the other side is there.
func (p *Peer) hear() { p.heard.Store(p.cfg.Now().UnixNano()) }

// Silence is how long the other side has not reported what it receives, since
// packets got through.
func (p *Peer) Silence() time.Duration {
	return time.Duration(p.cfg.Now().UnixNano() - p.heard.Load())
}

// Changed wakes one reader when State may have changed.
func (p *Peer) Changed() <-chan struct{} { return p.changed }

// Connected waits for packets to get through. ErrNoPath says that they will
// not.
func (p *Peer) Connected(ctx context.Context, within time.Duration) error {
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		switch p.State() {
		case Flowing:
			return nil
		case Lost:
			return ErrNoPath
		}
		select {
		case <-p.changed:
		case <-timer.C:
			return ErrNoPath
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ErrNoPath says that signalling works and media does not get through.
var ErrNoPath = errors.New("no way for the picture and sound was found")

// Close ends the connection and waits for its goroutines.
func (p *Peer) Close() error { return p.pc.GracefulClose() }
