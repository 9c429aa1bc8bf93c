package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// AuditLog lists what was done to an account by its name, or to all (""), newest
// first, before next: staff's alone. Nothing ever changes or removes a line of it.
// KindForbidden, KindNotFound.
func (s *Store) AuditLog(ctx context.Context, subject, next string) (domain.AuditTrail, error) {
	const op = "audit log"
	if err := database.StaffOnly(ctx); err != nil {
		return domain.AuditTrail{}, database.Fail(op, err)
	}
	var id string
	if subject != "" {
		err := s.db.Reads.QueryRowContext(ctx, `SELECT id FROM accounts WHERE name = $1`, database.Clean(subject)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			err = domain.Errorf("", domain.KindNotFound, "There is no account of this name. Check the spelling.")
		}
		if err != nil {
			return domain.AuditTrail{}, database.Fail(op, err)
		}
	}
	if next == "" {
		next = "z" // after every id
	}
	list, err := database.Collect(ctx, s.db.Reads, scanAct, `SELECT l.id, l.at, COALESCE(who.name, ''), l.act, COALESCE(whom.name, ''), l.detail
		FROM audit l LEFT JOIN accounts who ON who.id = l.actor LEFT JOIN accounts whom ON whom.id = l.subject
		WHERE (l.subject = $1 OR $1 = '') AND l.id < $2 ORDER BY l.id DESC LIMIT $3`, id, database.Clean(next), domain.AuditPage+1)
	trail := domain.AuditTrail{Acts: list}
	if len(list) > domain.AuditPage {
		trail.Acts = list[:domain.AuditPage]
		trail.Next = trail.Acts[domain.AuditPage-1].ID
	}
	return trail, database.Fail(op, err)
}

func scanAct(r database.Row) (a domain.Act, err error) {
	err = r.Scan(&a.ID, &a.At, &a.Actor, &a.Act, &a.Subject, &a.Reason)
	if a.Actor == "" {
		a.Actor = "server"
	}
	return a, err
}
