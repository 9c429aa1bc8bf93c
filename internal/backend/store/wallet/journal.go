package wallet

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
)

// Journal books entries for another part of the store, by the wallet's rules.
type Journal struct{ w *Wallet }

// Journal is the way to the ledger.
func (w *Wallet) Journal() Journal { return Journal{w} }

// Head is an entry's, at the transaction's moment.
func (j Journal) Head(t *database.Tx, key string) ledger.Head { return head(t, key) }

// Lock reads balances and keeps everybody else from them until the commit.
func (j Journal) Lock(ctx context.Context, t *database.Tx, lines ...ledger.Line) (ledger.Balances, error) {
	return j.w.lock(ctx, t, lines...)
}

// Book writes an entry and the balances after it, which Lock has read.
func (j Journal) Book(ctx context.Context, t *database.Tx, e ledger.Entry, now ledger.Balances) error {
	return j.w.book(ctx, t, e, now)
}
