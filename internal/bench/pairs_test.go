package bench

import (
	"errors"
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
	doc := Table("two cores", "make bench", []Row{
		{Order: 2, What: "b", Must: "≤ 1", Figure: "2", Held: false},
		{Order: 1, What: "a", Must: "≤ 1", Figure: "0.5", Held: true},
	})
	first, second := strings.Index(doc, "| a | ≤ 1 | 0.5 | kept |"), strings.Index(doc, "| b | ≤ 1 | 2 | **missed** |")
	if first < 0 || second < first || !strings.Contains(doc, "Machine: two cores.") {
		t.Errorf("the table lacks a part or its order:\n%s", doc)
	}
}
