package device

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
)

func formats(px capture.PixelFormat, all ...[3]int) []capture.Format {
	var list []capture.Format
	for _, f := range all {
		list = append(list, capture.Format{Width: f[0], Height: f[1], FPS: float64(f[2]), Pixel: px})
	}
	return list
}

func TestChoose_isWhatAPersonWouldTake(t *testing.T) {
	webcam := append(formats(capture.PixelYUYV, [3]int{640, 480, 30}, [3]int{1280, 720, 10}, [3]int{1920, 1080, 5}),
		formats(capture.PixelMJPEG, [3]int{640, 480, 30}, [3]int{1280, 720, 60}, [3]int{1280, 720, 30}, [3]int{1920, 1080, 30})...)
	card := formats(capture.PixelNV12, [3]int{1920, 1080, 60}, [3]int{3840, 2160, 30})
	vivid := formats(capture.PixelYUYV, [3]int{320, 180, 60}, [3]int{640, 360, 40}, [3]int{640, 480, 25}, [3]int{1280, 720, 15}, [3]int{1920, 1080, 5})
	for _, c := range []struct {
		name string
		list []capture.Format
		wish capture.Wish
		want string
	}{
		{"1080p30 is MJPEG on a webcam", webcam, capture.Wish{Width: 1920, Height: 1080, FPS: 30}, "1920x1080 MJPEG at 30 fps"},
		{"720p30 too, at the wished rate", webcam, capture.Wish{Width: 1280, Height: 720, FPS: 30}, "1280x720 MJPEG at 30 fps"},
		{"small pictures come raw", webcam, capture.Wish{Width: 640, Height: 480, FPS: 30}, "640x480 YUYV at 30 fps"},
		{"a slow wish is served raw", webcam, capture.Wish{Width: 1920, Height: 1080, FPS: 5}, "1920x1080 YUYV at 5 fps"},
		{"not larger than needed", card, capture.Wish{Width: 1280, Height: 720, FPS: 30}, "1920x1080 NV12 at 60 fps"},
		{"nearly the rate in the right size", vivid, capture.Wish{Width: 640, Height: 480, FPS: 30}, "640x480 YUYV at 25 fps"},
		{"no still pictures for the sake of size", vivid, capture.Wish{Width: 1920, Height: 1080, FPS: 30}, "1280x720 YUYV at 15 fps"},
		{"unknown rates count as good", formats(capture.PixelUYVY, [3]int{1280, 720, 0}), capture.Wish{Width: 1280, Height: 720, FPS: 30}, "1280x720 UYVY at 0 fps"},
	} {
		got, ok := choose(c.list, c.wish)
		if !ok || got.String() != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	if _, ok := choose(nil, capture.Wish{Width: 1, Height: 1, FPS: 1}); ok {
		t.Error("chose from nothing")
	}
}
