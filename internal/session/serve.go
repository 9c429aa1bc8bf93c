package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/ring"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// Pacing of large pictures, so that a key frame does not overflow the first
// small buffer on its way: burst packets at once, then as many each burstGap.
// That is 5 Mbyte/s, so a key frame of 100 kB takes 20 ms.
const (
	burst    = 32
	burstGap = 7 * time.Millisecond
	// overflowGap is how long sound may wait on a path that is too slow.
	overflowGap = 20 * time.Millisecond
)

// patientFor is how long a silent path may come back by itself before an ICE
// restart is tried, and repairFor how long that may take.
const (
	patientFor = time.Second
	repairFor  = 6 * time.Second
)

// unheardFor is how long nothing comes back on a path whose event streams broke,
// until she reads that she is not seen. The other side reports what it received
// several times in that time, so a busy machine is not taken for a dead one.
const unheardFor = 1200 * time.Millisecond

// serve sends until the path is lost or ctx ends. The media outlives ctx until
// the rooms are closed, so that nobody sees a picture freeze.
func (o *Outlet) serve(ctx context.Context, p *uplink.Peer, remote *whip.Session, accounts []*Account) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	gated, closeGates := context.WithCancel(ctx)
	var media, gates sync.WaitGroup
	queue := ring.New()
	o.estimate.Store(int64(o.uploadLimits().most))
	o.broadcast.enter(o, queue)
	o.broadcast.RequestKeyFrame()
	media.Go(func() { o.send(inner, p, queue) })
	media.Go(func() { p.Listen(inner, o.broadcast.RequestKeyFrame) })
	o.signal(sigUp)
	for _, a := range accounts {
		gates.Go(func() {
			held, letGo := a.hold(gated, o)
			defer letGo()
			var pause sync.WaitGroup
			pause.Go(func() { a.keepPause(held) })
			a.keepGate(held)
			letGo()
			pause.Wait()
		})
		a.LinkUp()
	}

	err := o.watch(ctx, p, remote)
	closeGates()
	gates.Wait()
	o.end(ctx, remote, accounts)
	o.queue.Store(nil)
	o.estimate.Store(0)
	o.dropped.Add(queue.Lost())
	o.broadcast.steer()
	cancel()
	// The readers of feedback end with the connection.
	if err := p.Close(); err != nil {
		o.log.Debug("closing the upload", "error", err)
	}
	media.Wait()
	return err
}

// line is what is watched of an uplink.
type line interface {
	State() uplink.State
	Changed() <-chan struct{}
	Silence() time.Duration
	Restart(ctx context.Context, remote *whip.Session) error
	Gone(ctx context.Context, remote *whip.Session) bool
}

// askEvery is the time between two questions whether the backend still knows an
// upload that does not connect.
const askEvery = 2 * time.Second

// connect waits for packets to get through, at most connectFor. A backend that was
// restarted since the offer never answers them, so it is asked meanwhile.
func (o *Outlet) connect(ctx context.Context, l line, remote *whip.Session) error {
	bounded, cancel := context.WithTimeout(ctx, connectFor)
	defer cancel()
	ask := time.NewTicker(askEvery)
	defer ask.Stop()
	for {
		switch l.State() {
		case uplink.Flowing:
			return nil
		case uplink.Lost:
			return noPath(ctx, uplink.ErrNoPath)
		}
		select {
		case <-l.Changed():
			continue
		case <-o.link:
		case <-ask.C:
		case <-bounded.Done():
			return noPath(ctx, uplink.ErrNoPath)
		}
		if o.over(bounded, l, remote) {
			return pathLost(nil)
		}
	}
}

