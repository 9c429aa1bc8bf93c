package device

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// fakeSystem is /sys, /run and /proc of a machine with a webcam, its metadata
// node, a second webcam of the same name and a camera on no bus udev knows.
func fakeSystem(t *testing.T) system {
	t.Helper()
	s := system{root: t.TempDir()}
	put := func(path, text string) {
		full := s.path(path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(path, to string) {
		full := s.path(path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, full); err != nil {
			t.Fatal(err)
		}
	}
	usb := "sys/devices/pci0000:00/0000:00:14.0/usb1/"
	for _, n := range []struct{ video, place, name, index, dev, driver string }{
		{"video0", usb + "1-1/1-1:1.0", "HD Webcam", "0", "81:0", "uvcvideo"},
		{"video1", usb + "1-1/1-1:1.0", "HD Webcam", "1", "81:1", "uvcvideo"},
		{"video10", usb + "1-2/1-2:1.0", "HD\x1b \xffWebcam\u202e", "0", "81:10", "uvcvideo"},
		{"video3", "sys/devices/platform/vivid.0", "vivid-000-vid-cap", "0", "81:3", "vivid"},
		{"video4", "sys/devices/platform/vivid.0", "vivid-000-vid-out", "1", "81:4", "vivid"},
	} {
		class := "sys/class/video4linux/" + n.video + "/"
		put(class+"name", n.name+"\n")
		put(class+"index", n.index+"\n")
		put(class+"dev", n.dev+"\n")
		put(n.place+"/bInterfaceNumber", "00\n")
		link(class+"device", s.path(n.place))
		if _, err := os.Lstat(s.path(n.place, "driver")); err != nil {
			link(n.place+"/driver", "../drivers/"+n.driver)
		}
	}
	put("run/udev/data/c81:4", "E:ID_V4L_CAPABILITIES=:video_output:\n")
	put("run/udev/data/c81:3", "N:x\nE:ID_V4L_CAPABILITIES=:capture:\n")
	put(usb+"1-1/descriptors", string(webcamDescriptors()))
	link("proc/42/fd/7", "/dev/video10")
	link("proc/42/fd/8", "/dev/null")
	return s
}

// webcamDescriptors are those of a camera with YUYV, MJPEG and a second video
// function, whose formats belong to another node.
func webcamDescriptors() []byte {
	iface := func(number, class, sub byte) []byte { return []byte{9, usbInterface, number, 0, 1, class, sub, 0, 0} }
	frame := func(kind byte, w, h uint16, intervals ...uint32) []byte {
		d := make([]byte, 26)
		d[1], d[2], d[25] = usbClassSpecial, kind, byte(len(intervals))
		binary.LittleEndian.PutUint16(d[5:], w)
		binary.LittleEndian.PutUint16(d[7:], h)
		for _, v := range intervals {
			d = binary.LittleEndian.AppendUint32(d, v)
		}
		d[0] = byte(len(d))
		return d
	}
	yuyv := append([]byte{27, usbClassSpecial, uncompressed, 1, 2}, append([]byte("YUY2"), make([]byte, 18)...)...)
	odd := append([]byte{27, usbClassSpecial, uncompressed, 1, 2}, append([]byte("XXXX"), make([]byte, 18)...)...)
	mjpg := []byte{11, usbClassSpecial, mjpegFormat, 2, 1, 0, 0, 0, 0, 0, 0}
	return slices.Concat([]byte{18, 1}, make([]byte, 16), iface(0, classVideo, 1), iface(1, classVideo, videoStreaming),
		yuyv, frame(uncompressedPic, 640, 480, 333333, 666666), frame(uncompressedPic, 1920, 1080, 2000000),
		odd, frame(uncompressedPic, 800, 600, 333333),
		mjpg, frame(mjpegPic, 1920, 1080, 333333),
		iface(2, 1, 2), frame(mjpegPic, 1, 1, 1),
		iface(3, classVideo, 1), iface(4, classVideo, videoStreaming), mjpg, frame(mjpegPic, 99, 99, 333333))
}

func TestCameras_areListedWithoutOpeningThem(t *testing.T) {
	s := fakeSystem(t)
	got := s.cameras()
	s.describe(got)
	const usb = "v4l2:pci0000:00/0000:00:14.0/usb1/"
	want := []struct {
		id, node string
		busy     bool
		formats  int
	}{
		{usb + "1-1/1-1:1.0:0:HD_Webcam", "video0", false, 3},
		{"v4l2:platform/vivid.0:0:vivid-000-vid-cap", "video3", false, 0},
		{usb + "1-2/1-2:1.0:0:HD_Webcam", "video10", true, 0},
	}
	if len(got) != len(want) {
		t.Fatalf("%d cameras: %+v", len(got), got)
	}
	for i, w := range want {
		g := got[i]
		if g.ID != w.id || filepath.Base(g.path) != w.node || g.Busy != w.busy || len(g.Formats) != w.formats || g.Kind != capture.KindCamera {
			t.Errorf("%d: %+v, want %+v", i, g, w)
		}
	}
	if got[0].Name != "HD Webcam" {
		t.Errorf("name %q", got[0].Name)
	}
	if none := (system{root: t.TempDir()}).cameras(); none != nil {
		t.Errorf("an empty machine has %v", none)
	}
}

// The number of a node passes to the next camera that is plugged in, so a path
// stands for a camera only until that one is known.
func TestNodeOf_aPathIsTheCameraThatIsThereNow(t *testing.T) {
	s := fakeSystem(t)
	for _, node := range []string{"video0", "video1", "video10"} {
		if err := os.MkdirAll(s.path("dev/v4l"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.path("dev", node), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../video10", s.path("dev/v4l/second")); err != nil {
		t.Fatal(err)
	}
	const first, second = "v4l2:pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0:0:HD_Webcam", "v4l2:pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0:0:HD_Webcam"
	for _, c := range []struct{ id, path, lasting string }{
		{first, "/dev/video0", first},
		{"/dev/video0", "/dev/video0", first},
		{"/dev/v4l/second", "/dev/v4l/second", second},
		{"/dev/video1", "/dev/video1", "/dev/video1"}, // metadata, no camera
		{"/dev/video99", "/dev/video99", "/dev/video99"},
	} {
		path, lasting, err := s.nodeOf(c.id)
		if err != nil || path != s.path(c.path) || lasting != c.lasting {
			t.Errorf("%s is %s, from now on %s (%v)", c.id, path, lasting, err)
		}
	}
	if _, _, err := s.nodeOf("v4l2:nowhere:0:nothing"); capture.KindOf(err) != capture.KindNotFound {
		t.Error(err)
	}
}

func TestParseUSB_findsTheFormatsOfOneFunction(t *testing.T) {
	got := parseUSB(webcamDescriptors(), 0)
	want := []capture.Format{
		{Width: 640, Height: 480, FPS: 30, Pixel: capture.PixelYUYV},
		{Width: 1920, Height: 1080, FPS: 5, Pixel: capture.PixelYUYV},
		{Width: 1920, Height: 1080, FPS: 30, Pixel: capture.PixelMJPEG},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if other := parseUSB(webcamDescriptors(), 3); len(other) != 1 || other[0].Width != 99 {
		t.Errorf("%v", other)
	}
}

func FuzzParseUSB(f *testing.F) {
	f.Add(webcamDescriptors())
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range parseUSB(b, 0) {
			if v.Pixel == "" || v.FPS < 0 || v.Width > 65535 {
				t.Fatal(v)
			}
		}
	})
}

func TestOpenCamera_saysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for id, kind := range map[string]capture.Kind{
		"v4l2:nowhere:0:nothing": capture.KindNotFound,
		"/dev/video-none":        capture.KindNotFound,
		"/dev/null":              capture.KindFormat,
	} {
		_, err := Open(CameraConfig{ID: id})(t.Context())
		if capture.KindOf(err) != kind {
			t.Errorf("%s: %v (%s), want %s", id, err, capture.KindOf(err), kind)
		}
		if _, err := Formats(t.Context(), id); capture.KindOf(err) != kind {
			t.Errorf("formats of %s: %v", id, err)
		}
	}
}
