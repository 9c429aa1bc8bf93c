package session

import (
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// She is ready once for an upload, again for the next one, and never for a show that
// she has left; what the backend answers does not take her offline.
func TestAccount_isReadyForEachUpload(t *testing.T) {
	stage := &stage{t: t}
	a := NewAccount(AccountConfig{Email: "a", Service: api{stage, "a", "t"}})
	settle := func() {
		t.Helper()
		if err := a.settleShow(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	settle()
	a.EnterShow("first")
	settle()
	settle()
	a.uploadEnded()
	settle()
	a.LeaveShow()
	settle()
	a.uploadEnded()
	settle()
	if want := []string{"first", "first"}; !slices.Equal(stage.ready, want) {
		t.Errorf("said to be ready for %v, want %v", stage.ready, want)
	}
	stage.unready = domain.Errorf("show", domain.KindForbidden, "No.")
	a.EnterShow("second")
	if err := a.settleShow(t.Context()); err == nil || fatal(err) {
		t.Errorf("a refusal is %v", err)
	}
	stage.unready = nil
	settle()
	if len(stage.ready) != 4 {
		t.Errorf("it was not tried again: %v", stage.ready)
	}
	stage.unready = domain.Errorf("show", domain.KindConflict, "The show is settled now. Look at it again.").Because("show.changed")
	a.EnterShow("third")
	settle() // it is over: no trouble,
	settle() // and not said again
	if len(stage.ready) != 5 {
		t.Errorf("ready for a show that is over: %v", stage.ready)
	}
}
