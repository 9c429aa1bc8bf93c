//go:build vm

// Tests with a kernel's own camera (vivid) and sound card (snd-aloop), in the
// virtual machine of test/vm. They unplug the camera, so they are not for a
// machine that somebody works on.

package device

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/mjpeg"
)

const vivid = "v4l2:platform/vivid.0:0:vivid-000-vid-cap"

// sh runs a command in the guest.
func sh(t *testing.T, command string) string {
	t.Helper()
	out, err := exec.Command("bash", "-c", command).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	return string(out)
}

func unplug(t *testing.T) { sh(t, "echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind") }

func replug(t *testing.T) {
	// The capture card's timings can be set only before the reader streams again.
	sh(t, "echo vivid.0 >/sys/bus/platform/drivers/vivid/bind; [ ! -x /usr/local/bin/vm-hdmi30 ] || vm-hdmi30 || true")
}

// hdmi tells whether the machine's camera is a capture card with free sizes.
func hdmi(t *testing.T) bool {
	t.Helper()
	return strings.Contains(sh(t, "v4l2-ctl --list-framesizes=YUYV"), "Stepwise")
}

// watch reads the camera with an id with a VideoReader until the test ends.
func watch(t *testing.T, id string, size capture.Wish) (*capture.VideoReader, *capture.Slot) {
	t.Helper()
	pool := capture.NewPool(6)
	r := capture.NewVideoReader(capture.VideoReaderConfig{Size: size,
		Open: Open(CameraConfig{ID: id, Wish: size, Pool: pool})})
	slot := r.Subscribe()
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		r.Unsubscribe(slot)
		if out, _, misused := pool.Stats(); out != 0 || misused != 0 {
			t.Errorf("%d frames leaked, %d misused", out, misused)
		}
	})
	return r, slot
}

// take returns the next n frames' times after checking each.
func take(t *testing.T, slot *capture.Slot, n int, check func(*capture.Frame)) []time.Time {
	t.Helper()
	var at []time.Time
	for range n {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		f, err := slot.Take(ctx)
		cancel()
		if err != nil {
			t.Fatalf("after %d frames: %v", len(at), err)
		}
		if age := time.Since(f.At); age < 0 || age > 2*time.Second {
			t.Errorf("a frame is %v old", age)
		}
		if len(at) > 0 && !f.At.After(at[len(at)-1]) {
			t.Error("time went back")
		}
		at = append(at, f.At)
		check(f)
		f.Release()
	}
	return at
}

// bars fails t unless the frame has vivid's colour bars: white at the left,
// darker to the right, and colour in between.
func bars(t *testing.T) func(*capture.Frame) {
	return func(f *capture.Frame) {
		t.Helper()
		y := f.Height - 6 // below vivid's own text
		left, right := f.Y[y*f.YStride+f.Width/16], f.Y[y*f.YStride+f.Width*15/16]
		c := y/2*f.CStride + f.Width*6/16/2
		if left < 150 || right > 60 || f.Cb[c] == 128 && f.Cr[c] == 128 {
			t.Errorf("no colour bars: %d … %d, chroma %d %d", left, right, f.Cb[c], f.Cr[c])
		}
	}
}

