package media

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/socket"
)

const (
	certificateLife = 7 * 24 * time.Hour // pion makes them for a month
	tcpReadQueue    = 32                 // packets
	tcpFirstCheck   = 5 * time.Second    // a TCP connection must begin with an ICE check
	nackEvery       = 20 * time.Millisecond
	keepAlive       = 10 * time.Second // our own checks of a path; the peers' come oftener
	replayWindow    = 1024             // packets that may come late, as after a retransmission
)

// network is the engine's edge: the sockets, the muxes on them and the two ways
// of making a peer connection.
type network struct {
	udp    *socket.UDP
	tcp    *socket.TCP // nil without
	udpMux *ice.UDPMuxDefault
	tcpMux *ice.TCPMuxDefault

	ingest *webrtc.API // with NACK, TWCC and reports towards the publisher
	viewer *webrtc.API // without interceptors: the shards do that work

	mu          sync.Mutex
	certificate *webrtc.Certificate
	made        time.Time
}

// quiet silences pion's log: it prints addresses of peers.
func quiet() logging.LoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
}

// openNetwork listens and builds the two APIs.
func openNetwork(c Config) (*network, error) {
	n := &network{}
	var err error
	if n.udp, err = socket.ListenUDP(c.UDP); err != nil {
		return nil, err
	}
	if c.TCP != "" {
		if n.tcp, err = socket.ListenTCP(c.TCP); err != nil {
			_ = n.udp.Close()
			return nil, err
		}
	}
	log := quiet().NewLogger("ice")
	n.udpMux = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: n.udp, Logger: log})
	if n.tcp != nil {
		n.tcpMux = ice.NewTCPMuxDefault(ice.TCPMuxParams{Listener: n.tcp, Logger: log, ReadBufferSize: tcpReadQueue,
			FirstStunBindTimeout: tcpFirstCheck, AliveDurationForConnFromStun: tcpFirstCheck})
	}
	settings, err := n.settings(c)
	if err == nil {
		err = n.buildAPIs(settings)
	}
	if err != nil {
		n.close()
		return nil, err
	}
	return n, nil
}

// settings are those that both kinds of peers share: our own sockets, and only
// addresses of this backend. ICE is not lite although the server could be: a
// peer that is checked back connects up to 200 ms earlier, because it need not
// wait for its next round to nominate the path. As offers lose their candidates
// (withoutCandidates), we still only ever call addresses that have proved to
// know the password.
func (n *network) settings(c Config) (webrtc.SettingEngine, error) {
	s := webrtc.SettingEngine{LoggerFactory: quiet()}
	s.SetICEUDPMux(n.udpMux)
	types := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if n.tcpMux != nil {
		s.SetICETCPMux(n.tcpMux)
		types = append(types, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	s.SetNetworkTypes(types)
	s.DisableActiveTCP(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(len(c.PublicIPs) > 0 || n.onLoopback())
	s.SetICETimeouts(5*time.Second, 15*time.Second, keepAlive)
	s.SetSRTPReplayProtectionWindow(replayWindow)
	s.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	s.SetReceiveMTU(1500)
	if len(c.PublicIPs) == 0 {
		return s, nil
	}
	told := make([]string, len(c.PublicIPs))
	for i, ip := range c.PublicIPs {
		told[i] = ip.String()
	}
	return s, s.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{
		External: told, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace})
}

// onLoopback tells whether we listen on a loopback address only.
func (n *network) onLoopback() bool {
	addr, ok := asUDPAddr(n.udp.LocalAddr())
	return ok && addr.IP.IsLoopback()
}

// buildAPIs registers codecs, feedback and interceptors.
func (n *network) buildAPIs(s webrtc.SettingEngine) error {
	viewerMedia, ingestMedia := &webrtc.MediaEngine{}, &webrtc.MediaEngine{}
	if err := registerCodecs(viewerMedia, true); err != nil {
		return err
	}
	if err := registerCodecs(ingestMedia, false); err != nil {
		return err
	}
	generator, err := nack.NewGeneratorInterceptor(nack.GeneratorInterval(nackEvery), nack.GeneratorSize(1024),
		nack.WithGeneratorLoggerFactory(quiet()))
	if err != nil {
		return err
	}
	receiver, err := report.NewReceiverInterceptor(report.WithReceiverLoggerFactory(quiet()))
	if err != nil {
		return err
	}
	registry := &interceptor.Registry{}
	registry.Add(generator)
	registry.Add(receiver)
	if err := webrtc.ConfigureTWCCSender(ingestMedia, registry); err != nil {
		return err
	}
	n.viewer = webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(viewerMedia),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	n.ingest = webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(ingestMedia),
		webrtc.WithInterceptorRegistry(registry))
	return nil
}

// registerCodecs lets in what browsers and WHIP encoders share: H.264
// constrained baseline and baseline with packetization-mode 1, and Opus. With
// rtx retransmissions may have a stream of their own (RFC 4588).
func registerCodecs(m *webrtc.MediaEngine, rtx bool) error {
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}}
	for i, profile := range []string{"42e01f", "42001f", "42c01f"} {
		pt := webrtc.PayloadType(102 + 2*i)
		if err := m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: pt, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeH264, ClockRate: 90000, RTCPFeedback: feedback,
			SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=" + profile,
		}}, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
		if !rtx {
			continue
		}
		if err := m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: pt + 1, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", pt),
		}}, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	return m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
	}}, webrtc.RTPCodecTypeAudio)
}

// connection makes a peer connection with the current certificate.
func (n *network) connection(api *webrtc.API) (*webrtc.PeerConnection, error) {
	n.mu.Lock()
	if n.certificate == nil || time.Since(n.made) > certificateLife {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err == nil {
			n.certificate, err = webrtc.GenerateCertificate(key)
		}
		if err != nil {
			n.mu.Unlock()
			return nil, err
		}
		n.made = time.Now()
	}
	certificate := *n.certificate
	n.mu.Unlock()
	return api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{certificate},
		BundlePolicy: webrtc.BundlePolicyMaxBundle})
}

// close ends the muxes and their sockets.
func (n *network) close() {
	_ = n.udpMux.Close() // closes the socket
	if n.tcpMux != nil {
		_ = n.tcpMux.Close()
		_ = n.tcp.Close() // waits for the writers
	}
}
