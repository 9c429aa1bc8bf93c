package ui_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// said is every word that the window shows.
func (r *rig) said() string {
	var words []string
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			words = append(words, o.Text)
		case *widget.RichText:
			words = append(words, o.String())
		case *control.Button:
			words = append(words, o.Text)
		}
	})
	return strings.Join(words, "\n")
}

// button finds a button by its word.
func (r *rig) button(t *testing.T, word string) *control.Button {
	t.Helper()
	var found *control.Button
	look := func(o fyne.CanvasObject) {
		if b, ok := o.(*control.Button); ok && b.Text == word {
			found = b
		}
	}
	uitest.Each(r.shell.Window().Content(), look)
	if found == nil {
		t.Fatalf("there is no button %q in\n%s", word, r.said())
	}
	return found
}

// entries are those that are shown, in their order.
func (r *rig) entries() []*control.Entry {
	var all []*control.Entry
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if e, ok := o.(*control.Entry); ok {
			all = append(all, e)
		}
	})
	return all
}

func TestSignIn_byHand(t *testing.T) {
	r := newRig(t, nil)
	e := r.entries()
	if len(e) != 2 {
		t.Fatalf("%d entries are shown, want e-mail and password", len(e))
	}
	if r.canvas().Focused() != fyne.Focusable(e[0]) {
		t.Error("the cursor is not in the form")
	}
	test.Tap(r.button(t, "Sign in"))
	if len(r.signIn.signedIn) != 0 || !strings.Contains(r.said(), "Fill in") {
		t.Errorf("nothing was filled in, and it sent %v", r.signIn.signedIn)
	}
	e[0].SetText(" me@example.com ")
	e[1].SetText("a long password")
	e[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	test.Tap(r.button(t, "Another service …"))
	r.entries()[2].SetText("https://other.example")
	test.Tap(r.button(t, "Sign in"))
	want := []string{"me@example.com a long password ", "me@example.com a long password https://other.example"}
	if !slices.Equal(r.signIn.signedIn, want) {
		t.Errorf("signed in with %q, want %q", r.signIn.signedIn, want)
	}
	r.signIn.view.Busy = true
	r.shell.Render()
	test.Tap(r.button(t, "Signing in …"))
	if len(r.signIn.signedIn) != 2 {
		t.Error("it sent twice")
	}
	r.signIn.view.Busy, r.signIn.view.Entered = false, 1
	r.shell.Render()
	if e[0].Text != "" || e[1].Text != "" {
		t.Error("the password is still in the form")
	}
}

func TestSignIn_makesAnAccount(t *testing.T) {
	r := newRig(t, nil)
	test.Tap(r.button(t, "New here? Make an account"))
	e := r.entries()
	e[0].SetText("me@example.com")
	e[1].SetText("a long password")
	test.Tap(r.button(t, "Make the account"))
	if !strings.Contains(r.said(), "Choose the name") {
		t.Error("it did not ask for the name")
	}
	e[2].SetText("new-name")
	test.Tap(r.button(t, "Make the account"))
	if len(r.signIn.signedUp) != 0 || !strings.Contains(r.said(), "Confirm that you are 18") {
		t.Error("it did not ask for her age")
	}
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if c, ok := o.(*control.Check); ok {
			c.SetChecked(true)
		}
	})
	test.Tap(r.button(t, "Make the account"))
	if up := r.signIn.signedUp; len(up) != 1 || up[0].Name != "new-name" || !up[0].Adult || up[0].Email != "me@example.com" {
		t.Errorf("signed up %v", up)
	}
}

// What the page shows for each state of its model.
func TestSignIn_rows(t *testing.T) {
	in := vm.Known{Email: "a@example.com", Name: "luna-rose", Letter: "A", In: true}
	out := vm.Known{Email: "b@example.com", Letter: "B", Trouble: vm.Notice{Key: "signin.again"}}
	for _, row := range []struct {
		name  string
		view  vm.SignInView
		shows []string
		hides []string
	}{
		{"starting", vm.SignInView{Vault: vm.VaultOpening}, []string{"One moment", "Asking the keyring"}, []string{"E-mail", "demo accounts"}},
		{"nobody", vm.SignInView{Ready: true, Room: true, Vault: vm.VaultKeyring}, []string{"first account", "E-mail", "Use the demo accounts", "system's keyring"}, []string{"Sign out", "To camera"}},
		{"refused", vm.SignInView{Ready: true, Room: true, Trouble: vm.Notice{Key: "error.unauthenticated"}}, []string{"do not match"}, nil},
		{"one", vm.SignInView{Ready: true, Room: true, Accounts: []vm.Known{in}}, []string{"add a second", "luna-rose", "Signed in", "To camera"}, []string{"demo accounts", "Try again"}},
		{"two", vm.SignInView{Ready: true, Accounts: []vm.Known{in, out}}, []string{"Your accounts", "b@example.com", "Signed out", "Try again", "kept sign-in has ended"}, []string{"E-mail"}},
		{"no keyring", vm.SignInView{Ready: true, Room: true, Vault: vm.VaultAsks}, []string{"choose a passphrase", "Keep me signed in", "Keep nothing"}, nil},
		{"wrong phrase", vm.SignInView{Ready: true, Room: true, Vault: vm.VaultAsks, VaultTrouble: vm.Notice{Text: "The passphrase is wrong."}}, []string{"passphrase is wrong"}, nil},
		{"memory", vm.SignInView{Ready: true, Room: true, Vault: vm.VaultMemory}, []string{"Nothing is kept"}, []string{"Keep me signed in"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := newRig(t, func(r *rig) { r.signIn.view = row.view })
			said := r.said()
			for _, want := range row.shows {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
			for _, not := range row.hides {
				if strings.Contains(said, not) {
					t.Errorf("it says %q", not)
				}
			}
		})
	}
}

func TestSignIn_asksBeforeItForgets(t *testing.T) {
	r := newRig(t, func(r *rig) {
		r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", Name: "luna-rose", Letter: "A", In: true}}
		r.settings.values.Page = page.Accounts
	})
	test.Tap(r.button(t, "Sign out"))
	r.press(fyne.KeyEscape)
	if len(r.signIn.forgotten) != 0 {
		t.Fatal("Escape signed her out")
	}
	test.Tap(r.button(t, "Sign out"))
	r.canvas().FocusNext()
	r.press(fyne.KeyReturn)
	if !slices.Equal(r.signIn.forgotten, []string{"a@example.com"}) {
		t.Errorf("forgot %v", r.signIn.forgotten)
	}
}

func TestSignIn_vault(t *testing.T) {
	r := newRig(t, func(r *rig) { r.signIn.view.Vault = vm.VaultAsks })
	e := r.entries()
	e[len(e)-1].SetText("a good phrase")
	test.Tap(r.button(t, "Keep me signed in"))
	test.Tap(r.button(t, "Keep nothing"))
	if r.signIn.phrase != "a good phrase" || !r.signIn.nothing {
		t.Errorf("phrase %q, nothing kept %v", r.signIn.phrase, r.signIn.nothing)
	}
}
