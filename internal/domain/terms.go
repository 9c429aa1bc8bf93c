package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Terms are how a site pays those who earn on it (domain B8 to B11).
type Terms struct {
	Calendar   Calendar
	Levels     []Level
	NoLift     bool  // a level's percent is of what was earned in it alone, instead of the whole period's income
	Referral   int64 // percent of a purchase for whoever brought the member
	Payout     PayoutTerms
	Protection ProtectionTerms
}

// PayoutTerms tell when and how much is paid out. Amounts are US cents.
type PayoutTerms struct {
	AfterDays   int   // civil days between a period's close and its payment
	MinCents    int64 // the limit that a payee chooses lies between these
	MaxCents    int64
	FeePercent  int64 // of an immediate payout
	FeeMinCents int64
	FeeMaxCents int64
}

// ProtectionTerms tell who is protected (domain B9): whoever passes Level in two
// consecutive periods, "" for nobody. Of each period refunds up to LimitCents of
// face value are the house's.
type ProtectionTerms struct {
	Level      string
	LimitCents int64
}

// DefaultTerms are those of the domain.
func DefaultTerms() (Terms, error) {
	calendar, err := DefaultCalendar()
	return Terms{
		Calendar: calendar, Levels: Levels(), Referral: 20,
		Payout:     PayoutTerms{AfterDays: 25, MinCents: 100_00, MaxCents: 10_000_00, FeePercent: 1, FeeMinCents: 5_00, FeeMaxCents: 150_00},
		Protection: ProtectionTerms{Level: "Famous", LimitCents: 100_00},
	}, err
}

// Payable is when the earnings of a period are paid, Unix ms: at midnight in the
// calendar's zone.
func (t Terms) Payable(p Period) int64 {
	return time.UnixMilli(p.End).In(t.Calendar.Zone).AddDate(0, 0, t.Payout.AfterDays).UnixMilli()
}

// Day is the civil day of a moment (Unix ms) in the calendar's zone, YYYY-MM-DD.
func (t Terms) Day(ms int64) string {
	return time.UnixMilli(ms).In(t.Calendar.Zone).Format(time.DateOnly)
}

// Fee of an immediate payout, in cents, rounded to the nearest one.
func (t PayoutTerms) Fee(cents int64) int64 {
	whole, rest := cents/100*t.FeePercent, cents%100*t.FeePercent
	return max(t.FeeMinCents, min(t.FeeMaxCents, whole+(rest+50)/100))
}

// Limits of what a file of terms may say.
const (
	maxLevels      = 50
	maxLevelName   = 40
	maxTermDollars = 1_000_000_000
	minPeriodDays  = 7
	maxPeriodDays  = 62
)

// termsFile is the file as an operator writes it. What it does not name stays as
// it is by default; numbers are whole dollars.
type termsFile struct {
	Periods struct {
		Days       int    `json:"days"`
		From       string `json:"from"`
		HalfMonths bool   `json:"half_months"`
		Zone       string `json:"zone"`
	} `json:"periods"`
	Levels []struct {
		Name    string `json:"name"`
		Dollars int64  `json:"from_dollars"`
		Percent int64  `json:"percent"`
	} `json:"levels"`
	Lift     bool  `json:"lift"`
	Referral int64 `json:"referral_percent"`
	Payout   struct {
		AfterDays  int   `json:"after_days"`
		Min        int64 `json:"min_dollars"`
		Max        int64 `json:"max_dollars"`
		FeePercent int64 `json:"fee_percent"`
		FeeMin     int64 `json:"fee_min_dollars"`
		FeeMax     int64 `json:"fee_max_dollars"`
	} `json:"payout"`
	Protection struct {
		Level string `json:"level"`
		Limit int64  `json:"limit_dollars"`
	} `json:"protection"`
}

// ReadTerms reads a file of terms (docs/PROTOCOL.md 6). KindInvalid, with a sentence
// that names what to correct.
func ReadTerms(text []byte) (Terms, error) {
	out, err := DefaultTerms()
	if err != nil {
		return Terms{}, err
	}
	file := out.file()
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return Terms{}, Errorf("terms", KindInvalid, "The file of terms is not as docs/PROTOCOL.md 6 has it: %v. Correct it.", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Terms{}, Errorf("terms", KindInvalid, "The file of terms must be one JSON object. Remove what follows it.")
	}
	return file.terms(out)
}

// file writes the default terms as a file, without levels: JSON would mix its own
// with those.
func (t Terms) file() (f termsFile) {
	f.Periods.Days, f.Periods.From, f.Periods.Zone = t.Calendar.Days, t.Calendar.Anchor.Format(time.DateOnly), t.Calendar.Zone.String()
	f.Lift, f.Referral = true, t.Referral
	p := t.Payout
	f.Payout.AfterDays, f.Payout.Min, f.Payout.Max = p.AfterDays, p.MinCents/100, p.MaxCents/100
	f.Payout.FeePercent, f.Payout.FeeMin, f.Payout.FeeMax = p.FeePercent, p.FeeMinCents/100, p.FeeMaxCents/100
	f.Protection.Level, f.Protection.Limit = t.Protection.Level, t.Protection.LimitCents/100
	return f
}

