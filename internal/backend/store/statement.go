package store

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/wallet"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Statement tells a performer's income and time online of a period, "" for the
// present one, with the lines before next: her own. KindInvalid, KindForbidden.
func (s *Store) Statement(ctx context.Context, performer, period, next string) (domain.Statement, error) {
	const op = "statement"
	acc, err := herself(ctx, s.db.Reads, performer)
	if err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	now := s.Now()
	chosen, err := s.Period(period, now)
	if err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	spans, err := s.Online(ctx, acc.ID, chosen.Start, chosen.End)
	if err != nil {
		return domain.Statement{}, err
	}
	online := make([]wallet.Span, len(spans))
	for i, v := range spans {
		online[i] = wallet.Span(v)
	}
	out, err := s.Book(ctx, acc.ID, chosen, next, online, now)
	if err != nil {
		return domain.Statement{}, err
	}
	var created int64
	if err := s.db.Reads.QueryRowContext(ctx, `SELECT created FROM accounts WHERE id = $1`, acc.ID).Scan(&created); err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	if created < chosen.Start {
		out.Previous = s.PeriodAt(time.UnixMilli(chosen.Start - 1)).ID
	}
	out.Promotion, err = s.Promotion(ctx, acc.ID)
	return out, err
}
