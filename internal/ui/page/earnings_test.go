package page_test

import (
	"fmt"
	"time"

	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

func earnings() vm.MoneyView {
	from := time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)
	return vm.MoneyView{Table: entries(from), EarnedCents: 124_446, Accounts: []vm.Earnings{
		{Email: "a@example.com", Name: "anna-from-the-north", Letter: "A", Known: true, EarnedCents: 123_456, GrossCents: 308_640, Percent: 40,
			Level: "Famous", Next: "Star", ToNextCents: 91_360, From: from, To: from.AddDate(0, 0, 14)},
		{Email: "b@example.com", Name: "bella", Letter: "B", Known: true, EarnedCents: 990, GrossCents: 3300, Percent: 30, Level: "Newcomer", Promotion: &vm.Promotion{Ends: from, OnlineLeft: 17 * time.Hour},
			Next: "Rising", ToNextCents: 6700, From: from, To: from.AddDate(0, 0, 14), Trouble: vm.Notice{Key: "error.unavailable"}},
	}}
}

// entries is a statement of both accounts.
func entries(from time.Time) vm.Table {
	t := vm.Table{Open: true, From: from, To: from.AddDate(0, 0, 14), Loaded: true, Earlier: true, More: true, Gross: 311_940, Share: 124_446,
		Own: 124_446, Online: 43 * time.Hour, Exported: 40}
	for i := range 40 {
		t.Rows = append(t.Rows, vm.Row{Entry: fmt.Sprint(i), Letter: string(rune('A' + i%2)), At: from.Add(time.Duration(40-i) * 7 * time.Hour),
			Kind: []string{"tip", "capture", "refund"}[i%3], From: "a-member-with-thirty-letters-xx", Gross: int64(i+1) * 2500, Share: int64(i+1) * 1000,
			Own: int64(i+1) * 800})
	}
	for d := range 14 {
		t.Days = append(t.Days, vm.Day{Day: from.AddDate(0, 0, d).Format("2006-01-02"), Own: int64(d*d) * 100})
	}
	return t
}
