package store

import (
	"context"

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

// audit writes down what the actor did to a subject.
func (t *tx) audit(ctx context.Context, act string, subject domain.AccountID, detail string) error {
	_, err := t.exec(ctx, `INSERT INTO audit (id, at, actor, act, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		orderedID(), t.now, domain.ActorFrom(ctx).Account.ID, act, subject, detail)
	return err
}

// Audit lists what was done to an account, oldest first, the last 500 acts: staff's
// alone. KindForbidden.
func (s *Store) Audit(ctx context.Context, subject domain.AccountID) ([]Act, error) {
	const op = "audit log"
	if err := staffOnly(ctx); err != nil {
		return nil, fail(op, err)
	}
	list, err := collect(ctx, s.reads, scanAct, `SELECT at, actor, act, subject, detail FROM
		(SELECT id, at, actor, act, subject, detail FROM audit WHERE subject = $1 ORDER BY at DESC, id DESC LIMIT 500) newest ORDER BY at, id`, subject)
	return list, fail(op, err)
}

func scanAct(r row) (a Act, err error) {
	err = r.Scan(&a.At, &a.Actor, &a.Act, &a.Subject, &a.Detail)
	return a, err
}

func staffOnly(ctx context.Context) error {
	if domain.ActorFrom(ctx).Role() != domain.RoleStaff {
		return domain.Errorf("", domain.KindForbidden, "Only staff may do this. Sign in with a staff account.")
	}
	return nil
}
