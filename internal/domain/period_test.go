package domain

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func calendar(t *testing.T) Calendar {
	t.Helper()
	c, err := DefaultCalendar()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCalendar_closesAtMidnightInCentralEurope(t *testing.T) {
	c := calendar(t)
	tests := []struct{ at, id string }{
		{"2020-08-31T22:00:00Z", "2020-09-01"}, // midnight of the anchor, summer time
		{"2020-08-31T21:59:59Z", "2020-08-18"}, // one second before it
		{"2020-09-14T21:59:59Z", "2020-09-01"},
		{"2020-09-14T22:00:00Z", "2020-09-15"},
		{"2020-10-26T22:59:59Z", "2020-10-13"}, // winter time began on 25 October: midnight is 23:00 UTC
		{"2020-10-26T23:00:00Z", "2020-10-27"},
	}
	for _, test := range tests {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.At(at); got.ID != test.id {
			t.Errorf("%s lies in %s, want %s", test.at, got.ID, test.id)
		}
	}
}

func TestCalendar_winterPeriodIsAnHourLonger(t *testing.T) {
	p := calendar(t).At(time.Date(2020, 10, 20, 12, 0, 0, 0, time.UTC))
	if got, want := p.End-p.Start, (14*24+1)*time.Hour.Milliseconds(); got != want {
		t.Errorf("a period over the change to winter time lasts %d ms, want %d", got, want)
	}
}

func TestCalendar_halfMonths(t *testing.T) {
	c := calendar(t)
	c.HalfMonths = true
	for at, id := range map[string]string{
		"2024-02-15T22:59:59Z": "2024-02-01",
		"2024-02-15T23:00:00Z": "2024-02-16",
		"2024-02-29T22:59:59Z": "2024-02-16",
		"2024-12-31T23:00:00Z": "2025-01-01",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.At(when); got.ID != id {
			t.Errorf("%s lies in %s, want %s", at, got.ID, id)
		}
	}
}

// Every moment lies in exactly one period, and the next begins where one ends.
func TestCalendar_lawOfNoGaps(t *testing.T) {
	base := calendar(t)
	rapid.Check(t, func(t *rapid.T) {
		c := base
		c.HalfMonths = rapid.Bool().Draw(t, "half months")
		at := time.UnixMilli(rapid.Int64Range(0, 4102444800000).Draw(t, "at"))
		p := c.At(at)
		if at.UnixMilli() < p.Start || at.UnixMilli() >= p.End {
			t.Fatalf("%v is outside its period %+v", at, p)
		}
		if next := c.At(time.UnixMilli(p.End)); next.Start != p.End {
			t.Fatalf("after %+v comes %+v", p, next)
		}
		if same := c.At(time.UnixMilli(p.Start)); same != p {
			t.Fatalf("the start of %+v lies in %+v", p, same)
		}
	})
}

// The days of a period are the site's on every computer, also over a change of the
// clocks.
func TestPeriod_spanIsOfTheSitesDays(t *testing.T) {
	c := calendar(t)
	for at, want := range map[string]string{
		"2026-11-20T12:00:00Z": "2026-11-17 2026-11-30",
		"2020-10-20T12:00:00Z": "2020-10-13 2020-10-26", // to winter time
		"2021-03-20T12:00:00Z": "2021-03-16 2021-03-29", // to summer time
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		first, last := c.At(when).Span()
		if got := first.Format(time.DateOnly) + " " + last.Format(time.DateOnly); got != want {
			t.Errorf("at %s it is %s, want %s", at, got, want)
		}
	}
}
