package ledger

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestSplit_byLargestRemainder(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}}, {10, []int64{30, 70}, []int64{3, 7}}, {1, []int64{30, 70}, []int64{0, 1}},
		{5, []int64{50, 50}, []int64{3, 2}}, {0, []int64{1, 2}, []int64{0, 0}}, {7, []int64{0, 0, 5}, []int64{0, 0, 7}},
		{math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, []int64{math.MaxInt64/2 + 1, math.MaxInt64 / 2}},
	} {
		if got, err := Split(c.total, c.weights...); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Split(%d, %v) = %v %v, want %v", c.total, c.weights, got, err, c.want)
		}
	}
	for _, c := range []struct {
		total   int64
		weights []int64
	}{{-1, []int64{1}}, {1, []int64{-1, 2}}, {1, []int64{0, 0}}, {1, nil}, {1, []int64{math.MaxInt64, math.MaxInt64, 2}}} {
		if got, err := Split(c.total, c.weights...); domain.KindOf(err) != domain.KindInternal || err == nil {
			t.Errorf("Split(%d, %v) = %v %v, want an error", c.total, c.weights, got, err)
		}
	}
}

func TestSplit_losesNothingAndIsFair(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		total := rapid.Int64Range(0, math.MaxInt64).Draw(r, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/8), 1, 8).Draw(r, "weights")
		sum := new(big.Int)
		for _, w := range weights {
			sum.Add(sum, big.NewInt(w))
		}
		if sum.Sign() == 0 {
			r.Skip("no weight")
		}
		parts, err := Split(total, weights...)
		if err != nil {
			r.Fatal(err)
		}
		left := total
		for i, p := range parts {
			left -= p
			exact := new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i]))
			down := new(big.Int).Div(exact, sum).Int64()
			if p != down && p != down+1 {
				r.Fatalf("part %d is %d, its exact share lies above %d", i, p, down)
			}
		}
		if left != 0 {
			r.Fatalf("%d are lost", left)
		}
	})
}

func TestEarned_isTheLevelsShareOfAll(t *testing.T) {
	const dollar = 100_000
	for gross, want := range map[domain.Millicents]domain.Millicents{
		0: 0, 1: 0, 2: 1, 100 * dollar: 30 * dollar, 100*dollar + 1: 35 * dollar, 300 * dollar: 105 * dollar,
		300*dollar + 100: 120*dollar + 40, 20_000 * dollar: 12_000 * dollar,
	} {
		if got, err := lifted().Earned(gross); err != nil || got != want {
			t.Errorf("of %d she earns %d %v, want %d", gross, got, err, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) { // more income never earns less
		a := domain.Millicents(rapid.Int64Range(0, 20_000*dollar).Draw(r, "gross"))
		b := a + domain.Millicents(rapid.Int64Range(0, 1000*dollar).Draw(r, "more"))
		before, _ := lifted().Earned(a)
		after, err := lifted().Earned(b)
		if err != nil || after < before {
			r.Fatalf("%d earns %d, but %d earns %d: %v", a, before, b, after, err)
		}
	})
}

// Without the lift each dollar earns at the level in which it came.
func TestEarned_withoutLift(t *testing.T) {
	const dollar = 100_000
	scale := Scale{Levels: domain.Levels(), NoLift: true}
	for gross, want := range map[domain.Millicents]domain.Millicents{
		0: 0, 1: 0, 100 * dollar: 30 * dollar, 100*dollar + 100: 30*dollar + 35, 300 * dollar: (30 + 70) * dollar,
		1000 * dollar: (30 + 70 + 280) * dollar, 10_000 * dollar: (30 + 70 + 280 + 900 + 2500 + 1200) * dollar,
	} {
		if got, err := scale.Earned(gross); err != nil || got != want {
			t.Errorf("of %d she earns %d %v, want %d", gross, got, err, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) { // more never earns less, and never more than with the lift
		a := domain.Millicents(rapid.Int64Range(0, 20_000*dollar).Draw(r, "gross"))
		b := a + domain.Millicents(rapid.Int64Range(0, 1000*dollar).Draw(r, "more"))
		before, _ := scale.Earned(a)
		after, err := scale.Earned(b)
		most, _ := lifted().Earned(b)
		if err != nil || after < before || after > most+6 { // six roundings against one
			r.Fatalf("%d earns %d, %d earns %d, lifted %d: %v", a, before, b, after, most, err)
		}
	})
}
