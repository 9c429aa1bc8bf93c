package store

import (
	"context"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Tip moves credits from the acting member to a performer: key, door, ledger and
// events in one transaction. KindInvalid, KindPayment, KindForbidden, KindConflict,
// and as Door.
func (s *Store) Tip(ctx context.Context, performer string, tip domain.Tip) (domain.Receipt, error) {
	const op = "tip"
	actor := domain.ActorFrom(ctx)
	tip, err := checkTip(actor, tip)
	if err != nil {
		return domain.Receipt{}, fail(op, err)
	}
	var receipt domain.Receipt
	var replay bool
	err = s.write(ctx, op, func(ctx context.Context, t *tx) (err error) {
		receipt, replay, err = once(ctx, t, "tip/"+string(actor.Account.ID), tip.Key, []any{performer, tip.Amount, tip.Note}, func() (domain.Receipt, error) {
			r, err := s.door(ctx, t, actor, performer)
			if err != nil {
				return domain.Receipt{}, err
			}
			return t.tip(ctx, actor, r, tip)
		})
		return err
	})
	if err != nil {
		return domain.Receipt{}, err
	}
	if replay {
		domain.NoteReplay(ctx)
	}
	return receipt, nil
}

func checkTip(actor domain.Actor, tip domain.Tip) (domain.Tip, error) {
	switch {
	case actor.Account.ID == "":
		return tip, domain.Errorf("", domain.KindUnauthenticated, "Sign in to tip.")
	case actor.Role() != domain.RoleMember:
		return tip, domain.Errorf("", domain.KindForbidden, "Only members can tip. Sign in with a member's account.")
	case tip.Amount < domain.MinTip || tip.Amount > domain.MaxTip:
		return tip, domain.Errorf("", domain.KindInvalid, "A tip is %s to %s credits. Choose an amount between these.", domain.MinTip, domain.MaxTip)
	case len(tip.Note) > 4*domain.MaxNote:
		return tip, errNote()
	}
	if tip.Note = clean(tip.Note); utf8.RuneCountInString(tip.Note) > domain.MaxNote {
		return tip, errNote()
	}
	return tip, checkKey(tip.Key)
}

func errNote() error {
	return domain.Errorf("", domain.KindInvalid, "The note is too long: at most %d characters. Shorten it.", domain.MaxNote)
}

func (t *tx) tip(ctx context.Context, actor domain.Actor, r room, tip domain.Tip) (domain.Receipt, error) {
	member, period := actor.Account.ID, t.period()
	income, now, err := t.income(ctx, r, period.ID, ledger.Line{Account: ledger.Member(member), Asset: ledger.Credit})
	if err != nil {
		return domain.Receipt{}, err
	}
	entry, err := ledger.Tip(t.head("tip/"+string(member)+"/"+tip.Key), member, tip.Amount, income)
	if err != nil {
		return domain.Receipt{}, err
	}
	if err := t.book(ctx, entry, now); err != nil {
		return domain.Receipt{}, err
	}
	seqs, err := t.post(ctx,
		t.note(roomStream(r.name), domain.EventTip, domain.TipNotice{From: actor.Name(), Millicredits: tip.Amount, Note: tip.Note}),
		t.earnings(r.owner, period, now),
		t.credits(member, now))
	if err != nil {
		return domain.Receipt{}, err
	}
	return domain.Receipt{Entry: entry.ID, Seq: seqs[0], BalanceMillicredits: domain.Millicredits(now.Of(ledger.Member(member), ledger.Credit))}, nil
}

// income locks the payer's balance and all that the performer's income moves, and
// tells how her period stands.
func (t *tx) income(ctx context.Context, r room, period string, payer ledger.Line) (ledger.Income, ledger.Balances, error) {
	lines := []ledger.Line{payer,
		{Account: ledger.Gross(r.owner, period), Asset: ledger.Face},
		{Account: ledger.Performer(r.owner, period), Asset: ledger.USD}}
	if r.studio != "" {
		lines = append(lines, ledger.Line{Account: ledger.Studio(r.studio, period), Asset: ledger.USD})
	}
	now, err := t.lock(ctx, lines...)
	return ledger.Income{
		Performer: r.owner, Studio: r.studio, StudioPercent: r.percent, Period: period, Levels: t.s.Levels,
		Gross: domain.Millicents(now.Of(ledger.Gross(r.owner, period), ledger.Face)),
	}, now, err
}