func TestVM_listsTheCamera(t *testing.T) {
	list, err := Cameras(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != vivid || list[0].Busy {
		t.Fatalf("%+v, %v", list, err)
	}
	offers, err := Formats(t.Context(), vivid)
	if err != nil || len(offers) < 4 {
		t.Fatalf("%v, %v", offers, err)
	}
}

func TestVM_deliversEveryFormat(t *testing.T) {
	for _, px := range []capture.PixelFormat{capture.PixelYUYV, capture.PixelUYVY, capture.PixelNV12, capture.PixelI420} {
		// The choice prefers YUYV, so the driver is asked for the others directly.
		pool := capture.NewPool(4)
		cam := &Camera{id: vivid, pool: pool, decoder: mjpeg.NewDecoder(pool)}
		if err := cam.open(nodePath(t)); err != nil {
			t.Fatal(err)
		}
		if err := cam.startAs(capture.Format{Width: 320, Height: 180, Pixel: px}, 30); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		n := 0
		if err := cam.Run(ctx, func(f *capture.Frame) {
			bars(t)(f)
			if n++; n == 10 {
				cancel()
			}
		}); err != nil || n < 10 {
			t.Errorf("%s: %d frames, %v", px, n, err)
		}
		cancel()
		if got := cam.Format(); got.Pixel != px || got.Width != 320 || got.Height != 180 {
			t.Errorf("asked for %s, got %v", px, got)
		}
	}
}

func TestVM_keepsItsRate(t *testing.T) {
	size := capture.Wish{Width: 640, Height: 360, FPS: 30}
	r, slot := watch(t, vivid, size)
	take(t, slot, 5, func(*capture.Frame) {})
	at := take(t, slot, 60, bars(t))
	fps := 59 / at[59].Sub(at[0]).Seconds()
	s := r.State()
	t.Logf("%.1f fps of %v, %d dropped", fps, s.Format, s.Dropped)
	if s.Format.Width != 640 || s.Format.Height != 360 || s.Scaled || fps < 15 {
		t.Errorf("%+v", s)
	}
}

func TestVM_scalesWhatTheCameraCannotDo(t *testing.T) {
	if hdmi(t) {
		return // it can do every size
	}
	r, slot := watch(t, vivid, capture.Wish{Width: 1000, Height: 562, FPS: 10})
	take(t, slot, 10, func(f *capture.Frame) {
		if f.Width != 1000 || f.Height != 562 {
			t.Errorf("%dx%d", f.Width, f.Height)
		}
	})
	if s := r.State(); !s.Scaled || s.Format.Width == 1000 {
		t.Errorf("%+v", s)
	}
}

func TestVM_aBusyCameraHasASentence(t *testing.T) {
	_, slot := watch(t, vivid, capture.Wish{Width: 320, Height: 180, FPS: 30})
	take(t, slot, 2, func(*capture.Frame) {})
	_, err := OpenCamera(t.Context(), CameraConfig{ID: vivid, Wish: capture.Wish{Width: 320, Height: 180, FPS: 30}})
	if capture.KindOf(err) != capture.KindBusy || !strings.Contains(err.Error(), "another program") {
		t.Errorf("%v (%s)", err, capture.KindOf(err))
	}
	list, err := Cameras(t.Context())
	if err != nil || len(list) != 1 || !list[0].Busy {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestVM_comesBackAfterEveryLoss(t *testing.T) {
	// Opened by its path, it is found again when that is another one's.
	r, slot := watch(t, nodePath(t), capture.Wish{Width: 320, Height: 180, FPS: 30})
	back := 0
	expect := func(what string, lose, mend func()) {
		t.Helper()
		take(t, slot, 5, bars(t))
		lose()
		eventually(t, "the camera counts as lost after "+what, func() bool { return r.State().Lost })
		if s := r.State(); !strings.Contains(s.Err, "camera") || !strings.HasSuffix(s.Err, ".") {
			t.Errorf("after %s: %q", what, s.Err)
		}
		wait, before := time.Now(), cpu(t)
		eventually(t, "some time passes", func() bool { return time.Since(wait) > 2*time.Second })
		// A loop that spins takes all of a processor; so much of an emulated one goes to nothing.
		if spent := cpu(t) - before; spent > time.Since(wait)*9/10 {
			t.Errorf("%s: %v of CPU in %v of absence", what, spent, time.Since(wait))
		}
		mend()
		back++
		eventually(t, "the camera is back after "+what, func() bool { return r.State().Reopened == back })
		take(t, slot, 5, bars(t))
	}
	expect("unplugging", func() { unplug(t) }, func() { replug(t) })
	// A program that holds the old node moves the camera to another number.
	node, err := os.Open(nodePath(t))
	if err != nil {
		t.Fatal(err)
	}
	old := nodePath(t)
	expect("a change of its number", func() { unplug(t) }, func() { replug(t) })
	if now := nodePath(t); now == old {
		t.Errorf("the node is still %s", now)
	}
	if err := node.Close(); err != nil {
		t.Error(err)
	}
	expect("a frozen picture", func() { control(t, "percentage_of_dropped_buffers=100") },
		func() { control(t, "percentage_of_dropped_buffers=0") })
	control(t, "disconnect=1") // comes back by itself once closed
	back++
	eventually(t, "the camera is back after a disconnect", func() bool { return r.State().Reopened == back })
	take(t, slot, 5, bars(t))
}

func control(t *testing.T, setting string) {
	t.Helper()
	sh(t, "v4l2-ctl -d "+nodePath(t)+" -c "+setting)
}

func nodePath(t *testing.T) string {
	t.Helper()
	path, _, err := system{root: "/"}.nodeOf(vivid)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// cpu is what this process has used so far.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestVM_hearsTheALSACard(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:/nonexistent") // so that ALSA's turn comes
	wav := filepath.Join(t.TempDir(), "t.wav")
	sh(t, "sox -n -r 48000 -c 2 -b 16 "+wav+" synth 120 sine 1100 vol 0.5")
	ctx, cancel := context.WithCancel(context.Background())
	play := exec.CommandContext(ctx, "aplay", "-q", "-D", "hw:CARD=Loopback,DEV=0", wav)
	if err := play.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = play.Wait() // ended by us
	}()
	list, err := Microphones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const id = "alsa:hw:CARD=Loopback,DEV=1"
	if _, ok := find(list, id); !ok {
		t.Fatalf("%+v", list)
	}
	l := listenTo(t, id)
	l.until(t, "the tone", plays(6))
	for range 50 { // the emulated machine loses buffers now and then
		l.until(t, "the tone", plays(6))
	}
	_, err = OpenMicrophone(t.Context(), MicrophoneConfig{ID: "alsa:hw:CARD=Nothing,DEV=0"})
	if capture.KindOf(err) != capture.KindNotFound {
		t.Error(err)
	}
}

func TestVM_theALSACardComesBack(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:/nonexistent")
	l := listenTo(t, "alsa:hw:CARD=Loopback,DEV=1")
	l.until(t, "sound", func(s capture.Samples) bool { return !s.Silent })
	// It waits until every user has closed the card.
	pull := exec.Command("bash", "-c", "echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/unbind")
	if err := pull.Start(); err != nil {
		t.Fatal(err)
	}
	l.until(t, "silence in its place", func(s capture.Samples) bool { return s.Silent })
	eventually(t, "the microphone counts as lost", func() bool { return l.reader.State().Lost })
	if err := pull.Wait(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "its absence has a sentence", func() bool { return strings.Contains(l.reader.State().Err, "not connected") })
	sh(t, "echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/bind")
	eventually(t, "it is back", func() bool { return l.reader.State().Reopened == 1 })
	l.until(t, "sound again", func(s capture.Samples) bool { return !s.Silent })
}
