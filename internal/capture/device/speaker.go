package device

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/gen2brain/malgo"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// DefaultSpeaker is the id of whatever the system plays through; when she plugs in
// headphones, that is where it goes. Any other id is that loudspeaker and no other.
const DefaultSpeaker = "default"

// quiet is how long a loudspeaker may ask for nothing before it counts as lost: the
// sound system gives no other sign.
const quiet = 2 * time.Second

// Speaker is an opened loudspeaker that already runs, in silence.
type Speaker struct {
	id     string
	sound  *sound
	device *malgo.Device
	fill   atomic.Pointer[func(pcm []int16)]
	asked  atomic.Uint64 // how often it asked for sound
}

// Speakers returns what sound can be played through, without opening any.
func Speakers(context.Context) ([]capture.Device, error) {
	s, err := openSound("device.Speakers")
	if err != nil {
		return nil, err
	}
	defer s.close()
	infos, err := s.devices(malgo.Playback, capture.KindSpeaker)
	return plainDevices(infos), err
}

// OpenSpeaker opens the loudspeaker with the id, or DefaultSpeaker, and starts it;
// Run must follow. Errors are of KindNotFound, KindBusy and KindBroken.
func OpenSpeaker(_ context.Context, id string) (*Speaker, error) {
	const op = "device.OpenSpeaker"
	s, err := openSound(op)
	if err != nil {
		return nil, err
	}
	l := &Speaker{id: id, sound: s}
	if err := l.start(op); err != nil {
		s.close()
		return nil, err
	}
	return l, nil
}

func (l *Speaker) start(op string) error {
	cfg := malgo.DefaultDeviceConfig(malgo.Playback)
	cfg.SampleRate = capture.SampleRate
	cfg.PeriodSizeInMilliseconds = period
	cfg.Periods = 4
	cfg.Playback.Format = malgo.FormatS16
	cfg.Playback.Channels = 1
	cfg.Pulse.StreamNamePlayback = "JasminCam member"
	if l.id != DefaultSpeaker {
		infos, err := l.sound.devices(malgo.Playback, capture.KindSpeaker)
		if err != nil {
			return err
		}
		id, err := deviceID(op, capture.KindSpeaker, infos, l.id)
		if err != nil {
			return err
		}
		p := id.Pointer()
		defer free(p)
		cfg.Playback.DeviceID = p
	}
	dev, err := malgo.InitDevice(l.sound.ctx.Context, cfg, malgo.DeviceCallbacks{Data: func(out, _ []byte, _ uint32) { l.play(out) }})
	if err == nil {
		l.device = dev
		if err = dev.Start(); err == nil {
			return nil
		}
		dev.Uninit()
	}
	return soundFailure(op, capture.KindSpeaker, l.id, err)
}

// play answers the sound library's thread, whose memory is silence so far.
func (l *Speaker) play(out []byte) {
	l.asked.Add(1)
	if fill := l.fill.Load(); fill != nil && len(out) >= 2 {
		(*fill)(unsafe.Slice((*int16)(unsafe.Pointer(&out[0])), len(out)/2))
	}
}

// Run has fill called for all that is played, one channel at capture.SampleRate, on
// the sound library's thread, until ctx ends, or until the loudspeaker is lost.
func (l *Speaker) Run(ctx context.Context, fill func(pcm []int16)) error {
	defer l.close()
	l.fill.Store(&fill)
	look := time.NewTicker(quiet)
	defer look.Stop()
	for last := uint64(0); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		asked := l.asked.Load()
		if asked == last {
			return &capture.Error{Op: "device.Speaker.Run", Kind: capture.KindLost,
				Message: fmt.Sprintf("The speaker %q plays nothing any more; plug it in again or choose another.", l.id)}
		}
		last = asked
	}
}

// close stops the device before it frees it, as a microphone's; after it fill is not
// called any more.
func (l *Speaker) close() {
	_ = l.device.Stop() // a lost device cannot be stopped, only freed
	l.device.Uninit()
	l.sound.close()
}
