package testkit

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// SampleRate is that of all sound in tests, in Hz.
const SampleRate = 48000

// Sound is a private PulseAudio server with one sink that leads nowhere; what
// is played into the sink is heard from its monitor, as if by a microphone.
type Sound struct {
	t      testing.TB
	server string
	pacat  string
	pactl  string
}

// The names of the sink and of the microphone that hears it.
const (
	Sink    = "jasmincam_test"
	Monitor = Sink + ".monitor"
)

// NewSound starts a sound server until the test ends and points PULSE_SERVER
// at it, for this process and for those that it starts.
func NewSound(t testing.TB) *Sound {
	t.Helper()
	daemon := Need(t, "pulseaudio")
	s := &Sound{t: t, pacat: Need(t, "pacat"), pactl: Need(t, "pactl")}
	dir := shortDir(t)
	socket := filepath.Join(dir, "native")
	s.server = "unix:" + socket
	p := Start(t, Spec{
		Path: daemon,
		Args: []string{"-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--log-target=stderr",
			"--load=module-native-protocol-unix auth-anonymous=1 socket=" + socket,
			"--load=module-null-sink sink_name=" + Sink + " rate=48000 channels=2",
		},
		Env: []string{"HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "XDG_CONFIG_HOME=" + dir, "PULSE_RUNTIME_PATH=" + dir},
	})
	t.Setenv("PULSE_SERVER", s.server)
	// Without these a client starts a server of its own, or reads a person's settings.
	t.Setenv("PULSE_RUNTIME_PATH", dir)
	t.Setenv("PULSE_CONFIG_PATH", dir)
	Until(t, 10*time.Second, "the sound server", func() bool {
		select {
		case <-p.Done():
			t.Fatalf("the sound server ended:\n%s", p.Log())
		default:
		}
		return strings.Contains(s.control("list", "short", "sources"), Monitor)
	})
	return s
}

// control runs pactl and returns what it says; nothing when it fails.
func (s *Sound) control(args ...string) string {
	p := Start(s.t, Spec{Path: s.pactl, Args: append([]string{"--server=" + s.server}, args...)})
	if p.Wait(10*time.Second) != nil {
		return ""
	}
	return p.Output()
}

// Play plays mono samples into the sink, in the background, until they end or
// the returned process is killed.
func (s *Sound) Play(samples []int16) *Process {
	s.t.Helper()
	var raw bytes.Buffer
	if err := binary.Write(&raw, binary.LittleEndian, samples); err != nil {
		s.t.Fatal(err)
	}
	return Start(s.t, Spec{
		Path: s.pacat,
		Args: []string{"--server=" + s.server, "--device=" + Sink, "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=50"},
		In:   raw.String(),
	})
}

// Unplug takes the sink, and so the microphone, away.
func (s *Sound) Unplug() { s.control("unload-module", "module-null-sink") }

// Plug brings it back.
func (s *Sound) Plug() {
	s.control("load-module", "module-null-sink", "sink_name="+Sink, "rate=48000", "channels=2")
}

// Tone is a sine of hz at a fifth of full scale.
func Tone(hz float64, d time.Duration) []int16 {
	pcm := make([]int16, int(d.Seconds()*SampleRate))
	for i := range pcm {
		pcm[i] = int16(0.2 * 32767 * math.Sin(2*math.Pi*hz*float64(i)/SampleRate))
	}
	return pcm
}

// shortDir is a temporary folder whose name leaves room for a socket's: the
// system allows 107 bytes, and a test's own folder bears its whole name.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
