package page_test

import (
	"image"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2/canvas"

	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// The Live page says that snapshots are on, and shows each that was sold, until
// there is another; nothing of it while the service is off.
func TestLive_showsWhatWasSold(t *testing.T) {
	_, model, _, p := openLive(t, busy())
	if says(p.Content(), "credits a snapshot") {
		t.Error("it is on by itself")
	}
	small := image.NewRGBA(image.Rect(0, 0, 32, 18))
	v := busy()
	v.Accounts[0].SnapshotMillicredits = 1500
	v.Sold = []vm.Sold{{ID: "b", Letter: "B", Who: "karl", Millicredits: 2500, At: time.Now()}, {ID: "a", Letter: "A", Who: "max", Millicredits: 1500, At: time.Now(), Small: small}}
	model.view = v
	p.Render()
	shown := func() (n int) {
		for _, m := range all[*canvas.Image](p.Content()) {
			if m.Image == image.Image(small) {
				n++
			}
		}
		return n
	}
	for _, words := range []string{"credits a snapshot", "1.50", "karl", "max", "2.50 credits"} {
		if !says(p.Content(), words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if shown() != 1 {
		t.Errorf("the picture is there %d times", shown())
	}
	before := all[*canvas.Image](p.Content())
	p.Render()
	if !slices.Equal(before, all[*canvas.Image](p.Content())) {
		t.Error("it is drawn anew for nothing")
	}
	model.view = busy()
	p.Render()
	if says(p.Content(), "2.50 credits") || shown() != 0 {
		t.Error("it stays")
	}
}
