package media

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// refusal turns a domain error into the status of docs/PROTOCOL.md.
func refusal(err error) error {
	var told *whip.Refusal
	if errors.As(err, &told) {
		return err
	}
	kind := domain.KindOf(err)
	status, ok := map[domain.Kind]int{
		domain.KindInvalid: http.StatusUnprocessableEntity, domain.KindUnauthenticated: http.StatusUnauthorized,
		domain.KindPayment: http.StatusPaymentRequired, domain.KindForbidden: http.StatusForbidden,
		domain.KindCountry: http.StatusUnavailableForLegalReasons, domain.KindNotFound: http.StatusNotFound,
		domain.KindConflict: http.StatusConflict, domain.KindTooLarge: http.StatusRequestEntityTooLarge,
		domain.KindLimited: http.StatusTooManyRequests, domain.KindUnavailable: http.StatusServiceUnavailable,
	}[kind]
	if !ok {
		return err
	}
	r := &whip.Refusal{Status: status, Kind: string(kind), Message: domain.Sentence(err)}
	var d *domain.Error
	if errors.As(err, &d) {
		r.RetryAfter = d.RetryAfter
	}
	if r.RetryAfter == 0 && (kind == domain.KindLimited || kind == domain.KindUnavailable || kind == domain.KindConflict) {
		r.RetryAfter = retryAfter
	}
	return r
}

func full(what string) error {
	return &whip.Refusal{Status: http.StatusServiceUnavailable, Kind: string(domain.KindUnavailable),
		Message: what, RetryAfter: fullAfter}
}

// noRooms is the refusal of a token whose grant is empty.
func noRooms() error {
	return domain.Errorf("upload", domain.KindForbidden, "This token allows no room any more; ask for a new one.")
}

// mayOffer applies the limits that every offer and every ICE restart meet first.
func (e *Engine) mayOffer(ctx context.Context) error {
	if wait, ok := e.offers.allow(domain.ActorFrom(ctx).Origin, e.now()); !ok {
		return &whip.Refusal{Status: http.StatusTooManyRequests, Kind: string(domain.KindLimited),
			Message: "Too many attempts; wait a moment and try again.", RetryAfter: wait}
	}
	return nil
}

// asking is the context in which an actor is asked about again later.
func asking(ctx context.Context) context.Context {
	return domain.WithActor(context.Background(), domain.ActorFrom(ctx))
}

// publishers answers WHIP.
type publishers struct{ e *Engine }

// Offer begins an upload. It replaces those that feed the same rooms as soon as
// it is connected.
func (p publishers) Offer(ctx context.Context, o whip.Offer) (whip.Answer, error) {
	e := p.e
	if err := e.mayOffer(ctx); err != nil {
		return whip.Answer{}, err
	}
	grant, err := e.config.Doorman.AdmitUpload(ctx, o.Token)
	if err != nil {
		return whip.Answer{}, refusal(err)
	}
	if len(grant.Rooms) == 0 {
		return whip.Answer{}, refusal(noRooms())
	}
	if err := checkOffer(o.SDP, "sendonly", "sendrecv"); err != nil {
		return whip.Answer{}, err
	}
	return e.answerUpload(ctx, o.SDP, &upload{token: o.Token, grant: grant, mute: o.Query.Get("shows") == "none",
		rooms: slices.Clone(grant.Rooms), opened: map[string]bool{}})
}

// answerUpload makes the connection of an upload that is allowed.
func (e *Engine) answerUpload(ctx context.Context, offer string, u *upload) (whip.Answer, error) {
	pc, err := e.net.connection(e.net.ingest)
	if err != nil {
		return whip.Answer{}, err
	}
	u.session, u.engine, u.actor = session{id: newName(), pc: pc, born: e.now()}, e, asking(ctx)
	u.src = fan.NewSource(&e.counters, u.requestKey)
	pc.OnTrack(u.track)
	answer, err := u.answer(ctx, withoutCandidates(offer))
	if err == nil {
		err = e.enterUpload(u)
	}
	if err != nil {
		u.close()
		return whip.Answer{}, err
	}
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { e.uploadState(u) })
	if err := e.recheckUpload(u); err != nil { // what changed before u was registered, no Recheck has seen
		return whip.Answer{}, refusal(err)
	}
	return whip.Answer{Session: u.id, ETag: u.etag, SDP: answer}, nil
}

// enterUpload registers an answered upload.
func (e *Engine) enterUpload(u *upload) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return full("The server is closing; try again in a moment.")
	}
	if len(e.uploads) >= e.config.MaxUploads {
		return full("The server is full; try again later.")
	}
	e.uploads[u.id] = u
	return nil
}

// uploadState follows the publisher's connection. Calls come in any order, so
// it looks at the state itself.
func (e *Engine) uploadState(u *upload) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.uploads[u.id] != u {
		return
	}
	if u.back != nil {
		e.connectedReturn(u, u.pc.ConnectionState())
		return
	}
	switch u.pc.ConnectionState() {
	case webrtc.PeerConnectionStateConnected:
		if u.connected {
			return
		}
		u.connected = true
		for _, name := range u.rooms {
			e.attach(e.room(name), u)
		}
		e.config.Log.Info("upload connected", "upload", u.grant.ID, "rooms", len(u.rooms))
	case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
		e.endUpload(u)
	}
}

