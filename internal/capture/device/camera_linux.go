package device

// #cgo CFLAGS: -O2
// #include <stdlib.h>
// #include "v4l2_linux.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/mjpeg"
)

const (
	// glance bounds one wait, so that Run notices the end of its context.
	glance = 100 * time.Millisecond
	// maxEmpty is how often a driver may announce a picture it has not got.
	maxEmpty = 20
)

// errDamaged is what a driver says with a flag.
var errDamaged = errors.New("the driver says that the picture is damaged")

// Camera is a V4L2 camera that is already streaming.
type Camera struct {
	id      string
	pool    *capture.Pool
	dev     C.jv_device
	frame   C.jv_frame
	stride  int
	decoder *mjpeg.Decoder
	dropped atomic.Uint64
	trust   trust

	mu     sync.Mutex
	format capture.Format
}

var _ capture.Camera = (*Camera)(nil)

// OpenCamera opens the camera with the id, chooses the format that serves the
// wish best and starts it; Run must follow. What the camera made of the wish is
// told by Format. The id may also be the path of a device node. Errors are of
// KindNotFound, KindPermission, KindBusy, KindFormat and KindBroken.
func OpenCamera(_ context.Context, cfg CameraConfig) (*Camera, error) {
	cfg.fill()
	path, id, err := system{root: "/"}.nodeOf(cfg.ID)
	if err != nil {
		return nil, err
	}
	c := &Camera{id: id, pool: cfg.Pool, decoder: mjpeg.NewDecoder(cfg.Pool)}
	if err := c.open(path); err != nil {
		return nil, err
	}
	if err := c.start(cfg.Wish); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// Formats opens the camera with the id for a moment, without starting it, and
// returns what it offers. Sizes that can be chosen freely appear as the largest.
func Formats(_ context.Context, id string) ([]capture.Format, error) {
	path, id, err := system{root: "/"}.nodeOf(id)
	if err != nil {
		return nil, err
	}
	c := &Camera{id: id, decoder: mjpeg.NewDecoder(nil)}
	if err := c.open(path); err != nil {
		return nil, err
	}
	defer c.close()
	return c.formats(capture.Wish{Width: capture.MaxWidth, Height: capture.MaxHeight, FPS: 30}), nil
}

// Format is what the camera really delivers.
func (c *Camera) Format() capture.Format {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.format
}

// Dropped counts the pictures that came damaged or found no buffer.
func (c *Camera) Dropped() uint64 { return c.dropped.Load() }

func (c *Camera) open(path string) error {
	p := C.CString(path)
	defer C.free(unsafe.Pointer(p))
	if r := C.jv_open(&c.dev, p); r < 0 {
		return c.failure("device.OpenCamera", r)
	}
	return nil
}

func (c *Camera) close() {
	C.jv_close(&c.dev)
	c.decoder.Close()
}

// start sets format and rate and begins to stream.
func (c *Camera) start(wish capture.Wish) error {
	want, ok := choose(c.formats(wish), wish)
	if !ok {
		return &capture.Error{Op: "device.OpenCamera", Kind: capture.KindFormat, Message: fmt.Sprintf(
			"The camera %q offers no pictures in a known format; choose another camera.", c.id)}
	}
	return c.startAs(want, wish.FPS)
}

// startAs asks the driver for a format and takes what it makes of it.
func (c *Camera) startAs(want capture.Format, fps int) error {
	const op = "device.OpenCamera"
	set := C.jv_format{width: C.uint32_t(want.Width), height: C.uint32_t(want.Height), fourcc: fourcc(want.Pixel)}
	if r := C.jv_set_format(&c.dev, &set); r < 0 {
		return c.failure(op, r)
	}
	px := pixel(set.fourcc)
	if px == "" || set.width < 2 || set.height < 2 || set.width > capture.MaxWidth || set.height > capture.MaxHeight {
		return &capture.Error{Op: op, Kind: capture.KindFormat, Message: fmt.Sprintf(
			"The camera %q insists on %dx%d in an unknown format; choose another camera.", c.id, set.width, set.height)}
	}
	c.stride = int(set.stride)
	if px == capture.PixelMJPEG {
		c.stride = 0
	}
	var num, den C.uint32_t
	c.format = capture.Format{Width: int(set.width), Height: int(set.height), Pixel: px, FPS: want.FPS}
	if r := C.jv_set_rate(&c.dev, C.uint32_t(fps), &num, &den); r == 0 && num > 0 {
		c.format.FPS = float64(den) / float64(num)
	}
	if r := C.jv_start(&c.dev); r < 0 {
		return c.failure(op, r)
	}
	return nil
}

// Run delivers pictures until ctx ends or the camera is lost, and closes it.
func (c *Camera) Run(ctx context.Context, sink func(*capture.Frame)) error {
	defer c.close()
	last, empty := time.Now(), 0
	for ctx.Err() == nil {
		r := C.jv_wait(&c.dev, C.int(glance/time.Millisecond))
		if r == 0 {
			if time.Since(last) > frozen {
				return c.lost("stopped sending pictures", nil)
			}
			continue
		}
		if r > 0 {
			r = C.jv_dequeue(&c.dev, &c.frame)
		}
		if r == -C.int(syscall.EAGAIN) {
			// A camera that was pulled out may announce pictures for ever.
			if empty++; empty > maxEmpty {
				return c.lost("announces pictures that it has not got", nil)
			}
			continue
		}
		if r < 0 {
			return c.lost("was unplugged or failed", syscall.Errno(-r))
		}
		last, empty = time.Now(), 0
		if err := c.deliver(last, sink); err != nil {
			return err
		}
	}
	return nil
}

// deliver converts the dequeued buffer, gives it back to the driver and hands
// the picture on.
func (c *Camera) deliver(now time.Time, sink func(*capture.Frame)) error {
	f, err := c.convert()
	if r := C.jv_enqueue(&c.dev, c.frame.index); r < 0 {
		f.Release()
		return c.lost("was unplugged or failed", syscall.Errno(-r))
	}
	if c.trust.lost(now, err == nil) {
		f.Release()
		return unusable(c.id, err)
	}
	if f == nil {
		c.dropped.Add(1)
		return nil
	}
	defer f.Release()
	f.At = now
	if age := time.Duration(c.frame.age); age > 0 && age < time.Second {
		f.At = now.Add(-age)
	}
	if f.Width != c.format.Width || f.Height != c.format.Height {
		c.resized(f)
	}
	sink(f)
	return nil
}

// resized notes a JPEG that has another size than the driver announced.
func (c *Camera) resized(f *capture.Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.format.Width, c.format.Height = f.Width, f.Height
}

// convert returns the dequeued picture, nil when it found no buffer, or an
// error when it is damaged; a single one is no reason to lose the camera.
func (c *Camera) convert() (*capture.Frame, error) {
	b := c.dev.buffer[c.frame.index]
	if c.frame.damaged != 0 || c.frame.bytes == 0 {
		return nil, errDamaged
	}
	raw := unsafe.Slice((*byte)(b.at), int(c.frame.bytes))
	if c.format.Pixel == capture.PixelMJPEG {
		return c.decoder.Decode(raw)
	}
	f := c.pool.Get(c.format.Width, c.format.Height)
	if f == nil {
		return nil, nil
	}
	if err := f.Fill420(raw, c.format.Pixel, c.stride); err != nil {
		f.Release()
		return nil, err
	}
	return f, nil
}

// formats asks the driver for everything it offers that can be used; of free
// sizes the one nearest to the wish.
func (c *Camera) formats(wish capture.Wish) []capture.Format {
	var all []capture.Format
	for i := range 64 {
		var code C.uint32_t
		if C.jv_enum_format(&c.dev, C.int(i), &code) < 0 {
			break
		}
		px := pixel(code)
		if px == "" {
			continue
		}
		before := len(all)
		for j := range 128 {
			var s C.jv_size
			if C.jv_enum_size(&c.dev, code, C.int(j), &s) < 0 {
				break
			}
			w := nearest(wish.Width, int(s.min_w), int(s.max_w), int(s.step_w))
			h := nearest(wish.Height, int(s.min_h), int(s.max_h), int(s.step_h))
			all = append(all, c.rates(code, px, w, h)...)
		}
		if len(all) == before { // a driver that does not tell: let it decide
			all = append(all, capture.Format{Width: wish.Width, Height: wish.Height, Pixel: px})
		}
	}
	return all
}

// nearest is the value of the range lo, lo+step, … hi that comes closest to want.
func nearest(want, lo, hi, step int) int {
	v := min(hi, max(lo, want))
	if step > 1 {
		v = lo + (v-lo)/step*step
	}
	return v
}

func (c *Camera) rates(code C.uint32_t, px capture.PixelFormat, w, h int) []capture.Format {
	var all []capture.Format
	for i := range 64 {
		var v C.jv_interval
		if C.jv_enum_interval(&c.dev, code, C.uint32_t(w), C.uint32_t(h), C.int(i), &v) < 0 || v.num == 0 {
			break
		}
		fps := math.Round(float64(v.den)/float64(v.num)*100) / 100
		all = append(all, capture.Format{Width: w, Height: h, FPS: fps, Pixel: px})
		if v.stepwise != 0 {
			break
		}
	}
	if len(all) == 0 {
		all = append(all, capture.Format{Width: w, Height: h, Pixel: px})
	}
	return all
}

func fourcc(p capture.PixelFormat) C.uint32_t {
	s := string(p)
	switch p {
	case capture.PixelI420:
		s = "YU12"
	case capture.PixelMJPEG:
		s = "MJPG"
	}
	return C.uint32_t(s[0]) | C.uint32_t(s[1])<<8 | C.uint32_t(s[2])<<16 | C.uint32_t(s[3])<<24
}

func pixel(code C.uint32_t) capture.PixelFormat {
	switch s := string([]byte{byte(code), byte(code >> 8), byte(code >> 16), byte(code >> 24)}); s {
	case "YUYV", "UYVY", "NV12":
		return capture.PixelFormat(s)
	case "YU12":
		return capture.PixelI420
	case "MJPG", "JPEG":
		return capture.PixelMJPEG
	default:
		return ""
	}
}

func (c *Camera) lost(what string, err error) error {
	return &capture.Error{Op: "device.Camera.Run", Kind: capture.KindLost, Err: err, Message: fmt.Sprintf(
		"The camera %q %s; plug it in again, it is opened as soon as it is back.", c.id, what)}
}

// failure puts a driver's errno into a sentence.
func (c *Camera) failure(op string, r C.int) error {
	errno := syscall.Errno(-r)
	kind, what := capture.KindBroken, "does not work; unplug it and plug it in again"
	switch errno {
	case syscall.EBUSY:
		kind, what = capture.KindBusy, "is in use by another program; close that program and try again"
	case syscall.EACCES, syscall.EPERM:
		kind, what = capture.KindPermission, "may not be used by you; add yourself to the group \"video\" and sign in again"
	case syscall.ENOENT, syscall.ENODEV, syscall.ENXIO:
		kind, what = capture.KindNotFound, "is not connected; plug it in or choose another"
	case syscall.ENOTTY:
		kind, what = capture.KindFormat, "is no camera; choose another"
	case syscall.ENOSPC:
		kind, what = capture.KindBusy, "finds no room on its USB bus; plug it into another socket or ask for a smaller size"
	}
	return &capture.Error{Op: op, Kind: kind, Err: errno, Message: fmt.Sprintf("The camera %q %s.", c.id, what)}
}
