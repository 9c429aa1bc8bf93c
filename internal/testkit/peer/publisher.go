package peer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// Publication describes what a Publisher sends. Zero values mean the defaults.
type Publication struct {
	URL       string // of the WHIP endpoint
	Token     string
	Transport http.RoundTripper

	FPS     int // 30
	Bitrate int // bits per second of the picture, 2,500,000
	KeySize int // bytes of a key frame; 8 pictures' worth
	Seed    uint64
	// NoKeys has the publisher ignore wishes for key frames.
	NoKeys bool
	// Told is shown the payload of each packet just before it goes out. No two
	// packets have the same one. Calls come from two goroutines.
	Told func(payload []byte)
	// Setting changes the peer connection's settings, e.g. to a lossy network.
	Setting func(*webrtc.SettingEngine)
}

// Publisher is a running upload.
type Publisher struct {
	Session *whip.Session
	PC      *webrtc.PeerConnection

	p         Publication
	video     *webrtc.TrackLocalStaticRTP
	audio     *webrtc.TrackLocalStaticRTP
	connected chan struct{}
	gone      chan struct{}
	stop      context.CancelFunc
	running   sync.WaitGroup
	wishes    atomic.Int64
	key       atomic.Bool
	muted     atomic.Bool

	mu   sync.Mutex
	sent []Unit
}

// Publish starts an upload and returns when it is connected.
func Publish(ctx context.Context, p Publication) (*Publisher, error) {
	if p.FPS == 0 {
		p.FPS = 30
	}
	if p.Bitrate == 0 {
		p.Bitrate = 2_500_000
	}
	if p.KeySize == 0 {
		p.KeySize = p.Bitrate / p.FPS
	}
	pub := &Publisher{p: p, connected: make(chan struct{}), gone: make(chan struct{})}
	if err := pub.dial(ctx); err != nil {
		return nil, err
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	pub.stop = stop
	pub.key.Store(true)
	pub.running.Go(func() { pub.sendVideo(run) })
	pub.running.Go(func() { pub.sendAudio(run) })
	return pub, nil
}

func (p *Publisher) dial(ctx context.Context) (err error) {
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	if err := useRoomy(&s); err != nil {
		return err
	}
	if p.p.Setting != nil {
		p.p.Setting(&s)
	}
	api, err := defaultAPI(s)
	if err != nil {
		return err
	}
	if p.PC, err = api.NewPeerConnection(webrtc.Configuration{}); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = p.PC.GracefulClose()
		}
	}()
	watch(p.PC, p.connected, p.gone)
	if err := p.addTracks(); err != nil {
		return err
	}
	offer, err := completeOffer(p.PC, nil)
	if err != nil {
		return err
	}
	c := whip.Client{Endpoint: p.p.URL, Token: p.p.Token, Transport: p.p.Transport}
	if p.Session, err = c.Publish(ctx, offer); err != nil {
		return err
	}
	if err := p.PC.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: p.Session.Answer}); err != nil {
		return err
	}
	return waitFor(ctx, p.connected, p.gone)
}

func (p *Publisher) addTracks() (err error) {
	p.video, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
		SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}, "video", "peer")
	if err != nil {
		return err
	}
	p.audio, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "audio", "peer")
	if err != nil {
		return err
	}
	for _, t := range []*webrtc.TrackLocalStaticRTP{p.video, p.audio} {
		tr, err := p.PC.AddTransceiverFromTrack(t, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return err
		}
		p.running.Go(func() { p.readFeedback(tr.Sender()) })
	}
	return nil
}

// readFeedback counts and serves wishes for key frames.
func (p *Publisher) readFeedback(s *webrtc.RTPSender) {
	for {
		packets, _, err := s.ReadRTCP()
		if err != nil {
			return
		}
		for _, k := range packets {
			if _, ok := k.(*rtcp.PictureLossIndication); ok {
				p.wishes.Add(1)
				p.key.Store(!p.p.NoKeys || p.key.Load())
			}
		}
	}
}

// sendVideo sends pictures at the frame rate; a key frame first and when asked.
func (p *Publisher) sendVideo(ctx context.Context) {
	random := rand.New(rand.NewPCG(p.p.Seed, 1))
	packetizer := rtp.NewPacketizer(1200, 0, 0, &codecs.H264Payloader{}, rtp.NewRandomSequencer(), 90000)
	ticker := time.NewTicker(time.Second / time.Duration(p.p.FPS))
	defer ticker.Stop()
	step := uint32(90000 / p.p.FPS)
	for n := uint32(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		key, size := p.key.Swap(false), p.p.Bitrate/8/p.p.FPS
		if key {
			size = p.p.KeySize
		}
		nals := picture(random, n, key, size)
		packets := packetizer.Packetize(annexB(nals), step)
		if p.muted.Load() || len(packets) == 0 {
			p.key.Store(p.key.Load() || key)
			continue
		}
		u := Unit{TS: packets[0].Timestamp, Key: key, Whole: true, At: time.Now()}
		u.Hash, u.Size = hashOf(nals)
		p.mu.Lock()
		p.sent = append(p.sent, u)
		p.mu.Unlock()
		for _, k := range packets {
			p.tell(k.Payload)
			_ = p.video.WriteRTP(k) // a lost connection is seen by its state
		}
	}
}

// sendAudio sends an Opus packet every 20 ms.
func (p *Publisher) sendAudio(ctx context.Context) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	k := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}, Payload: make([]byte, 120)}
	k.Payload[0] = 0xfc // 20 ms of full-band CELT
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		k.SequenceNumber++
		k.Timestamp += 960
		k.Payload = slices.Clone(k.Payload) // a viewer may still hold the last one
		binary.BigEndian.PutUint64(k.Payload[1:], uint64(time.Now().UnixNano()))
		if !p.muted.Load() {
			p.tell(k.Payload)
			_ = p.audio.WriteRTP(k)
		}
	}
}

func (p *Publisher) tell(payload []byte) {
	if p.p.Told != nil {
		p.p.Told(payload)
	}
}

// Mute stops and continues all packets; the connection stays.
func (p *Publisher) Mute(on bool) { p.muted.Store(on) }

// Sent returns the access units so far.
func (p *Publisher) Sent() []Unit {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Unit(nil), p.sent...)
}

// Wishes counts the key frames that were asked for.
func (p *Publisher) Wishes() int { return int(p.wishes.Load()) }

// Gone is closed when the connection has ended or failed.
func (p *Publisher) Gone() <-chan struct{} { return p.gone }

// Restart restarts ICE through the session.
func (p *Publisher) Restart(ctx context.Context) error { return restart(ctx, p.PC, p.Session) }

// Close deletes the session and ends the peer.
func (p *Publisher) Close(ctx context.Context) error {
	return errors.Join(p.Session.Delete(ctx), p.Abandon())
}

// Abandon ends the peer without telling the server by HTTP.
func (p *Publisher) Abandon() error {
	p.stop()
	err := p.PC.GracefulClose()
	p.running.Wait()
	if err != nil {
		return fmt.Errorf("close the peer: %w", err)
	}
	return nil
}
