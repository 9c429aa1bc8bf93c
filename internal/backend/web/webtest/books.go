package webtest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// noteTip writes a tip into everybody's books; the caller holds mu. The performer's
// share is 30 %.
func (b *Backend) noteTip(r *room, a *account, t domain.Tip) {
	now := b.Now().UnixMilli()
	known := r.viewers[a.Name]
	known.Viewer, known.Last, known.Spent = a.Name, now, known.Spent+t.Amount
	r.viewers[a.Name] = known
	own := t.Amount.Face() * 30 / 100
	r.book = append(r.book, domain.StatementLine{Entry: b.id("line"), At: now, Kind: "tip", From: a.Name, Gross: t.Amount.Face(), Share: own, Own: own})
	a.history = append(a.history, domain.HistoryLine{Entry: b.id("line"), At: now, Kind: "tip", With: r.Name, Credits: -t.Amount})
	if r.profile.Goal != nil {
		r.profile.Goal.Collected += t.Amount
	}
}

// noteShow writes a settled show into the member's book; the caller holds mu.
func (b *Backend) noteShow(s *domain.Show) {
	a := b.byName(s.Member)
	a.history = append(a.history, domain.HistoryLine{Entry: b.id("line"), At: s.Asked, Kind: "show", With: s.Room, Credits: -s.Charged, Parts: []domain.HistoryPart{
		{Entry: b.id("part"), At: s.Ended, Kind: "void", Credits: s.Price - s.Charged%s.Price},
		{Entry: b.id("part"), At: s.Asked, Kind: "hold", Credits: -s.Charged - s.Price + s.Charged%s.Price},
	}})
}

// Statement implements domain.Statements: one page, one day, the same in each period.
func (b *Backend) Statement(ctx context.Context, performer, period, _ string) (domain.Statement, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Statement{}, err
	}
	if period != "" && len(period) != len("2026-11-03") {
		return domain.Statement{}, domain.Errorf("statement", domain.KindInvalid, "There is no such pay period.")
	}
	s := domain.Statement{Lines: slices.Clone(r.book), Days: []domain.DaySum{{Day: b.Now().UTC().Format("2006-01-02")}}, Level: domain.LevelOf(domain.Levels(), 0)}
	slices.Reverse(s.Lines)
	for _, l := range s.Lines {
		s.Gross, s.Share, s.Own = s.Gross+l.Gross, s.Share+l.Share, s.Own+l.Own
	}
	s.Days[0].Gross, s.Days[0].Share, s.Days[0].Own = s.Gross, s.Share, s.Own
	s.Snapshots = b.soldBy(performer)
	return s, nil
}

// Viewers implements domain.Relations, by name.
func (b *Backend) Viewers(ctx context.Context, performer string, _ domain.AcquaintanceOrder) ([]domain.Acquaintance, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(r.viewers), func(a, b domain.Acquaintance) int { return strings.Compare(a.Viewer, b.Viewer) }), nil
}

// SetRemark implements domain.Relations.
func (b *Backend) SetRemark(ctx context.Context, performer, viewer string, note domain.Remark) (domain.Acquaintance, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Acquaintance{}, err
	}
	if a := b.byName(viewer); a == nil || a.Role != domain.RoleMember {
		return domain.Acquaintance{}, domain.Errorf("note", domain.KindNotFound, "There is no member of this name.")
	}
	known := r.viewers[viewer]
	known.Viewer, known.Note, known.Favourite = viewer, note.Note, note.Favourite
	r.viewers[viewer] = known
	return known, nil
}

// Favourites implements domain.Relations.
func (b *Backend) Favourites(ctx context.Context) ([]domain.Card, error) {
	b.mu.Lock()
	a, err := b.actor(ctx)
	b.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return b.cards(ctx, func(r *room) bool { return a.favourites[r.Name] })
}

// SetFavourite implements domain.Relations.
func (b *Backend) SetFavourite(ctx context.Context, performer string, on bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return err
	}
	if _, err := b.door(ctx, performer); err != nil {
		return err
	}
	a.favourites[performer] = on
	return nil
}

// History implements domain.Ledgers: one page of tips.
func (b *Backend) History(ctx context.Context, _ string) (domain.History, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.History{}, err
	}
	lines := append([]domain.HistoryLine{}, a.history...)
	slices.Reverse(lines)
	return domain.History{Lines: lines}, nil
}

// Budget implements domain.Ledgers; nothing is ever spent of it.
func (b *Backend) Budget(ctx context.Context) (domain.Budget, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Budget{}, err
	}
	return a.budget, nil
}

// SetBudget implements domain.Ledgers.
func (b *Backend) SetBudget(ctx context.Context, budget domain.Budget) (domain.Budget, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Budget{}, err
	}
	if budget.Day.Max < 0 || budget.Week.Max < 0 || budget.Month.Max < 0 {
		return domain.Budget{}, domain.Errorf("budget", domain.KindInvalid, "A limit is an amount of credits, or 0 for none.")
	}
	a.budget = budget
	return a.budget, nil
}

// AuditLog implements domain.Audit: one page, newest first.
func (b *Backend) AuditLog(ctx context.Context, subject, _ string) (domain.AuditTrail, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return domain.AuditTrail{}, err
	}
	acts := []domain.Act{}
	for _, a := range slices.Backward(b.acts) {
		if subject == "" || a.Subject == subject {
			acts = append(acts, a)
		}
	}
	return domain.AuditTrail{Acts: acts}, nil
}
