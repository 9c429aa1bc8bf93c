package session

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
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
// restart is tried, and restartFor how long that may take.
const (
	patientFor = time.Second
	restartFor = 6 * time.Second
)

// serve sends until the path is lost or ctx ends. The media outlives ctx until
// the rooms are closed, so that nobody sees a picture freeze.
func (o *Outlet) serve(ctx context.Context, p *peer, remote *whip.Session, accounts []*Account) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	gated, closeGates := context.WithCancel(ctx)
	var media, gates sync.WaitGroup
	queue, way := newRing(), &path{}
	o.estimate.Store(int64(o.cfg.Bitrate))
	o.queue.Store(queue)
	o.broadcast.RequestKeyFrame()
	media.Go(func() { o.send(inner, p, queue, way) })
	for _, s := range p.pc.GetSenders() {
		media.Go(func() { o.listen(inner, s, way) })
	}
	o.signal(sigUp)
	for _, a := range accounts {
		gates.Go(func() { a.keepGate(gated) })
		wake(a.link)
	}

	err := o.watch(ctx, p, remote)
	closeGates()
	gates.Wait()
	o.end(ctx, remote, accounts)
	o.queue.Store(nil)
	o.estimate.Store(0)
	o.dropped.Add(queue.lost())
	o.broadcast.steer()
	cancel()
	// The readers of RTCP end with the connection.
	if err := p.close(); err != nil {
		o.log.Debug("closing the upload", "error", err)
	}
	media.Wait()
	return err
}

// watch returns when the path is lost for good.
func (o *Outlet) watch(ctx context.Context, p *peer, remote *whip.Session) error {
	for {
		switch p.now() {
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			return domain.Errorf("upload", domain.KindUnavailable, "The connection for picture and sound was lost. It comes back by itself as soon as the network does.")
		case webrtc.PeerConnectionStateDisconnected:
			if err := o.repair(ctx, p, remote); err != nil {
				return err
			}
		}
		select {
		case <-p.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// repair waits a moment for a silent path, then restarts ICE, which keeps the
// session and its keys. When the backend wants none of it, the session is over.
func (o *Outlet) repair(ctx context.Context, p *peer, remote *whip.Session) error {
	patience := time.NewTimer(patientFor)
	defer patience.Stop()
	for waiting := true; waiting; {
		select {
		case <-p.changed:
			if s := p.now(); s != webrtc.PeerConnectionStateDisconnected {
				wake(p.changed)
				return nil
			}
		case <-patience.C:
			waiting = false
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	o.log.Info("the path is silent; restarting ICE")
	bounded, cancel := context.WithTimeout(ctx, restartFor)
	defer cancel()
	if err := p.restart(bounded, remote); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return domain.Wrap("upload", domain.KindUnavailable, err, "The connection for picture and sound was lost. It comes back by itself as soon as the network does.")
	}
	return nil
}

// send is the one goroutine that writes packets.
func (o *Outlet) send(ctx context.Context, p *peer, queue *ring, way *path) {
	s := sender{outlet: o, peer: p, queue: queue, way: way}
	for {
		select {
		case <-queue.ready:
		case <-ctx.Done():
			return
		}
		for u, ok := queue.take(); ok && ctx.Err() == nil; u, ok = queue.take() {
			if err := s.unit(ctx, u); err != nil && ctx.Err() == nil {
				o.log.Debug("a packet could not be sent", "error", err)
			}
		}
	}
}

// sender is the state of the goroutine that writes packets.
type sender struct {
	outlet *Outlet
	peer   *peer
	queue  *ring
	way    *path
	cutter packetizer
	epoch  time.Time
	steer  time.Time
}

func (s *sender) unit(ctx context.Context, u encode.Unit) error {
	if s.epoch.IsZero() {
		s.epoch = u.At
		s.peer.video.epoch, s.peer.audio.epoch = u.At, u.At
	}
	if u.Kind == encode.KindAudio {
		return s.sound(u)
	}
	t := s.peer.video
	b := t.bound.Load()
	if b == nil {
		return nil
	}
	t.at(u)
	sent := 0
	err := s.cutter.cut(u.Data, func(payload []byte, last bool) error {
		if sent > 0 && sent%burst == 0 {
			if err := s.breathe(ctx, burstGap); err != nil {
				return err
			}
		}
		sent++
		return t.write(b, payload, last)
	})
	for left := s.outlet.overflow(len(u.Data)); left > 0 && err == nil; left -= overflowGap {
		err = s.breathe(ctx, min(left, overflowGap))
	}
	return errors.Join(err, s.report(t, b))
}

func (s *sender) sound(u encode.Unit) error {
	t := s.peer.audio
	b := t.bound.Load()
	if b == nil || len(u.Data) > maxPayload {
		return nil
	}
	t.at(u)
	return errors.Join(t.write(b, u.Data, false), s.report(t, b))
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
	for u, ok := s.queue.takeAudio(); ok; u, ok = s.queue.takeAudio() {
		if err := s.sound(u); err != nil {
			return err
		}
	}
	return nil
}

// report sends the sender reports that are due, and once a second what the path
// carries to whom steers the encoder.
func (s *sender) report(t *track, b *binding) error {
	now := s.outlet.cfg.Now()
	if now.Sub(s.steer) >= time.Second {
		s.steer = now
		if rate := s.peer.bandwidth.GetTargetBitrate(); rate > 0 {
			s.outlet.estimate.Store(int64(s.way.believe(rate, s.outlet.cfg.Bitrate)))
			s.outlet.broadcast.steer()
		}
	}
	if r := t.report(b, now); r != nil {
		return s.peer.pc.WriteRTCP([]rtcp.Packet{r})
	}
	return nil
}

// listen reads the feedback of one track until the connection closes: the
// interceptors live from it, and a key frame may be asked for.
func (o *Outlet) listen(ctx context.Context, s *webrtc.RTPSender, way *path) {
	buf := make([]byte, 1500)
	for ctx.Err() == nil {
		n, attributes, err := s.Read(buf)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			return
		}
		if err != nil { // one packet that makes no sense
			o.log.Debug("feedback that cannot be read", "error", err)
			if !pauseFor(ctx, 10*time.Millisecond) {
				return
			}
			continue
		}
		packets, err := attributes.GetRTCPPackets(buf[:n])
		if err != nil {
			continue
		}
		for _, p := range packets {
			switch p := p.(type) {
			case *rtcp.ReceiverReport:
				for _, r := range p.Reports {
					way.heard(r, o.cfg.Now())
				}
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				o.keys.Add(1)
				o.broadcast.RequestKeyFrame()
			}
		}
	}
}

func pauseFor(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
