package domain

import (
	"strings"
	"testing"
	"time"
)

func TestReadTerms_defaultsAndChanges(t *testing.T) {
	same, err := ReadTerms([]byte(`{}`))
	if err != nil || same.NoLift || same.Referral != 20 || len(same.Levels) != 6 || same.Calendar.Days != 14 ||
		same.Payout != (PayoutTerms{25, 10_000, 1_000_000, 1, 500, 15_000}) || same.Protection != (ProtectionTerms{"Famous", 10_000}) {
		t.Errorf("an empty file: %+v %v", same, err)
	}
	own, err := ReadTerms([]byte(`{"periods":{"half_months":true},"lift":false,"levels":[{"name":"One","percent":25},{"name":"Two","from_dollars":50,"percent":50}],
		"payout":{"min_dollars":20},"protection":{"level":"Two"}}`))
	if err != nil || !own.NoLift || len(own.Levels) != 2 || own.Levels[1].From != 5_000_000 || own.Payout.MinCents != 2_000 || own.Payout.MaxCents != 1_000_000 {
		t.Errorf("own terms: %+v %v", own, err)
	}
	if p := own.Calendar.At(time.Date(2026, 2, 20, 12, 0, 0, 0, time.UTC)); p.ID != "2026-02-16" || own.Calendar.String() != "half-months, Europe/Budapest" {
		t.Errorf("half-months: %+v, %s", p, own.Calendar)
	}
	if s := same.Calendar.String(); s != "14 days from 2020-09-01, Europe/Budapest" {
		t.Errorf("the calendar is %q", s)
	}
}

func TestReadTerms_refusalsNameWhatToCorrect(t *testing.T) {
	for text, words := range map[string]string{
		``: "docs/PROTOCOL.md", `{"perods":{}}`: "perods", `{}{}`: "one JSON object", `[]`: "docs/PROTOCOL.md",
		`{"periods":{"days":3}}`: "periods.days", `{"periods":{"zone":"Nowhere/Land"}}`: "periods.zone", `{"periods":{"from":"yesterday"}}`: "periods.from",
		`{"levels":[]}`: "level table", `{"levels":[{"name":"a","from_dollars":1,"percent":5}]}`: "level table", `{"levels":[{"name":"a","percent":101}]}`: "level table",
		`{"levels":[{"name":"a","percent":5},{"name":"a","from_dollars":9,"percent":6}]}`: "level table", `{"levels":[{"name":"a","percent":30},{"name":"b","from_dollars":5,"percent":20}]}`: "level table",
		`{"levels":[{"name":"a","from_dollars":-1,"percent":5}]}`: "begins at -1", `{"levels":[{"name":"a","percent":5}]}`: "protection.level",
		`{"referral_percent":51}`: "referral_percent", `{"payout":{"after_days":-1}}`: "after_days", `{"payout":{"min_dollars":0}}`: "min_dollars",
		`{"payout":{"max_dollars":50}}`: "max_dollars", `{"payout":{"fee_percent":101}}`: "fee", `{"payout":{"fee_min_dollars":200}}`: "fee",
		`{"payout":{"max_dollars":9000000000}}`: "dollars", `{"protection":{"level":"Nobody"}}`: "protection.level", `{"lift":"yes"}`: "docs/PROTOCOL.md",
	} {
		_, err := ReadTerms([]byte(text))
		if KindOf(err) != KindInvalid || err == nil || !strings.Contains(Sentence(err), words) {
			t.Errorf("%s: %v, want %q", text, err, words)
		}
	}
}

func TestTerms_payableAndFee(t *testing.T) {
	terms, err := DefaultTerms()
	if err != nil {
		t.Fatal(err)
	}
	// The period that closes on 10 March 2026, in winter time, is paid on 4 April, in summer time: at midnight all the same.
	p := terms.Calendar.At(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC))
	if at := time.UnixMilli(terms.Payable(p)).In(terms.Calendar.Zone); at.Format("2006-01-02 15:04") != "2026-04-04 00:00" || p.ID != "2026-02-24" {
		t.Errorf("%s is paid at %s", p.ID, at)
	}
	for cents, fee := range map[int64]int64{1: 500, 50_000: 500, 50_049: 500, 50_050: 501, 123_456: 1_235, 1_500_000: 15_000, 1_500_100: 15_000, 1 << 60: 15_000} {
		if got := terms.Payout.Fee(cents); got != fee {
			t.Errorf("the fee of %d is %d, want %d", cents, got, fee)
		}
	}
}

func TestTerms_whoIsProtected(t *testing.T) {
	terms, _ := DefaultTerms()
	for gross, want := range map[Millicents]bool{0: false, 300 * 100_000: false, 300*100_000 + 1: true, 9000 * 100_000: true} {
		if terms.Protects(gross) != want {
			t.Errorf("%d protects: %v", gross, !want)
		}
	}
	terms.Protection.Level = ""
	if terms.Protects(1 << 50) {
		t.Error("nobody is to be protected")
	}
}
