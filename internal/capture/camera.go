package capture

import (
	"context"
	"fmt"
)

// PixelFormat names how a device packs its pixels. The list is closed.
type PixelFormat string

// The pixel formats that can be turned into I420.
const (
	PixelI420  PixelFormat = "I420" // also called YU12
	PixelNV12  PixelFormat = "NV12"
	PixelYUYV  PixelFormat = "YUYV"
	PixelUYVY  PixelFormat = "UYVY"
	PixelMJPEG PixelFormat = "MJPEG"
)

// MaxWidth and MaxHeight bound every picture, so that no foreign header can
// ask for more memory than an 8K frame needs.
const (
	MaxWidth  = 7680
	MaxHeight = 4320
)

// Format is one way in which a device delivers pictures. Width and Height are
// in pixels; FPS is 0 where the device does not tell.
type Format struct {
	Width  int         `json:"width"`
	Height int         `json:"height"`
	FPS    float64     `json:"fps"`
	Pixel  PixelFormat `json:"pixel"`
}

// String reads like "1920x1080 MJPEG at 30 fps".
func (f Format) String() string {
	return fmt.Sprintf("%dx%d %s at %.4g fps", f.Width, f.Height, f.Pixel, f.FPS)
}

// Wish is what the user asks for; zero fields mean "what the device likes".
type Wish struct{ Width, Height, FPS int }

// String reads like "1920x1080 at 30 fps".
func (w Wish) String() string { return fmt.Sprintf("%dx%d at %d fps", w.Width, w.Height, w.FPS) }

// Camera is one opened source of pictures. It lives once: Run blocks until ctx
// ends (and returns nil) or the source fails (and returns an *Error); after
// that a new one must be opened.
type Camera interface {
	// Run hands every frame to sink on one goroutine. The frame is valid only
	// inside the call: a sink that keeps it calls Retain.
	Run(ctx context.Context, sink func(*Frame)) error
	// Format is what is really delivered; zero before that is known.
	Format() Format
}

// Kinds of Device.
const (
	KindCamera     = "camera"
	KindMicrophone = "microphone"
	KindSpeaker    = "speaker"
)

// Device describes a camera, a microphone or a loudspeaker that can be opened by its ID, which
// stays the same over replugging and restarts. Formats is empty where the
// system tells them only for an opened device, since listing opens none.
type Device struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Default bool     `json:"default,omitempty"`
	Busy    bool     `json:"busy,omitempty"` // some program on this machine holds it open
	Formats []Format `json:"formats,omitempty"`
}
