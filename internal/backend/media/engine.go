package media

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/backend/media/socket"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// Engine is the in-process media plane. Make it with New, then call Run.
type Engine struct {
	config   Config
	net      *network
	udp      *socket.UDP
	now      func() time.Time
	counters fan.Counters
	offers   *offerLimit
	changes  changes

	shards  sync.WaitGroup
	closing sync.WaitGroup // sessions that are being closed

	mu      sync.Mutex
	stopped bool
	rooms   map[string]*room
	uploads map[string]*upload
	gone    map[string]time.Time // sessions of uploads that newer ones replaced, for replacedFor
	views   map[string]*view
	origins map[string]int         // views per origin
	returns map[string]*returnRoom // by show
}

// New opens the sockets. A port in use or a wrong address is an error with a
// sentence for the operator.
func New(c Config) (*Engine, error) {
	c = c.withDefaults()
	n, err := openNetwork(c)
	if err != nil {
		return nil, domain.Wrap("open media", domain.KindUnavailable, err, "The media port could not be opened.")
	}
	return &Engine{config: c, net: n, udp: n.udp, now: c.Now, offers: newOfferLimit(c.OffersPerMinute),
		changes: changes{wake: make(chan struct{}, 1)},
		rooms:   map[string]*room{}, uploads: map[string]*upload{}, gone: map[string]time.Time{}, views: map[string]*view{},
		origins: map[string]int{}, returns: map[string]*returnRoom{}}, nil
}

// WHIP serves uploads at /whip and /whip/SESSION, and what a show's payer sends at
// /whip/shows/SHOW and /whip/shows/SHOW/SESSION.
func (e *Engine) WHIP() http.Handler {
	return split("/whip", whip.NewPlayback("/whip/shows", senders{publishers{e}}), whip.NewServer("/whip", publishers{e}))
}

// WHEP serves views at /whep/PERFORMER and /whep/PERFORMER/SESSION, and to a show's
// performer what the payer sends at /whep/shows/SHOW and /whep/shows/SHOW/SESSION.
func (e *Engine) WHEP() http.Handler {
	return split("/whep", whip.NewPlayback("/whep/shows", hearers{watchers{e}}), whip.NewPlayback("/whep", watchers{e}))
}

// Run keeps time and tells changes until ctx ends; then it ends every session,
// closes the sockets and returns when all is quiet.
func (e *Engine) Run(ctx context.Context) error {
	var teller sync.WaitGroup
	telling, stopTelling := context.WithCancel(context.WithoutCancel(ctx))
	teller.Go(func() { e.changes.run(telling, e.config.Changed) })
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-ticker.C:
			e.tick()
		}
	}
	e.mu.Lock()
	e.stopped = true
	for _, u := range e.uploads {
		e.endUpload(u)
	}
	for _, v := range e.views {
		e.endView(v)
	}
	e.mu.Unlock()
	e.closing.Wait()
	e.shards.Wait()
	e.net.close()
	stopTelling()
	teller.Wait()
	return ctx.Err()
}

// tell notes that a room's status changed; the caller holds mu.
func (e *Engine) tell(r *room) { e.changes.add(r.name, r.status()) }

// endUpload forgets an upload and closes it; its rooms are lost. The caller
// holds mu.
func (e *Engine) endUpload(u *upload) {
	if e.uploads[u.id] != u {
		return
	}
	delete(e.uploads, u.id)
	for _, name := range u.rooms {
		if r := e.rooms[name]; r != nil && r.upload == u {
			e.detach(r)
		}
	}
	if u.back != nil && u.back.upload == u {
		u.back.upload = nil
		u.back.fan.Close()
	}
	u.src.Close()
	e.closing.Go(u.close)
	e.config.Log.Info("upload ended", "upload", u.grant.ID, "rooms", len(u.grant.Rooms))
}

// endView forgets a view and closes it; the caller holds mu.
func (e *Engine) endView(v *view) {
	if e.views[v.id] != v {
		return
	}
	delete(e.views, v.id)
	if e.origins[v.origin()]--; e.origins[v.origin()] == 0 {
		delete(e.origins, v.origin())
	}
	if b := v.back; b != nil {
		if b.view == v {
			b.view = nil
			b.fan.Remove(v.media)
		}
	} else if r := e.rooms[v.room]; r != nil && v.joined {
		r.fan.Remove(v.media)
		if r.stage != nil {
			r.stage.fan.Remove(v.media)
		}
		delete(r.views, v)
		e.tell(r)
	}
	e.closing.Go(v.close)
}

// Recheck asks the Doorman again for every upload and every view, and closes
// what is no longer admitted. A Doorman who cannot answer changes nothing.
func (e *Engine) Recheck() {
	e.mu.Lock()
	uploads, views := slices.Collect(maps.Values(e.uploads)), slices.Collect(maps.Values(e.views))
	e.mu.Unlock()
	var asking errgroup.Group
	asking.SetLimit(8)
	for _, u := range uploads {
		asking.Go(func() error { _ = e.recheckUpload(u); return nil })
	}
	for _, v := range views {
		asking.Go(func() error { _ = e.recheckView(v); return nil })
	}
	_ = asking.Wait() // none of them returns an error
}

// recheckUpload closes those of the upload's rooms that are no longer granted.
// When none is left, the upload ends and the reason is the error.
func (e *Engine) recheckUpload(u *upload) error {
	if u.back != nil {
		err := e.admitted(u.actor, u.back)
		if err != nil {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.endUpload(u)
		}
		return err
	}
	ctx, cancel := context.WithTimeout(u.actor, checkTimeout)
	defer cancel()
	grant, err := e.config.Doorman.AdmitUpload(ctx, u.token)
	if isUndecided(err) {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range slices.Clone(u.rooms) {
		if err == nil && slices.Contains(grant.Rooms, name) {
			continue
		}
		u.rooms = slices.DeleteFunc(u.rooms, func(n string) bool { return n == name })
		if r := e.rooms[name]; r != nil && r.upload == u {
			e.detach(r)
			e.signal(r, closed)
		}
	}
	if len(u.rooms) > 0 {
		return nil
	}
	e.endUpload(u)
	if err == nil {
		err = noRooms()
	}
	return err
}

// recheckView ends the view when it is no longer admitted; the reason is the
// error.
func (e *Engine) recheckView(v *view) error {
	ctx, cancel := context.WithTimeout(v.actor, checkTimeout)
	defer cancel()
	err := e.config.Doorman.AdmitView(ctx, v.room)
	if err == nil || isUndecided(err) {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.endView(v)
	return err
}

// isUndecided tells an answer about the Doorman himself from one about the
// asker.
func isUndecided(err error) bool {
	if err == nil {
		return false
	}
	k := domain.KindOf(err)
	return k == domain.KindInternal || k == domain.KindUnavailable || k == domain.KindLimited
}
