package media

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// returnLingers is how long a return room that was closed still takes in reports: until
// the show is settled, which waits for hers.
const returnLingers = 3 * time.Second

// returnRoom is what a show's member sends to its performer: one upload of his, one
// view of hers, and nobody else. It is in no list and has no stills. Guarded by
// Engine.mu but for the fan and the deliveries.
type returnRoom struct {
	domain.ShowReturn
	fan            *fan.Fan
	picture, sound *fan.Delivery
	upload         *upload   // nil while none is connected
	view           *view     // nil while none is connected
	overAt         time.Time // zero while the show goes on
}

// Return opens the way back of a show whose payer is admitted, or changes what passes on
// it. When it returns, the last packet of what is off is out; with both off the
// sessions are ended.
func (e *Engine) Return(r domain.ShowReturn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	b := e.returns[r.Show]
	if room := e.rooms[r.Room]; b == nil && (room == nil || room.curtain != r.Show || !room.stage.admits(r.Payer)) {
		return
	}
	if b == nil {
		b = &returnRoom{picture: fan.NewDelivery(), sound: fan.NewDelivery()}
		b.fan = fan.NewReturn(e.udp.Flush, &e.shards, b.picture, b.sound)
		e.returns[r.Show] = b
	}
	if !b.overAt.IsZero() {
		return
	}
	b.ShowReturn = r
	b.fan.Pass(fan.Video, r.Cam2cam)
	b.fan.Pass(fan.Audio, r.Audio)
	if !b.on() {
		e.endReturn(b)
	} else if r.Cam2cam && b.upload != nil {
		b.upload.src.AskKey()
	}
}

// Returned tells how much of the member's picture and sound the performer's program
// has confirmed.
func (e *Engine) Returned(show string) (picture, sound time.Duration) {
	e.mu.Lock()
	b := e.returns[show]
	e.mu.Unlock()
	if b == nil {
		return 0, 0
	}
	return b.picture.Arrived(), b.sound.Arrived()
}

func (b *returnRoom) on() bool { return b.overAt.IsZero() && (b.Cam2cam || b.Audio) }

// closeReturn stops the way back of a show that has ended: the last packet is out
// when it returns. Reports about them still come in. The caller holds mu.
func (e *Engine) closeReturn(show string) {
	b := e.returns[show]
	if b == nil || !b.overAt.IsZero() {
		return
	}
	b.overAt = e.now()
	b.fan.Close()
	for _, u := range e.uploads {
		if u.back == b {
			e.endUpload(u)
		}
	}
}

// endReturn ends both sessions of a way back; what was delivered stays known. The
// caller holds mu.
func (e *Engine) endReturn(b *returnRoom) {
	b.fan.Close()
	for _, u := range e.uploads {
		if u.back == b {
			e.endUpload(u)
		}
	}
	for _, v := range e.views {
		if v.back == b {
			e.endView(v)
		}
	}
}

// sweepReturns forgets those whose last reports have come. The caller holds mu.
func (e *Engine) sweepReturns(now time.Time) {
	for show, b := range e.returns {
		if !b.overAt.IsZero() && now.Sub(b.overAt) >= returnLingers {
			e.endReturn(b)
			delete(e.returns, show)
		}
	}
}

// wayBack finds the way back of a show for the one account that may use it. To all
// others there is no such show.
func (e *Engine) wayBack(ctx context.Context, show string, whose func(*returnRoom) domain.AccountID) (*returnRoom, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	b, who := e.returns[show], domain.ActorFrom(ctx).Account.ID
	if b == nil || who == "" || whose(b) != who {
		return nil, refusal(domain.Errorf("show", domain.KindNotFound, "There is no such show."))
	}
	if !b.on() {
		return nil, &whip.Refusal{Status: http.StatusConflict, Kind: string(domain.KindConflict),
			Message: "Neither cam2cam nor two-way audio is on; switch one on first.", RetryAfter: retryAfter}
	}
	return b, nil
}

// senders answers the WHIP of shows: the payer's.
type senders struct{ publishers }

// Offer begins the payer's upload; it replaces the one before as soon as it is
// connected.
func (p senders) Offer(ctx context.Context, o whip.Offer) (whip.Answer, error) {
	e := p.e
	if err := e.mayOffer(ctx); err != nil {
		return whip.Answer{}, err
	}
	b, err := e.wayBack(ctx, o.Resource, func(b *returnRoom) domain.AccountID { return b.Payer })
	if err == nil {
		err = checkOffer(o.SDP, "sendonly")
	}
	if err != nil {
		return whip.Answer{}, err
	}
	return e.answerUpload(ctx, o.SDP, &upload{grant: Upload{ID: o.Resource}, back: b})
}

// hearers answers the WHEP of shows: the performer's.
type hearers struct{ watchers }

// Offer begins the performer's view; it replaces the one before.
func (w hearers) Offer(ctx context.Context, o whip.Offer) (whip.Answer, error) {
	e := w.e
	if err := e.mayOffer(ctx); err != nil {
		return whip.Answer{}, err
	}
	b, err := e.wayBack(ctx, o.Resource, func(b *returnRoom) domain.AccountID { return b.Performer })
	if err == nil {
		err = checkOffer(o.SDP, "recvonly")
	}
	if err != nil {
		return whip.Answer{}, err
	}
	return e.answerView(ctx, o.SDP, &view{room: b.Room, back: b})
}

// attachReturn has a connected upload feed its way back; the caller holds mu.
func (e *Engine) attachReturn(u *upload) {
	b := u.back
	if !b.on() {
		e.endUpload(u)
		return
	}
	if old := b.upload; old != nil && old != u {
		b.upload = nil
		e.gone[old.id] = e.now()
		e.endUpload(old)
	}
	b.upload = u
	b.fan.Open(u.src)
	u.src.AskKey()
}

// joinReturn gives a connected view its place; the caller holds mu.
func (e *Engine) joinReturn(v *view) {
	b := v.back
	if !b.on() {
		e.endView(v)
		return
	}
	v.media.Resume(v.findTCP(e.net.tcp))
	if v.joined {
		return
	}
	if b.view != nil {
		e.endView(b.view)
	}
	v.joined, b.view = true, v
	b.fan.Add(v.media)
}

// admitted asks whether one end of a way back may still be there: the session lives
// and the performer's door is open.
func (e *Engine) admitted(ctx context.Context, b *returnRoom) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	err := e.config.Doorman.AdmitView(ctx, b.Room)
	if isUndecided(err) {
		return nil
	}
	return err
}

// split serves what is about a show by its own server. A performer may be called
// "shows": the sessions of her views are one level higher.
func split(base string, shows, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		below, found := strings.CutPrefix(r.URL.Path, base+"/shows/")
		session := slices.Contains([]string{http.MethodPatch, http.MethodDelete}, r.Method)
		if found && (strings.Contains(strings.Trim(below, "/"), "/") || !session) {
			shows.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// connectedReturn follows the connection of a way back's upload; the caller holds mu.
func (e *Engine) connectedReturn(u *upload, state webrtc.PeerConnectionState) {
	switch state {
	case webrtc.PeerConnectionStateConnected:
		if !u.connected {
			u.connected = true
			e.attachReturn(u)
		}
	case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
		e.endUpload(u)
	}
}
