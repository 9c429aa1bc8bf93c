package solo

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	lockFile   = "window.lock"
	socketFile = "window.sock"

	// word is what the first start answers to a second one.
	word = "shown\n"
	// patience bounds how long a second start waits for a first one that is
	// about to open its socket, and how long either waits for the other's words.
	patience = 3 * time.Second
	// maxSocket is what every system takes as the path of a socket.
	maxSocket = 100
)

// ErrSilent is of a first start that does not answer a second one.
var ErrSilent = errors.New("JasminCam runs already, but does not answer")

// Claim is the right to show the window of a profile folder.
type Claim struct {
	lock   *os.File
	listen net.Listener
	wishes chan struct{}
	done   sync.WaitGroup
}

// Take claims the folder, which must exist. When another program has it, that
// one is asked to show its window, and Take returns nil without an error.
func Take(folder string) (*Claim, error) {
	lock, err := os.OpenFile(filepath.Join(folder, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock of the profile folder cannot be opened: %w", err)
	}
	path := socketPath(folder)
	if err := lockFirst(lock); err != nil {
		_ = lock.Close() // it holds nothing
		return nil, show(path)
	}
	c := &Claim{lock: lock, wishes: make(chan struct{}, 1)}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a program that was killed
		return nil, errors.Join(fmt.Errorf("the old socket in the profile folder cannot be removed: %w", err), lock.Close())
	}
	if c.listen, err = net.Listen("unix", path); err != nil {
		return nil, errors.Join(fmt.Errorf("the socket in the profile folder cannot be made: %w", err), lock.Close())
	}
	c.done.Go(c.answer)
	return c, nil
}

// socketPath is in the folder; a path too long for a socket is put relative to
// where the program runs, when that is shorter.
func socketPath(folder string) string {
	path := filepath.Join(folder, socketFile)
	if len(path) <= maxSocket {
		return path
	}
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, path); err == nil && len(short) < len(path) {
			return short
		}
	}
	return path
}

// Wishes holds one wake when another start asked to see the window.
func (c *Claim) Wishes() <-chan struct{} { return c.wishes }

// Close gives the folder back.
func (c *Claim) Close() error {
	err := c.listen.Close() // it removes the socket, too
	c.done.Wait()
	return errors.Join(err, c.lock.Close())
}

// answer wakes the window for each second start.
func (c *Claim) answer() {
	for {
		conn, err := c.listen.Accept()
		if err != nil {
			return
		}
		select {
		case c.wishes <- struct{}{}:
		default:
		}
		_ = conn.SetDeadline(time.Now().Add(patience))
		_, _ = conn.Write([]byte(word)) // a second start that has gone needs no answer
		_ = conn.Close()
	}
}

// show asks the first start to show its window.
func show(path string) error {
	until := time.Now().Add(patience)
	for {
		err := ask(path)
		if err == nil {
			return nil
		}
		if time.Now().After(until) {
			return errors.Join(ErrSilent, err)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func ask(path string) error {
	conn, err := net.DialTimeout("unix", path, patience)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // all was said
	_ = conn.SetDeadline(time.Now().Add(patience))
	answer := make([]byte, len(word))
	if n, err := conn.Read(answer); err != nil || string(answer[:n]) != word {
		return errors.Join(err, errors.New("the answer is not JasminCam's"))
	}
	return nil
}
