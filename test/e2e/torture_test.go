//go:build torture

package e2e

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// longKills is how often make torture kills.
const longKills = 50

func TestTortureKillMoney_SQLite(t *testing.T) {
	killBackend(t, stage.Open(t, stage.Options{}), longKills)
}

func TestTortureKillMoney_PostgreSQL(t *testing.T) {
	killBackend(t, stage.Open(t, stage.Options{Database: postgres.New(t).Fresh(t)}), longKills)
}

func TestTortureKillMoney_ofPostgreSQL(t *testing.T) {
	server := postgres.New(t)
	killDatabase(t, stage.Open(t, stage.Options{Database: server.Fresh(t)}), server, longKills)
}
