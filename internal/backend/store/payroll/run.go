package payroll

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Payouts implements domain.Payroll. Without an id it is the run that was cut off, if
// there is one, or else a preview.
func (p *Payroll) Payouts(ctx context.Context, id string) (domain.PayoutRun, error) {
	const op = "payouts"
	if err := database.StaffOnly(ctx); err != nil {
		return domain.PayoutRun{}, database.Fail(op, err)
	}
	run, err := p.run(ctx, p.cfg.DB.Reads, id)
	switch {
	case err == nil:
	case errors.Is(err, sql.ErrNoRows) && id == "":
		run = domain.PayoutRun{At: p.cfg.Now().UnixMilli()}
	case errors.Is(err, sql.ErrNoRows):
		return run, domain.Errorf(op, domain.KindNotFound, "There is no such payout run. Look at the audit log.")
	default:
		return run, database.Fail(op, err)
	}
	err = p.list(ctx, &run)
	return run, database.Fail(op, err)
}

// run finds a run by its id, "" for the one that was cut off. sql.ErrNoRows.
func (p *Payroll) run(ctx context.Context, q database.Querier, id string) (r domain.PayoutRun, err error) {
	var done int64
	err = q.QueryRowContext(ctx, `SELECT id, at, done FROM payout_runs WHERE id = $1 OR ($1 = '' AND done = 0) ORDER BY id LIMIT 1`, id).Scan(&r.ID, &r.At, &done)
	r.Begun, r.Done = err == nil, done != 0
	return r, err
}

// list fills in who was paid in a run and, unless it is done, who would be.
func (p *Payroll) list(ctx context.Context, run *domain.PayoutRun) error {
	run.Lines = []domain.PayoutLine{}
	paid := map[string]bool{}
	if run.Begun {
		payouts, err := p.payouts(ctx, p.cfg.DB.Reads, `o.run = $1 ORDER BY a.name`, run.ID)
		if err != nil {
			return err
		}
		for _, o := range payouts {
			paid[o.Payee] = true
			run.Add(domain.PayoutLine{Payee: o.Payee, Cents: o.Cents, Entry: o.Entry, Method: o.Method})
		}
	}
	if run.Done {
		return nil
	}
	payees, err := p.creditors(ctx)
	if err != nil {
		return err
	}
	for _, y := range payees {
		if paid[y.name] {
			continue
		}
		d, err := p.dues(ctx, p.cfg.DB.Reads, y, run.At)
		if err != nil {
			return err
		}
		cents, err := ledger.Payable(d.payable)
		if err != nil {
			return err
		}
		if cents > 0 {
			run.Add(domain.PayoutLine{Payee: y.name, Role: y.role, Cents: cents, LimitCents: y.limit, Held: y.held(cents), Method: y.method})
		}
	}
	return nil
}

