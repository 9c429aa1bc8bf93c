package testkit

import (
	"fmt"
	"os"
	"strings"
)

// Stolen begins to measure which share of the processors' time, 0 to 1, the host of a
// virtual machine gives to others although this one has work to do; the answer tells
// it of the time since. It is 0 where the kernel does not say.
func Stolen() (since func() float64) {
	began, all := jiffies()
	return func() float64 {
		now, total := jiffies()
		if total == all {
			return 0
		}
		return (now - began) / (total - all)
	}
}

// jiffies are those of the host and all of them, of all processors since the start.
func jiffies() (stolen, total float64) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	// user nice system idle iowait irq softirq steal; the guests' are in user's.
	var part [8]float64
	if _, err := fmt.Sscanf(line, "cpu %g %g %g %g %g %g %g %g", &part[0], &part[1], &part[2], &part[3], &part[4], &part[5], &part[6], &part[7]); err != nil {
		return 0, 0
	}
	for _, p := range part {
		total += p
	}
	return part[7], total
}
