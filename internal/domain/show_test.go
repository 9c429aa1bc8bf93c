package domain

import (
	"testing"

	"pgregory.net/rapid"
)

// A receipt's lines are never negative and add up to what was charged, whether or not
// the credit reached for all of it.
func TestShow_linesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(0, 10_000_000)
		price := rapid.Int64Range(0, 20_000)
		base := ms.Draw(t, "base")
		s := Show{Price: Millicredits(price.Draw(t, "price")), DeliveredMS: base,
			Cam2cam: Extra{Price: Millicredits(price.Draw(t, "cam2cam")), DeliveredMS: min(base, ms.Draw(t, "cam2cam ms"))},
			Audio:   Extra{Price: Millicredits(price.Draw(t, "audio")), DeliveredMS: min(base, ms.Draw(t, "audio ms"))}}
		full := (s.Price*Millicredits(base) + s.Cam2cam.Price*Millicredits(s.Cam2cam.DeliveredMS) + s.Audio.Price*Millicredits(s.Audio.DeliveredMS)) / 60_000
		s.Charged = full
		if rapid.Bool().Draw(t, "the credit is out") {
			s.Charged = Millicredits(rapid.Int64Range(0, int64(full)).Draw(t, "charged"))
		}
		b, c, a := s.Lines()
		if b < 0 || c < 0 || a < 0 || b+c+a != s.Charged {
			t.Fatalf("%d + %d + %d of %+v", b, c, a, s)
		}
		if s.Charged == full && (c != s.Cam2cam.costs() || a != s.Audio.costs() || b-Extra{Price: s.Price, DeliveredMS: base}.costs() > 2) {
			t.Fatalf("%d + %d + %d of %+v", b, c, a, s)
		}
	})
	s := Show{Price: 980, Cam2cam: Extra{Price: 1000, On: true}, Audio: Extra{Price: 500}}
	if s.Rate() != 1980 {
		t.Errorf("a minute costs %d", s.Rate())
	}
}

// What a receipt shows of the times adds up, whatever their fractions are.
func TestShow_timesAddUp(t *testing.T) {
	for _, row := range []struct{ length, delivered, paused, shown int64 }{
		{35_000, 20_000, 15_000, 20_000},
		{100_950, 21_990, 80_000, 21_000}, // 1:41 in all, 0:21 of it delivered; 78.96 s apart
		{20_400, 20_900, 0, 20_000},
		{20_500, 20_900, 1000, 20_000},
		{20_499, 20_499, 0, 20_000},
	} {
		s := Show{Started: 1_000_123, Ended: 1_000_123 + row.length, DeliveredMS: row.delivered}
		if shown, paused := s.Times(); shown != row.shown || paused != row.paused {
			t.Errorf("%+v: delivered %d, paused %d", row, shown, paused)
		}
	}
	if shown, paused := (Show{DeliveredMS: 1999}).Times(); shown != 1000 || paused != 0 {
		t.Errorf("without an end: delivered %d, paused %d", shown, paused)
	}
}
