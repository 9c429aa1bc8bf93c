package device

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// List returns the cameras, the microphones and the loudspeakers, in this order. A
// sound system that does not answer only leaves its part out: then err tells, and the
// list is still good.
func List(ctx context.Context) ([]capture.Device, error) {
	cams, err := Cameras(ctx)
	if err != nil {
		return nil, err
	}
	mics, err := Microphones(ctx)
	if err != nil {
		return append(cams, mics...), err
	}
	speakers, err := Speakers(ctx)
	return slices.Concat(cams, mics, speakers), err
}

// CameraConfig configures OpenCamera.
type CameraConfig struct {
	ID   string       // from Cameras
	Wish capture.Wish // zero fields: 1280, 720, 30
	Pool *capture.Pool
}

// Open returns what a capture.VideoReader calls to open the camera anew. Once
// opened, it is that camera and no other, whatever the id was (domain rule 5).
func Open(cfg CameraConfig) func(context.Context) (capture.Camera, error) {
	return func(ctx context.Context) (capture.Camera, error) {
		c, err := OpenCamera(ctx, cfg)
		if err != nil {
			return nil, err
		}
		cfg.ID = c.id
		return c, nil
	}
}

// OpenSound returns what a capture.AudioReader calls to open the microphone
// anew. Once opened, it is that microphone and no other.
func OpenSound(cfg MicrophoneConfig) func(context.Context) (capture.Microphone, error) {
	return func(ctx context.Context) (capture.Microphone, error) {
		m, err := OpenMicrophone(ctx, cfg)
		if err != nil {
			return nil, err
		}
		cfg.ID = m.id
		return m, nil
	}
}

func (c *CameraConfig) fill() {
	if c.Wish.Width <= 0 || c.Wish.Height <= 0 {
		c.Wish.Width, c.Wish.Height = 1280, 720
	}
	if c.Wish.FPS <= 0 {
		c.Wish.FPS = 30
	}
}

// frozen is how long a camera may send nothing, or nothing that can be used,
// before it counts as lost.
const frozen = 5 * time.Second

// trust is what is left for a camera whose pictures cannot be used: one that
// only ever sends such would otherwise look as if it were about to begin.
type trust struct{ good time.Time }

// lost tells whether no picture could be used for too long, now's included.
func (t *trust) lost(now time.Time, usable bool) bool {
	if usable || t.good.IsZero() {
		t.good = now
	}
	return now.Sub(t.good) > frozen
}

// unusable is the error for a camera that lost its trust.
func unusable(id string, err error) error {
	return &capture.Error{Op: "device.Camera.Run", Kind: capture.KindBroken, Err: err, Message: fmt.Sprintf(
		"The camera %q sends only damaged pictures; unplug it and plug it in again, or choose another size.", id)}
}

// plain leaves out of a name what a terminal would obey: names come from
// whatever is plugged in or pairs.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
}

// unknown is the error for an id that no device has.
func unknown(op, what, id string, have []capture.Device) error {
	names := make([]string, 0, len(have))
	for _, d := range have {
		names = append(names, fmt.Sprintf("%q", d.ID))
	}
	there := "none is connected"
	if len(names) > 0 {
		there = "there are " + strings.Join(names, ", ")
	}
	return &capture.Error{Op: op, Kind: capture.KindNotFound, Message: fmt.Sprintf(
		"The %s %q is not connected (%s); plug it in or choose another.", what, id, there)}
}

// find returns the device with the id.
func find(have []capture.Device, id string) (capture.Device, bool) {
	i := slices.IndexFunc(have, func(d capture.Device) bool { return d.ID == id })
	if i < 0 {
		return capture.Device{}, false
	}
	return have[i], true
}
