package ui_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// applicant is an account that is in and may not go online yet.
func applicant(state domain.AccountState) vm.Known {
	return vm.Known{Email: "a@example.com", Name: "luna-rose", Letter: "A", In: true, State: state,
		Trouble: vm.Notice{Key: "account." + string(state)}}
}

func (r *rig) country(t *testing.T) *control.Select {
	t.Helper()
	var found *control.Select
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if s, ok := o.(*control.Select); ok && found == nil {
			found = s
		}
	})
	if found == nil {
		t.Fatal("there is no choice of a country")
	}
	return found
}

func TestPapers_areFilledInAndSent(t *testing.T) {
	r := newRig(t, func(r *rig) { r.signIn.view.Accounts = []vm.Known{applicant(domain.StateUnfinished)} })
	if r.shell.At() != page.Accounts || !strings.Contains(r.said(), "send them for approval") {
		t.Errorf("at %s, it says\n%s", r.shell.At(), r.said())
	}
	e := r.entries()
	e[0].SetText(" Luna Rossi ")
	e[1].SetText("1995-04-23")
	test.Tap(r.button(t, "Send for approval"))
	if len(r.signIn.applied) != 0 || !strings.Contains(r.said(), "and your country") {
		t.Errorf("without a country it sent %q", r.signIn.applied)
	}
	choice := r.country(t)
	choice.SetSelectedIndex(slices.Index(choice.Options, "Hungary"))
	r.settings.values.Theme = settings.ThemeLight // all is made anew; what she wrote stays
	r.shell.Render()
	test.Tap(r.button(t, "Send for approval"))
	if want := []string{"a@example.com Luna Rossi 1995-04-23 HU"}; !slices.Equal(r.signIn.applied, want) {
		t.Errorf("sent %q, want %q", r.signIn.applied, want)
	}
	busy := applicant(domain.StateUnfinished)
	busy.Busy = true
	r.signIn.view.Accounts = []vm.Known{busy}
	r.shell.Render()
	test.Tap(r.button(t, "Sending …"))
	if len(r.signIn.applied) != 1 {
		t.Error("it sent twice")
	}
	refused := applicant(domain.StateUnfinished)
	refused.Refused = vm.Notice{Key: "error.invalid", Text: "Performers must be at least 18 years old."}
	r.signIn.view.Accounts = []vm.Known{refused}
	r.shell.Render()
	if !strings.Contains(r.said(), "at least 18") {
		t.Errorf("it does not say why:\n%s", r.said())
	}
}

// What the page and the banner say on each step of the way.
func TestPapers_rows(t *testing.T) {
	rejected := applicant(domain.StateRejected)
	rejected.Trouble.Said = "The name is not the document's."
	rejected.Sent = domain.Application{FullName: "Luna R.", BirthDate: "1995-04-23", Country: "HU"}
	suspended := applicant(domain.StateSuspended)
	for _, row := range []struct {
		name         string
		account      vm.Known
		lang         string
		shows, hides []string
	}{
		{"waiting", applicant(domain.StateSubmitted), "en", []string{"waits for approval", "No account may go online yet", "Prepare my profile"}, []string{"Full name"}},
		{"rejected", rejected, "en", []string{"Your application was rejected", "Reason: The name is not the document's.", "Full name", "Send for approval"}, nil},
		{"rejected in her language", rejected, "es", []string{"Motivo: The name is not the document's.", "Nombre completo"}, []string{"rejected"}},
		{"suspended", suspended, "en", []string{"suspended. Contact support"}, []string{"Full name", "Prepare my profile"}},
		{"approved", vm.Known{Email: "a@example.com", Name: "luna-rose", Letter: "A", In: true, State: domain.StateActive}, "en",
			[]string{"To camera and microphone"}, []string{"Full name", "No account may go online"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := newRig(t, func(r *rig) {
				r.settings.values.Language = row.lang
				r.signIn.view.Accounts = []vm.Known{row.account}
			})
			r.shell.Turn(page.Accounts)
			said := r.said()
			for _, want := range row.shows {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
			for _, not := range row.hides {
				if strings.Contains(said, not) {
					t.Errorf("it says %q:\n%s", not, said)
				}
			}
			if row.account.State == domain.StateRejected && r.entries()[0].Text != "Luna R." {
				t.Errorf("the form has %q, want what was sent before", r.entries()[0].Text)
			}
		})
	}
}

// A backend that is away at the start is said on every page.
func TestBanner_saysThatTheServiceIsAway(t *testing.T) {
	r := newRig(t, func(r *rig) {
		r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", Name: "luna-rose", In: true, State: domain.StateActive, Trouble: vm.Notice{Key: "error.unavailable"}}}
	})
	if said := r.said(); !strings.Contains(said, "luna-rose: The service cannot be reached.") {
		t.Error(said)
	}
}

func TestVault_asksTheKeyringAgain(t *testing.T) {
	r := newRig(t, func(r *rig) { r.signIn.view.Vault = vm.VaultAsks })
	test.Tap(r.button(t, "Ask the keyring again"))
	if r.signIn.asked != 1 {
		t.Errorf("asked %d times", r.signIn.asked)
	}
}
