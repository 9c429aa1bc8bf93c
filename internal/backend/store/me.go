package store

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Me tells what the acting account sees of itself: a member its credits, a
// performer her room and how her period stands, a studio what it earned in it.
// KindUnauthenticated.
func (s *Store) Me(ctx context.Context) (domain.Me, error) {
	const op = "me"
	actor := domain.ActorFrom(ctx)
	if err := s.signedIn(ctx, s.reads, actor); err != nil {
		return domain.Me{}, fail(op, err)
	}
	acc, err := scanAccount(s.reads.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, actor.Account.ID))
	if err != nil {
		return domain.Me{}, fail(op, noSession(err))
	}
	me := domain.Me{Account: acc}
	switch acc.Role {
	case domain.RoleMember:
		err = s.memberMe(ctx, &me)
	case domain.RolePerformer:
		err = s.performerMe(ctx, &me)
	case domain.RoleStudio:
		period := s.Calendar.At(s.Now())
		var earned int64
		earned, err = balance(ctx, s.reads, ledger.Studio(acc.ID, period.ID), ledger.USD)
		me.Period, me.EarnedCents = &period, domain.Millicents(earned).Cents()
	}
	return me, fail(op, err)
}

func (s *Store) memberMe(ctx context.Context, me *domain.Me) error {
	free, err := balance(ctx, s.reads, ledger.Member(me.Account.ID), ledger.Credit)
	if err != nil {
		return err
	}
	locked, err := balance(ctx, s.reads, ledger.Bonus(me.Account.ID), ledger.Credit)
	me.BalanceMillicredits, me.BonusMillicredits = domain.Millicredits(free), domain.Millicredits(locked)
	return err
}

func (s *Store) performerMe(ctx context.Context, me *domain.Me) error {
	period := s.Calendar.At(s.Now())
	earned, err := balance(ctx, s.reads, ledger.Performer(me.Account.ID, period.ID), ledger.USD)
	if err != nil {
		return err
	}
	gross, err := balance(ctx, s.reads, ledger.Gross(me.Account.ID, period.ID), ledger.Face)
	if err != nil {
		return err
	}
	r, err := findRoom(ctx, s.reads, me.Account.Name)
	level, view := domain.LevelOf(s.Levels, domain.Millicents(gross)), r.view()
	me.EarnedCents, me.Period, me.Level, me.Room = domain.Millicents(earned).Cents(), &period, &level, &view
	return err
}
