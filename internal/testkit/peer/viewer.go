package peer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// Watch describes a Viewer. Zero values mean the defaults.
type Watch struct {
	URL       string // of the WHEP endpoint
	Token     string
	Transport http.RoundTripper

	TCP bool // ICE over TCP only
	// Drop is asked for every packet of the picture as it comes from the network;
	// true loses it.
	Drop func(h *rtp.Header) bool
	// Tap is shown every RTP and RTCP packet as it was sent, decrypted; it must
	// copy what it keeps. Calls come from several goroutines.
	Tap func(packet []byte)
	// Setting changes the peer connection's settings.
	Setting func(*webrtc.SettingEngine)
	// AskKey asks for a key frame until there is a whole one.
	AskKey bool
	// Light leaves out hashing, for crowds.
	Light bool
	// Keep keeps the bytes of each access unit in Unit.Data.
	Keep bool
}

// Stats are the numbers that a viewer saw.
type Stats struct {
	VideoSSRC, AudioSSRC   uint32
	FirstVideo, FirstAudio rtp.Header // of the first packets
	VideoPackets           int
	AudioPackets           int
	Lost                   int // packets of the picture that never came
	Reports                []rtcp.SenderReport
}

// Viewer is a running view.
type Viewer struct {
	Session *whip.Session
	PC      *webrtc.PeerConnection

	w         Watch
	connected chan struct{}
	gone      chan struct{}
	began     time.Time
	readers   sync.WaitGroup
	firstKey  atomic.Int64 // ns from the offer to the first whole key frame

	mu    sync.Mutex
	news  chan struct{} // closed and replaced with every access unit
	units []Unit
	stats Stats
	order order
}

// View starts a view and returns when it is connected.
func View(ctx context.Context, w Watch) (*Viewer, error) {
	v := &Viewer{w: w, connected: make(chan struct{}), gone: make(chan struct{}), news: make(chan struct{}), began: time.Now()}
	v.order.done, v.order.keep = v.took, w.Keep
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	if err := useRoomy(&s); err != nil {
		return nil, err
	}
	s.SetSRTPReplayProtectionWindow(1024)
	if w.TCP {
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	}
	if w.Setting != nil {
		w.Setting(&s)
	}
	first := []interceptor.Factory{&lossFactory{drop: w.Drop}}
	if w.Tap != nil {
		first = append([]interceptor.Factory{&tapFactory{see: w.Tap}}, first...)
	}
	api, err := defaultAPI(s, first...)
	if err != nil {
		return nil, err
	}
	if v.PC, err = api.NewPeerConnection(webrtc.Configuration{}); err != nil {
		return nil, err
	}
	if err := v.dial(ctx); err != nil {
		_ = v.PC.GracefulClose()
		v.readers.Wait()
		return nil, err
	}
	return v, nil
}

func (v *Viewer) dial(ctx context.Context) error {
	watch(v.PC, v.connected, v.gone)
	v.PC.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		v.readers.Go(func() { v.readReports(r) })
		v.readers.Go(func() { v.read(t) })
		if v.w.AskKey && t.Kind() == webrtc.RTPCodecTypeVideo {
			v.readers.Go(func() { v.wish(t) })
		}
	})
	for _, k := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if _, err := v.PC.AddTransceiverFromKind(k, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return err
		}
	}
	offer, err := completeOffer(v.PC, nil)
	if err != nil {
		return err
	}
	c := whip.Client{Endpoint: v.w.URL, Token: v.w.Token, Transport: v.w.Transport}
	if v.Session, err = c.View(ctx, offer); err != nil {
		return err
	}
	answer := v.Session.Answer
	if v.w.TCP {
		answer = onlyTCP(answer)
	}
	if err := v.PC.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return err
	}
	return waitFor(ctx, v.connected, v.gone)
}

// wish asks for a key frame, twice a second, until there is one.
func (v *Viewer) wish(t *webrtc.TrackRemote) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for v.firstKey.Load() == 0 {
		if v.PC.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(t.SSRC())}}) != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-v.gone:
			return
		}
	}
}

