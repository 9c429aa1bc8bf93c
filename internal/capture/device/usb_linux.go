package device

import (
	"encoding/binary"
	"math"
	"os"
	"strconv"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Descriptors of the USB Video Class 1.5, tables 3-13 to 3-16 of its payload
// specifications.
const (
	usbInterface    = 0x04
	usbClassSpecial = 0x24
	classVideo      = 0x0e
	videoStreaming  = 2
	uncompressed    = 4
	uncompressedPic = 5
	mjpegFormat     = 6
	mjpegPic        = 7
)

// usbFormats reads the formats of a USB camera from the descriptors that the
// kernel keeps, without opening it; nil for cameras on other buses.
func (s system) usbFormats(video string) []capture.Format {
	// device is the control interface, its parent the whole USB device.
	b, err := os.ReadFile(s.path("sys/class/video4linux", video, "device") + "/../descriptors")
	if err != nil {
		return nil
	}
	own, err := strconv.ParseUint(s.text("sys/class/video4linux", video, "device/bInterfaceNumber"), 16, 8)
	if err != nil {
		return nil
	}
	return parseUSB(b, byte(own))
}

// parseUSB walks the descriptors. Only the streaming interfaces that follow the
// control interface own count, up to the next control interface.
func parseUSB(b []byte, own byte) []capture.Format {
	var all []capture.Format
	var px capture.PixelFormat
	mine, streaming := false, false
	for len(b) >= 3 && int(b[0]) >= 3 && int(b[0]) <= len(b) {
		d := b[:b[0]]
		b = b[b[0]:]
		switch {
		case d[1] == usbInterface && len(d) >= 9:
			streaming = d[5] == classVideo && d[6] == videoStreaming
			if d[5] == classVideo && d[6] != videoStreaming {
				mine = d[2] == own
			}
		case d[1] != usbClassSpecial || !mine || !streaming:
		case d[2] == uncompressed && len(d) >= 21:
			px = usbPixel(string(d[5:9]))
		case d[2] == mjpegFormat:
			px = capture.PixelMJPEG
		case (d[2] == uncompressedPic || d[2] == mjpegPic) && len(d) >= 26 && px != "":
			all = append(all, usbFrame(d, px))
		}
	}
	return all
}

// usbPixel knows the first four bytes of the format's GUID.
func usbPixel(guid string) capture.PixelFormat {
	switch guid {
	case "YUY2":
		return capture.PixelYUYV
	case "UYVY", "NV12", "I420":
		return capture.PixelFormat(guid)
	default:
		return ""
	}
}

// usbFrame returns the format of a frame descriptor at its highest rate:
// intervals are in 100 ns, the shortest first.
func usbFrame(d []byte, px capture.PixelFormat) capture.Format {
	f := capture.Format{Pixel: px,
		Width: int(binary.LittleEndian.Uint16(d[5:])), Height: int(binary.LittleEndian.Uint16(d[7:]))}
	shortest := uint32(math.MaxUint32)
	count := int(d[25])
	if count == 0 {
		count = 1 // a range, which begins with its shortest
	}
	for i := 26; i+4 <= len(d) && count > 0; i, count = i+4, count-1 {
		if v := binary.LittleEndian.Uint32(d[i:]); v > 0 {
			shortest = min(shortest, v)
		}
	}
	if shortest < math.MaxUint32 {
		f.FPS = math.Round(1e9/float64(shortest)) / 100
	}
	return f
}
