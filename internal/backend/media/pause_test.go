package media

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// While she is paused nothing counts as delivered, although pictures flow, and no
// other show begins; her room stays live, and its end ends the pause.
func TestPause_standsStill(t *testing.T) {
	ctx := within(t, 40*time.Second)
	a := openAudience(ctx, t)
	a.private(ctx)
	a.until(ctx, "a", domain.RoomPrivate)
	a.wait(ctx, func() bool { got, _ := a.Delivered("a"); return got > 0 }, "nothing was delivered")
	a.SetPaused("a", true)
	a.SetPaused("a", true)
	a.more(ctx, a.payer, 45) // what was on its way is confirmed
	before, _ := a.Delivered("a")
	a.more(ctx, a.payer, 60)
	if got, out := a.Delivered("a"); got != before || out != 0 || !a.Paused("a") {
		t.Errorf("while paused %v became %v, %v on its way", before, got, out)
	}
	a.SetPaused("a", false)
	a.more(ctx, a.payer, 60)
	if got, _ := a.Delivered("a"); got <= before || a.Paused("a") {
		t.Errorf("after the pause %v became %v", before, got)
	}
	a.Dismiss("show", "a")
	a.Lift("show", "a", "b")
	a.until(ctx, "a", domain.RoomLive)
	a.SetPaused("a", true)
	if a.TakesPrivate("a") || a.Answers("a") || a.Room("a").State != domain.RoomLive || !a.Room("a").Paused {
		t.Errorf("a paused room: %+v, takes a private: %t", a.Room("a"), a.TakesPrivate("a"))
	}
	if _, err := a.SetOnline("a", false); err != nil {
		t.Fatal(err)
	}
	if a.Room("a").Paused {
		t.Error("a room that has ended is paused")
	}
	a.SetPaused("nobody", false)
	a.SetPaused("nobody", true)
	if a.Paused("nobody") {
		t.Error("a room without an upload is paused")
	}
}
