package stage

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// Person is how somebody of the demo signs in.
type Person struct {
	Name      string `json:"name"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	StreamKey string `json:"stream_key"`
}

// Cast is the demo's people, as DIR/demo.json names them.
type Cast struct {
	Performers []Person `json:"performers"`
	Members    []Person `json:"members"`
	Studio     Person   `json:"studio"`
	Staff      Person   `json:"staff"`
}

// Options of a backend. The zero value is SQLite in a fresh folder.
type Options struct {
	Database string   // a postgres:// address instead of SQLite
	Args     []string // more flags of serve
}

// Stage is a backend process with demo data.
type Stage struct {
	Cast
	URL   string
	Admin string // the address of /metrics
	Data  string
	t     testing.TB
	bin   string
	spec  testkit.Spec
	store []string // the flags that name the data, for verify
	proc  *testkit.Process
}

// openLimit bounds a start: the demo hashes eight passwords.
const openLimit = 30 * time.Second

// Open starts a backend and waits until it is ready.
func Open(t testing.TB, o Options) *Stage {
	t.Helper()
	port, admin := testkit.FreePort(t), testkit.FreePort(t)
	for admin == port || admin == port+1 { // both are the site's
		admin = testkit.FreePort(t)
	}
	s := &Stage{
		t: t, bin: testkit.Build(t, "jasmincam-server", false),
		URL: "http://" + testkit.Loopback(port), Admin: "http://" + testkit.Loopback(admin), Data: t.TempDir(),
	}
	args := []string{"serve", "--listen", testkit.Loopback(port), "--data", s.Data, "--demo", "--admin", testkit.Loopback(admin)}
	s.store = []string{"--data", s.Data}
	if o.Database != "" {
		args = append(args, "--database", o.Database)
		s.store = []string{"--database", o.Database}
	}
	s.spec = testkit.Spec{Path: s.bin, Args: append(args, o.Args...)}
	s.Start()
	s.readCast()
	return s
}

// Start starts the backend again after Kill, and waits until it is ready.
func (s *Stage) Start() {
	s.t.Helper()
	s.proc = testkit.Start(s.t, s.spec)
	s.proc.Ready(s.URL+"/readyz", openLimit)
}

// Kill ends the backend as kill -9 does.
func (s *Stage) Kill() { s.proc.Kill() }

// Server is the backend's process.
func (s *Stage) Server() *testkit.Process { return s.proc }

// Credentials is the file for live --credentials.
func (s *Stage) Credentials() string { return filepath.Join(s.Data, "demo.json") }

// SignIn signs somebody in and returns the client of the new session.
func (s *Stage) SignIn(p Person) (*client.Client, domain.Session) {
	s.t.Helper()
	guest := s.Guest()
	session, err := guest.SignIn(s.t.Context(), p.Email, p.Password, "test")
	if err != nil {
		s.t.Fatalf("%s cannot sign in: %v", p.Name, err)
	}
	return guest.With(session.Token), session
}

// Guest is a client without a session.
func (s *Stage) Guest() *client.Client {
	s.t.Helper()
	c, err := client.New(client.Config{URL: s.URL})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.CloseIdle)
	return c
}

// Metric reads one number of the admin address; the test fails without it.
func (s *Stage) Metric(name string) float64 {
	s.t.Helper()
	return metric(s.t, s.Admin+"/metrics", name)
}

// Verify audits the ledger with the server's own command; the backend may run.
func (s *Stage) Verify() {
	s.t.Helper()
	p := testkit.Start(s.t, testkit.Spec{Path: s.bin, Args: append([]string{"verify"}, s.store...)})
	if err := p.Wait(time.Minute); err != nil {
		s.t.Errorf("verify: %v\n%s%s", err, p.Output(), p.Log())
	}
}

func metric(t testing.TB, url, name string) float64 {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	v, ok := find(resp.Body, name)
	if !ok {
		t.Fatalf("%s has no %s", url, name)
	}
	return v
}

// Account names an account for live --account, on this stage.
func (s *Stage) Account(p Person) string { return p.Email + "=" + strings.TrimSuffix(s.URL, "/") }
