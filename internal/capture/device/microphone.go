package device

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gen2brain/malgo"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// DefaultMicrophone is the id of what the system calls its default when it is
// opened; from then on it is that one and no other.
const DefaultMicrophone = "default"

const (
	period = 10 // milliseconds between two callbacks
	// settle is how long the first callbacks are only used to learn the clock.
	settle = 200 * time.Millisecond
)

// MicrophoneConfig configures OpenMicrophone.
type MicrophoneConfig struct {
	ID       string // from Microphones, or DefaultMicrophone
	Channels int    // 1 or 2; 0 is 1
}

// Microphone is an opened microphone that already runs.
type Microphone struct {
	id     string
	ring   *ring
	sound  *sound
	device *malgo.Device
}

var _ capture.Microphone = (*Microphone)(nil)

// Microphones returns the sources of sound of the system, monitors of its
// loudspeakers included, without opening any.
func Microphones(context.Context) ([]capture.Device, error) {
	s, err := openSound("device.Microphones")
	if err != nil {
		return nil, err
	}
	defer s.close()
	infos, err := s.microphones()
	return plainDevices(infos), err
}

func plainDevices(infos []soundDevice) []capture.Device {
	list := make([]capture.Device, 0, len(infos))
	for _, i := range infos {
		list = append(list, i.Device)
	}
	return list
}

// OpenMicrophone opens the microphone with the id and starts it; Run must
// follow. Errors are of KindNotFound, KindBusy and KindBroken.
func OpenMicrophone(_ context.Context, cfg MicrophoneConfig) (*Microphone, error) {
	const op = "device.OpenMicrophone"
	s, err := openSound(op)
	if err != nil {
		return nil, err
	}
	m := &Microphone{id: cfg.ID, sound: s, ring: newRing(min(2, max(1, cfg.Channels)))}
	if err := m.start(op); err != nil {
		s.close()
		return nil, err
	}
	return m, nil
}

func (m *Microphone) start(op string) error {
	cfg := malgo.DefaultDeviceConfig(malgo.Capture)
	cfg.SampleRate = capture.SampleRate
	cfg.PeriodSizeInMilliseconds = period
	cfg.Periods = 4
	cfg.Capture.Format = malgo.FormatS16
	cfg.Capture.Channels = uint32(m.ring.channels)
	cfg.Pulse.StreamNameCapture = "JasminCam microphone"
	infos, err := m.sound.microphones()
	if err != nil {
		return err
	}
	m.pin(infos)
	if m.id != DefaultMicrophone {
		id, err := deviceID(op, capture.KindMicrophone, infos, m.id)
		if err != nil {
			return err
		}
		p := id.Pointer()
		defer free(p)
		cfg.Capture.DeviceID = p
	}
	dev, err := malgo.InitDevice(m.sound.ctx.Context, cfg, malgo.DeviceCallbacks{
		Data: func(_, in []byte, _ uint32) { m.ring.write(in, time.Now()) }})
	if err == nil {
		m.device = dev
		if err = dev.Start(); err == nil {
			return nil
		}
		dev.Uninit()
	}
	return m.failure(op, err)
}

// pin puts the system's default of this moment in the place of
// DefaultMicrophone: a sound system moves whoever asks for its default to
// another device by itself (domain rule 5). Where none is marked as the default,
// as with ALSA, it stays the system's affair, which there does not change.
func (m *Microphone) pin(infos []soundDevice) {
	for _, i := range infos {
		if m.id == DefaultMicrophone && i.Default {
			m.id = i.ID
		}
	}
}

func deviceID(op, kind string, infos []soundDevice, id string) (*malgo.DeviceID, error) {
	have := make([]capture.Device, 0, len(infos))
	for i := range infos {
		if infos[i].ID == id {
			return &infos[i].raw, nil
		}
		have = append(have, infos[i].Device)
	}
	return nil, unknown(op, kind, id, have)
}

// Run delivers sound until ctx ends. A microphone that went away gives no sign:
// the callbacks stop, and capture.AudioReader notices.
func (m *Microphone) Run(ctx context.Context, sink func(capture.Samples)) error {
	defer m.close()
	pcm := make([]int16, capture.ChunkFrames*m.ring.channels)
	var begin time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-m.ring.ready:
		}
		for {
			at, ok := m.ring.read(pcm)
			if !ok {
				break
			}
			if begin.IsZero() {
				begin = at
			}
			if at.Sub(begin) >= settle {
				sink(capture.Samples{PCM: pcm, Channels: m.ring.channels, At: at})
			}
		}
	}
}

