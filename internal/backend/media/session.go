package media

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// session is the part that uploads and views share: a peer connection that was
// answered, with its address and its ICE session's name.
type session struct {
	id      string
	pc      *webrtc.PeerConnection
	born    time.Time
	readers sync.WaitGroup // end when pc is closed

	mu    sync.Mutex // one negotiation at a time
	etag  string
	offer string
}

// newName makes an unguessable, URL-safe name of 192 random bits.
func newName() string {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// gatherTimeout bounds the making of an answer; our sockets are open already.
const gatherTimeout = 3 * time.Second

// answer sets the offer and makes the answer with all candidates.
func (s *session) answer(ctx context.Context, offer string) (string, error) {
	if err := s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", unanswerable()
	}
	answer, err := s.pc.CreateAnswer(nil)
	if err != nil {
		return "", unanswerable()
	}
	gathered := webrtc.GatheringCompletePromise(s.pc)
	if err := s.pc.SetLocalDescription(answer); err != nil {
		return "", unanswerable()
	}
	timeout := time.NewTimer(gatherTimeout)
	defer timeout.Stop()
	select {
	case <-gathered:
	case <-ctx.Done():
		return "", ctx.Err()
	case <-timeout.C:
		return "", errors.New("no candidates were gathered")
	}
	s.offer, s.etag = offer, newName()
	return s.pc.LocalDescription().SDP, nil
}

// unanswerable refuses an offer that looks like ours and does not hold. Why not
// is told by a library in words for programmers; it says nothing to do.
func unanswerable() error {
	return unfit("This offer cannot be answered: its SDP is not whole or contradicts itself. Update the encoder or the browser, or try another one.")
}

// patch takes trickled candidates, which we do not need (see withoutCandidates),
// or restarts ICE when the fragment has new credentials and mayRestart agrees: a
// restart is as much work as an offer.
func (s *session) patch(ctx context.Context, p whip.Patch, mayRestart func(context.Context) error) (whip.Patched, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.Match != "*" && p.Match != s.etag {
		return whip.Patched{}, whip.Mismatch()
	}
	f := p.Fragment
	if f.Ufrag == "" || hasUfrag(s.offer, f.Ufrag) {
		return whip.Patched{}, nil
	}
	if err := mayRestart(ctx); err != nil {
		return whip.Patched{}, err
	}
	answer, err := s.answer(ctx, withCredentials(s.offer, f.Ufrag, f.Pwd))
	if err != nil {
		return whip.Patched{}, fmt.Errorf("restart ICE: %w", err)
	}
	ours, err := whip.FragmentOf(answer)
	if err != nil {
		return whip.Patched{}, err
	}
	ours.End = true
	return whip.Patched{Fragment: &ours, ETag: s.etag}, nil
}

// farewellWithin bounds the end of a handshake whose last flights are sent anew.
const farewellWithin = 3 * time.Second

// close ends the connection, says so to a peer that is connected, and waits for
// everything that belongs to it. It must not be called from one of the connection's
// callbacks.
func (s *session) close() {
	s.finishHandshake()
	_ = s.pc.GracefulClose() // errors of a peer that is gone say nothing
	s.readers.Wait()
}

// finishHandshake waits for the end of a handshake that goes on. The peer sends its last
// flight and is connected before we are: a connection that ends in between ends without
// DTLS's word, and the peer would learn it from the silence, up to half a minute later.
// What the peer sends meanwhile is not read.
func (s *session) finishHandshake() {
	s.pc.OnTrack(func(*webrtc.TrackRemote, *webrtc.RTPReceiver) {})
	changed := make(chan struct{}, 1)
	s.pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	timeout := time.NewTimer(farewellWithin)
	defer timeout.Stop()
	for s.pc.ICEConnectionState() == webrtc.ICEConnectionStateConnected && s.pc.ConnectionState() == webrtc.PeerConnectionStateConnecting {
		select {
		case <-changed:
		case <-timeout.C:
			return
		}
	}
}
