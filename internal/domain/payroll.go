package domain

import (
	"context"
	"strings"
)

// Limits of what a payee writes.
const (
	MaxPayoutMethod = 200 // characters of the reference
	MaxHolder       = 200 // characters of a person's or a company's name
)

// PayoutMethod is where a payee's money goes, as plain text that staff reads: an
// account at a bank or a payment service, of a person or a company (domain B10).
type PayoutMethod struct {
	Company   bool   `json:"company"`
	Holder    string `json:"holder"`    // whose account it is
	Reference string `json:"reference"` // its number or address
}

// Referral is how a payee brings members (domain B11). The code says nothing of
// the account.
type Referral struct {
	Code    string     `json:"code"`
	Percent int64      `json:"percent"`           // of every purchase
	Members int64      `json:"members"`           // who signed up by it
	Earned  Millicents `json:"earned_millicents"` // in all, less what was taken back
}

// ReferralCodeLen is how long a code is: 12 letters and digits of 5 bits each.
const ReferralCodeLen = 12

// ReferralCode tells whether a text can be a code at all.
func ReferralCode(code string) bool {
	return len(code) == ReferralCodeLen && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Payee is how the account of a performer or studio stands (domain B10). Amounts
// in cents are rounded down; what is left of a cent rolls over.
type Payee struct {
	Name         string       `json:"name"`
	Role         Role         `json:"role"`
	LimitCents   int64        `json:"limit_cents"` // less than it is not paid by a run, but rolls over
	LowestCents  int64        `json:"lowest_limit_cents"`
	HighestCents int64        `json:"highest_limit_cents"`
	Method       PayoutMethod `json:"method"`
	OpenCents    int64        `json:"open_cents"`    // of the present period
	ClosedCents  int64        `json:"closed_cents"`  // of closed periods, not paid yet
	PayableCents int64        `json:"payable_cents"` // of these, what the next run may pay
	Held         string       `json:"held"`          // why a run would not pay it: limit, method, suspended, or ""
	Next         int64        `json:"next"`          // Unix ms: when more of it becomes payable, 0 when nothing waits
	NextDay      string       `json:"next_day"`      // the same, as a civil day
	Now          *Immediate   `json:"now,omitempty"` // what an immediate payout would be; nil when it is not possible
	Periods      []PeriodSum  `json:"periods"`       // newest first, at most PayslipPeriods
	Payouts      []Payout     `json:"payouts"`       // newest first, at most PayslipPeriods
	Referral     Referral     `json:"referral"`
	Protection   *Protection  `json:"protection,omitempty"` // performers
	Performers   []Dependent  `json:"performers,omitempty"` // studios
}

// PayslipPeriods is how many periods and payouts are listed.
const PayslipPeriods = 26

// Dependent is a studio's performer, as far as her pay is the studio's matter.
type Dependent struct {
	Name         string `json:"name"`
	StudioShare  int64  `json:"studio_percent"`
	LimitCents   int64  `json:"limit_cents"`
	ProtectedNow bool   `json:"protected"`
}

// PeriodSum is a line of the list of payslips.
type PeriodSum struct {
	Period  Period     `json:"period"`
	Through string     `json:"through"`     // its last civil day
	Payable string     `json:"payable_day"` // the civil day on which it is paid
	Earned  Millicents `json:"earned_millicents"`
	Paid    Millicents `json:"paid_millicents"`
	Left    Millicents `json:"left_millicents"`
}

// Immediate is a payout before its time, and its fee. Whoever asks for one sends
// the same numbers back, so that nobody pays a fee that she has not read.
type Immediate struct {
	Cents    int64  `json:"cents"`
	FeeCents int64  `json:"fee_cents"`
	Key      string `json:"key,omitempty"` // of the request, 8 to 100 bytes
}

// Payout is money that left. Fee is a part of Cents.
type Payout struct {
	Entry    string       `json:"entry"` // the ledger entry's id
	Payee    string       `json:"payee"`
	At       int64        `json:"at"`            // Unix ms
	Run      string       `json:"run,omitempty"` // empty for an immediate one
	Cents    int64        `json:"cents"`
	FeeCents int64        `json:"fee_cents"`
	Method   PayoutMethod `json:"method"`
}

// Payslip is everything that moved on a payee's accounts of one period. The
// amounts of its lines sum to Left.
type Payslip struct {
	Payee    string        `json:"payee"`
	Role     Role          `json:"role"`
	Period   Period        `json:"period"`
	Through  string        `json:"through"`     // its last civil day
	Payable  string        `json:"payable_day"` // the civil day on which it is paid
	Lines    []PayslipLine `json:"lines"`       // oldest first
	Gross    Millicents    `json:"gross_millicents"`
	Level    *LevelNow     `json:"level,omitempty"`     // performers
	Earned   Millicents    `json:"earned_millicents"`   // tips and shows
	Referral Millicents    `json:"referral_millicents"` // by purchases of members whom she brought
	Taken    Millicents    `json:"taken_millicents"`    // back by refunds and chargebacks, below zero
	Paid     Millicents    `json:"paid_millicents"`     // paid out, below zero
	Left     Millicents    `json:"left_millicents"`
	Payouts  []Payout      `json:"payouts"` // that took from this period; they may have taken from others too
}

// The sources of a payslip's lines.
const (
	SourceOwn      = "own"      // a performer's tips and shows
	SourceStudio   = "studio"   // those of a studio's performers
	SourceReferral = "referral" // purchases of members whom she brought
)

// Add takes in what an entry moved; one of the same entry and source as the line
// before belongs to it.
func (s *Payslip) Add(l PayslipLine) {
	s.Gross, s.Left = s.Gross+l.Gross, s.Left+l.Amount
	switch {
	case l.Kind == "payout":
		s.Paid += l.Amount
	case l.Kind == "refund" || l.Kind == "chargeback":
		s.Taken += l.Amount
	case l.Source == SourceReferral:
		s.Referral += l.Amount
	default:
		s.Earned += l.Amount
	}
	if i := len(s.Lines) - 1; i >= 0 && s.Lines[i].Entry == l.Entry && s.Lines[i].Source == l.Source {
		s.Lines[i].Gross += l.Gross
		s.Lines[i].Amount += l.Amount
		return
	}
	s.Lines = append(s.Lines, l)
}

// PayslipLine is what one ledger entry moved for the payee in the period.
type PayslipLine struct {
	Entry  string     `json:"entry"`
	At     int64      `json:"at"`     // Unix ms
	Kind   string     `json:"kind"`   // tip, capture, refund, purchase, chargeback, payout
	Source string     `json:"source"` // own, studio (by her performers), referral
	With   string     `json:"with,omitempty"`
	Gross  Millicents `json:"gross_millicents"`
	Amount Millicents `json:"amount_millicents"`
}

// PayoutLine is one payee of a run: before it what would be paid, after it what was.
type PayoutLine struct {
	Payee      string       `json:"payee"`
	Role       Role         `json:"role,omitempty"`
	Cents      int64        `json:"cents"`
	LimitCents int64        `json:"limit_cents,omitempty"`
	Held       string       `json:"held,omitempty"`  // why it is not paid: limit, method, suspended
	Entry      string       `json:"entry,omitempty"` // the ledger entry, when it was paid
	Method     PayoutMethod `json:"method"`
}

// Why a run would not pay somebody: the money rolls over.
const (
	HeldLimit     = "limit"     // less than the chosen limit
	HeldMethod    = "method"    // nobody said where it goes
	HeldSuspended = "suspended" // the account is
)

// PayoutRun pays everybody whose money is due. ID makes it happen once: a run that
// was cut off is finished by the same order, and pays nobody twice.
type PayoutRun struct {
	ID         string       `json:"id"`
	At         int64        `json:"at"`   // Unix ms; what is due by then is paid
	Done       bool         `json:"done"` // false: a preview, or cut off
	Begun      bool         `json:"begun"`
	Lines      []PayoutLine `json:"lines"`       // by name
	TotalCents int64        `json:"total_cents"` // of those that are paid
	RollsCents int64        `json:"rolls_cents"` // of those that are held
}

// Add takes a line in, and its cents into the sums.
func (r *PayoutRun) Add(l PayoutLine) {
	r.Lines = append(r.Lines, l)
	if l.Held == "" {
		r.TotalCents += l.Cents
	} else {
		r.RollsCents += l.Cents
	}
}

// PayoutOrder starts a run, or finishes it. TotalCents is what staff read in the
// preview.
type PayoutOrder struct {
	ID         string `json:"id"`
	TotalCents int64  `json:"total_cents"`
}

// The states of protection (domain B9).
const (
	ProtectionOn        = "protected"
	ProtectionSuspended = "suspended"
	ProtectionEnded     = "ended"
)

// Protection is how a performer stands. State is empty for whoever never had it.
type Protection struct {
	Performer  string `json:"performer"`
	State      string `json:"state"`
	Since      string `json:"since,omitempty"`  // the period that completed the condition
	Level      string `json:"level"`            // to pass in two consecutive periods
	LimitCents int64  `json:"limit_cents"`      // of refunds of a period's income that the house bears
	Reason     string `json:"reason,omitempty"` // staff's
}

// ProtectionChange is staff's decision after a major violation, or after it was
// made good.
type ProtectionChange struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// Payroll pays performers and studios (domain B9 to B11). Name is the payee's.
type Payroll interface {
	// Payee tells how an account stands: its own. KindForbidden.
	Payee(ctx context.Context, name string) (Payee, error)
	// SetPayoutLimit is the payee's own, or her studio's. KindInvalid outside the site's range.
	SetPayoutLimit(ctx context.Context, name string, cents int64) error
	// SetPayoutMethod is the payee's own. KindInvalid.
	SetPayoutMethod(ctx context.Context, name string, m PayoutMethod) error
	// SetStudioShare sets a studio's part of what its performer earns from now on, 0 to 50 percent: her studio's. KindInvalid.
	SetStudioShare(ctx context.Context, name string, percent int64) error
	// PayNow pays closed periods at once, for a fee: the payee's own. KindConflict when sum or fee are other ones by now.
	PayNow(ctx context.Context, name string, i Immediate) (Payout, error)
	// Payslip tells a period by its id: the payee's own, and staff's. KindInvalid for what is no period.
	Payslip(ctx context.Context, name, period string) (Payslip, error)

	// Payouts previews the next run, or tells how one was: staff's alone. KindNotFound.
	Payouts(ctx context.Context, run string) (PayoutRun, error)
	// RunPayouts pays: staff's alone. KindConflict when the total is another one by now, or another run was cut off.
	RunPayouts(ctx context.Context, o PayoutOrder) (PayoutRun, error)
	// Refund gives a tip, what a show was paid, or a purchase back, once, by its ledger entry, and tells the reversing one: staff's alone. KindInvalid without a reason, KindNotFound, KindConflict.
	Refund(ctx context.Context, entry, reason string) (string, error)
	// Protections lists who has or had protection: staff's alone.
	Protections(ctx context.Context) ([]Protection, error)
	// SetProtection is staff's alone. KindInvalid, KindNotFound.
	SetProtection(ctx context.Context, performer string, c ProtectionChange) (Protection, error)
}
