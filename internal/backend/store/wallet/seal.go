package wallet

import (
	"context"
	"encoding/hex"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
)

// sealBatch is how many entries one transaction seals.
const sealBatch = 500

// Unsealed wakes whoever seals after an entry was committed.
func (w *Wallet) Unsealed() <-chan struct{} { return w.unsealed }

func (w *Wallet) wake() {
	select {
	case w.unsealed <- struct{}{}:
	default: // a wake is pending already
	}
}

// Seal links all unsealed entries to the hash chain, oldest first, so
// that payments need not wait for one another.
func (w *Wallet) Seal(ctx context.Context) error {
	for {
		n, err := w.sealSome(ctx)
		if err != nil || n < sealBatch {
			return err
		}
	}
}

func (w *Wallet) sealSome(ctx context.Context) (n int, err error) {
	err = w.cfg.DB.Write(ctx, "seal", func(ctx context.Context, t *database.Tx) error {
		var position int64
		var last string
		err := t.QueryRowContext(ctx, `UPDATE chain SET position = position WHERE name = 'ledger' RETURNING position, hash`).Scan(&position, &last)
		if err != nil {
			return err
		}
		entries, err := database.Collect(ctx, t, scanEntry, `SELECT id, key, kind, at, position, hash FROM entries WHERE position = 0 ORDER BY at, id LIMIT $1`, sealBatch)
		n = len(entries)
		if err != nil || n == 0 {
			return err
		}
		link, err := hex.DecodeString(last)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Postings, err = database.Collect(ctx, t, scanPosting, `SELECT account, asset, amount FROM postings WHERE entry = $1 ORDER BY n`, e.ID); err != nil {
				return err
			}
			link = e.Seal(link)
			position++
			if _, err := t.Exec(ctx, `UPDATE entries SET position = $2, hash = $3 WHERE id = $1`, e.ID, position, database.Hex(link)); err != nil {
				return err
			}
		}
		_, err = t.Exec(ctx, `UPDATE chain SET position = $1, hash = $2 WHERE name = 'ledger'`, position, database.Hex(link))
		return err
	})
	return n, err
}

// sealed is an entry with its place in the chain; position 0 is none yet.
type sealed struct {
	ledger.Entry
	position int64
	hash     string
}

func scanEntry(r database.Row) (e sealed, err error) {
	err = r.Scan(&e.ID, &e.Key, &e.Kind, &e.At, &e.position, &e.hash)
	return e, err
}

func scanPosting(r database.Row) (p ledger.Posting, err error) {
	err = r.Scan(&p.Account, &p.Asset, &p.Amount)
	return p, err
}
