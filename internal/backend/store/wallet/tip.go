package wallet

import (
	"context"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Tip moves credits from the acting member to a performer: key, door, ledger and
// events in one transaction. A note counts as a line in the room's chat; one that
// comes too fast, or has a banned word, is left out, and the tip stands (domain B5).
// KindInvalid, KindPayment, KindForbidden, KindConflict, KindLimited by the member's
// own budget, and as Door.
func (w *Wallet) Tip(ctx context.Context, performer string, tip domain.Tip) (domain.Receipt, error) {
	const op = "tip"
	actor := domain.ActorFrom(ctx)
	tip, err := checkTip(actor, tip)
	if err != nil {
		return domain.Receipt{}, database.Fail(op, err)
	}
	var receipt domain.Receipt
	var replay, counted, fast bool
	err = w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) (err error) {
		receipt, replay, err = database.Once(ctx, t, "tip/"+string(actor.Account.ID), tip.Key, []any{performer, tip.Amount, tip.Note}, func() (domain.Receipt, error) {
			earner, err := w.cfg.Rooms.Admit(ctx, t, actor, performer)
			if err != nil {
				return domain.Receipt{}, err
			}
			if tip.Note != "" && !counted { // a transaction that runs again counts once
				fast, counted = !w.cfg.Rooms.AllowNote(actor), true
			}
			return w.tip(ctx, t, actor, earner, tip, fast)
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
		return tip, domain.Errorf("", domain.KindUnauthenticated, "Sign in to tip.").Because("tip.signin")
	case actor.Role() != domain.RoleMember:
		return tip, domain.Errorf("", domain.KindForbidden, "Only members can tip. Sign in with a member's account.").Because("tip.member")
	case tip.Amount < domain.MinTip || tip.Amount > domain.MaxTip:
		return tip, domain.Errorf("", domain.KindInvalid, "A tip is %s to %s credits. Choose an amount between these.", domain.MinTip, domain.MaxTip).Because("tip.range", domain.MinTip, domain.MaxTip)
	case len(tip.Note) > 4*domain.MaxNote:
		return tip, errNote()
	}
	if tip.Note = database.Clean(tip.Note); utf8.RuneCountInString(tip.Note) > domain.MaxNote {
		return tip, errNote()
	}
	return tip, database.CheckKey(tip.Key)
}

func errNote() error {
	return domain.Errorf("", domain.KindInvalid, "The note is too long: at most %d characters. Shorten it.", domain.MaxNote).Because("note.long", domain.MaxNote)
}

func (w *Wallet) tip(ctx context.Context, t *database.Tx, actor domain.Actor, earner Earner, tip domain.Tip, fast bool) (domain.Receipt, error) {
	member, period := actor.Account.ID, w.period(t)
	income, now, err := w.income(ctx, t, earner, period.ID, ledger.Line{Account: ledger.Member(member), Asset: ledger.Credit})
	if err != nil {
		return domain.Receipt{}, err
	}
	if err := w.withinBudget(ctx, t, member, tip.Amount); err != nil {
		return domain.Receipt{}, err
	}
	entry, err := ledger.Tip(head(t, "tip/"+string(member)+"/"+tip.Key), member, tip.Amount, income)
	if err != nil {
		return domain.Receipt{}, err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return domain.Receipt{}, err
	}
	if err := remember(ctx, t, earner.ID, member, tip.Amount); err != nil {
		return domain.Receipt{}, err
	}
	dropped := fast || earner.Banned.In(tip.Note)
	if dropped {
		tip.Note = ""
	}
	notice := domain.TipNotice{From: actor.Name(), Millicredits: tip.Amount, Note: tip.Note, Private: member == earner.Payer}
	told := database.NewNote(database.RoomStream(earner.Name), domain.EventTip, notice)
	if notice.Private { // it is the show's, as his lines are
		told.For = database.ForShow(member)
	}
	seqs, err := t.Post(ctx, told,
		w.earnings(earner.ID, period, now),
		credits(member, now))
	if err != nil {
		return domain.Receipt{}, err
	}
	left := domain.Millicredits(now.Of(ledger.Member(member), ledger.Credit))
	return domain.Receipt{Entry: entry.ID, Seq: seqs[0], BalanceMillicredits: left, NoteDropped: dropped, NoteFast: fast}, nil
}

// income locks the payer's balance and all that the performer's income moves, and
// tells how her period stands.
func (w *Wallet) income(ctx context.Context, t *database.Tx, e Earner, period string, payer ledger.Line) (ledger.Income, ledger.Balances, error) {
	lines := []ledger.Line{payer,
		{Account: ledger.Gross(e.ID, period), Asset: ledger.Face},
		{Account: ledger.Performer(e.ID, period), Asset: ledger.USD}}
	if e.Studio != "" {
		lines = append(lines, ledger.Line{Account: ledger.Studio(e.Studio, period), Asset: ledger.USD})
	}
	now, err := w.lock(ctx, t, lines...)
	return ledger.Income{
		Performer: e.ID, Studio: e.Studio, StudioPercent: e.StudioPercent, Period: period, Scale: w.scale(),
		Gross: domain.Millicents(now.Of(ledger.Gross(e.ID, period), ledger.Face)),
	}, now, err
}

// remember adds to what a member spent in a performer's room in all (domain C10); a
// refund takes it away again.
func remember(ctx context.Context, t *database.Tx, performer, member domain.AccountID, amount domain.Millicredits) error {
	_, err := t.Exec(ctx, `INSERT INTO relations (performer, member, note, favourite, spent, last) VALUES ($1, $2, '', 0, $3, $4)
		ON CONFLICT (performer, member) DO UPDATE SET spent = relations.spent + excluded.spent,
			last = CASE WHEN excluded.spent > 0 THEN excluded.last ELSE relations.last END`, performer, member, amount, t.Now)
	return err
}
