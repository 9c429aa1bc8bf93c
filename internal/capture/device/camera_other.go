//go:build darwin || windows

package device

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/mediadevices/pkg/driver"
	"github.com/pion/mediadevices/pkg/driver/camera"
	"github.com/pion/mediadevices/pkg/frame"
	"github.com/pion/mediadevices/pkg/io/video"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Camera is a camera of AVFoundation or DirectShow that is already streaming.
type Camera struct {
	id      string
	pool    *capture.Pool
	driver  driver.Driver
	reader  video.Reader
	format  capture.Format
	dropped atomic.Uint64
	trust   trust
}

// errKind is about a picture that the library decoded to something else.
var errKind = errors.New("the picture is not YCbCr")

var _ capture.Camera = (*Camera)(nil)

// Cameras returns the cameras that are connected, without opening any.
func Cameras(context.Context) ([]capture.Device, error) {
	var list []capture.Device
	for _, d := range rescan() {
		id, name := identity(d)
		if _, known := find(list, id); !known {
			list = append(list, capture.Device{ID: id, Name: name, Kind: capture.KindCamera,
				Busy: d.Status() != driver.StateClosed})
		}
	}
	return list, nil
}

// rescan makes the library look for cameras anew: it never forgets one that is
// gone, and gives each a random id, so only what is in use may stay.
func rescan() []driver.Driver {
	m := driver.GetManager()
	cameras := driver.FilterDeviceType(driver.Camera)
	for _, d := range m.Query(cameras) {
		if d.Status() == driver.StateClosed {
			m.Delete(d.ID())
		}
	}
	camera.Initialize()
	return m.Query(cameras)
}

// identity returns the system's own path or UID of a camera, which lasts, and
// its name.
func identity(d driver.Driver) (id, name string) {
	info := d.Info()
	if name = info.Name; name == "" {
		name = info.Label
	}
	return strings.ReplaceAll("camera:"+plain(info.Label), " ", "_"), plain(name)
}

// OpenCamera opens the camera with the id, chooses the format that serves the
// wish best and starts it; Run must follow. Errors are of KindNotFound,
// KindBusy and KindFormat.
func OpenCamera(ctx context.Context, cfg CameraConfig) (*Camera, error) {
	const op = "device.OpenCamera"
	cfg.fill()
	d, err := lookUp(ctx, op, cfg.ID)
	if err != nil {
		return nil, err
	}
	if err := d.Open(); err != nil {
		return nil, busy(op, cfg.ID, err)
	}
	props := d.Properties()
	offers := make([]capture.Format, 0, len(props))
	for _, p := range props {
		offers = append(offers, capture.Format{Width: p.Width, Height: p.Height, FPS: float64(p.FrameRate), Pixel: pixel(p.FrameFormat)})
	}
	best, ok := choose(offers, cfg.Wish)
	if !ok {
		_ = d.Close() // it told nothing, and there is nothing more to tell
		return nil, &capture.Error{Op: op, Kind: capture.KindFormat, Message: fmt.Sprintf(
			"The camera %q offers no pictures in a known format; choose another camera.", cfg.ID)}
	}
	c := &Camera{id: cfg.ID, pool: cfg.Pool, driver: d, format: best}
	for i := range offers {
		if offers[i] == best {
			c.reader, err = d.(driver.VideoRecorder).VideoRecord(props[i])
			break
		}
	}
	if err != nil {
		_ = d.Close() // or nobody could open it again
		return nil, busy(op, cfg.ID, err)
	}
	return c, nil
}

// Formats opens the camera with the id for a moment and returns what it offers.
func Formats(ctx context.Context, id string) ([]capture.Format, error) {
	const op = "device.Formats"
	d, err := lookUp(ctx, op, id)
	if err != nil {
		return nil, err
	}
	if err := d.Open(); err != nil {
		return nil, busy(op, id, err)
	}
	var all []capture.Format
	for _, p := range d.Properties() {
		all = append(all, capture.Format{Width: p.Width, Height: p.Height, FPS: float64(p.FrameRate), Pixel: pixel(p.FrameFormat)})
	}
	return all, d.Close()
}

func lookUp(ctx context.Context, op, id string) (driver.Driver, error) {
	for _, d := range rescan() {
		if have, _ := identity(d); have == id && d.Status() == driver.StateClosed {
			return d, nil
		}
	}
	have, err := Cameras(ctx)
	if err != nil {
		return nil, err
	}
	return nil, unknown(op, "camera", id, have)
}

func busy(op, id string, err error) error {
	return &capture.Error{Op: op, Kind: capture.KindBusy, Err: err, Message: fmt.Sprintf(
		"The camera %q cannot be opened; close other programs that use it and allow it in the system's privacy settings.", id)}
}

// Format is what the camera really delivers.
func (c *Camera) Format() capture.Format { return c.format }

// Dropped counts the pictures that could not be used or found no buffer.
func (c *Camera) Dropped() uint64 { return c.dropped.Load() }

// Run delivers pictures until ctx ends or the camera is lost. The library's
// read ends only when the camera is closed, so that is how it is interrupted.
func (c *Camera) Run(ctx context.Context, sink func(*capture.Frame)) error {
	held, cancel := context.WithCancel(ctx)
	closed := make(chan struct{})
	context.AfterFunc(held, func() {
		_ = c.driver.Close() // a lost camera cannot be closed in order
		close(closed)
	})
	watch := time.AfterFunc(frozen, cancel)
	defer func() {
		watch.Stop()
		cancel()
		<-closed
	}()
	for {
		img, release, err := c.reader.Read()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return &capture.Error{Op: "device.Camera.Run", Kind: capture.KindLost, Err: err, Message: fmt.Sprintf(
				"The camera %q was unplugged or stopped sending pictures; plug it in again, it is opened as soon as it is back.", c.id)}
		}
		watch.Reset(frozen)
		now := time.Now()
		err = c.deliver(img, now, sink)
		release()
		if c.trust.lost(now, err == nil) {
			return unusable(c.id, err)
		}
	}
}

// deliver hands one picture on; an error says that it cannot be used.
func (c *Camera) deliver(img image.Image, now time.Time, sink func(*capture.Frame)) error {
	f := c.pool.Get(c.format.Width, c.format.Height)
	if f == nil {
		c.dropped.Add(1)
		return nil
	}
	defer f.Release()
	ycc, ok := img.(*image.YCbCr)
	if !ok {
		c.dropped.Add(1)
		return errKind
	}
	if err := f.FillYCbCr(ycc, false); err != nil {
		c.dropped.Add(1)
		return err
	}
	f.At = now
	sink(f)
	return nil
}

// pixel names the library's formats; it decodes them itself.
func pixel(f frame.Format) capture.PixelFormat {
	switch f {
	case frame.FormatYUYV, frame.FormatYUY2:
		return capture.PixelYUYV
	case frame.FormatUYVY:
		return capture.PixelUYVY
	case frame.FormatMJPEG:
		return capture.PixelMJPEG
	case frame.FormatI420:
		return capture.PixelI420
	default:
		return capture.PixelNV12
	}
}
