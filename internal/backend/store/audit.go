package store

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Act is one line of the audit log (domain F2), which is only ever added to.
type Act struct {
	At      int64 // Unix ms
	Actor   domain.AccountID
	Act     string
	Subject domain.AccountID
	Detail  string
}

// Audit lists what was done to an account, oldest first, the last 500 acts: staff's
// alone. KindForbidden.
func (s *Store) Audit(ctx context.Context, subject domain.AccountID) ([]Act, error) {
	const op = "audit log"
	if err := database.StaffOnly(ctx); err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := database.Collect(ctx, s.db.Reads, scanAct, `SELECT at, actor, act, subject, detail FROM
		(SELECT id, at, actor, act, subject, detail FROM audit WHERE subject = $1 ORDER BY at DESC, id DESC LIMIT 500) newest ORDER BY at, id`, subject)
	return list, database.Fail(op, err)
}

func scanAct(r database.Row) (a Act, err error) {
	err = r.Scan(&a.At, &a.Actor, &a.Act, &a.Subject, &a.Detail)
	return a, err
}
