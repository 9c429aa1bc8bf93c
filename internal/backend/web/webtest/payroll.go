package webtest

import (
	"context"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

var _ domain.Payroll = (*Backend)(nil)

// The one period of the fake, closed, and the present one.
const (
	closedPeriod = "2026-11-03"
	openPeriod   = "2026-11-17"
)

// pay is what the fake knows of an account's pay.
type pay struct {
	owed       domain.Millicents // of the closed period
	brought    int64
	limit      int64
	percent    int64
	method     domain.PayoutMethod
	slip       []domain.PayslipLine
	payouts    []domain.Payout
	keys       map[string]domain.Payout
	protection domain.Protection
}

// Owe lets an account have earned something by a tip in the closed period.
func (b *Backend) Owe(name string, amount domain.Millicents) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.byName(name)
	a.pay.owed += amount
	a.pay.slip = append(a.pay.slip, domain.PayslipLine{Entry: b.id("entry"), At: b.Now().UnixMilli(), Kind: "tip", Source: domain.SourceOwn, With: "max", Gross: 2 * amount, Amount: amount})
}

// earner is an account that can be paid, by its owner.
func (b *Backend) earner(ctx context.Context, name string) (*account, error) {
	actor, err := b.actor(ctx)
	if err != nil {
		return nil, err
	}
	a := b.byName(name)
	if a == nil || a.ID != actor.ID && a.studio != actor.Name {
		return nil, domain.Errorf("payroll", domain.KindForbidden, "Only the account itself may do this. Sign in with it.")
	}
	return a, nil
}

// code is an account's, the same whenever it is asked for.
func code(a *account) string {
	letters := strings.Map(func(r rune) rune { return 'a' + r%26 }, string(a.ID))
	return letters[len(letters)-domain.ReferralCodeLen:]
}

// Payee implements domain.Payroll.
func (b *Backend) Payee(ctx context.Context, name string) (domain.Payee, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.earner(ctx, name)
	if err != nil {
		return domain.Payee{}, err
	}
	period := domain.Period{ID: closedPeriod}
	out := domain.Payee{
		Name: name, Role: a.Role, LimitCents: max(a.pay.limit, 10_000), LowestCents: 10_000, HighestCents: 1_000_000, Method: a.pay.method,
		ClosedCents: a.pay.owed.Cents(), PayableCents: a.pay.owed.Cents(), Held: b.held(a), NextDay: "2026-12-26", Payouts: slices.Clone(a.pay.payouts),
		Periods: []domain.PeriodSum{{Period: domain.Period{ID: openPeriod}, Through: "2026-11-30", Payable: "2026-12-26"},
			{Period: period, Through: "2026-11-16", Payable: "2026-12-12", Earned: a.pay.owed, Left: a.pay.owed}},
		Referral: domain.Referral{Code: code(a), Percent: 20, Members: a.pay.brought},
	}
	if fee := int64(500); a.pay.owed.Cents() > fee && a.pay.method.Reference != "" {
		out.Now = &domain.Immediate{Cents: a.pay.owed.Cents(), FeeCents: fee}
	}
	if a.Role == domain.RolePerformer {
		out.Protection = &domain.Protection{Performer: name, State: a.pay.protection.State, Level: "Famous", LimitCents: 10_000, Reason: a.pay.protection.Reason}
	}
	for _, p := range b.accounts {
		if p.studio == name {
			out.Performers = append(out.Performers, domain.Dependent{Name: p.Name, StudioShare: p.pay.percent, LimitCents: max(p.pay.limit, 10_000), ProtectedNow: true})
		}
	}
	return out, nil
}

func (b *Backend) held(a *account) string {
	switch {
	case a.pay.owed.Cents() < max(a.pay.limit, 10_000):
		return domain.HeldLimit
	case a.pay.method.Reference == "":
		return domain.HeldMethod
	}
	return ""
}

// SetPayoutLimit implements domain.Payroll.
func (b *Backend) SetPayoutLimit(ctx context.Context, name string, cents int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.earner(ctx, name)
	if err == nil && (cents < 10_000 || cents > 1_000_000) {
		err = domain.Errorf("limit", domain.KindInvalid, "The limit lies between $100 and $10000.")
	}
	if err == nil {
		a.pay.limit = cents
	}
	return err
}

// SetPayoutMethod implements domain.Payroll.
func (b *Backend) SetPayoutMethod(ctx context.Context, name string, m domain.PayoutMethod) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.earner(ctx, name)
	if err == nil && (len(m.Holder) < 3 || len(m.Reference) < 3) {
		err = domain.Errorf("method", domain.KindInvalid, "Write where the money goes.")
	}
	if err == nil {
		a.pay.method = m
	}
	return err
}

// SetStudioShare implements domain.Payroll.
func (b *Backend) SetStudioShare(ctx context.Context, name string, percent int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.earner(ctx, name)
	if err == nil && (percent < 0 || percent > 50) {
		err = domain.Errorf("share", domain.KindInvalid, "A studio's part is 0 to 50 percent.")
	}
	if err == nil {
		a.pay.percent = percent
	}
	return err
}

// PayNow implements domain.Payroll.
func (b *Backend) PayNow(ctx context.Context, name string, i domain.Immediate) (domain.Payout, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.earner(ctx, name)
	if err != nil {
		return domain.Payout{}, err
	}
	if before, ok := a.pay.keys[i.Key]; ok {
		domain.NoteReplay(ctx)
		return before, nil
	}
	if i.Cents != a.pay.owed.Cents() || i.FeeCents != 500 || len(i.Key) < 8 {
		return domain.Payout{}, domain.Errorf("payout", domain.KindConflict, "The sum has changed since you looked. Look at it again.")
	}
	out := b.paid(a, "", i.FeeCents)
	a.pay.keys = map[string]domain.Payout{i.Key: out}
	return out, nil
}

