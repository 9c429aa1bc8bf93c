//go:build bench

package bench_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/encode/encodetest"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const (
	width, height, fps = 1920, 1080, 30
	loop               = 120 // pictures of the clip that is played round and round

	warmUp   = 5 * time.Second
	window   = 15 * time.Second
	patience = 20 * time.Second // for people to be live and pictures to come
	attempts = 3                // at a measurement that the machine disturbed
)

// accounts compares two accounts of one person with one, both from the same
// file of raw pictures.
func accounts(t *testing.T) []bench.Row {
	s := stage.Open(t, stage.Options{})
	clip := rawClip(t, width, height, loop)
	live := func(n int) func() (float64, error) {
		return func() (float64, error) {
			f, err := measureLive(t, s, n, "--video", "file:"+clip)
			return f.load, err
		}
	}
	p, err := bench.Measure(rounds+4, live(2), live(1)) // the two differ by less than one run from the next
	if err != nil {
		t.Fatal(err)
	}
	return []bench.Row{atMost("CPU of two accounts live ÷ one, 1080p30; one encoder, one upload", 1.05, p)}
}

// raw compares the live program with the bare encoder on raw pictures.
func raw(t *testing.T) []bench.Row {
	return []bench.Row{overBare(t, rawClip(t, width, height, loop), 1.25,
		"CPU of the live process, two accounts, 1080p30 from raw pictures ÷ the bare OpenH264 encode of the same pictures at the same beat; ÷ the same encode flat out")}
}

// motionJPEG does the same from what a webcam gives.
func motionJPEG(t *testing.T) []bench.Row {
	return []bench.Row{overBare(t, webcamClip(t, rawClip(t, width, height, loop)), 1.7, "the same from Motion JPEG")}
}

// overBare is the CPU a picture of the live program with two accounts, over
// that of the bare encoder with the same pictures, parameters and beat. The
// encoder flat out, with its caches always warm, is told beside it.
func overBare(t *testing.T, clip string, limit float64, what string) bench.Row {
	s := stage.Open(t, stage.Options{})
	program := buildBare(t)
	kbps := 0.0
	var flatOut []float64
	p, err := bench.Measure(rounds+2, func() (float64, error) {
		f, err := measureLive(t, s, 2, "--video", "file:"+clip)
		kbps = f.kbps
		return 1000 * f.picture, err
	}, func() (float64, error) {
		b, err := bare(t, program, clip)
		t.Logf("live coded %.0f kbit/s, bare %.0f", kbps, b.Bitrate/1000)
		flatOut = append(flatOut, 1000*b.FlatOut)
		return 1000 * b.CPU, err
	})
	if err != nil {
		t.Fatal(err)
	}
	row := atMost(what, limit, p)
	row.Figure += fmt.Sprintf("; %.3f", bench.Pairs{A: p.A, B: flatOut}.Ratio())
	return row
}

// figures are what one run of the live program took.
type figures struct {
	load    float64 // CPU seconds a second
	picture float64 // CPU seconds a picture
	kbps    float64 // as coded
}

var errDisturbed = errors.New("the machine was too busy to measure")

// measureLive puts n accounts live with one viewer a room and measures the
// process once it runs evenly. A window in which pictures were left out or came
// late says nothing; it is taken again, a few times.
func measureLive(t *testing.T, s *stage.Stage, n int, args ...string) (figures, error) {
	live := s.GoLive(append(args, accountsOf(s, n)...)...)
	defer func() {
		if err := live.Stop(patience); err != nil {
			t.Logf("live ended with %v: %s", err, live.Log())
		}
	}()
	var views []*peer.Viewer
	for _, p := range s.Performers[:n] {
		views = append(views, view(t, s, p.Name, peer.Watch{Light: true}))
	}
	defer func() {
		for _, v := range views {
			_ = v.Abandon() // the next run has its own
		}
	}()
	testkit.Pause(warmUp)
	var f figures
	err := errDisturbed
	for try := 0; try < attempts && errors.Is(err, errDisturbed); try++ {
		if f, err = measureWindow(t, live, views); err != nil {
			t.Logf("try %d: %v", try+1, err)
		}
	}
	return f, err
}

func accountsOf(s *stage.Stage, n int) []string {
	var args []string
	for _, p := range s.Performers[:n] {
		args = append(args, "--account", p.Email)
	}
	return args
}

