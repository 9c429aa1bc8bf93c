package bench

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestMachine_namesProcessorCoresKernelAndCompiler(t *testing.T) {
	if got := processor("processor\t: 0\nmodel name\t: Some  CPU @ 2\nmodel\t: 3\n"); got != "Some CPU @ 2" {
		t.Errorf("the processor is %q", got)
	}
	if got := processor(""); got != "unknown processor" {
		t.Errorf("without cpuinfo it is %q", got)
	}
	got := Machine()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got, " cores, linux ") || !strings.HasSuffix(got, runtime.Version()) || strings.Contains(got, host) {
		t.Errorf("the machine is %q", got)
	}
}

func TestCPU_countsUserAndSystemTime(t *testing.T) {
	stat := []byte("42 (a) b) c) S 1 42 42 0 -1 4194304 100 0 0 0 250 30 7 8 20 0 9 0 12345 1 2 3\n")
	if got, err := cpuOf(stat); err != nil || got != 2800*time.Millisecond {
		t.Errorf("%v, %v", got, err)
	}
	for _, broken := range []string{"", "42 (a) S 1", "42 (a) S 1 42 42 0 -1 4194304 100 0 0 0 x 30 7 8"} {
		if got, err := cpuOf([]byte(broken)); err == nil {
			t.Errorf("%q is %v", broken, got)
		}
	}
	before, err := CPU(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 5*time.Second; {
		if now, err := CPU(os.Getpid()); err == nil && now > before {
			return
		}
	}
	t.Error("five seconds of work took no processor time")
}

func TestCPU_ofNobody(t *testing.T) {
	if got, err := CPU(-1); err == nil {
		t.Errorf("a process that is not there used %v", got)
	}
}
