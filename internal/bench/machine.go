package bench

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Machine names what the figures were taken on: processor, cores, kernel and
// compiler; nothing that tells whose it is.
func Machine() string {
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease") // empty elsewhere
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo")
	return fmt.Sprintf("%s, %d cores, %s %s, %s", processor(string(cpuinfo)), runtime.NumCPU(),
		runtime.GOOS, cmp.Or(strings.TrimSpace(string(kernel)), runtime.GOARCH), runtime.Version())
}

// processor reads the model's name from /proc/cpuinfo.
func processor(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return "unknown processor"
}

// tick is the unit of processor times in /proc, on every Linux.
const tick = 10 * time.Millisecond

// CPU is the processor time that a process has used so far, in user and system
// mode, all threads together, its children not.
func CPU(pid int) (time.Duration, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, fmt.Errorf("the processor time of %d is not known: %w", pid, err)
	}
	return cpuOf(stat)
}

// cpuOf reads fields 14 and 15 of proc(5)'s stat. The name before them may hold
// blanks and brackets.
func cpuOf(stat []byte) (time.Duration, error) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, errors.New("/proc tells no processor time")
	}
	var sum int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("/proc tells a strange processor time: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}
