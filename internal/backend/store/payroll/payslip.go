package payroll

import (
	"context"
	"database/sql"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/wallet"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Payslip implements domain.Payroll.
func (p *Payroll) Payslip(ctx context.Context, name, period string) (domain.Payslip, error) {
	const op = "payslip"
	y, err := p.own(ctx, p.cfg.DB.Reads, name, byStaff)
	if err != nil {
		return domain.Payslip{}, database.Fail(op, err)
	}
	chosen, err := p.cfg.Books.Period(period, p.cfg.Now())
	if err != nil {
		return domain.Payslip{}, database.Fail(op, err)
	}
	slip := domain.Payslip{Payee: y.name, Role: y.role, Period: chosen, Lines: []domain.PayslipLine{}}
	slip.Through, slip.Payable = p.cfg.Terms.Day(chosen.End-1), p.cfg.Terms.Day(p.cfg.Terms.Payable(chosen))
	t, err := p.cfg.DB.Snapshot(ctx)
	if err != nil {
		return slip, database.Fail(op, err)
	}
	defer t.Rollback() // nothing to keep
	if err := p.fill(ctx, t, y, &slip); err != nil {
		return slip, database.Fail(op, err)
	}
	if y.role == domain.RolePerformer {
		level := domain.LevelOf(p.cfg.Terms.Levels, slip.Gross)
		slip.Level = &level
	}
	accounts := y.accounts(chosen.ID)
	slip.Payouts, err = p.payouts(ctx, t, `o.account = $1 AND EXISTS (SELECT 1 FROM postings p WHERE p.entry = o.entry AND p.account IN ($2, $3)) ORDER BY o.at, o.entry`,
		y.id, accounts[0], accounts[1])
	return slip, database.Fail(op, err)
}

// fill reads the lines, one for each entry and source, and sums them.
func (p *Payroll) fill(ctx context.Context, t *sql.Tx, y payee, slip *domain.Payslip) error {
	accounts, gross := y.accounts(slip.Period.ID), ledger.Gross(y.id, slip.Period.ID)
	rows, err := database.Collect(ctx, t, scanRow, `SELECT e.id, e.at, e.kind, p.account, p.amount,
			COALESCE((SELECT MAX(m.account) FROM postings m WHERE m.entry = e.id AND (m.account LIKE 'member:%' OR m.account LIKE 'hold:%')), ''),
			COALESCE((SELECT MAX(g.account) FROM postings g WHERE g.entry = e.id AND g.account LIKE 'gross:%'), ''),
			CAST(COALESCE((SELECT SUM(g.amount) FROM postings g WHERE g.entry = e.id AND g.account LIKE 'gross:%'), 0) AS BIGINT)
		FROM postings p JOIN entries e ON e.id = p.entry WHERE p.account IN ($1, $2, $3) ORDER BY e.at, e.id, p.n`,
		accounts[0], accounts[1], gross)
	if err != nil {
		return err
	}
	names := map[ledger.Account]string{}
	for _, r := range rows {
		who := r.payer
		switch {
		case r.account == accounts[1]:
			r.Source, who = domain.SourceReferral, "" // whom she brought is not hers to know
		case y.role == domain.RoleStudio:
			r.Source, who, r.Gross = domain.SourceStudio, r.room, r.gross
		default:
			r.Source = domain.SourceOwn
		}
		if r.account == gross {
			r.Gross = r.amount
		} else {
			r.Amount = r.amount
		}
		if r.With, err = nameOf(ctx, t, names, who); err != nil {
			return err
		}
		slip.Add(r.PayslipLine)
	}
	return nil
}

// row is a posting with what tells whom it was with.
type row struct {
	domain.PayslipLine
	account     ledger.Account
	amount      domain.Millicents
	payer, room ledger.Account
	gross       domain.Millicents
}

func scanRow(r database.Row) (l row, err error) {
	err = r.Scan(&l.Entry, &l.At, &l.Kind, &l.account, &l.amount, &l.payer, &l.room, &l.gross)
	return l, err
}

func nameOf(ctx context.Context, t *sql.Tx, known map[ledger.Account]string, who ledger.Account) (string, error) {
	name, ok := known[who]
	if ok || who == "" {
		return name, nil
	}
	name, err := wallet.NameOf(ctx, t, who)
	known[who] = name
	return name, err
}
