package ui_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

func (r *rig) selects() []*control.Select {
	var all []*control.Select
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if s, ok := o.(*control.Select); ok {
			all = append(all, s)
		}
	})
	return all
}

func onSettings(r *rig) {
	r.settings.values.Page = page.Settings
	r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
}

func TestSettings_changeWhatIsRemembered(t *testing.T) {
	r := newRig(t, onSettings)
	s := r.selects()
	s[0].SetSelected("Light")
	s[1].SetSelected("150 %")
	s[3].SetSelected("Screen")
	if v := r.settings.values; v.Speaker != "hdmi" {
		t.Errorf("his voice comes out of %q", v.Speaker)
	}
	s[3].SetSelected("What the system uses")
	if v := r.settings.values; v.Speaker != "" {
		t.Errorf("his voice comes out of %q", v.Speaker)
	}
	s[2].SetSelected("Русский")
	if v := r.settings.values; v.Theme != settings.ThemeLight || v.TextSize != 150 || v.Language != "ru" {
		t.Fatalf("remembered %s, %d, %q", v.Theme, v.TextSize, v.Language)
	}
	r.shell.Render()
	if !strings.Contains(r.said(), "Клавиатура") {
		t.Error("the page is not in Russian")
	}
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if c, ok := o.(*control.Check); ok {
			c.SetChecked(true)
		}
	})
	if !r.settings.values.NewestTop {
		t.Error("the newest line is not at the top")
	}
}

func TestSettings_shortcutsAndService(t *testing.T) {
	r := newRig(t, onSettings)
	e := r.entries()
	if want := len(settings.Shortcuts()) + 1; len(e) != want {
		t.Fatalf("%d entries, want one for each of the shortcuts and the service: %d", len(e), want)
	}
	e[5].SetText(" Ctrl+G ")
	e[5].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if r.settings.keys[settings.ActionOnline] != "Ctrl+G" {
		t.Errorf("the keys are %v", r.settings.keys)
	}
	last := e[len(e)-1]
	last.SetText("https://cams.example")
	last.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if r.settings.values.Backend != "https://cams.example" {
		t.Errorf("the service is %q", r.settings.values.Backend)
	}
	r.settings.trouble = vm.Notice{Text: "F5 is taken."}
	r.shell.Render()
	if !strings.Contains(r.said(), "F5 is taken.") {
		t.Error("it does not say that the key is taken")
	}
}

func TestSettings_sounds(t *testing.T) {
	r := newRig(t, onSettings)
	var volumes []*control.Slider
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *control.Check:
			if o.Text == "A new viewer" {
				o.SetChecked(true)
			}
		case *control.Slider:
			volumes = append(volumes, o)
		}
	})
	if len(volumes) != len(settings.Sounds()) {
		t.Fatalf("%d volumes", len(volumes))
	}
	volumes[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	v := r.settings.values.Chimes
	if !v[settings.SoundViewer].On || v[settings.SoundRequest].Volume != 61 || len(r.chimes) != 1 || r.chimes[0] != "request 61" {
		t.Errorf("remembered %v and played %v", v, r.chimes)
	}
}

func TestSettings_sessions(t *testing.T) {
	r := newRig(t, func(r *rig) {
		onSettings(r)
		r.seats.view = []vm.Seats{{Email: "a@example.com", Name: "luna-rose", Letter: "A", Sittings: []vm.Sitting{
			{ID: "1", Device: "JasminCam app", Current: true}, {ID: "2", Device: "Firefox", Seen: time.Unix(1e9, 0)}}}}
	})
	test.Tap(r.button(t, "End"))
	test.Tap(r.button(t, "Sign out everywhere else"))
	r.canvas().FocusNext() // from No to Yes
	r.press(fyne.KeyReturn)
	if len(r.seats.ended) != 2 || r.seats.ended[0] != "a@example.com 2" || r.seats.ended[1] != "a@example.com others" {
		t.Errorf("ended %q", r.seats.ended)
	}
}

func TestBanner_rows(t *testing.T) {
	signedIn := vm.SignInView{Ready: true, Accounts: []vm.Known{{In: true}}}
	for _, row := range []struct {
		name string
		live vm.LiveView
		in   vm.SignInView
		want []string
	}{
		{"before anything", vm.LiveView{}, vm.SignInView{}, []string{"OFFLINE", "Starting"}},
		{"nobody", vm.LiveView{State: session.Offline}, vm.SignInView{Ready: true}, []string{"OFFLINE", "Sign in"}},
		{"offline", vm.LiveView{State: session.Offline, To: []string{"luna-rose"}}, signedIn, []string{"OFFLINE", "Nobody sees you."}},
		{"live", vm.LiveView{State: session.Live, To: []string{"luna-rose", "velvet-sky"}, Online: true}, signedIn, []string{"LIVE", "luna-rose · velvet-sky"}},
		{"muted", vm.LiveView{State: session.Live, To: []string{"luna-rose"}, Online: true, Muted: true}, signedIn, []string{"microphone off"}},
		{"away", vm.LiveView{State: session.Away, To: []string{"luna-rose"}, Online: true, Trouble: vm.Notice{Key: "error.unavailable"}}, signedIn,
			[]string{"AWAY", "cannot be reached"}},
		{"stopped", vm.LiveView{State: session.Failed, To: []string{"luna-rose"}, Online: true}, signedIn, []string{"STOPPED"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := newRig(t, func(r *rig) { r.live.view, r.signIn.view = row.live, row.in })
			for _, want := range row.want {
				if said := r.said(); !strings.Contains(said, want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
		})
	}
}

func TestToasts_comeAndGo(t *testing.T) {
	r := newRig(t, nil)
	r.toasts.view = []vm.Toast{
		{ID: 1, Sound: settings.SoundTip, Account: "luna-rose", Letter: "A", Who: "quiet-fox", Millicredits: 5000, Text: "for you"},
		{ID: 2, Sound: settings.SoundTrouble, Account: "velvet-sky", Letter: "B", Notice: vm.Notice{Key: "error.unavailable"}},
	}
	r.shell.Render()
	for _, want := range []string{"quiet-fox tipped 5.00 credits in luna-rose.", "for you", "velvet-sky: The service cannot be reached."} {
		if !strings.Contains(r.said(), want) {
			t.Errorf("no toast says %q:\n%s", want, r.said())
		}
	}
	var closers []*control.Button
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if b, ok := o.(*control.Button); ok && b.Text == "" {
			closers = append(closers, b)
		}
	})
	for _, c := range closers {
		test.Tap(c)
	}
	if len(r.toasts.dismissed) != 2 {
		t.Errorf("dismissed %v", r.toasts.dismissed)
	}
	r.toasts.view = r.toasts.view[1:]
	r.shell.Render()
	if strings.Contains(r.said(), "quiet-fox") {
		t.Error("the tip is still there")
	}
}