// paid empties an account.
func (b *Backend) paid(a *account, run string, fee int64) domain.Payout {
	out := domain.Payout{Entry: b.id("entry"), Payee: a.Name, At: b.Now().UnixMilli(), Run: run, Cents: a.pay.owed.Cents(), FeeCents: fee, Method: a.pay.method}
	a.pay.slip = append(a.pay.slip, domain.PayslipLine{Entry: out.Entry, At: out.At, Kind: "payout", Source: domain.SourceOwn, Amount: -a.pay.owed})
	a.pay.payouts, a.pay.owed = append(a.pay.payouts, out), 0
	return out
}

// Payslip implements domain.Payroll; all is in the closed period.
func (b *Backend) Payslip(ctx context.Context, name, period string) (domain.Payslip, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.earner(ctx, name)
	if actor, _ := b.actor(ctx); actor != nil && actor.Role == domain.RoleStaff && b.byName(name) != nil {
		a, err = b.byName(name), nil
	}
	if err != nil {
		return domain.Payslip{}, err
	}
	level := domain.LevelOf(domain.Levels(), 0)
	slip := domain.Payslip{Payee: name, Role: a.Role, Period: domain.Period{ID: period}, Through: "2026-11-16", Payable: "2026-12-12", Level: &level, Lines: []domain.PayslipLine{}}
	switch period {
	case closedPeriod:
		for _, l := range a.pay.slip {
			slip.Add(l)
		}
		slip.Payouts = slices.Clone(a.pay.payouts)
	case openPeriod, "":
	default:
		return domain.Payslip{}, domain.Errorf("payslip", domain.KindInvalid, "There is no such pay period.")
	}
	return slip, nil
}

// Payouts implements domain.Payroll; a run that was done is told by its id.
func (b *Backend) Payouts(ctx context.Context, run string) (domain.PayoutRun, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return domain.PayoutRun{}, err
	}
	return b.payouts(run), nil
}

func (b *Backend) payouts(run string) domain.PayoutRun {
	out := domain.PayoutRun{ID: run, Done: run != "", Begun: run != "", At: b.Now().UnixMilli()}
	for _, a := range b.accounts {
		for _, p := range a.pay.payouts {
			if run != "" && p.Run == run {
				out.Add(domain.PayoutLine{Payee: a.Name, Cents: p.Cents, Entry: p.Entry, Method: p.Method})
			}
		}
		if run == "" && a.pay.owed > 0 {
			out.Add(domain.PayoutLine{Payee: a.Name, Role: a.Role, Cents: a.pay.owed.Cents(), Held: b.held(a), Method: a.pay.method})
		}
	}
	return out
}

// RunPayouts implements domain.Payroll.
func (b *Backend) RunPayouts(ctx context.Context, o domain.PayoutOrder) (domain.PayoutRun, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return domain.PayoutRun{}, err
	}
	if before := b.payouts(o.ID); len(before.Lines) > 0 {
		return before, nil
	}
	if b.payouts("").TotalCents != o.TotalCents || o.TotalCents == 0 {
		return domain.PayoutRun{}, domain.Errorf("run", domain.KindConflict, "The total has changed since you looked. Look at the preview again.")
	}
	for _, a := range b.accounts {
		if a.pay.owed > 0 && b.held(a) == "" {
			b.paid(a, o.ID, 0)
		}
	}
	return b.payouts(o.ID), nil
}

// Protections implements domain.Payroll.
func (b *Backend) Protections(ctx context.Context) ([]domain.Protection, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return nil, err
	}
	var out []domain.Protection
	for _, a := range b.accounts {
		if a.pay.protection.State != "" {
			out = append(out, a.pay.protection)
		}
	}
	return out, nil
}

// SetProtection implements domain.Payroll.
func (b *Backend) SetProtection(ctx context.Context, performer string, c domain.ProtectionChange) (domain.Protection, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return domain.Protection{}, err
	}
	a := b.byName(performer)
	if a == nil || c.Reason == "" {
		return domain.Protection{}, domain.Errorf("protection", domain.KindInvalid, "Write the reason; she will read it.")
	}
	a.pay.protection = domain.Protection{Performer: performer, State: c.State, Since: closedPeriod, Level: "Famous", LimitCents: 10_000, Reason: c.Reason}
	return a.pay.protection, nil
}

// Refund implements domain.Payroll: of entries on payslips, once.
func (b *Backend) Refund(ctx context.Context, entry, reason string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return "", err
	}
	if reason == "" {
		return "", domain.Errorf("refund", domain.KindInvalid, "Write the reason for the refund.")
	}
	for _, a := range b.accounts {
		for _, l := range a.pay.slip {
			if l.Entry == entry && l.Kind == "tip" {
				back := domain.PayslipLine{Entry: b.id("entry"), At: b.Now().UnixMilli(), Kind: "refund", Source: l.Source, With: l.With, Gross: -l.Gross, Amount: -l.Amount}
				a.pay.slip, a.pay.owed = append(a.pay.slip, back), a.pay.owed-l.Amount
				return back.Entry, nil
			}
		}
	}
	return "", domain.Errorf("refund", domain.KindNotFound, "There is no such entry in the ledger.")
}
