//go:build unix

package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// startTime bounds how long a cluster may take to answer.
const startTime = 60 * time.Second

// Server is a private PostgreSQL server on a socket in its own directory. It
// listens on no network and its data is gone when the test ends.
type Server struct {
	dir    string
	bin    string
	owner  *syscall.Credential // who runs it; PostgreSQL refuses to be root
	number atomic.Int64        // of databases made

	stdin io.Closer // closing it ends the server
	ended chan struct{}
	log   *bytes.Buffer // of the running server; read after ended
}

// New makes and starts a cluster that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	p := &Server{}
	if err := p.make(); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		p.Stop(t)
		if err := os.RemoveAll(p.dir); err != nil {
			t.Errorf("PostgreSQL: %v", err)
		}
	})
	p.Start(t)
	return p
}

func (p *Server) make() error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	p.bin = bin
	if p.owner, err = unprivileged(); err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "pg"); err != nil { // short: a socket's path has at most 107 bytes
		return err
	}
	if p.owner != nil {
		if err := os.Chown(p.dir, int(p.owner.Uid), int(p.owner.Gid)); err != nil {
			return err
		}
	}
	initdb := p.command(filepath.Join(bin, "initdb"), "-D", p.data(), "-U", "jasmincam", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// postgresBin finds the server's programs where Debian, Fedora and macOS put them.
func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is right
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) + strings.Compare(b, a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("the server is not installed: install your system's package postgresql")
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

// unprivileged is who runs the server; nil means whoever runs the test.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
	}
	return nil, errors.New("there is neither a user postgres nor nobody to run the server")
}

func (p *Server) data() string { return filepath.Join(p.dir, "data") }

func (p *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = p.dir
	c.Env = append(os.Environ(), "LC_ALL=C")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.owner, Setpgid: true}
	return c
}

// Start starts the server again after Stop, with the data it had.
func (p *Server) Start(t testing.TB) {
	t.Helper()
	// The shell ends the server when its own input ends, whatever becomes of the test.
	c := p.command("/bin/sh", "-c", `"$0" "$@" & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid`,
		filepath.Join(p.bin, "postgres"), "-D", p.data(), "-k", p.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")
	p.log = &bytes.Buffer{}
	c.Stdout, c.Stderr = p.log, p.log
	stdin, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	p.stdin, p.ended = stdin, make(chan struct{})
	go func(ended chan struct{}) {
		_ = c.Wait() // the shell tells the server's exit status, and that it was interrupted is no failure
		close(ended)
	}(p.ended)
	if err := p.answers(); err != nil {
		p.Stop(t)
		t.Fatalf("PostgreSQL does not answer: %v\n%s", err, p.log)
	}
}

func (p *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.exec(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// Stop ends the server and all its connections at once; the data stays.
func (p *Server) Stop(t testing.TB) {
	t.Helper()
	if p.stdin == nil {
		return
	}
	if err := p.stdin.Close(); err != nil {
		t.Errorf("PostgreSQL: %v", err)
	}
	p.stdin = nil
	select {
	case <-p.ended:
	case <-time.After(startTime):
		t.Errorf("PostgreSQL does not end\n")
	}
}

// Kill ends the server and all its processes as kill -9 does; Start recovers the data.
func (p *Server) Kill(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	family := []int{pid}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)) // elsewhere they end by themselves
	for word := range strings.FieldsSeq(string(children)) {
		if child, err := strconv.Atoi(word); err == nil {
			family = append(family, child)
		}
	}
	for _, one := range family {
		_ = syscall.Kill(one, syscall.SIGKILL) // it may have ended
	}
	p.Stop(t)
	gone := time.Now().Add(startTime)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for _, one := range family {
		for syscall.Kill(one, 0) == nil && time.Now().Before(gone) { // as long as one is there the memory that they share is in use
			<-tick.C
		}
	}
}

// Fresh makes an empty database and returns its URL. Its signature is that of
// Run's argument.
func (p *Server) Fresh(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("db%d", p.number.Add(1))
	if err := p.exec(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	return p.url(name)
}

// Program is the path of one of PostgreSQL's own programs, such as "pg_dump".
func (p *Server) Program(name string) string { return filepath.Join(p.bin, name) }

func (p *Server) exec(ctx context.Context, query string) error {
	db, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, query)
	return errors.Join(err, db.Close())
}

func (p *Server) url(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {p.dir}, "user": {"jasmincam"}, "sslmode": {"disable"}}.Encode()
}