// view watches a room and returns at the first whole key frame.
func view(t *testing.T, s *stage.Stage, room string, w peer.Watch) *peer.Viewer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	w.URL, w.AskKey = s.URL+"/whep/"+room, true
	v, err := peer.View(ctx, w)
	if err != nil {
		t.Fatalf("nobody can watch %s: %v", room, err)
	}
	testkit.Until(t, patience, "a picture in "+room, func() bool { return v.FirstKey() > 0 })
	return v
}

// measureWindow checks what the promise asks for besides the CPU: pictures
// whole and in time in each room, none left out, one encoder, one upload.
func measureWindow(t *testing.T, live *stage.Live, views []*peer.Viewer) (figures, error) {
	before, err := bench.CPU(live.PID())
	if err != nil {
		return figures{}, err
	}
	from, began := lineOf(t, live), time.Now()
	testkit.Pause(window)
	after, err := bench.CPU(live.PID())
	if err != nil {
		return figures{}, err
	}
	ended := time.Now()
	seconds := ended.Sub(began).Seconds()
	to := lineOf(t, live)
	if !to.Live() || to.Video.Encoders != 1 || to.Video.Uploads != 1 || to.Video.Width != width {
		return figures{}, fmt.Errorf("not what was asked for: %+v", to)
	}
	if left := to.Video.Dropped - from.Video.Dropped; left > 0 {
		return figures{}, fmt.Errorf("%d pictures were left out: %w", left, errDisturbed)
	}
	least := float64(fps)
	for _, v := range views {
		rate := float64(wholeBetween(v, began, ended)) / seconds
		if least = min(least, rate); rate < 29 {
			return figures{}, fmt.Errorf("a viewer got %.2f whole pictures a second: %w", rate, errDisturbed)
		}
	}
	used := (after - before).Seconds()
	f := figures{load: used / seconds, picture: used / seconds / fps, kbps: to.Video.Bitrate}
	t.Logf("%d accounts: %.3f CPU s/s, %.2f ms a picture, viewers got at least %.2f whole pictures a second, %.0f kbit/s", len(views), f.load, 1000*f.picture, least, f.kbps)
	return f, nil
}

func lineOf(t *testing.T, live *stage.Live) stage.Line {
	t.Helper()
	line, ok := live.Line()
	if !ok {
		t.Fatal("the live program tells nothing")
	}
	return line
}

func wholeBetween(v *peer.Viewer, from, to time.Time) int {
	n := 0
	for _, u := range v.Units() {
		if u.Whole && u.At.After(from) && !u.At.After(to) {
			n++
		}
	}
	return n
}

// rawClip writes the first pictures of the clip as Y4M.
func rawClip(t *testing.T, w, h, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.y4m")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(encodetest.NewClip(w, h, fps).WriteY4M(out, n), out.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// webcamClip makes Motion JPEG of it, with the colours and about the size of
// what webcams deliver.
func webcamClip(t *testing.T, y4m string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.avi")
	cmd := exec.CommandContext(t.Context(), testkit.Need(t, "ffmpeg"), "-v", "error", "-i", y4m,
		"-vf", "scale=out_range=pc", "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "4", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("no Motion JPEG: %v\n%s", err, out)
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("Motion JPEG of %d kB a picture", stat.Size()/loop/1000)
	return path
}

func buildBare(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bare")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./bare").CombinedOutput(); err != nil {
		t.Fatalf("bare does not build: %v\n%s", err, out)
	}
	return path
}

// bareFigures is what the bare encoder says of itself.
type bareFigures struct {
	CPU     float64 `json:"cpu_s_per_frame"` // at the camera's beat
	FlatOut float64 `json:"flat_out"`        // without a pause
	Bitrate float64 `json:"bitrate"`
}

// bare runs the encoder alone.
func bare(t *testing.T, program, clip string) (bareFigures, error) {
	t.Helper()
	const bitrate = 4_000_000 // what live sends at this size
	p := testkit.Start(t, testkit.Spec{Path: program, Args: []string{clip, strconv.Itoa(loop), strconv.Itoa(bitrate), strconv.Itoa(int(window.Seconds()) * fps)}})
	if err := p.Wait(5 * time.Minute); err != nil {
		return bareFigures{}, fmt.Errorf("bare: %w: %s", err, p.Log())
	}
	var said bareFigures
	err := json.Unmarshal([]byte(p.LastLine()), &said)
	return said, err
}
