package testkit

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Spec is a program to start.
type Spec struct {
	Path string
	Args []string
	Env  []string // added to the test's own
	Dir  string
	In   string // its standard input
}

// Process is a running program in a process group of its own. It is killed,
// with its children, when the test ends, and its last words are logged when
// the test has failed.
type Process struct {
	Spec Spec
	t    testing.TB
	cmd  *exec.Cmd
	out  *lines
	log  *lines
	done chan struct{}
	err  error // of Wait, once done is closed
}

// Start starts a program.
func Start(t testing.TB, spec Spec) *Process {
	t.Helper()
	p := &Process{Spec: spec, t: t, out: newLines(), log: newLines(), done: make(chan struct{})}
	// Kill ends it, not a context: children have to end with it.
	p.cmd = exec.CommandContext(context.Background(), spec.Path, spec.Args...)
	p.cmd.Dir = spec.Dir
	p.cmd.Env = append(os.Environ(), spec.Env...)
	p.cmd.Stdin = strings.NewReader(spec.In)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// A child that outlives it must not keep the pipes open for ever.
	p.cmd.WaitDelay = 5 * time.Second
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%s does not start: %v", spec.Path, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("last words of %s:\n%s", spec.Path, p.log.tail(60))
		}
	})
	return p
}

// Restart starts the same program again, after it has ended.
func (p *Process) Restart() *Process {
	p.t.Helper()
	return Start(p.t, p.Spec)
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends the program and its children at once, as kill -9 does, and waits
// for it. It may be called again.
func (p *Process) Kill() {
	// A group that is gone already is as good as killed.
	_ = syscall.Kill(-p.PID(), syscall.SIGKILL)
	<-p.done
}

// Stop asks the program to end, as Ctrl-C does, and returns its exit error; the
// test fails when it is still there after the limit.
func (p *Process) Stop(limit time.Duration) error {
	p.t.Helper()
	_ = p.cmd.Process.Signal(os.Interrupt)
	return p.Wait(limit)
}

// Wait returns the program's exit error once it has ended by itself; the test
// fails when it is still there after the limit.
func (p *Process) Wait(limit time.Duration) error {
	p.t.Helper()
	select {
	case <-p.done:
		return p.err
	case <-time.After(limit):
		p.t.Fatalf("%s is still there after %s:\n%s", p.Spec.Path, limit, p.log.tail(60))
		return nil
	}
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Log is what the program wrote to standard error so far.
func (p *Process) Log() string { return p.log.String() }

// Output is what it wrote to standard output so far.
func (p *Process) Output() string { return p.out.String() }

// LastLine is the newest whole line on standard output, "" when there is none.
func (p *Process) LastLine() string { return p.out.last() }

// Ready waits until url answers 200, and fails the test when it does not
// within the limit or the program has ended.
func (p *Process) Ready(url string, limit time.Duration) {
	p.t.Helper()
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	Until(p.t, limit, url+" to answer", func() bool {
		select {
		case <-p.done:
			p.t.Fatalf("%s ended (%v):\n%s", p.Spec.Path, p.err, p.log.tail(60))
		default:
		}
		resp, err := client.Get(url)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// lines keeps what a program writes.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func newLines() *lines { return &lines{} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *lines) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	whole := bytes.TrimRight(l.buf.Bytes()[:bytes.LastIndexByte(l.buf.Bytes(), '\n')+1], "\n")
	return string(whole[bytes.LastIndexByte(whole, '\n')+1:])
}

func (l *lines) tail(n int) string {
	all := strings.Split(strings.TrimRight(l.String(), "\n"), "\n")
	if len(all) > n {
		all = append([]string{fmt.Sprintf("… %d lines before", len(all)-n)}, all[len(all)-n:]...)
	}
	return strings.Join(all, "\n")
}