// watch returns when the path is lost for good. When the backend comes back
// (LinkUp) it is asked at once whether it still knows the upload: a restarted
// one does not, and its silence would be noticed seconds later.
func (o *Outlet) watch(ctx context.Context, l line, remote *whip.Session) error {
	look := time.NewTimer(unheardFor)
	defer look.Stop()
	for {
		switch l.State() {
		case uplink.Lost:
			return pathLost(nil)
		case uplink.Silent:
			if err := o.repair(ctx, l, remote); err != nil {
				return err
			}
			continue
		}
		look.Reset(o.judge(l))
		select {
		case <-l.Changed():
		case <-o.down:
		case <-look.C:
		case <-o.link:
			if o.over(ctx, l, remote) {
				return pathLost(nil)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// judge says whether she is live, as far as can be known before the path gives
// itself up: a backend that was killed breaks its event streams at once, and
// nothing comes back on the path. It returns when to look again.
func (o *Outlet) judge(l line) time.Duration {
	if slices.ContainsFunc(o.carried(), (*Account).isDeaf) {
		if left := unheardFor - l.Silence(); left > 0 {
			o.signal(sigUp)
			return left
		}
		o.signal(sigLost)
		return unheardFor / 4
	}
	o.signal(sigUp)
	return time.Hour // an event stream that breaks wakes it
}

// over tells whether there is nobody left to upload for, or the backend does not
// know the upload any more. Then the backend is there: the next attempt is at once.
func (o *Outlet) over(ctx context.Context, l line, remote *whip.Session) bool {
	if len(o.carried()) == 0 {
		return true
	}
	bounded, cancel := context.WithTimeout(ctx, patientFor)
	defer cancel()
	if !l.Gone(bounded, remote) {
		return false
	}
	o.LinkUp()
	return true
}

func pathLost(err error) error {
	return domain.Wrap("upload", domain.KindUnavailable, err, "The connection for picture and sound was lost. It comes back by itself as soon as the network does.").Because("upload.lost")
}

// repair says that she may not be seen, waits a moment for a silent path, then restarts ICE, which keeps the
// session and its keys. When the backend wants none of it, the session is over.
func (o *Outlet) repair(ctx context.Context, l line, remote *whip.Session) error {
	o.signal(sigLost)
	patience := time.NewTimer(patientFor)
	defer patience.Stop()
	for waiting := true; waiting; {
		select {
		case <-l.Changed():
			if l.State() != uplink.Silent {
				return nil
			}
		case <-patience.C:
			waiting = false
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	o.log.Info("the path is silent; restarting ICE")
	bounded, cancel := context.WithTimeout(ctx, repairFor)
	defer cancel()
	if err := l.Restart(bounded, remote); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return pathLost(err)
	}
	return nil
}

// send is the one goroutine that writes packets.
func (o *Outlet) send(ctx context.Context, p *uplink.Peer, queue *ring.Ring) {
	s := sender{outlet: o, peer: p, queue: queue}
	for {
		select {
		case <-queue.Ready():
		case <-ctx.Done():
			return
		}
		for u, ok := queue.Take(); ok && ctx.Err() == nil; u, ok = queue.Take() {
			if err := s.unit(ctx, u); err != nil && ctx.Err() == nil && !errors.Is(err, errCovered) {
				o.log.Debug("a packet could not be sent", "error", err)
			}
		}
	}
}

// sender is the state of the goroutine that writes packets.
type sender struct {
	outlet *Outlet
	peer   *uplink.Peer
	queue  *ring.Ring
	steer  time.Time
}

// errCovered ends a picture or a still of which a part was sent: it must not be seen
// any more.
var errCovered = errors.New("covered")

func (s *sender) unit(ctx context.Context, u encode.Unit) error {
	err := s.peer.Send(u, func(sent int) error {
		if s.queue.Stale() {
			return errCovered
		}
		if sent%burst == 0 {
			return s.breathe(ctx, burstGap)
		}
		return nil
	})
	if u.Kind == encode.KindVideo {
		for left := s.outlet.overflow(len(u.Data)); left > 0 && err == nil && !s.queue.Stale(); left -= overflowGap {
			err = s.breathe(ctx, min(left, overflowGap))
		}
	}
	if now := s.outlet.cfg.Now(); now.Sub(s.steer) >= time.Second {
		s.steer = now
		within := s.outlet.uploadLimits()
		err = errors.Join(err, s.peer.SetRange(within.least, within.most))
		s.outlet.estimate.Store(int64(s.peer.Rate()))
		s.outlet.broadcast.steer()
	}
	return err
}

// breathe is a pause inside or after a picture; sound does not wait for it.
func (s *sender) breathe(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	for u, ok := s.queue.TakeAudio(); ok; u, ok = s.queue.TakeAudio() {
		if err := s.peer.Send(u, nil); err != nil {
			return err
		}
	}
	return nil
}
