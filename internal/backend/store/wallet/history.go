package wallet

import (
	"context"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// History lists the acting member's entries before next ("" for the newest), newest
// first; what was set aside for one show and came back is one line, where the show
// was asked for. KindUnauthenticated, KindForbidden.
func (w *Wallet) History(ctx context.Context, next string) (domain.History, error) {
	const op = "history"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.History{}, database.Fail(op, err)
	}
	if next == "" {
		next = "z" // after every id
	}
	list, err := database.Collect(ctx, w.cfg.DB.Reads, scanHistory, `SELECT e.id, e.at, e.kind, e.key, CAST(SUM(p.amount) AS BIGINT),
			COALESCE((SELECT MIN(g.account) FROM postings g WHERE g.entry = e.id AND g.asset = $4), '')
		FROM (SELECT DISTINCT m.entry FROM postings m JOIN entries x ON x.id = m.entry WHERE m.account IN ($1, $2) AND m.asset = $3 AND m.entry < $5
				AND x.key NOT LIKE 'hold/%/%' AND x.key NOT LIKE 'void/%' ORDER BY m.entry DESC LIMIT $6) newest
			JOIN entries e ON e.id = newest.entry JOIN postings p ON p.entry = e.id AND p.account IN ($1, $2) AND p.asset = $3
		GROUP BY e.id, e.at, e.kind, e.key ORDER BY e.id DESC`,
		ledger.Member(actor.Account.ID), ledger.Bonus(actor.Account.ID), ledger.Credit, ledger.Face, next, domain.HistoryPage+1)
	if err != nil {
		return domain.History{}, database.Fail(op, err)
	}
	h := domain.History{Lines: []domain.HistoryLine{}}
	for _, l := range list {
		if len(h.Lines) == domain.HistoryPage {
			h.Next = h.Lines[len(h.Lines)-1].Entry
			break
		}
		if err := w.explain(ctx, &l); err != nil {
			return domain.History{}, database.Fail(op, err)
		}
		h.Lines = append(h.Lines, l.HistoryLine)
	}
	return h, nil
}

// movement is a line with what tells whom it was with.
type movement struct {
	domain.HistoryLine
	key   string
	gross ledger.Account // of the performer, when there is one
}

func scanHistory(r database.Row) (m movement, err error) {
	err = r.Scan(&m.Entry, &m.At, &m.Kind, &m.key, &m.Credits, &m.gross)
	return m, err
}

// explain tells with whom or about what a movement was.
func (w *Wallet) explain(ctx context.Context, m *movement) error {
	kind, id, _ := strings.Cut(m.key, "/")
	switch {
	case strings.HasPrefix(string(m.gross), "gross:"), strings.HasPrefix(string(m.gross), "protected:"):
		name, err := NameOf(ctx, w.cfg.DB.Reads, m.gross)
		if m.With = name; err == nil && kind == "snapshot" {
			m.Snapshot, err = w.kept(ctx, id)
		}
		return err
	case kind == "purchase":
		p, err := scanPurchase(w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT `+purchaseColumns+` FROM purchases WHERE id = $1`, id))
		m.With, m.Cents = p.Package, p.Cents
		return err
	case m.Kind == string(ledger.KindRefund) || m.Kind == string(ledger.KindChargeback):
		p, err := scanPurchase(w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT `+purchaseColumns+` FROM purchases
			WHERE id = (SELECT SUBSTR(o.key, 10) FROM entries o WHERE o.id = $1)`, id)) // "purchase/" before it
		if domain.KindOf(err) == domain.KindNotFound {
			return nil // of an income too small to be anybody's
		}
		m.With, m.Cents = p.Package, -p.Cents
		return err
	case kind == "hold":
		return w.gather(ctx, m, id)
	}
	return nil
}

// gather makes of a hold's first entry the line of its whole show.
func (w *Wallet) gather(ctx context.Context, m *movement, hold string) error {
	part := func(r database.Row) (p domain.HistoryPart, err error) {
		err = r.Scan(&p.Entry, &p.At, &p.Kind, &p.Credits)
		return p, err
	}
	parts, err := database.Collect(ctx, w.cfg.DB.Reads, part, `SELECT e.id, e.at, e.kind, CAST(SUM(p.amount) AS BIGINT)
		FROM holds h JOIN entries e ON e.key IN ('hold/' || h.id, 'void/' || h.id) OR (e.key >= 'hold/' || h.id || '/' AND e.key < 'hold/' || h.id || '0')
			JOIN postings p ON p.entry = e.id AND p.account IN ('member:' || h.member, 'bonus:' || h.member) AND p.asset = $2
		WHERE h.id = $1 GROUP BY e.id, e.at, e.kind ORDER BY e.id DESC`, hold, ledger.Credit)
	if err != nil {
		return err
	}
	m.Kind, m.Credits, m.Parts = "show", 0, parts
	for _, p := range parts {
		m.Credits += p.Credits
	}
	return w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT a.name FROM holds h JOIN accounts a ON a.id = h.performer WHERE h.id = $1`, hold).Scan(&m.With)
}