// creditors are all to whom something is owed, by name.
func (p *Payroll) creditors(ctx context.Context) ([]payee, error) {
	accounts, err := database.Collect(ctx, p.cfg.DB.Reads, scanOwed, `SELECT account, amount FROM balances WHERE asset = $1 AND amount > 0
		AND (account LIKE 'performer:%' OR account LIKE 'studio:%' OR account LIKE 'referrer:%')`, ledger.USD)
	if err != nil {
		return nil, err
	}
	var ids []domain.AccountID
	for _, o := range accounts {
		ids = append(ids, o.Account.Owner())
	}
	slices.Sort(ids)
	var out []payee
	for batch := range slices.Chunk(slices.Compact(ids), 500) {
		marks, args := database.Marks(batch, 1)
		some, err := database.Collect(ctx, p.cfg.DB.Reads, p.scan, `SELECT `+payeeColumns+` WHERE a.id IN (`+marks+`)`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortFunc(out, func(a, b payee) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// RunPayouts implements domain.Payroll. Each payee is paid in a transaction of her
// own; what a crash leaves out is paid when the run is ordered again. Who cannot be paid
// keeps nobody else from her money, but the run is not done before she is.
func (p *Payroll) RunPayouts(ctx context.Context, o domain.PayoutOrder) (domain.PayoutRun, error) {
	const op = "payout run"
	err := database.StaffOnly(ctx)
	if err == nil {
		err = database.CheckKey(o.ID)
	}
	if err != nil {
		return domain.PayoutRun{}, database.Fail(op, err)
	}
	run, err := p.begin(ctx, o)
	if err != nil || run.Done {
		return run, err
	}
	payees, err := p.creditors(ctx)
	if err != nil {
		return run, database.Fail(op, err)
	}
	var failed []string
	var first error
	for _, y := range payees {
		if err := ctx.Err(); err != nil {
			return run, domain.Wrap(op, domain.KindUnavailable, err, "The payout run was cut off. Open it again and finish it: nobody is paid twice.")
		}
		err := p.payOne(ctx, run, y)
		if domain.KindOf(err) == domain.KindUnavailable { // the next one's would fail, too
			return run, err
		}
		if err != nil {
			failed = append(failed, y.name)
			if first == nil {
				first = err
			}
		}
	}
	if first != nil {
		return run, domain.Wrap(op, domain.KindConflict, first, "Could not be paid: "+strings.Join(failed, ", ")+". Everybody else was. Have their accounts looked at, then finish the run: nobody is paid twice.")
	}
	err = p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		n, err := t.Exec(ctx, `UPDATE payout_runs SET done = 1 WHERE id = $1 AND done = 0`, run.ID)
		if err != nil || n == 0 {
			return err
		}
		return t.Audit(ctx, op, "", run.ID+" is done")
	})
	if err != nil {
		return run, err
	}
	return p.Payouts(ctx, run.ID)
}

// begin writes a run down, or finds the one that was begun by the same order.
func (p *Payroll) begin(ctx context.Context, o domain.PayoutOrder) (domain.PayoutRun, error) {
	const op = "payout run"
	before, err := p.run(ctx, p.cfg.DB.Reads, o.ID)
	if err == nil {
		domain.NoteReplay(ctx)
		if before.Done {
			return p.Payouts(ctx, o.ID)
		}
		return before, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return before, database.Fail(op, err)
	}
	preview := domain.PayoutRun{ID: o.ID, At: p.cfg.Now().UnixMilli()}
	if err := p.list(ctx, &preview); err != nil {
		return preview, database.Fail(op, err)
	}
	switch {
	case preview.TotalCents != o.TotalCents:
		return preview, domain.Errorf(op, domain.KindConflict, "The total has changed since you looked. Look at the preview again.")
	case preview.TotalCents == 0:
		return preview, domain.Errorf(op, domain.KindConflict, "Nobody is to be paid at the moment.")
	}
	err = p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		open, err := p.run(ctx, t, "")
		if err == nil && open.ID != o.ID {
			return domain.Errorf("", domain.KindConflict, "Another payout run was cut off. Finish that one first.")
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		n, err := t.Exec(ctx, `INSERT INTO payout_runs (id, at, actor, done) VALUES ($1, $2, $3, 0) ON CONFLICT (id) DO NOTHING`,
			o.ID, preview.At, domain.ActorFrom(ctx).Account.ID)
		if err != nil || n == 0 {
			return err
		}
		return t.Audit(ctx, op, "", o.ID+" of "+domain.Dollars(o.TotalCents))
	})
	preview.Begun = true
	return preview, err
}

// payOne pays one payee in a run, unless she was paid in it before.
func (p *Payroll) payOne(ctx context.Context, run domain.PayoutRun, y payee) error {
	return p.cfg.DB.Write(ctx, "payout", func(ctx context.Context, t *database.Tx) error {
		// The update that changes nothing locks the run's row: two requests for one run
		// pay one after the other, and the second finds what the first has paid.
		if err := t.QueryRowContext(ctx, `UPDATE payout_runs SET done = done WHERE id = $1 RETURNING id`, run.ID).Scan(new(string)); err != nil {
			return err
		}
		var n int64
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM payouts WHERE run = $1 AND account = $2`, run.ID, y.id).Scan(&n); err != nil || n > 0 {
			return err
		}
		now, err := p.find(ctx, t, y.name) // what she chose meanwhile counts
		if err != nil {
			return err
		}
		d, err := p.dues(ctx, t, now, run.At)
		if err != nil {
			return err
		}
		_, err = p.pay(ctx, t, now, d.payable, "payout/"+run.ID+"/"+string(now.id), func(cents int64) (domain.Payout, error) {
			if now.held(cents) != "" {
				cents = 0
			}
			return domain.Payout{Run: run.ID, Cents: cents}, nil
		})
		return err
	})
}