// pictureCame tells the rooms whose gate is open that the picture is there.
func (e *Engine) pictureCame(u *upload) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range u.rooms {
		if r := e.rooms[name]; r != nil && r.upload == u && r.gate && r.opensAt.IsZero() {
			e.signal(r, picture)
		}
	}
}

// noUpload is the answer about an upload that is not there; the caller holds mu.
func (e *Engine) noUpload(session string) error {
	if _, replaced := e.gone[session]; replaced {
		return whip.Replaced()
	}
	return whip.NoSession()
}

// Patch trickles or restarts ICE.
func (p publishers) Patch(ctx context.Context, patch whip.Patch) (whip.Patched, error) {
	p.e.mu.Lock()
	u, none := p.e.uploads[patch.Session], p.e.noUpload(patch.Session)
	p.e.mu.Unlock()
	if u == nil {
		return whip.Patched{}, none
	}
	return u.patch(ctx, patch, p.e.mayOffer)
}

// Close ends an upload by its publisher's wish.
func (p publishers) Close(_ context.Context, session string) error {
	p.e.mu.Lock()
	defer p.e.mu.Unlock()
	u := p.e.uploads[session]
	if u == nil {
		return p.e.noUpload(session)
	}
	p.e.endUpload(u)
	return nil
}

// watchers answers WHEP.
type watchers struct{ e *Engine }

// Offer begins a view of a live room.
func (w watchers) Offer(ctx context.Context, o whip.Offer) (whip.Answer, error) {
	e := w.e
	if err := e.mayOffer(ctx); err != nil {
		return whip.Answer{}, err
	}
	if err := e.config.Doorman.AdmitView(ctx, o.Resource); err != nil {
		return whip.Answer{}, refusal(err)
	}
	if !e.shows(ctx, o.Resource) {
		return whip.Answer{}, &whip.Refusal{Status: http.StatusConflict, Kind: string(domain.KindConflict),
			Message: "This room is not live at the moment; try again in a moment.", RetryAfter: retryAfter}
	}
	if err := checkOffer(o.SDP, "recvonly"); err != nil {
		return whip.Answer{}, err
	}
	return e.answerView(ctx, o.SDP, &view{room: o.Resource})
}

// answerView makes the connection of a view that is allowed.
func (e *Engine) answerView(ctx context.Context, offer string, v *view) (whip.Answer, error) {
	pc, err := e.net.connection(e.net.viewer)
	if err != nil {
		return whip.Answer{}, err
	}
	v.session, v.actor, v.media = session{id: newName(), pc: pc, born: e.now()}, asking(ctx), fan.NewViewer(pc, &e.counters)
	answer, err := v.negotiate(ctx, offer)
	if err == nil {
		err = e.enterView(v)
	}
	if err != nil {
		v.close()
		return whip.Answer{}, err
	}
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { e.viewState(v) })
	if err := e.recheckView(v); err != nil { // what changed before v was registered, no Recheck has seen
		return whip.Answer{}, refusal(err)
	}
	return whip.Answer{Session: v.id, ETag: v.etag, SDP: answer}, nil
}

// shows tells whether the actor of ctx has something to see in a room: it is live,
// or behind its curtain a show for this actor.
func (e *Engine) shows(ctx context.Context, name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	if r == nil {
		return false
	}
	return r.state == domain.RoomLive || r.stage.admits(domain.ActorFrom(ctx).Account.ID)
}

// enterView registers an answered view.
func (e *Engine) enterView(v *view) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return full("The server is closing; try again in a moment.")
	}
	if len(e.views) >= e.config.MaxViewers {
		return full("The server is full; try again later.")
	}
	if limit := e.config.ViewsPerOrigin; limit >= 0 && e.origins[v.origin()] >= limit {
		return &whip.Refusal{Status: http.StatusTooManyRequests, Kind: string(domain.KindLimited),
			Message: "Too many rooms are being watched from your network; close one and try again.", RetryAfter: fullAfter}
	}
	e.views[v.id] = v
	e.origins[v.origin()]++
	return nil
}

// viewState follows a viewer's connection.
func (e *Engine) viewState(v *view) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.views[v.id] != v {
		return
	}
	switch v.pc.ConnectionState() {
	case webrtc.PeerConnectionStateConnected:
		if v.back != nil {
			e.joinReturn(v)
			return
		}
		r := e.rooms[v.room]
		if r == nil || r.state == domain.RoomOffline {
			e.endView(v)
			return
		}
		v.media.Resume(v.findTCP(e.net.tcp))
		if v.joined {
			return
		}
		v.joined = true
		r.views[v] = true
		if r.stage.admits(v.payer()) {
			r.stage.fan.Add(v.media)
		} else {
			r.fan.Add(v.media)
		}
		e.tell(r)
	case webrtc.PeerConnectionStateDisconnected:
		v.media.Pause()
	case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
		e.endView(v)
	}
}

// Patch trickles or restarts ICE.
func (w watchers) Patch(ctx context.Context, patch whip.Patch) (whip.Patched, error) {
	w.e.mu.Lock()
	v := w.e.views[patch.Session]
	w.e.mu.Unlock()
	if v == nil {
		return whip.Patched{}, whip.NoSession()
	}
	return v.patch(ctx, patch, w.e.mayOffer)
}

// Close ends a view by its viewer's wish.
func (w watchers) Close(_ context.Context, session string) error {
	w.e.mu.Lock()
	defer w.e.mu.Unlock()
	v := w.e.views[session]
	if v == nil {
		return whip.NoSession()
	}
	w.e.endView(v)
	return nil
}
