package bench

import (
	"fmt"
	"slices"
	"strings"
)

// MinPairs is the least number of A B pairs that a ratio may rest on.
const MinPairs = 3

// Pairs are measurements of A and B taken in turn.
type Pairs struct{ A, B []float64 }

// Measure takes n pairs, A first in each.
func Measure(n int, a, b func() (float64, error)) (Pairs, error) {
	var p Pairs
	for range max(n, MinPairs) {
		av, err := a()
		if err != nil {
			return p, err
		}
		bv, err := b()
		if err != nil {
			return p, err
		}
		p.A, p.B = append(p.A, av), append(p.B, bv)
	}
	return p, nil
}

// Ratios are A ÷ B pair by pair.
func (p Pairs) Ratios() []float64 {
	r := make([]float64, len(p.A))
	for i := range r {
		r[i] = p.A[i] / p.B[i]
	}
	return r
}

// Ratio is the median of the pair ratios.
func (p Pairs) Ratio() float64 { return Percentile(p.Ratios(), 50) }

// String shows the ratio, its range, and the median figures behind it.
func (p Pairs) String() string {
	r := p.Ratios()
	return fmt.Sprintf("%.3f (%.3f to %.3f; %.3f ÷ %.3f)", p.Ratio(), slices.Min(r), slices.Max(r), Percentile(p.A, 50), Percentile(p.B, 50))
}

// Percentile is the value below which pct per cent of the values lie, between
// neighbours by their distance; 0 of no values.
func Percentile(values []float64, pct float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	at := pct / 100 * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Row is a line of the table.
type Row struct {
	Subject string // what make bench RUN= calls it; one may have several rows
	What    string // what was measured
	Must    string // the promise
	Figure  string // what was seen
	Held    bool   // whether the promise was kept
	Version string // of the program that was measured
}

// The words of the last but one column.
const (
	kept   = "kept"
	missed = "**missed**"
)

// Table is the document with rows, subjects in the given order.
func Table(machine string, order []string, rows []Row) string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\n")
	b.WriteString("Written by `make bench`; not edited by hand. `make bench RUN=Subject` measures one subject anew and leaves the others as they were: each row names the version that it was measured on. ")
	b.WriteString("Ratios are medians of pairs taken in turn; the range and the two medians stand behind them.\n\n")
	fmt.Fprintf(&b, "%s%s.\n\n| subject | what | must be | seen | | version |\n|---|---|---|---|---|---|\n", machineIs, machine)
	rows = slices.SortedStableFunc(slices.Values(rows), func(x, y Row) int {
		return slices.Index(order, x.Subject) - slices.Index(order, y.Subject)
	})
	for _, r := range rows {
		held := kept
		if !r.Held {
			held = missed
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.Subject, r.What, r.Must, r.Figure, held, r.Version)
	}
	return b.String()
}

const machineIs = "Machine: "

// Rows reads a Table back, none when it was measured on another machine: figures
// of two machines do not stand in one table.
func Rows(table, machine string) []Row {
	if !strings.Contains(table, machineIs+machine+".\n") {
		return nil
	}
	var rows []Row
	for line := range strings.Lines(table) {
		c := strings.Split(strings.Trim(line, "| \n"), " | ")
		if len(c) == 6 && (c[4] == kept || c[4] == missed) {
			rows = append(rows, Row{Subject: c[0], What: c[1], Must: c[2], Figure: c[3], Held: c[4] == kept, Version: c[5]})
		}
	}
	return rows
}

// Merge puts what was measured now in the place of what a table says of the same
// subjects. Subjects that are in no order any more are left out.
func Merge(order []string, before, now []Row) []Row {
	in := func(rows []Row, subject string) bool {
		return slices.ContainsFunc(rows, func(r Row) bool { return r.Subject == subject })
	}
	var all []Row
	for _, r := range before {
		if slices.Contains(order, r.Subject) && !in(now, r.Subject) {
			all = append(all, r)
		}
	}
	return append(all, now...)
}