// close stops the device before it frees it: the library waits for ever when it
// is told to free a running device whose source is gone.
func (m *Microphone) close() {
	_ = m.device.Stop() // a lost device cannot be stopped, only freed
	m.device.Uninit()
	m.sound.close()
}

func (m *Microphone) failure(op string, err error) error {
	return soundFailure(op, capture.KindMicrophone, m.id, err)
}

// sound is a connection to the sound system.
type sound struct {
	op   string
	ctx  *malgo.AllocatedContext
	name string // of the backend, the beginning of its ids
}

// soundDevice is a microphone or a loudspeaker with the library's own id.
type soundDevice struct {
	capture.Device
	raw malgo.DeviceID
}

// openSound connects to the first sound system that answers. One at a time, to
// know which it was.
func openSound(op string) (*sound, error) {
	type backend struct {
		name string
		kind malgo.Backend
	}
	order := []backend{{"pulse", malgo.BackendPulseaudio}, {"alsa", malgo.BackendAlsa}}
	switch runtime.GOOS {
	case "windows":
		order = []backend{{"wasapi", malgo.BackendWasapi}}
	case "darwin":
		order = []backend{{"coreaudio", malgo.BackendCoreaudio}}
	}
	var cfg malgo.ContextConfig
	cfg.Alsa.UseVerboseDeviceEnumeration = 1 // names of cards instead of their numbers, which change
	var last error
	for _, b := range order {
		ctx, err := malgo.InitContext([]malgo.Backend{b.kind}, cfg, nil)
		if err == nil {
			return &sound{op: op, ctx: ctx, name: b.name}, nil
		}
		last = err
	}
	return nil, &capture.Error{Op: op, Kind: capture.KindNotFound, Err: last,
		Message: "No sound system answers on this machine; start PulseAudio or PipeWire, or go online without a microphone."}
}

func (s *sound) close() {
	_ = s.ctx.Uninit() // nothing can be done about it, and memory is freed anyway
	s.ctx.Free()
}

func (s *sound) microphones() ([]soundDevice, error) {
	return s.devices(malgo.Capture, capture.KindMicrophone)
}

func (s *sound) devices(of malgo.DeviceType, kind string) ([]soundDevice, error) {
	infos, err := s.ctx.Devices(of)
	if err != nil {
		return nil, &capture.Error{Op: s.op, Kind: capture.KindBroken, Err: err,
			Message: "The sound system does not tell its " + kind + "s; restart it and try again."}
	}
	list := make([]soundDevice, 0, len(infos))
	for _, i := range infos {
		id := s.text(i.ID)
		if s.name == "alsa" && !strings.HasPrefix(id, "hw:") {
			continue // the many other names of the same cards
		}
		name, _, _ := strings.Cut(i.Name(), "\n")
		list = append(list, soundDevice{raw: i.ID, Device: capture.Device{
			ID: s.name + ":" + strings.ReplaceAll(plain(id), " ", "_"), Name: plain(name),
			Kind: kind, Default: i.IsDefault != 0}})
	}
	return list, nil
}

// soundFailure puts into words why a microphone or a loudspeaker cannot be started.
func soundFailure(op, what, id string, err error) error {
	kind, why := capture.KindBroken, "cannot be started; choose another, or restart the sound system"
	switch {
	case errors.Is(err, malgo.ErrBusy), errors.Is(err, malgo.ErrDeviceAlreadyInitialized):
		kind, why = capture.KindBusy, "is in use by another program; close that program and try again"
	case errors.Is(err, malgo.ErrNoDevice), errors.Is(err, malgo.ErrDoesNotExist):
		kind, why = capture.KindNotFound, "is not connected; plug it in or choose another"
	case errors.Is(err, malgo.ErrAccessDenied):
		kind, why = capture.KindPermission, "may not be used by you; allow it in the system's settings"
	}
	return &capture.Error{Op: op, Kind: kind, Err: err, Message: fmt.Sprintf("The %s %q %s.", what, id, why)}
}

// text returns the library's id as the sound system writes it: a string on
// PulseAudio, ALSA and Core Audio, hexadecimal digits elsewhere.
func (s *sound) text(id malgo.DeviceID) string {
	end := 0
	for end < len(id) && id[end] != 0 {
		end++
	}
	if s.name != "wasapi" && utf8.Valid(id[:end]) {
		return string(id[:end])
	}
	return hex.EncodeToString([]byte(strings.TrimRight(string(id[:]), "\x00")))
}
