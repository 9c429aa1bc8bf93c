package pace

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A blinking cursor is no letter.
func TestDiffering_countsColumns(t *testing.T) {
	const width, height = 20, 5
	before, now := make([]byte, 4*width*height), make([]byte, 4*width*height)
	for y := range height {
		for x := 3; x < 5; x++ {
			now[4*(y*width+x)] = 255
		}
	}
	if n := differing(before, now, width); n != 2 || n >= letter {
		t.Errorf("a cursor changes %d columns, want 2", n)
	}
	for x := range 9 {
		now[4*(2*width+x)+1] = 7
	}
	if n := differing(before, now, width); n != 9 {
		t.Errorf("a letter changes %d columns, want 9", n)
	}
	if s := share(before, now); s < 0.16 || s > 0.18 {
		t.Errorf("%v of the pixels differ, want 17 of 100", s)
	}
	if n := colours(now); n != 4 {
		t.Errorf("%d colours, want nothing, the cursor, the letter and both", n)
	}
}

func TestMilliseconds(t *testing.T) {
	if got := Milliseconds([]time.Duration{1500 * time.Microsecond}); len(got) != 1 || got[0] != 1.5 {
		t.Errorf("%v", got)
	}
}
