package domain

import "time"

// Calendar cuts time into pay periods that close at midnight in Zone (domain
// B10). Periods are Days long counted from Anchor's civil date, or half-months
// (1st to 15th, 16th to the end) when HalfMonths is set.
type Calendar struct {
	Zone       *time.Location
	Anchor     time.Time
	Days       int
	HalfMonths bool
}

// DefaultCalendar is 14 days from 1 September 2020 in Central European time.
// Zone data is embedded by the programs (time/tzdata), so CET with daylight
// saving is right on every system.
func DefaultCalendar() (Calendar, error) {
	zone, err := time.LoadLocation("Europe/Budapest")
	if err != nil {
		return Calendar{}, Wrap("calendar", KindInternal, err, "The time zone data is missing.")
	}
	return Calendar{Zone: zone, Anchor: time.Date(2020, 9, 1, 0, 0, 0, 0, zone), Days: 14}, nil
}

// Period is [Start, End) in Unix milliseconds; ID is its first civil day.
type Period struct {
	ID    string `json:"id"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
}

// Span is the first and the last civil day of a period by the site's calendar,
// wherever it is read: each at midnight UTC.
func (p Period) Span() (first, last time.Time) {
	const day = 24 * time.Hour
	first, err := time.Parse(time.DateOnly, p.ID)
	if err != nil { // of a service that names its periods otherwise
		first = time.UnixMilli(p.Start).UTC().Truncate(day)
	}
	length := time.Duration(p.End-p.Start) * time.Millisecond
	return first, first.AddDate(0, 0, max(1, int(length.Round(day)/day))-1) // a day with a change of the clocks has 23 or 25 hours
}

// At tells the period that contains t. Civil days are counted, not hours, so
// that a period with a daylight-saving change still closes at midnight.
func (c Calendar) At(t time.Time) Period {
	local := t.In(c.Zone)
	var from, to time.Time
	if c.HalfMonths {
		y, m, d := local.Date()
		if d < 16 {
			from, to = c.day(y, m, 1), c.day(y, m, 16)
		} else {
			from, to = c.day(y, m, 16), c.day(y, m+1, 1)
		}
	} else {
		n := floorDiv(civilDays(local)-civilDays(c.Anchor.In(c.Zone)), c.Days)
		y, m, d := c.Anchor.In(c.Zone).Date()
		from, to = c.day(y, m, d+n*c.Days), c.day(y, m, d+(n+1)*c.Days)
	}
	return Period{ID: from.Format(time.DateOnly), Start: from.UnixMilli(), End: to.UnixMilli()}
}

func (c Calendar) day(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, c.Zone)
}

func civilDays(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
