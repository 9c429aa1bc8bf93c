package window

import (
	"bytes"
	"image"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// atOnce is how soon a tip must be on her screen.
const atOnce = time.Second

// toast is where messages that pass are shown, figures where the money page
// has its numbers.
func toast() image.Rectangle   { return image.Rect(810, 690, 1170, 750) }
func figures() image.Rectangle { return image.Rect(240, 130, 1170, 600) }

// tipped has the member tip 10 credits from the browser while she looks at her
// money: a message comes up and her earnings grow, within a second.
func (e *evening) tipped() {
	e.t.Helper()
	e.day.page("F3", "Money")
	e.still(toast(), figures())
	before := [2][]byte{e.Part(toast()), e.Part(figures())}
	e.page.Eval(`(() => {
		const tip = document.querySelector("form[data-tip]");
		tip.querySelector("[name=credits]").value = "10";
		tip.querySelector("[name=note]").value = "thank you";
		setTimeout(() => { window.clicked = Date.now(); tip.querySelector("button[type=submit]").click(); }, 500);
	})()`, nil)
	at := e.changes(before, toast(), figures())
	var clicked int64
	e.page.Eval("window.clicked", &clicked)
	e.Keep("tip")
	for i, what := range []string{"the message", "her earnings"} {
		after := at[i].Sub(time.UnixMilli(clicked))
		e.t.Logf("%s came %v after the click", what, after.Round(time.Millisecond))
		if at[i].IsZero() || after > atOnce {
			e.t.Errorf("%s came %v after the click, want %v", what, after, atOnce)
		}
	}
	me, err := e.own[0].Me(e.t.Context())
	if err != nil || me.EarnedCents != 300 {
		e.t.Errorf("10 credits at 30 %% earned %d cents, want 300 (%v)", me.EarnedCents, err)
	}
}

// changes tells when each region was seen to look different from before; a zero
// time when it did not within a while. It looks at nothing else of the screen: who
// paints has the same two hands.
func (e *evening) changes(before [2][]byte, a, b image.Rectangle) (at [2]time.Time) {
	testkit.Holds(patience/2, func() bool {
		for i, r := range []image.Rectangle{a, b} {
			if at[i].IsZero() && !bytes.Equal(before[i], e.Part(r)) {
				at[i] = time.Now()
			}
		}
		return !at[0].IsZero() && !at[1].IsZero()
	})
	return at
}
