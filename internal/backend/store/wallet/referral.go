package wallet

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Refer remembers who brought a new member, in its sign-up's transaction. A code
// that nobody has is left aside: a link with a mistake keeps nobody out.
func (w *Wallet) Refer(ctx context.Context, t *database.Tx, member domain.AccountID, code string) error {
	if code = strings.ToLower(code); !domain.ReferralCode(code) {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO referred (member, referrer, at)
		SELECT $1, c.account, $3 FROM referral_codes c JOIN accounts a ON a.id = c.account WHERE c.code = $2 AND a.state <> $4`,
		member, code, t.Now, domain.StateClosed)
	return err
}

// referrer finds who earns by a member's purchases, "" for nobody: what a closed
// account brought is the house's.
func (w *Wallet) referrer(ctx context.Context, t *database.Tx, member domain.AccountID) (id domain.AccountID, err error) {
	err = t.QueryRowContext(ctx, `SELECT r.referrer FROM referred r JOIN accounts a ON a.id = r.referrer WHERE r.member = $1 AND a.state <> $2`,
		member, domain.StateClosed).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// Referral tells an account's code, made when it is first asked for, and what it
// brought in the given periods.
func (w *Wallet) Referral(ctx context.Context, account domain.AccountID, periods []domain.Period) (domain.Referral, error) {
	const op = "referral"
	out := domain.Referral{Percent: w.cfg.Terms.Referral}
	read := func() error {
		return w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT code FROM referral_codes WHERE account = $1`, account).Scan(&out.Code)
	}
	err := read()
	if errors.Is(err, sql.ErrNoRows) {
		err = w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
			_, err := t.Exec(ctx, `INSERT INTO referral_codes (account, code) VALUES ($1, $2) ON CONFLICT (account) DO NOTHING`, account, strings.ToLower(rand.Text()[:domain.ReferralCodeLen]))
			return err
		})
		if err == nil {
			err = read()
		}
	}
	if err != nil {
		return out, database.Fail(op, err)
	}
	if err := w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT COUNT(*) FROM referred WHERE referrer = $1`, account).Scan(&out.Members); err != nil {
		return out, database.Fail(op, err)
	}
	accounts := make([]ledger.Account, len(periods))
	for i, p := range periods {
		accounts[i] = ledger.Referrer(account, p.ID)
	}
	marks, args := database.Marks(accounts, 3)
	err = w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p JOIN entries e ON e.id = p.entry
		WHERE p.account IN (`+marks+`) AND p.asset = $1 AND e.kind <> $2`, append([]any{ledger.USD, ledger.KindPayout}, args...)...).Scan(&out.Earned)
	return out, database.Fail(op, err)
}
