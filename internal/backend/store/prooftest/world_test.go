package prooftest

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// onBoth runs a proof on an empty database of each kind.
func onBoth(t *testing.T, proof func(t *testing.T, w *world)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		proof(t, open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db")))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		proof(t, open(t, postgres.New(t).Fresh(t)))
	})
}

// world is a store with a second way to the database that does not know of it.
type world struct {
	*worldtest.World
	side  *sql.DB
	staff someone
}

type someone = worldtest.Someone

func open(t testing.TB, url string) *world {
	t.Helper()
	base := worldtest.New(t, store.Config{URL: url, SealAfter: 200 * time.Millisecond}, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	w := &world{base, base.Beside(), base.Staff()}
	t.Cleanup(func() {
		if err := w.side.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// restart ends the server and begins another one, which ends the shows it finds.
func (w *world) restart() {
	w.T.Helper()
	if err := w.Close(); err != nil {
		w.T.Fatal(err)
	}
	w.Open(w.Config)
	if err := begin(w, w.Store); err != nil {
		w.T.Fatal(err)
	}
}

// plane is a media plane on which nothing arrives.
type plane struct{}

func (plane) TakesPrivate(string) bool                       { return true }
func (plane) Curtain(string, domain.Household) bool          { return true }
func (plane) Admit(string, string, domain.AccountID) error   { return nil }
func (plane) Dismiss(string, string)                         {}
func (plane) Paused(string) (paused, fed bool)               { return false, true }
func (plane) Lift(string, ...string)                         {}
func (plane) Delivered(string) (arrived, sent time.Duration) { return 0, 0 }
func (plane) Return(domain.ShowReturn)                       {}
func (plane) Returned(string) (a, b time.Duration)           { return 0, 0 }

// performer is an approved one, of a studio or none, of a person or a new one.
func (w *world) performer(studio domain.AccountID, person domain.PersonID) someone {
	w.T.Helper()
	p := w.Performer(domain.Account{Studio: studio}, person)
	if err := w.SetPayoutMethod(p.Ctx, p.Name, domain.PayoutMethod{Holder: "Some Body", Reference: "HU42"}); err != nil {
		w.T.Fatal(err)
	}
	return p
}

// pay buys a package and pays it.
func (w *world) pay(m someone, pack, key string) (domain.Purchase, error) {
	p, err := w.Buy(m.Ctx, pack, key)
	if err == nil {
		err = w.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents})
	}
	return p, err
}

// audit holds the whole ledger against its rules, by the store's own audit and once
// more by questions to the tables.
func (w *world) audit() error {
	r, err := w.Verify(context.Background())
	if err != nil || !r.OK() {
		return fmt.Errorf("the ledger: %+v: %w", r, err)
	}
	for what, query := range questions() {
		var n int64
		if err := w.side.QueryRow(`SELECT COUNT(*) FROM (` + query + `) found`).Scan(&n); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if n != 0 {
			return fmt.Errorf("%s: %d times", what, n)
		}
	}
	return nil
}

// questions look for what may not be; each finds nothing in a sound database.
func questions() map[string]string {
	const over, closed = `('settled', 'refused', 'expired', 'failed')`, `('accepted', 'starting', 'running', 'interrupted', 'ended')`
	return map[string]string{
		"an entry does not sum to zero":      `SELECT entry FROM postings GROUP BY entry, asset HAVING SUM(amount) <> 0`,
		"a balance is negative":              `SELECT account FROM balances WHERE amount < 0`,
		"a balance is not its postings' sum": `SELECT b.account FROM balances b LEFT JOIN postings p ON p.account = b.account AND p.asset = b.asset GROUP BY b.account, b.asset, b.amount HAVING b.amount <> COALESCE(SUM(p.amount), 0)`,
		"postings without a balance":         `SELECT p.account FROM postings p LEFT JOIN balances b ON b.account = p.account AND b.asset = p.asset WHERE b.account IS NULL AND p.account NOT LIKE 'house:%' AND p.account NOT LIKE 'world:%' GROUP BY p.account HAVING SUM(p.amount) <> 0`,
		"a show is over and holds credits":   `SELECT s.id FROM shows s JOIN balances b ON b.account = 'hold:' || s.hold AND b.amount <> 0 WHERE s.state IN ` + over,
		"credits are held for no show":       `SELECT b.account FROM balances b WHERE b.account LIKE 'hold:%' AND b.amount <> 0 AND NOT EXISTS (SELECT 1 FROM shows s WHERE 'hold:' || s.hold = b.account AND s.state NOT IN ` + over + `)`,
		"two shows of one person are closed": `SELECT a.person FROM shows s JOIN account_persons a ON a.account = s.performer WHERE s.state IN ` + closed + ` GROUP BY a.person HAVING COUNT(DISTINCT s.id) > 1`,
		"a closed show has an open room":     `SELECT s.id FROM shows s JOIN account_persons a ON a.account = s.performer JOIN account_persons o ON o.person = a.person JOIN rooms r ON r.account = o.account WHERE s.state IN ` + closed + ` AND NOT EXISTS (SELECT 1 FROM curtains c WHERE c.room = r.name AND c.show = s.id)`,
		"a member has two shows":             `SELECT member FROM shows WHERE state NOT IN ` + over + ` GROUP BY member HAVING COUNT(*) > 1`,
		"more is charged than was delivered": `SELECT id FROM shows WHERE charged * 60000 > price * delivered + cam2cam_price * cam2cam_ms + audio_price * audio_ms`,
		"less is settled than was noted":     `SELECT id FROM shows WHERE state = 'settled' AND (noted_ms > delivered OR noted_cam2cam_ms > cam2cam_ms OR noted_audio_ms > audio_ms)`,
		"an extra is longer than its show":   `SELECT id FROM shows WHERE cam2cam_ms > delivered OR audio_ms > delivered`,
		"an extra was not offered":           `SELECT id FROM shows WHERE cam2cam_price = 0 AND cam2cam_on + cam2cam_ms > 0 OR audio_price = 0 AND audio_on + audio_ms > 0`,
		"an extra is on in no show":          `SELECT id FROM shows WHERE cam2cam_on + audio_on > 0 AND state NOT IN ('starting', 'running', 'interrupted')`,
		"a show was paid another amount": `SELECT s.id FROM shows s LEFT JOIN entries e ON e.kind = 'capture' AND e.key >= 'capture/' || s.hold || '/' AND e.key < 'capture/' || s.hold || '0' AND s.hold <> ''
			LEFT JOIN postings p ON p.entry = e.id AND p.account = 'hold:' || s.hold GROUP BY s.id, s.charged HAVING s.charged <> -COALESCE(SUM(p.amount), 0)`,
	}
}

// census counts the rows of a table by a column.
func (w *world) census(table, column string) string {
	w.T.Helper()
	rows, err := w.side.Query(`SELECT ` + column + `, COUNT(*) FROM ` + table + ` GROUP BY ` + column + ` ORDER BY ` + column)
	if err != nil {
		w.T.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			w.T.Fatal(err)
		}
		all = append(all, fmt.Sprint(n, " ", name))
	}
	if err := rows.Err(); err != nil {
		w.T.Fatal(err)
	}
	return table + " " + strings.Join(all, ", ")
}
