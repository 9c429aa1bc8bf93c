package database

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Audit writes down what the actor did to a subject.
func (t *Tx) Audit(ctx context.Context, act string, subject domain.AccountID, detail string) error {
	_, err := t.Exec(ctx, `INSERT INTO audit (id, at, actor, act, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		OrderedID(), t.Now, domain.ActorFrom(ctx).Account.ID, act, subject, detail)
	return err
}

// StaffOnly refuses every actor but staff. KindForbidden.
func StaffOnly(ctx context.Context) error {
	if domain.ActorFrom(ctx).Role() != domain.RoleStaff {
		return domain.Errorf("", domain.KindForbidden, "Only staff may do this. Sign in with a staff account.")
	}
	return nil
}
