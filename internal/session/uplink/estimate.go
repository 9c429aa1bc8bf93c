package uplink

import (
	"sync"
	"sync/atomic"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/cc"
	"github.com/pion/interceptor/pkg/gcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// estimator is a congestion controller whose range can change. The library's
// keeps the range that it was made with, so another range is another controller
// that begins with what the last one knew.
type estimator struct {
	now atomic.Pointer[controller]

	mu      sync.Mutex // held while streams or controllers come
	streams []outgoing
	closed  bool
}

// controller is one of the library's and the way through it.
type controller struct {
	*gcc.SendSideBWE
	out interceptor.RTPWriter // nil before the first stream
}

// outgoing is a stream as the library announced it.
type outgoing struct {
	of *interceptor.StreamInfo
	to interceptor.RTPWriter
}

var _ cc.BandwidthEstimator = (*estimator)(nil)

// newEstimator returns one that begins with the most, in bit/s.
func newEstimator(least, most int) (*estimator, error) {
	c, err := newController(most, least, most)
	if err != nil {
		return nil, err
	}
	e := &estimator{}
	e.now.Store(c)
	return e, nil
}

func newController(first, least, most int) (*controller, error) {
	bwe, err := gcc.NewSendSideBWE(gcc.SendSideBWEInitialBitrate(first), gcc.SendSideBWEMinBitrate(least),
		gcc.SendSideBWEMaxBitrate(most), gcc.SendSideBWEPacer(gcc.NewNoOpPacer()), gcc.WithLoggerFactory(Quiet()))
	return &controller{SendSideBWE: bwe}, err
}

// setRange takes another range, in bit/s.
func (e *estimator) setRange(least, most int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	old := e.now.Load()
	c, err := newController(min(max(old.GetTargetBitrate(), least), most), least, most)
	if err != nil {
		return err
	}
	for _, s := range e.streams {
		c.out = c.AddStream(s.of, s.to)
	}
	e.now.Store(c)
	return old.Close()
}

// AddStream implements cc.BandwidthEstimator.
func (e *estimator) AddStream(of *interceptor.StreamInfo, to interceptor.RTPWriter) interceptor.RTPWriter {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.streams = append(e.streams, outgoing{of, to})
	c := &controller{SendSideBWE: e.now.Load().SendSideBWE}
	c.out = c.AddStream(of, to)
	e.now.Store(c)
	return interceptor.RTPWriterFunc(func(header *rtp.Header, payload []byte, attributes interceptor.Attributes) (int, error) {
		return e.now.Load().out.Write(header, payload, attributes)
	})
}

// WriteRTCP implements cc.BandwidthEstimator.
func (e *estimator) WriteRTCP(packets []rtcp.Packet, attributes interceptor.Attributes) error {
	return e.now.Load().WriteRTCP(packets, attributes)
}

// GetTargetBitrate implements cc.BandwidthEstimator.
func (e *estimator) GetTargetBitrate() int { return e.now.Load().GetTargetBitrate() }

// OnTargetBitrateChange implements cc.BandwidthEstimator; the rate is asked for
// and not told.
func (e *estimator) OnTargetBitrateChange(func(bitrate int)) {}

// GetStats implements cc.BandwidthEstimator.
func (e *estimator) GetStats() map[string]any { return e.now.Load().GetStats() }

// Close implements cc.BandwidthEstimator.
func (e *estimator) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	return e.now.Load().Close()
}
