package store

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Me tells what the acting account sees of itself: a member its credits, a
// performer her room and how her period stands, a studio what it earned in it.
// KindUnauthenticated.
func (s *Store) Me(ctx context.Context) (domain.Me, error) {
	const op = "me"
	actor := domain.ActorFrom(ctx)
	if err := s.signedIn(ctx, s.db.Reads, actor); err != nil {
		return domain.Me{}, database.Fail(op, err)
	}
	acc, err := scanAccount(s.db.Reads.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, actor.Account.ID))
	if err != nil {
		return domain.Me{}, database.Fail(op, noSession(err))
	}
	me := domain.Me{Account: acc}
	err = s.db.Reads.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM streams WHERE name = $1`, database.AccountStream(acc.ID)).Scan(&me.Seq)
	if err != nil {
		return domain.Me{}, database.Fail(op, err)
	}
	switch acc.Role {
	case domain.RoleMember:
		me.BalanceMillicredits, me.BonusMillicredits, err = s.Credits(ctx, acc.ID)
	case domain.RolePerformer:
		err = s.performerMe(ctx, &me)
	case domain.RoleStudio:
		period := s.PeriodAt(s.Now())
		var earned domain.Millicents
		earned, err = s.StudioEarned(ctx, acc.ID, period.ID)
		me.Period, me.EarnedCents = &period, earned.Cents()
	}
	return me, database.Fail(op, err)
}

func (s *Store) performerMe(ctx context.Context, me *domain.Me) error {
	period := s.PeriodAt(s.Now())
	earned, level, err := s.Earned(ctx, me.Account.ID, period.ID)
	if err != nil {
		return err
	}
	r, err := findRoom(ctx, s.db.Reads, me.Account.Name)
	view := r.view()
	me.EarnedCents, me.Period, me.Level, me.Room = earned.Cents(), &period, &level, &view
	return err
}
