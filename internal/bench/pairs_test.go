package bench

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestMeasure_takesPairsInTurn(t *testing.T) {
	var order strings.Builder
	p, err := Measure(1, func() (float64, error) { order.WriteByte('A'); return 3, nil }, func() (float64, error) { order.WriteByte('B'); return 2, nil })
	if err != nil || order.String() != "ABABAB" || p.Ratio() != 1.5 {
		t.Errorf("order %s, ratio %v, %v", order.String(), p.Ratio(), err)
	}
	broken := errors.New("no figure")
	if _, err := Measure(3, func() (float64, error) { return 1, nil }, func() (float64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("a failed measurement must end the row: %v", err)
	}
}

// One wild pair does not move the figure.
func TestPairs_ratioIsTheMedianOfPairs(t *testing.T) {
	p := Pairs{A: []float64{1, 10, 100}, B: []float64{1, 5, 1}}
	if p.Ratio() != 2 {
		t.Errorf("ratio %v, want the median of 1, 2 and 100", p.Ratio())
	}
}

func TestPercentile(t *testing.T) {
	v := []float64{4, 1, 3, 2, 5}
	for pct, want := range map[float64]float64{0: 1, 50: 3, 95: 4.8, 100: 5} {
		if got := Percentile(v, pct); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("percentile %v is %v, want %v", pct, got, want)
		}
	}
	if Percentile(nil, 50) != 0 {
		t.Error("no values have no percentile but 0")
	}
}

func TestTable_namesTheMachineAndWhatWasMissed(t *testing.T) {
	doc := Table("two cores", []string{"A", "B"}, []Row{
		{Subject: "B", What: "b", Must: "≤ 1", Figure: "2", Held: false, Version: "2"},
		{Subject: "A", What: "a", Must: "≤ 1", Figure: "0.5", Held: true, Version: "1"},
	})
	first, second := strings.Index(doc, "| A | a | ≤ 1 | 0.5 | kept | 1 |"), strings.Index(doc, "| B | b | ≤ 1 | 2 | **missed** | 2 |")
	if first < 0 || second < first || !strings.Contains(doc, "Machine: two cores.") {
		t.Errorf("the table lacks a part or its order:\n%s", doc)
	}
}

// One subject that is measured anew stands beside what was measured before, on this
// machine and on no other.
func TestRows_outliveAnotherRun(t *testing.T) {
	order := []string{"A", "B"}
	before := []Row{
		{Subject: "A", What: "a", Must: "≤ 1", Figure: "0.5", Held: true, Version: "1"},
		{Subject: "B", What: "b", Must: "≤ 1", Figure: "2", Version: "1"},
		{Subject: "B", What: "the same: c", Must: "0", Figure: "0", Held: true, Version: "1"},
		{Subject: "Gone", What: "d", Must: "0", Figure: "0", Held: true, Version: "1"},
	}
	doc := Table("two cores", append(order, "Gone"), before)
	if got := Rows(doc, "two cores"); !slices.Equal(got, before) {
		t.Errorf("read back it is %+v", got)
	}
	if got := Rows(doc, "four cores"); got != nil {
		t.Errorf("another machine has %+v", got)
	}
	now := Row{Subject: "B", What: "b", Must: "≤ 1", Figure: "0.7", Held: true, Version: "2"}
	if got := Merge(order, Rows(doc, "two cores"), []Row{now}); !slices.Equal(got, []Row{before[0], now}) {
		t.Errorf("merged it is %+v", got)
	}
}
