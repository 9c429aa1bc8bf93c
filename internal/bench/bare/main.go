// Command bare does one piece of the live program's work with nothing around
// it, as the denominator of a ratio, and prints its own CPU seconds a picture:
// at a camera's beat, and flat out.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/file"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/encode/encodetest"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// run encodes the first PICTURES of FILE at BITRATE, round and round until N
// are coded, once 30 a second and once without a pause. Reading them is not
// measured.
func run(args []string, out io.Writer) error {
	if len(args) != 4 {
		return errors.New("usage: bare FILE PICTURES BITRATE N")
	}
	var v [3]int
	for i, a := range args[1:] {
		n, err := strconv.Atoi(a)
		if err != nil {
			return fmt.Errorf("%q is not a whole number: %w", a, err)
		}
		v[i] = n
	}
	pictures, bitrate, n := v[0], v[1], v[2]
	if n < 1 {
		return fmt.Errorf("%d pictures give no figure; code at least 1", n)
	}
	frames, err := read(args[0], pictures)
	if err != nil {
		return err
	}
	cfg := encode.DefaultVideo(frames[0].Width, frames[0].Height, 30)
	cfg.Bitrate = bitrate
	paced, bytes, err := measure(cfg, frames, n, beat(cfg.FPS))
	if err != nil {
		return err
	}
	flatOut, _, err := measure(cfg, frames, n, nil)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "{\"cpu_s_per_frame\": %.9f, \"flat_out\": %.9f, \"bitrate\": %d}\n", paced, flatOut, bytes*8*cfg.FPS/n)
	return err
}

// beat waits for each picture's turn as a camera would. A picture after a pause
// costs more than one in a row without rest, for the caches went cold.
func beat(fps int) func() error {
	pacer := capture.NewPacer(fps, 1, false)
	return func() error {
		_, _, err := pacer.Next(context.Background())
		return err
	}
}

// measure returns the CPU seconds a picture and the bytes of all.
func measure(cfg encode.VideoConfig, frames []*capture.Frame, n int, beat func() error) (float64, int, error) {
	before, err := cpu()
	if err != nil {
		return 0, 0, err
	}
	bytes, err := encodetest.BareLoop(cfg, frames, n, beat)
	if err != nil {
		return 0, 0, err
	}
	after, err := cpu()
	return (after - before).Seconds() / float64(n), bytes, err
}

// read plays the file once, as the live program does, and keeps its pictures.
func read(path string, n int) ([]*capture.Frame, error) {
	camera, err := file.OpenCamera(path, nil)
	if err != nil {
		return nil, err
	}
	ctx, enough := context.WithTimeout(context.Background(), time.Minute)
	defer enough()
	var frames []*capture.Frame
	err = camera.Run(ctx, func(f *capture.Frame) {
		if len(frames) < n {
			frames = append(frames, f.Retain())
		}
		if len(frames) == n {
			enough()
		}
	})
	if err != nil {
		return nil, err
	}
	if len(frames) < n || n < 1 {
		return nil, fmt.Errorf("%d pictures came of %d", len(frames), n)
	}
	return frames, nil
}

// cpu is what the process has used so far, in user and system mode.
func cpu() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