func (f termsFile) terms(t Terms) (Terms, error) {
	zone, err := time.LoadLocation(f.Periods.Zone)
	if err != nil || f.Periods.Zone == "" || f.Periods.Zone == "Local" {
		return t, errTerms("periods.zone %q is no time zone. Write it like Europe/Budapest", f.Periods.Zone)
	}
	anchor, err := time.ParseInLocation(time.DateOnly, f.Periods.From, zone)
	if err != nil {
		return t, errTerms("periods.from %q is no day. Write it like 2020-09-01", f.Periods.From)
	}
	for _, dollars := range []int64{f.Payout.Min, f.Payout.Max, f.Payout.FeeMin, f.Payout.FeeMax, f.Protection.Limit} {
		if dollars < 0 || dollars > maxTermDollars {
			return t, errTerms("%d is not a possible number of dollars", dollars)
		}
	}
	t.Calendar = Calendar{Zone: zone, Anchor: anchor, Days: f.Periods.Days, HalfMonths: f.Periods.HalfMonths}
	t.NoLift, t.Referral = !f.Lift, f.Referral
	t.Payout = PayoutTerms{AfterDays: f.Payout.AfterDays, MinCents: f.Payout.Min * 100, MaxCents: f.Payout.Max * 100,
		FeePercent: f.Payout.FeePercent, FeeMinCents: f.Payout.FeeMin * 100, FeeMaxCents: f.Payout.FeeMax * 100}
	t.Protection = ProtectionTerms{Level: f.Protection.Level, LimitCents: f.Protection.Limit * 100}
	if f.Levels != nil {
		t.Levels = nil
	}
	for _, l := range f.Levels {
		if l.Dollars < 0 || l.Dollars > maxTermDollars {
			return t, errTerms("a level begins at %d dollars, which is not possible", l.Dollars)
		}
		t.Levels = append(t.Levels, Level{Name: l.Name, From: Millicents(l.Dollars) * 100_000, Percent: l.Percent})
	}
	return t, t.Check()
}

// Check refuses terms by which nobody could be paid rightly. KindInvalid.
func (t Terms) Check() error {
	if err := CheckLevels(t.Levels); err != nil {
		return err
	}
	p := t.Payout
	switch {
	case t.Calendar.Zone == nil:
		return errTerms("the pay periods need a time zone")
	case !t.Calendar.HalfMonths && (t.Calendar.Days < minPeriodDays || t.Calendar.Days > maxPeriodDays):
		return errTerms("periods.days must be %d to %d", minPeriodDays, maxPeriodDays)
	case t.Referral < 0 || t.Referral > 50:
		return errTerms("referral_percent must be 0 to 50")
	case p.AfterDays < 0 || p.AfterDays > 365:
		return errTerms("payout.after_days must be 0 to 365")
	case p.MinCents < 100 || p.MaxCents < p.MinCents:
		return errTerms("payout.min_dollars must be at least 1, and payout.max_dollars not below it")
	case p.FeePercent < 0 || p.FeePercent > 100 || p.FeeMinCents < 0 || p.FeeMaxCents < p.FeeMinCents:
		return errTerms("the fee of an immediate payout must be 0 to 100 percent, its maximum not below its minimum")
	}
	if name := t.Protection.Level; name != "" && t.protects() < 0 {
		return errTerms("protection.level %q is none of the levels", name)
	}
	return nil
}

// protects is the level's place that protects, -1 for none.
func (t Terms) protects() int {
	for i, l := range t.Levels {
		if l.Name == t.Protection.Level {
			return i
		}
	}
	return -1
}

// Protects tells whether a period's gross counts towards protection.
func (t Terms) Protects(gross Millicents) bool {
	i := t.protects()
	return t.Protection.Level != "" && i >= 0 && LevelFor(t.Levels, gross).From >= t.Levels[i].From
}

// CheckLevels refuses a table that does not start at 0 or does not rise, because
// then reaching a level would take money away, and names that cannot be told apart.
func CheckLevels(levels []Level) error {
	wrong := Errorf("levels", KindInvalid, "The level table must start at 0 and rise in income and percent up to 100, each level with a name of its own. Correct it.")
	if len(levels) == 0 || len(levels) > maxLevels || levels[0].From != 0 {
		return wrong
	}
	seen := map[string]bool{}
	for i, l := range levels {
		n := utf8.RuneCountInString(l.Name)
		if n == 0 || n > maxLevelName || seen[l.Name] || strings.ContainsFunc(l.Name, unicode.IsControl) {
			return wrong
		}
		seen[l.Name] = true
		if l.Percent < 0 || l.Percent > 100 || (i > 0 && (l.From <= levels[i-1].From || l.Percent < levels[i-1].Percent)) {
			return wrong
		}
	}
	return nil
}

// String says the calendar in words that are the same only for the same periods.
func (c Calendar) String() string {
	if c.HalfMonths {
		return "half-months, " + c.Zone.String()
	}
	return fmt.Sprintf("%d days from %s, %s", c.Days, c.At(c.Anchor).ID, c.Zone)
}

func errTerms(format string, args ...any) error {
	return Errorf("terms", KindInvalid, "In the terms "+format+". Correct it.", args...)
}
