package figure

import (
	"encoding/csv"
	"io"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Payslip writes a payslip as CSV: exact amounts that add up to the last row, each
// line with its ledger entry.
func Payslip(w io.Writer, slip domain.Payslip) error {
	rows := [][]string{{"entry", "time", "kind", "source", "with", "gross_usd", "amount_usd"}}
	for _, l := range slip.Lines {
		rows = append(rows, []string{l.Entry, time.UnixMilli(l.At).UTC().Format(time.RFC3339), l.Kind, l.Source, l.With, Decimal(l.Gross), Decimal(l.Amount)})
	}
	rows = append(rows, []string{"", "", "left", "", "", Decimal(slip.Gross), Decimal(slip.Left)})
	return csv.NewWriter(w).WriteAll(rows)
}
