package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session"
)

// beat is how often the desk looks at what is told to nobody: rooms that were
// switched by another device, speed, light and loudness.
const beat = 250 * time.Millisecond

// voice is the sound's bitrate, for one voice, in bit/s.
const voice = 64_000

// errEnded stands for a part that ended without a word.
var errEnded = errors.New("a part of the broadcast ended by itself")

// Run works until ctx ends, then closes the rooms, ends the uploads, and returns
// nil when everything has ended. It is called once.
func (d *Desk) Run(ctx context.Context) error {
	c := &conductor{desk: d, streams: map[*member]*life{}}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for ctx.Err() == nil {
		d.uncover()
		c.settle()
		select {
		case <-d.bell:
		case <-tick.C:
			d.measure()
		case <-ctx.Done():
		}
	}
	c.finish()
	return nil
}

// life is a part that works until it is told to end.
type life struct {
	stop context.CancelFunc
	over chan struct{}
	err  error // once over is closed
	told bool  // to end
}

func (l *life) end() {
	if l != nil {
		l.told = true
		l.stop()
	}
}

func (l *life) ended() bool {
	select {
	case <-l.over:
		return true
	default:
		return false
	}
}

// upload is one outlet and those it carries.
type upload struct {
	*life
	outlet  *session.Outlet
	members []*member
}

// conductor owns all that runs at a desk. It works on one goroutine.
type conductor struct {
	desk       *Desk
	camera     *life
	microphone *life
	encoder    *life
	stills     *life
	shown      []*session.Account // in stills
	broadcast  *session.Broadcast // the newest encoder's
	uploads    []*upload
	streams    map[*member]*life
	visit      *visit // nil while no payer sends anything back
}

// begin starts a part and rings when it has ended. Parts do not end with Run's
// context: their order matters.
func (c *conductor) begin(run func(context.Context) error) *life {
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{stop: cancel, over: make(chan struct{})}
	go func() {
		defer cancel()
		l.err = run(ctx)
		close(l.over)
		c.desk.ring()
	}()
	return l
}

// settle brings what runs to what is wanted, as far as it goes at once; what has
// to end first rings.
func (c *conductor) settle() {
	c.reap()
	members, online := c.wishes()
	c.follow(members)
	c.receive(members)
	on := online || len(c.uploads) > 0
	open := on || c.encoder != nil || c.desk.isWatching()
	if open && !c.desk.failed() {
		c.openDevices()
	}
	if online && c.encoder == nil {
		c.encode()
	}
	if c.encoder != nil && !c.encoder.told {
		c.carry(members)
		c.still(members)
	}
	for _, u := range c.uploads {
		if !u.told && !c.desk.anyWish(u.members) {
			u.end()
		}
	}
	c.clear()
	if !online && len(c.uploads) == 0 && c.encoder != nil {
		c.stills.end()
		c.encoder.end()
	}
	if !open {
		c.camera.end()
		c.microphone.end()
	}
}

// reap takes note of what has ended.
func (c *conductor) reap() {
	for _, part := range []**life{&c.camera, &c.microphone, &c.encoder} {
		if l := *part; l != nil && l.ended() {
			*part = nil
			if !l.told {
				c.desk.fail(cmp.Or(l.err, errEnded))
			}
		}
	}
	if c.stills != nil && c.stills.ended() {
		c.stills, c.shown = nil, nil
	}
	if c.encoder == nil {
		c.stills.end()
	}
	c.desk.note(c.camera != nil, c.microphone != nil, c.encoder != nil)
	c.uploads = slices.DeleteFunc(c.uploads, func(u *upload) bool {
		if !u.ended() {
			return false
		}
		c.desk.landed(u)
		return true
	})
}

// wishes returns the members, and whether one of them wants to be online. What
// an account knows better, because another device switched her room or she was
// refused, becomes her wish; an upload on its way down knows nothing. Whoever was
// refused is on no upload any more.
func (c *conductor) wishes() (members []*member, online bool) {
	c.desk.mu.Lock()
	defer c.desk.mu.Unlock()
	for _, u := range c.uploads {
		u.members = slices.DeleteFunc(u.members, func(m *member) bool { return m.account.Adrift() })
	}
	for _, m := range c.desk.members {
		u := c.uploadOf(m)
		switch {
		case u == nil:
			m.wish = m.wish && m.account.Wanted()
		case !u.told:
			m.wish = m.account.Wanted()
		}
		online = online || m.wish && !c.desk.barred(m)
	}
	return slices.Clone(c.desk.members), online
}

