package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// errGone says that a peer's connection ended.
var errGone = errors.New("the connection failed or was closed by the server")

// defaultAPI is pion as most programs use it.
func defaultAPI(s webrtc.SettingEngine, first ...interceptor.Factory) (*webrtc.API, error) {
	s.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	m := &webrtc.MediaEngine{}
	if err := m.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	r := &interceptor.Registry{}
	for _, f := range first {
		r.Add(f)
	}
	if err := webrtc.RegisterDefaultInterceptors(m, r); err != nil {
		return nil, err
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(r)), nil
}

// watch closes connected and gone as the connection gets there.
func watch(pc *webrtc.PeerConnection, connected, gone chan struct{}) {
	var up, down sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		switch s {
		case webrtc.PeerConnectionStateConnected:
			up.Do(func() { close(connected) })
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			down.Do(func() { close(gone) })
		}
	})
}

func waitFor(ctx context.Context, connected, gone <-chan struct{}) error {
	select {
	case <-connected:
		return nil
	case <-gone:
		return errGone
	case <-ctx.Done():
		return fmt.Errorf("the connection was not made in time: %w", ctx.Err())
	}
}

// completeOffer makes an offer with all candidates.
func completeOffer(pc *webrtc.PeerConnection, o *webrtc.OfferOptions) (string, error) {
	offer, err := pc.CreateOffer(o)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		return "", err
	}
	<-gathered
	return pc.LocalDescription().SDP, nil
}

// restart restarts ICE by PATCH and puts the server's fragment into its answer.
func restart(ctx context.Context, pc *webrtc.PeerConnection, s *whip.Session) error {
	answer := pc.RemoteDescription().SDP
	offer, err := completeOffer(pc, &webrtc.OfferOptions{ICERestart: true})
	if err != nil {
		return err
	}
	f, err := whip.FragmentOf(offer)
	if err != nil {
		return err
	}
	theirs, err := s.Restart(ctx, f)
	if err != nil {
		return err
	}
	var b strings.Builder
	for line := range strings.Lines(answer) {
		switch {
		case strings.HasPrefix(line, "a=ice-ufrag:"):
			line = "a=ice-ufrag:" + theirs.Ufrag + "\r\n"
		case strings.HasPrefix(line, "a=ice-pwd:"):
			line = "a=ice-pwd:" + theirs.Pwd + "\r\n"
		}
		b.WriteString(line)
	}
	return pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: b.String()})
}