// onlyTCP removes the UDP candidates from an answer.
func onlyTCP(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(answer) {
		if !strings.HasPrefix(line, "a=candidate:") || strings.Contains(strings.ToLower(line), " tcp ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func (v *Viewer) read(t *webrtc.TrackRemote) {
	isVideo := t.Kind() == webrtc.RTPCodecTypeVideo
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		v.mu.Lock()
		if isVideo {
			if v.stats.VideoPackets == 0 {
				v.stats.FirstVideo, v.stats.VideoSSRC = p.Header, p.SSRC
			}
			v.stats.VideoPackets++
			v.order.push(p, v.w.Light)
			v.stats.Lost = v.order.lost
		} else {
			if v.stats.AudioPackets == 0 {
				v.stats.FirstAudio, v.stats.AudioSSRC = p.Header, p.SSRC
			}
			v.stats.AudioPackets++
		}
		v.mu.Unlock()
	}
}

// took stores an access unit; the caller holds mu.
func (v *Viewer) took(u Unit) {
	if u.Key && u.Whole {
		v.firstKey.CompareAndSwap(0, int64(time.Since(v.began)))
	}
	v.units = append(v.units, u)
	close(v.news)
	v.news = make(chan struct{})
}

func (v *Viewer) readReports(r *webrtc.RTPReceiver) {
	for {
		packets, _, err := r.ReadRTCP()
		if err != nil {
			return
		}
		for _, k := range packets {
			if sr, ok := k.(*rtcp.SenderReport); ok {
				v.mu.Lock()
				v.stats.Reports = append(v.stats.Reports, *sr)
				v.mu.Unlock()
			}
		}
	}
}

// Units returns the access units so far.
func (v *Viewer) Units() []Unit {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]Unit(nil), v.units...)
}

// Stats returns the numbers so far.
func (v *Viewer) Stats() Stats {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.stats
	s.Reports = append([]rtcp.SenderReport(nil), s.Reports...)
	return s
}

// FirstKey is the time from the offer to the first whole key frame, 0 before.
func (v *Viewer) FirstKey() time.Duration { return time.Duration(v.firstKey.Load()) }

// Wait returns when at least n access units are there.
func (v *Viewer) Wait(ctx context.Context, n int) error {
	for {
		v.mu.Lock()
		have, news := len(v.units), v.news
		v.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-news:
		case <-v.gone:
			return errGone
		case <-ctx.Done():
			return fmt.Errorf("%d access units of %d: %w", have, n, ctx.Err())
		}
	}
}

// Gone is closed when the connection has ended or failed.
func (v *Viewer) Gone() <-chan struct{} { return v.gone }

// AskKey sends a wish for a key frame (PLI).
func (v *Viewer) AskKey() error {
	return v.PC.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: v.Stats().VideoSSRC}})
}

// Restart restarts ICE through the session.
func (v *Viewer) Restart(ctx context.Context) error { return restart(ctx, v.PC, v.Session) }

// Close deletes the session and ends the peer.
func (v *Viewer) Close(ctx context.Context) error {
	return errors.Join(v.Session.Delete(ctx), v.Abandon())
}

// Abandon ends the peer without telling the server by HTTP.
func (v *Viewer) Abandon() error {
	err := v.PC.GracefulClose()
	v.readers.Wait()
	return err
}

// lossFactory makes interceptors that lose packets before anything else sees
// them.
type lossFactory struct{ drop func(*rtp.Header) bool }

func (f *lossFactory) NewInterceptor(string) (interceptor.Interceptor, error) {
	return &loss{drop: f.drop}, nil
}

type loss struct {
	interceptor.NoOp
	drop func(*rtp.Header) bool
}

// BindRemoteStream drops what drop says.
func (l *loss) BindRemoteStream(info *interceptor.StreamInfo, next interceptor.RTPReader) interceptor.RTPReader {
	if l.drop == nil || !strings.HasPrefix(info.MimeType, "video/") {
		return next
	}
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		for {
			n, a, err := next.Read(b, a)
			if err != nil {
				return n, a, err
			}
			var h rtp.Header
			if _, err := h.Unmarshal(b[:n]); err != nil || !l.drop(&h) {
				return n, a, nil
			}
		}
	})
}
