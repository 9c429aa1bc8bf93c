package device

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pulse starts a PulseAudio of the test's own with one null sink, whose monitor
// is the microphone, and returns how to talk to it.
func pulse(t *testing.T) (pactl func(args ...string) string) {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "pulse.sock")
	for k, v := range map[string]string{"PULSE_SERVER": "unix:" + socket, "XDG_RUNTIME_DIR": dir, "HOME": dir,
		"PULSE_RUNTIME_PATH": dir, "PULSE_STATE_PATH": dir, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"} {
		t.Setenv(k, v)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var log bytes.Buffer
	cmd := exec.CommandContext(ctx, "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+socket,
		"-L", "module-null-sink sink_name=speaker rate=48000", "-L", "module-null-sink sink_name=other rate=48000")
	cmd.Stderr = &log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("PulseAudio is part of this test; install the package pulseaudio: %v", err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // ended by us
	})
	pactl = func(args ...string) string {
		out, err := exec.Command("pactl", args...).CombinedOutput()
		if err != nil {
			return ""
		}
		return string(out)
	}
	eventually(t, "PulseAudio answers", func() bool { return strings.Contains(pactl("list", "short", "sources"), "other.monitor") })
	return pactl
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("in 20 s it never came true that %s", what)
		}
	}
}

// tone plays hz into a sink until the test ends.
func tone(t *testing.T, sink string, hz float64) {
	t.Helper()
	second := make([]byte, 0, 2*capture.SampleRate)
	for i := range capture.SampleRate {
		v := int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/capture.SampleRate))
		second = binary.LittleEndian.AppendUint16(second, uint16(v))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "pacat", "--raw", "--rate=48000", "--channels=1", "--format=s16le", "--latency-msec=50", "--device="+sink)
	cmd.Stdin = &endless{second: second}
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // ended by us
	})
}

// endless reads the same second for ever.
type endless struct {
	second []byte
	at     int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.second[e.at:])
	e.at = (e.at + n) % len(e.second)
	return n, nil
}

// listen collects what an AudioReader hears.
type listen struct {
	reader  *capture.AudioReader
	chunks  chan capture.Samples
	stopped chan error
	cancel  context.CancelFunc
}

