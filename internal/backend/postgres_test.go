//go:build unix

package backend

import (
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

func TestServer_PostgreSQLThatIsNotThere(t *testing.T) {
	s := New(Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Database: "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=2"})
	err := s.Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "database") {
		t.Fatalf("got %v", err)
	}
}
