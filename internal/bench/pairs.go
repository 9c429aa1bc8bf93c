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
	Order  int    // its place in the table
	What   string // what was measured
	Must   string // the promise
	Figure string // what was seen
	Held   bool   // whether the promise was kept
}

// Table is the document that a whole run writes.
func Table(machine, command string, rows []Row) string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\n")
	fmt.Fprintf(&b, "Written by `%s`; not edited by hand. Ratios are medians of pairs taken in turn; the range and the two medians stand behind them.\n\n", command)
	fmt.Fprintf(&b, "Machine: %s.\n\n| what | must be | seen | |\n|---|---|---|---|\n", machine)
	slices.SortStableFunc(rows, func(x, y Row) int { return x.Order - y.Order })
	for _, r := range rows {
		held := "kept"
		if !r.Held {
			held = "**missed**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.What, r.Must, r.Figure, held)
	}
	return b.String()
}