func listenTo(t *testing.T, id string) *listen {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &listen{cancel: cancel, chunks: make(chan capture.Samples, 1000), stopped: make(chan error, 1),
		reader: capture.NewAudioReader(capture.AudioReaderConfig{Open: OpenSound(MicrophoneConfig{ID: id})})}
	go func() {
		l.stopped <- l.reader.Run(ctx, func(s capture.Samples) {
			s.PCM = append([]int16(nil), s.PCM...)
			select {
			case l.chunks <- s:
			default:
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-l.stopped; err != nil {
			t.Error(err)
		}
	})
	return l
}

// until waits for a chunk that ok likes, and checks that none is missing.
func (l *listen) until(t *testing.T, what string, ok func(capture.Samples) bool) capture.Samples {
	t.Helper()
	deadline := time.After(20 * time.Second)
	var next time.Time
	for {
		select {
		case s := <-l.chunks:
			if off := s.At.Sub(next); !next.IsZero() && off.Abs() > capture.ChunkTime {
				t.Errorf("a gap of %v", off)
			}
			next = s.At.Add(capture.ChunkTime)
			if ok(s) {
				return s
			}
		case err := <-l.stopped:
			l.stopped <- nil
			t.Fatalf("the reader ended while %s was awaited: %v", what, err)
		case <-deadline:
			t.Fatalf("in 20 s there was not %s", what)
		}
	}
}

func plays(second int) func(capture.Samples) bool {
	return func(s capture.Samples) bool {
		heard, ok := synthetic.ReadTone(s.PCM, s.Channels, capture.SampleRate)
		return ok && heard == second
	}
}

func TestMicrophone_hearsWhatPulseAudioPlays(t *testing.T) {
	pulse(t)
	tone(t, "speaker", 900) // second 4
	tone(t, "other", 1300)  // second 8: picked by id, not by luck
	list, err := Microphones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"pulse:speaker.monitor", "pulse:other.monitor"} {
		if d, ok := find(list, id); !ok || d.Kind != capture.KindMicrophone || !strings.Contains(d.Name, "Monitor") {
			t.Fatalf("%q is not in %+v", id, list)
		}
	}
	l := listenTo(t, "pulse:other.monitor")
	heard, other := 0, 0
	var last capture.Samples
	for heard < 100 { // two seconds of the tone, on a machine that may be busy
		last = l.until(t, "sound", func(capture.Samples) bool { return true })
		switch second, ok := synthetic.ReadTone(last.PCM, last.Channels, capture.SampleRate); {
		case ok && second == 8:
			heard++
		case ok:
			t.Fatalf("heard the tone of second %d, which another sink plays", second)
		default:
			if other++; other > 400 {
				t.Fatalf("heard only %d chunks of the tone among %d", heard, heard+other)
			}
		}
	}
	if age := time.Since(last.At); age < 0 || age > 2*time.Second {
		t.Errorf("a chunk is %v old", age)
	}
	eventually(t, "the level is that of the tone", func() bool {
		level := l.reader.Level()
		return level > -20 && level < -10
	})
}

func TestMicrophone_comesBackAfterItsSourceWentAway(t *testing.T) {
	pactl := pulse(t)
	load := func() { pactl("load-module", "module-null-sink", "sink_name=usb", "rate=48000") }
	unload := func() {
		for line := range strings.Lines(pactl("list", "short", "modules")) {
			if strings.Contains(line, "sink_name=usb") {
				pactl("unload-module", strings.Fields(line)[0])
			}
		}
	}
	load()
	// PulseAudio moves a recording stream elsewhere when its source goes, and
	// with no other source there just stops it: so only one must remain.
	for line := range strings.Lines(pactl("list", "short", "modules")) {
		if strings.Contains(line, "sink_name=speaker") || strings.Contains(line, "sink_name=other") {
			pactl("unload-module", strings.Fields(line)[0])
		}
	}
	l := listenTo(t, "pulse:usb.monitor")
	l.until(t, "sound", func(s capture.Samples) bool { return !s.Silent })
	unload()
	l.until(t, "silence in its place", func(s capture.Samples) bool { return s.Silent })
	eventually(t, "the microphone counts as lost", func() bool { return l.reader.State().Lost })
	if s := l.reader.State(); !strings.Contains(s.Err, "microphone") {
		t.Errorf("%+v", s)
	}
	load()
	eventually(t, "it is back", func() bool { return l.reader.State().Reopened == 1 })
	tone(t, "usb", 700)
	l.until(t, "the tone", plays(2))
}

// She chooses another microphone while she is live: silence for less than a
// second, then the other one and nothing of the first.
func TestMicrophone_changesToAnotherOne(t *testing.T) {
	pulse(t)
	tone(t, "speaker", 900) // second 4
	tone(t, "other", 1300)  // second 8
	l := listenTo(t, "pulse:speaker.monitor")
	last := l.until(t, "the first tone", plays(4)).At
	l.reader.Change(OpenSound(MicrophoneConfig{ID: "pulse:other.monitor"}))
	var first time.Time
	l.until(t, "the other tone", func(s capture.Samples) bool {
		if plays(4)(s) {
			last = s.At
		}
		first = s.At
		return plays(8)(s)
	})
	gap := first.Sub(last)
	t.Logf("%v of silence", gap)
	if gap > time.Second+busy {
		t.Error("that is too long")
	}
	l.until(t, "half a second of it", func(s capture.Samples) bool {
		if plays(4)(s) {
			t.Error("the first microphone is heard again")
		}
		return s.At.Sub(first) > time.Second/2
	})
	if s := l.reader.State(); s.Reopened != 0 || s.Lost {
		t.Errorf("%+v", s)
	}
}

// busy is what a machine may take longer that builds something meanwhile.
const busy = time.Second

// PulseAudio moves recording streams to another source when theirs goes away:
// never ours, or a room would be heard through a microphone nobody chose.
func TestMicrophone_isNeverMovedToAnotherOne(t *testing.T) {
	for id, fallback := range map[string]string{"pulse:usb.monitor": "other.monitor", DefaultMicrophone: "usb.monitor"} {
		t.Run(id, func(t *testing.T) {
			pactl := pulse(t)
			module := strings.TrimSpace(pactl("load-module", "module-null-sink", "sink_name=usb", "rate=48000"))
			pactl("load-module", "module-rescue-streams")
			tone(t, "usb", 700)    // second 2
			tone(t, "other", 1300) // second 8
			pactl("set-default-source", fallback)
			l := listenTo(t, id)
			l.until(t, "the tone", plays(2))
			pactl("unload-module", module)
			eventually(t, "the microphone counts as lost", func() bool { return l.reader.State().Lost })
			pactl("load-module", "module-null-sink", "sink_name=usb", "rate=48000")
			l.until(t, "its own sound again and no other", func(s capture.Samples) bool {
				if plays(8)(s) {
					t.Fatal("heard another microphone")
				}
				return l.reader.State().Reopened == 1 && !s.Silent
			})
		})
	}
}

func TestMicrophone_unknownOrNoSoundSystem(t *testing.T) {
	pulse(t)
	_, err := OpenMicrophone(t.Context(), MicrophoneConfig{ID: "pulse:nothing"})
	if capture.KindOf(err) != capture.KindNotFound || !strings.Contains(err.Error(), "speaker.monitor") {
		t.Errorf("%v", err)
	}
	all, err := List(t.Context())
	if err != nil {
		t.Error(err)
	}
	if _, ok := find(all, "pulse:speaker.monitor"); !ok {
		t.Errorf("%+v", all)
	}
}
