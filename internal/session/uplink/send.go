package uplink

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/encode"
)

// Send writes one unit in packets, and the sender report that is due. Between
// two packets it calls pause with the number of those that are out; an error
// from there ends the unit. Only one goroutine may call it, but pause may send
// sound meanwhile.
func (p *Peer) Send(u encode.Unit, pause func(sent int) error) error {
	if p.video.epoch.IsZero() {
		p.video.epoch, p.audio.epoch = u.At, u.At
	}
	t := p.video
	if u.Kind == encode.KindAudio {
		t = p.audio
	}
	b := t.bound.Load()
	if b == nil {
		return nil
	}
	t.at(u)
	if u.Kind == encode.KindAudio {
		if len(u.Data) > maxPayload {
			return errTooLong
		}
		return errors.Join(t.write(b, u.Data, false), p.report(t, b))
	}
	sent := 0
	err := p.cutter.cut(u.Data, func(payload []byte, last bool) error {
		if sent > 0 {
			if err := pause(sent); err != nil {
				return err
			}
		}
		sent++
		return t.write(b, payload, last)
	})
	return errors.Join(err, p.report(t, b))
}

var errTooLong = errors.New("a piece of sound is longer than a packet")

// report sends a track's sender report when one is due.
func (p *Peer) report(t *track, b *binding) error {
	if r := t.report(b, p.cfg.Now()); r != nil {
		return p.pc.WriteRTCP([]rtcp.Packet{r})
	}
	return nil
}

// Rate is what the path carries as far as is known, in bit/s, sound included.
func (p *Peer) Rate() int {
	most := int(p.most.Load())
	estimate := most
	if rate := p.bandwidth.GetTargetBitrate(); rate > 0 {
		estimate = rate
	}
	return p.path.believe(estimate, most)
}

// SetRange changes how much is sent, in bit/s, sound included; the same range
// again changes nothing.
func (p *Peer) SetRange(least, most int) error {
	if p.most.Swap(int64(most)) == int64(most) {
		return nil
	}
	return p.bandwidth.setRange(least, most)
}

// Listen reads the other side's feedback until ctx ends or the Peer is closed:
// answers to NACK and the estimate live from it. key is called for each wish
// for a key frame.
func (p *Peer) Listen(ctx context.Context, key func()) {
	var tracks sync.WaitGroup
	for _, s := range p.pc.GetSenders() {
		tracks.Go(func() { p.listen(ctx, s, key) })
	}
	tracks.Wait()
}

func (p *Peer) listen(ctx context.Context, s *webrtc.RTPSender, key func()) {
	buf := make([]byte, 1500)
	for ctx.Err() == nil {
		n, attributes, err := s.Read(buf)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			return
		}
		if err != nil { // one packet that makes no sense; a flood of them must not spin
			select {
			case <-time.After(10 * time.Millisecond):
			case <-ctx.Done():
			}
			continue
		}
		p.hear()
		packets, err := attributes.GetRTCPPackets(buf[:n])
		if err != nil {
			continue
		}
		p.heed(packets, key)
	}
}

func (p *Peer) heed(packets []rtcp.Packet, key func()) {
	for _, packet := range packets {
		switch packet := packet.(type) {
		case *rtcp.ReceiverReport:
			for _, r := range packet.Reports {
				p.path.heard(r, p.cfg.Now())
			}
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			key()
		}
	}
}
