// Command bare does one piece of the live program's work with nothing around
// it, as the denominator of a ratio, and prints its own CPU seconds a unit.
package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/encode/encodetest"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// run encodes WIDTH HEIGHT FPS BITRATE CLIP N: N pictures, going round and
// round through the first CLIP pictures of the clip.
func run(args []string) error {
	if len(args) != 6 {
		return fmt.Errorf("usage: bare WIDTH HEIGHT FPS BITRATE CLIP N")
	}
	var v [6]int
	for i, a := range args {
		n, err := strconv.Atoi(a)
		if err != nil {
			return fmt.Errorf("%q is not a whole number: %w", a, err)
		}
		v[i] = n
	}
	cfg := encode.DefaultVideo(v[0], v[1], v[2])
	cfg.Bitrate = v[3]
	frames := encodetest.NewClip(v[0], v[1], v[2]).Frames(v[4])
	before, err := cpu()
	if err != nil {
		return err
	}
	bytes, err := encodetest.BareLoop(cfg, frames, v[5])
	if err != nil {
		return err
	}
	after, err := cpu()
	if err != nil {
		return err
	}
	fmt.Printf("{\"cpu_s_per_frame\": %.9f, \"bitrate\": %d}\n", (after-before).Seconds()/float64(v[5]), bytes*8*v[2]/v[5])
	return nil
}

// cpu is what the process has used so far, in user and system mode.
func cpu() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
