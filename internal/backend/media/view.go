package media

import (
	"context"
	"net/netip"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/backend/media/socket"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// view is one viewer's session.
type view struct {
	session
	room  string
	actor context.Context // who watches, for Recheck
	media *fan.Viewer

	back *returnRoom // what it shows when it is a performer's; nil: the room

	joined bool // guarded by Engine.mu
}

// origin is whose limit of views this one counts against.
func (v *view) origin() string { return domain.ActorFrom(v.actor).Origin }

// payer is the account that watches, "" for a guest.
func (v *view) payer() domain.AccountID { return domain.ActorFrom(v.actor).Account.ID }

// negotiate adds the two tracks and answers.
func (v *view) negotiate(ctx context.Context, offer string) (string, error) {
	for _, t := range v.media.Tracks(newName) {
		tr, err := v.pc.AddTransceiverFromTrack(t, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return "", err
		}
		v.readers.Go(func() { v.readFeedback(tr.Sender()) })
	}
	answer, err := v.answer(ctx, withoutCandidates(offer))
	if err == nil && !v.media.Bound() { // a rejected section, or a codec that only looked like ours
		err = unfit("Offer one active H.264 video and one active Opus audio section.")
	}
	return answer, err
}

// readFeedback passes on what the viewer asks for until the connection ends.
func (v *view) readFeedback(r *webrtc.RTPSender) {
	b := make([]byte, 1500)
	for {
		n, _, err := r.Read(b)
		if err != nil {
			return
		}
		v.media.Feedback(b[:n])
	}
}

// findTCP returns the TCP connection that ICE has chosen, nil over UDP.
func (v *view) findTCP(t *socket.TCP) *socket.Conn {
	if t == nil {
		return nil
	}
	pair, err := v.pc.GetSenders()[0].Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil || pair.Remote == nil || pair.Remote.Protocol != webrtc.ICEProtocolTCP {
		return nil
	}
	addr, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil {
		return nil
	}
	return t.Find(netip.AddrPortFrom(addr, pair.Remote.Port))
}
