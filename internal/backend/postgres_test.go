//go:build unix

package backend

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
)

// The whole server on PostgreSQL tells the same stories as on SQLite, and its
// ledger holds.
func TestConformance_onPostgreSQL(t *testing.T) {
	cluster := postgres.New(t)
	f := open(t, func(c *Config) { c.Database = cluster.Fresh(t) })
	conformance(t, overHTTP(f))
	report, err := Verify(t.Context(), "", f.cfg.Database)
	if err != nil || report.Entries == 0 {
		t.Fatalf("%+v, %v", report, err)
	}
}

// The drill of the guide for operators: a dump under load is restored into a new
// database, audited, and lacks nothing that was acknowledged before it began.
func TestBackup_drillOnPostgreSQL(t *testing.T) {
	cluster := postgres.New(t)
	f := open(t, func(c *Config) { c.Database = cluster.Fresh(t) })
	l := openTill(t, f)
	l.grows(t, 100)
	acked, to, empty := l.sofar(), filepath.Join(t.TempDir(), "jasmincam.dump"), cluster.Fresh(t)
	tool := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), cluster.Program(name), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	tool("pg_dump", "--format=custom", "--file="+to, f.cfg.Database)
	l.grows(t, 20)
	l.close()
	tool("pg_restore", "--exit-on-error", "--no-owner", "--dbname="+empty, to)
	if r, err := Verify(t.Context(), "", empty); err != nil || int(r.Entries) < len(acked) {
		t.Fatalf("the restored ledger: %+v %v", r, err)
	}
	again := open(t, func(c *Config) { c.Database, c.Demo = empty, false })
	again.demo = f.demo
	restored(t, again, acked)
}

func TestServer_PostgreSQLThatIsNotThere(t *testing.T) {
	s := New(Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Database: "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=2"})
	err := s.Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "database") {
		t.Fatalf("got %v", err)
	}
}
