package ui_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// crowd fills every part of the window with what is long.
func crowd(r *rig) {
	name := "a-name-of-thirty-small-letters"
	known := func(letter string) vm.Known {
		return vm.Known{Email: "somebody-with-a-long-address-" + letter + "@mail.example.com", Name: name, Letter: letter, In: letter == "A",
			Trouble: vm.Notice{Key: "signin.again"}}
	}
	applicant := known("A")
	applicant.State, applicant.Refused = domain.StateRejected, vm.Notice{Key: "papers.missing"}
	applicant.Trouble = vm.Notice{Key: "account.rejected", Said: "The picture of the document cannot be read, and its name is not yours."}
	r.signIn.view.Accounts = []vm.Known{applicant, known("B")}
	r.signIn.view.Vault = vm.VaultAsks
	r.signIn.view.Trouble = vm.Notice{Key: "error.unauthenticated"}
	r.live.view = vm.LiveView{State: session.Reconnecting, To: []string{name, name}, Online: true, Muted: true,
		Trouble: vm.Notice{Key: "error.unavailable"}}
	r.toasts.view = []vm.Toast{
		{ID: 1, Sound: settings.SoundTip, Account: name, Letter: "A", Who: name, Millicredits: 12_345_670, Text: "a note that goes on for a while, and longer"},
		{ID: 2, Sound: settings.SoundTrouble, Account: name, Letter: "B", Notice: vm.Notice{Key: "error.internal"}},
	}
	sitting := func(current bool) vm.Sitting {
		return vm.Sitting{ID: fmt.Sprint(current), Device: "A browser with a long name on a system", Seen: time.Unix(1e9, 0), Current: current}
	}
	r.seats.view = []vm.Seats{{Email: "a@example.com", Name: name, Letter: "A", Sittings: []vm.Sitting{sitting(true), sitting(false)}}}
}

// Every page can be walked through by Tab alone, and what has the focus shows it.
func TestPages_areReachedByTab(t *testing.T) {
	r := newRig(t, crowd)
	for _, id := range []string{page.Accounts, page.Settings} {
		r.shell.Turn(id)
		want := 0
		uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
			if f, ok := o.(fyne.Focusable); ok {
				if d, ok := f.(fyne.Disableable); !ok || !d.Disabled() {
					want++
				}
			}
		})
		seen := map[fyne.Focusable]bool{}
		for range 2 * want {
			r.canvas().FocusNext()
			seen[r.canvas().Focused()] = true
		}
		if len(seen) != want || want < 5 {
			t.Errorf("%s: Tab reaches %d of %d", id, len(seen), want)
		}
	}
}

func TestWords_areComplete(t *testing.T) {
	b := book(t)
	for _, problem := range b.Problems() {
		t.Error(problem)
	}
	if got := len(b.Languages()); got != 5 {
		t.Errorf("%d languages, want 5", got)
	}
	var keys []string
	for _, s := range []session.State{session.Offline, session.Connecting, session.Live, session.Reconnecting, session.Away,
		session.Private, session.Panic, session.Failed} {
		keys = append(keys, "state."+string(s))
	}
	for _, s := range settings.Shortcuts() {
		keys = append(keys, "action."+string(s.Action))
	}
	for _, k := range []vm.VaultKind{vm.VaultOpening, vm.VaultKeyring, vm.VaultSealed, vm.VaultAsks, vm.VaultMemory} {
		keys = append(keys, "vault."+string(k))
	}
	for _, id := range []string{page.Live, page.Chat, page.Money, page.Profile, page.Members, page.Accounts, page.Settings} {
		keys = append(keys, "page."+id)
	}
	w := b.For("en")
	for _, key := range keys {
		if w.Say(key) == key {
			t.Errorf("no catalogue has %s", key)
		}
	}
}