func (c *conductor) uploadOf(m *member) *upload {
	for _, u := range c.uploads {
		if slices.Contains(u.members, m) {
			return u
		}
	}
	return nil
}

// follow keeps the streams of all members open. One that ended, because she was
// refused, begins again when she wants to be online.
func (c *conductor) follow(members []*member) {
	for m, l := range c.streams {
		switch {
		case l.ended() && (m.account.Wanted() || !slices.Contains(members, m)):
			delete(c.streams, m)
		case !slices.Contains(members, m):
			l.end()
		}
	}
	for _, m := range members {
		if c.streams[m] == nil {
			c.streams[m] = c.begin(m.account.Run)
		}
	}
}

func (c *conductor) openDevices() {
	d := c.desk
	if c.camera == nil {
		c.camera = c.begin(d.pictures.Run)
	}
	if c.microphone == nil {
		c.microphone = c.begin(func(ctx context.Context) error { return d.sound.Run(ctx, d.ear.hear) })
	}
	d.note(true, true, c.encoder != nil)
}

// encode starts the one encoder.
func (c *conductor) encode() {
	d := c.desk
	b, err := session.NewBroadcast(session.Config{Pictures: seen{d.pictures}, Sound: heard{d}, Video: d.chosen().video(),
		Audio: encode.AudioConfig{Channels: 1, Bitrate: voice}, Log: d.log})
	if err != nil {
		d.fail(err)
		return
	}
	c.broadcast = b
	d.onAir(b)
	c.encoder = c.begin(b.Run)
}

// carry starts an upload for everybody who wants to be online and has none. It
// takes the other account of the same backend along with her room closed, so that
// she can come later without touching the picture of the first.
func (c *conductor) carry(members []*member) {
	for _, m := range members {
		if !c.desk.anyWish([]*member{m}) || c.uploadOf(m) != nil {
			continue
		}
		crew := []*member{m}
		for _, other := range members {
			if other != m && len(crew) < 2 && other.entry.URL == m.entry.URL && c.uploadOf(other) == nil && !other.refused() {
				crew = append(crew, other)
			}
		}
		var accounts []*session.Account
		for _, m := range crew {
			accounts = append(accounts, m.account)
		}
		o, err := c.broadcast.Outlet(session.OutletConfig{Accounts: accounts, Transport: c.desk.cfg.Transport, Log: c.desk.log, Now: c.desk.cfg.Now})
		if err != nil {
			c.desk.fail(err)
			return
		}
		c.uploads = append(c.uploads, &upload{life: c.begin(o.Run), outlet: o, members: crew})
	}
}

// still sends the stills of all accounts by one hand, and what members have bought:
// that is what keeps two rooms from showing the same moment.
func (c *conductor) still(members []*member) {
	accounts := c.desk.pictured(members)
	switch {
	case c.stills == nil:
		b := c.broadcast
		c.shown = accounts
		c.stills = c.begin(func(ctx context.Context) error { return b.Stills(ctx, accounts) })
	case !slices.Equal(accounts, c.shown):
		c.stills.end()
	}
}

// finish ends everything in order: rooms and uploads while the picture still
// flows, then the rest.
func (c *conductor) finish() {
	for _, u := range c.uploads {
		u.end()
	}
	for _, u := range c.uploads {
		<-u.over
	}
	c.desk.leave()
	rest := []*life{c.stills, c.encoder, c.camera, c.microphone}
	if v := c.visit; v != nil {
		rest = append(rest, v.life, v.voice)
	}
	for _, l := range c.streams {
		rest = append(rest, l)
	}
	for _, l := range rest {
		l.end()
	}
	for _, l := range rest {
		if l != nil {
			<-l.over
		}
	}
	c.desk.note(false, false, false)
	c.desk.visited(nil)
}
