package synthetic

import (
	"context"
	"sync/atomic"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// CameraConfig configures a Camera; the zero value gives 1280×720 at 30 fps.
type CameraConfig struct {
	Size capture.Wish
	Pool *capture.Pool // nil: every frame is allocated anew
	Plug *Plug         // nil: never unplugged
}

// Camera is a capture.Camera that draws the readable picture.
type Camera struct {
	cfg     CameraConfig
	scene   *scene
	dropped atomic.Uint64
}

var _ capture.Camera = (*Camera)(nil)

// NewCamera returns a camera for cfg; a size beyond the limits of package
// capture is an error of KindFormat, a pulled plug one of KindNotFound.
func NewCamera(cfg CameraConfig) (*Camera, error) {
	const op = "synthetic.NewCamera"
	if cfg.Size.Width == 0 || cfg.Size.Height == 0 {
		cfg.Size.Width, cfg.Size.Height = 1280, 720
	}
	if cfg.Size.FPS == 0 {
		cfg.Size.FPS = 30
	}
	s := cfg.Size
	if s.Width < 2 || s.Height < 2 || s.Width > capture.MaxWidth || s.Height > capture.MaxHeight || s.FPS < 0 || s.FPS > 240 {
		return nil, &capture.Error{Op: op, Kind: capture.KindFormat,
			Message: "The synthetic camera cannot draw " + s.String() + "; ask for at most 7680x4320 at 240 fps."}
	}
	if err := cfg.Plug.check(op, "camera"); err != nil {
		return nil, err
	}
	return &Camera{cfg: cfg, scene: newScene(s.Width, s.Height)}, nil
}

// Open returns what a capture.VideoReader calls to open the camera anew.
func Open(cfg CameraConfig) func(context.Context) (capture.Camera, error) {
	return func(context.Context) (capture.Camera, error) {
		c, err := NewCamera(cfg)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
}

// Format is what the camera draws.
func (c *Camera) Format() capture.Format {
	s := c.cfg.Size
	return capture.Format{Width: s.Width, Height: s.Height, FPS: float64(s.FPS), Pixel: capture.PixelI420}
}

// Dropped counts the pictures that were left out because the machine or the
// sink was late, or because the pool was empty.
func (c *Camera) Dropped() uint64 { return c.dropped.Load() }

// Run draws one frame at each tick until ctx ends or the plug is pulled.
func (c *Camera) Run(ctx context.Context, sink func(*capture.Frame)) error {
	held, stop := c.cfg.Plug.hold(ctx)
	defer stop()
	beat := capture.NewPacer(c.cfg.Size.FPS, 1, true)
	for {
		at, skipped, err := beat.Next(held)
		if err != nil {
			return lost(ctx, "synthetic.Camera.Run", "camera")
		}
		c.dropped.Add(uint64(skipped))
		f := c.cfg.Pool.Get(c.cfg.Size.Width, c.cfg.Size.Height)
		if f == nil {
			c.dropped.Add(1)
			continue
		}
		f.At = at
		c.scene.draw(f)
		sink(f)
		f.Release()
	}
}
