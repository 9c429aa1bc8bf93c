package talk

import (
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// A line of a private show says so, and no other does.
func TestLineOf_private(t *testing.T) {
	book, err := text.Load(assets.Words())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []vm.LineKind{vm.LineSaid, vm.LineTip} {
		for _, private := range []bool{true, false} {
			line := lineOf(book.For("en"), vm.Line{Kind: kind, Who: "ben", Text: "hi", Private: private}, false)
			if slices.Contains(line.Badges, "private") != private {
				t.Errorf("%s, private %v: badges %q", kind, private, line.Badges)
			}
		}
	}
}
