package uplink

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/whip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const soon = 20 * time.Second

// far is the other side: a WHIP server with one pion peer.
type far struct {
	t       *testing.T
	pc      *webrtc.PeerConnection
	packets chan uint8 // payload types as they arrive
	ssrc    chan webrtc.SSRC
	gone    atomic.Bool
}

// Offer implements whip.Peer.
func (f *far) Offer(_ context.Context, o whip.Offer) (whip.Answer, error) {
	f.pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		f.ssrc <- t.SSRC()
		for {
			if _, _, err := t.ReadRTP(); err != nil {
				return
			}
			select {
			case f.packets <- uint8(t.PayloadType()):
			default:
			}
		}
	})
	err := f.answer(o.SDP)
	return whip.Answer{Session: "session", ETag: "0", SDP: f.pc.LocalDescription().SDP}, err
}

// Patch implements whip.Peer: an ICE restart.
func (f *far) Patch(_ context.Context, p whip.Patch) (whip.Patched, error) {
	if f.gone.Load() {
		return whip.Patched{}, whip.NoSession()
	}
	if p.Fragment.End && len(p.Fragment.Candidates) == 0 {
		return whip.Patched{}, nil
	}
	if err := f.answer(withFragment(f.pc.RemoteDescription(), p.Fragment)); err != nil {
		return whip.Patched{}, err
	}
	fragment, err := whip.FragmentOf(f.pc.LocalDescription().SDP)
	return whip.Patched{Fragment: &fragment, ETag: "1"}, err
}

// Close implements whip.Peer.
func (f *far) Close(context.Context, string) error { return f.pc.GracefulClose() }

func (f *far) answer(offer string) error {
	if err := f.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return err
	}
	answer, err := f.pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(f.pc)
	if err := f.pc.SetLocalDescription(answer); err != nil {
		return err
	}
	<-gathered
	return nil
}

// dial connects a Peer with its far side.
func dial(t *testing.T) (*Peer, *whip.Session, *far) {
	t.Helper()
	var set webrtc.SettingEngine
	set.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(set)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	f := &far{t: t, pc: pc, packets: make(chan uint8, 100), ssrc: make(chan webrtc.SSRC, 2)}
	server := httptest.NewServer(whip.NewServer("/whip", f))
	transport := &http.Transport{}
	p, err := New(Config{Endpoint: server.URL, MinBitrate: 100_000, Bitrate: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(p.Close(), pc.GracefulClose()); err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
		server.Close()
	})
	offer, err := p.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	remote, err := (&whip.Client{Endpoint: server.URL + "/whip", Transport: transport}).Publish(t.Context(), offer)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Accept(remote.Answer), p.Connected(t.Context(), soon)); err != nil {
		t.Fatal(err)
	}
	return p, remote, f
}

// sendUntil sends pictures until one arrives.
func sendUntil(t *testing.T, p *Peer, f *far) {
	t.Helper()
	for len(f.packets) > 0 {
		<-f.packets
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(soon)
	for {
		picture := encode.Unit{Kind: encode.KindVideo, Data: unit([]byte{0x65, 1, 2}), At: time.Now()}
		if err := p.Send(picture, nil); err != nil {
			t.Fatal(err)
		}
		select {
		case <-f.packets:
			return
		case <-tick.C:
		case <-deadline:
			t.Fatal("nothing arrived")
		}
	}
}

func TestPeer_restartKeepsTheSession(t *testing.T) {
	p, remote, f := dial(t)
	sendUntil(t, p, f)
	before, err := whip.FragmentOf(p.pc.RemoteDescription().SDP)
	if err != nil {
		t.Fatal(err)
	}
	p.became(webrtc.PeerConnectionStateDisconnected)
	if p.State() != Silent {
		t.Errorf("it is %s", p.State())
	}
	if err := p.Restart(t.Context(), remote); err != nil {
		t.Fatal(err)
	}
	after, err := whip.FragmentOf(p.pc.RemoteDescription().SDP)
	if err != nil || after.Ufrag == before.Ufrag || remote.ETag() != "1" {
		t.Errorf("credentials %q after %q, ETag %s: %v", after.Ufrag, before.Ufrag, remote.ETag(), err)
	}
	sendUntil(t, p, f)
}

// Another range is in force at once, and packets go on meanwhile.
func TestPeer_takesAnotherRange(t *testing.T) {
	p, _, f := dial(t)
	sendUntil(t, p, f)
	for _, most := range []int{300_000, 5_000_000, 5_000_000} {
		if err := p.SetRange(most/8, most); err != nil {
			t.Fatal(err)
		}
		sendUntil(t, p, f)
		if got := p.Rate(); got < most/8 || got > most {
			t.Errorf("%d bit/s of at most %d", got, most)
		}
	}
	if err := errors.Join(p.Close(), p.SetRange(100_000, 1_000_000)); err != nil {
		t.Error(err)
	}
}

func TestPeer_askWhetherTheSessionIsKnown(t *testing.T) {
	p, remote, f := dial(t)
	if p.Gone(t.Context(), remote) {
		t.Error("a session that is there is gone")
	}
	sendUntil(t, p, f)
	f.gone.Store(true)
	if !p.Gone(t.Context(), remote) {
		t.Error("a session that is gone is there")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if p.Gone(ended, remote) {
		t.Error("no answer counts as gone")
	}
}

func TestPeer_listensForKeyFrameWishes(t *testing.T) {
	p, _, f := dial(t)
	sendUntil(t, p, f)
	wishes := make(chan struct{}, 10)
	done := make(chan struct{})
	go func() { p.Listen(t.Context(), func() { wishes <- struct{}{} }); close(done) }()
	if err := f.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(<-f.ssrc)}}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-wishes:
	case <-time.After(soon):
		t.Error("the wish did not arrive")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	<-done // the readers end with the connection
	if p.State() != Lost {
		t.Errorf("closed it is %s", p.State())
	}
}

func TestPeer_offersWhatBrowsersShare(t *testing.T) {
	p, err := New(Config{Endpoint: "http://127.0.0.1/whip", MinBitrate: 100_000, Bitrate: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	offer, err := p.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a=sendonly", "profile-level-id=42e01f", "packetization-mode=1", "opus/48000/2", "a=group:BUNDLE 0 1", "transport-cc", "nack pli", "a=candidate:"} {
		if !strings.Contains(offer, want) {
			t.Errorf("no %q in the offer", want)
		}
	}
	if strings.Contains(offer, "a=sendrecv") || strings.Contains(offer, ".local") || strings.Count(offer, "a=rtpmap") != 2 {
		t.Errorf("too much in the offer:\n%s", offer)
	}
	if rate := p.Rate(); rate != 1_000_000 {
		t.Errorf("before any feedback the path carries %d", rate)
	}
	if err := p.Accept("v=0 nonsense"); err == nil {
		t.Error("nonsense was accepted")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := p.Connected(ctx, soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("connected to nobody: %v", err)
	}
	if err := p.Connected(t.Context(), time.Millisecond); !errors.Is(err, ErrNoPath) {
		t.Errorf("connected to nobody: %v", err)
	}
	if err := p.Send(encode.Unit{Kind: encode.KindVideo, Data: unit([]byte{0x65, 1})}, nil); err != nil {
		t.Errorf("sending before the answer: %v", err)
	}
}
