package domain

import (
	"testing"

	"pgregory.net/rapid"
)

func TestMillicredits_showsTwoDigitsRoundedDown(t *testing.T) {
	for m, want := range map[Millicredits]string{0: "0.00", 9: "0.00", 10: "0.01", 1_999: "1.99", 12_340: "12.34", -2_500: "-2.50"} {
		if got := m.String(); got != want {
			t.Errorf("%d millicredits read %q, want %q", int64(m), got, want)
		}
	}
}

func TestLevelFor_isReachedAboveItsThreshold(t *testing.T) {
	const dollar = 100_000
	for gross, want := range map[Millicents]string{
		0: "Newcomer", 100 * dollar: "Newcomer", 100*dollar + 1: "Rising",
		300 * dollar: "Rising", 300*dollar + 1: "Famous", 9_000_000 * dollar: "Icon",
	} {
		if got := LevelFor(Levels(), gross).Name; got != want {
			t.Errorf("gross %d is %s, want %s", gross, got, want)
		}
	}
}

// Earning exactly what LevelOf asks for reaches the next level; a cent less does not.
func TestLevelOf_centsToNextAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gross := Millicents(rapid.Int64Range(0, 900_000_000).Draw(t, "gross"))
		now := LevelOf(Levels(), gross)
		if now.Next == "" {
			if now.Name != "Icon" || now.ToNextCents != 0 {
				t.Fatalf("no next level at %+v", now)
			}
			return
		}
		if got := LevelFor(Levels(), gross+Millicents(now.ToNextCents)*1000).Name; got != now.Next {
			t.Fatalf("%d cents more than %d reach %s, want %s", now.ToNextCents, gross, got, now.Next)
		}
		if got := LevelFor(Levels(), gross+Millicents(now.ToNextCents-1)*1000).Name; got != now.Name {
			t.Fatalf("a cent less already reaches %s", got)
		}
	})
}

func TestPackages_largerIsCheaperPerCredit(t *testing.T) {
	list := Packages()
	for i := 1; i < len(list); i++ {
		if list[i].Cents*int64(list[i-1].Credits) >= list[i-1].Cents*int64(list[i].Credits) {
			t.Errorf("%s is not cheaper per credit than %s", list[i].ID, list[i-1].ID)
		}
	}
}
