package settings

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func open(t *testing.T, folder string) *Store {
	t.Helper()
	s, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, folder, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, File), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStore_remembersEverything(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	s := open(t, folder)
	want := Values{Theme: ThemeDark, TextSize: 150, Language: "ru", Backend: "https://one.example",
		Accounts: []Account{{"a@example.com", "https://one.example", "anna"}, {"a@example.com", "https://two.example", ""}},
		Camera:   "device:usb-1", Microphone: "silence", Speaker: "pulse:usb", Voice: 30, Picture: Picture{1280, 720, 60, 3_000_000},
		Look: Look{Mirror: true, Zoom: 2, X: 0.25, Y: 0.75, Overlay: Overlay{"/a/logo.png", 0.1, 0.9, 0.3}}, Preview: false, NewestTop: true,
		Chimes: map[Sound]Chime{SoundRequest: {true, 90}, SoundTip: {true, 100}, SoundMessage: {false, 1}, SoundViewer: {true, 50}, SoundTrouble: {true, 7}},
		Window: Window{1024, 700}, Page: "chat", Welcomed: true}
	for _, d := range Shortcuts() {
		want.Shortcuts = append(want.Shortcuts, Shortcut{d.Action, "Ctrl+" + string(d.Action)})
	}
	v := reflect.ValueOf(want)
	for i := range v.NumField() { // a field that this test leaves out would be no test
		if d := reflect.ValueOf(Defaults()); v.Type().Field(i).Name != "Accounts" && reflect.DeepEqual(v.Field(i).Interface(), d.Field(i).Interface()) {
			t.Errorf("%s is its default", v.Type().Field(i).Name)
		}
	}
	s.Change(func(v *Values) { *v = want })
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	if got := open(t, folder).Get(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
	if n := len(want.items()); n != v.NumField() {
		t.Errorf("%d keys for %d values", n, v.NumField())
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("%v %v", left, err)
	}
}

func TestStore_keepsWhatItDoesNotKnow(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, `{"theme": "light", "from_tomorrow": {"a": [1, 2.50]}, "text_size": "big", "picture": 7, "window": {"width": 900}}`)
	s := open(t, folder)
	v := s.Get()
	if v.Theme != ThemeLight || v.TextSize != TextMin || v.Picture != Defaults().Picture || v.Window != (Window{900, 760}) {
		t.Errorf("%+v", v)
	}
	s.Change(func(v *Values) { v.Theme = ThemeDark })
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, File))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strings.Fields(string(all["from_tomorrow"])), ""); got != `{"a":[1,2.50]}` || string(all["theme"]) != `"dark"` {
		t.Errorf("%s", text)
	}
}

func TestOpen_setsABrokenFileAside(t *testing.T) {
	for name, text := range map[string]string{
		"cut": `{"theme": "li`, "empty": "", "array": `[1]`, "null": "null", "binary": "\x00\xff\x1b", "huge": `{"x": "` + strings.Repeat("y", maxFile) + `"}`,
		"deep": strings.Repeat("[", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, folder, text)
			s, err := Open(folder)
			if !kindIs(err, Damaged) {
				t.Errorf("%v", err)
			}
			if !reflect.DeepEqual(s.Get(), Defaults()) {
				t.Errorf("%+v", s.Get())
			}
			if got, err := os.ReadFile(filepath.Join(folder, File+".broken")); err != nil || string(got) != text {
				t.Errorf("what was there is lost: %v", err)
			}
			s.Change(func(v *Values) { v.Theme = ThemeDark })
			if err := s.Save(); err != nil {
				t.Fatal(err)
			}
			if open(t, folder).Get().Theme != ThemeDark {
				t.Error("nothing is remembered any more")
			}
		})
	}
}

func TestStore_saysWhyItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(filepath.Join(file, "folder"))
	if !kindIs(err, Unwritten) {
		t.Errorf("%v", err)
	}
	if err := s.Save(); err != nil {
		t.Errorf("there was nothing to write: %v", err)
	}
	s.Change(func(v *Values) { v.NewestTop = true })
	for range 2 { // what was not written is still to be written
		if err := s.Save(); !kindIs(err, Unwritten) {
			t.Errorf("%v", err)
		}
	}
	if !s.Get().NewestTop {
		t.Error("the value is not in use")
	}
}

func TestValues_staysInRange(t *testing.T) {
	many := make([]Account, 20)
	for i := range many {
		many[i] = Account{Email: strings.Repeat("a", i), URL: "u"}
	}
	for name, c := range map[string]struct {
		edit func(v *Values)
		ok   func(v Values) bool
	}{
		"theme":       {func(v *Values) { v.Theme = "pink" }, func(v Values) bool { return v.Theme == ThemeSystem }},
		"text 104":    {func(v *Values) { v.TextSize = 104 }, func(v Values) bool { return v.TextSize == 100 }},
		"text 155":    {func(v *Values) { v.TextSize = 155 }, func(v Values) bool { return v.TextSize == 160 }},
		"text big":    {func(v *Values) { v.TextSize = 10_000 }, func(v Values) bool { return v.TextSize == 200 }},
		"text small":  {func(v *Values) { v.TextSize = -5 }, func(v Values) bool { return v.TextSize == 100 }},
		"long":        {func(v *Values) { v.Camera = strings.Repeat("x", maxString+1) }, func(v Values) bool { return v.Camera == "" }},
		"accounts":    {func(v *Values) { v.Accounts = many }, func(v Values) bool { return len(v.Accounts) == maxAccounts && v.Accounts[0].Email == "a" }},
		"twice":       {func(v *Values) { v.Accounts = []Account{{"a", "u", "x"}, {"a", "u", "y"}} }, func(v Values) bool { return len(v.Accounts) == 1 && v.Accounts[0].Name == "x" }},
		"tiny":        {func(v *Values) { v.Picture = Picture{1, 1, 0, 1} }, func(v Values) bool { return v.Picture == Picture{1920, 1080, 30, 100_000} }},
		"vast":        {func(v *Values) { v.Picture = Picture{1 << 40, 1, 1000, 1 << 60} }, func(v Values) bool { return v.Picture == Picture{1920, 1080, 60, 20_000_000} }},
		"zoom":        {func(v *Values) { v.Look.Zoom = 99 }, func(v Values) bool { return v.Look.Zoom == 4 }},
		"no zoom":     {func(v *Values) { v.Look = Look{} }, func(v Values) bool { return v.Look.Zoom == 1 && v.Look.Overlay.Width == 0.02 }},
		"not numbers": {func(v *Values) { v.Look.X, v.Look.Y = math.NaN(), math.Inf(1) }, func(v Values) bool { return v.Look.X == 0.5 && v.Look.Y == 1 }},
		"no chimes":   {func(v *Values) { v.Chimes = nil }, func(v Values) bool { return reflect.DeepEqual(v.Chimes, Defaults().Chimes) }},
		"loud":        {func(v *Values) { v.Chimes[SoundTip] = Chime{true, 900} }, func(v Values) bool { return v.Chimes[SoundTip].Volume == 100 }},
		"odd chime":   {func(v *Values) { v.Chimes["bell"] = Chime{true, 9} }, func(v Values) bool { return len(v.Chimes) == len(Sounds()) }},
		"no keys":     {func(v *Values) { v.Shortcuts = nil }, func(v Values) bool { return reflect.DeepEqual(v.Shortcuts, Shortcuts()) }},
		"key off":     {func(v *Values) { v.Shortcuts = []Shortcut{{ActionMute, ""}} }, func(v Values) bool { return v.Key(ActionMute) == "" && v.Key(ActionLive) == "F1" }},
		"key twice":   {func(v *Values) { v.Shortcuts = []Shortcut{{ActionMute, "F1"}} }, func(v Values) bool { return v.Key(ActionMute) == "" && v.Key(ActionLive) == "F1" }},
		"odd action":  {func(v *Values) { v.Shortcuts = []Shortcut{{"dance", "F12"}} }, func(v Values) bool { return v.Key("dance") == "" && len(v.Shortcuts) == len(Shortcuts()) }},
		"window":      {func(v *Values) { v.Window = Window{5, 1 << 30} }, func(v Values) bool { return v.Window == Window{640, 4320} }},
	} {
		s := open(t, t.TempDir())
		s.Change(c.edit)
		if !c.ok(s.Get()) {
			t.Errorf("%s: %+v", name, s.Get())
		}
	}
	d := Defaults()
	if d.clamp(); !reflect.DeepEqual(d, Defaults()) {
		t.Errorf("the defaults are out of their ranges: %+v", d)
	}
	used := map[string]Action{}
	for _, s := range Shortcuts() {
		if used[s.Key] != "" {
			t.Errorf("%s and %s have the same key", s.Action, used[s.Key])
		}
		used[s.Key] = s.Action
	}
}

func TestStore_isHeardAndSharesNothing(t *testing.T) {
	s := open(t, t.TempDir())
	heard := 0
	s.Listen(func() { heard++ })
	s.Change(func(*Values) {})
	s.Change(func(v *Values) { v.TextSize = 104 }) // rounds to what it is
	if heard != 0 {
		t.Error("nothing changed, and it was told")
	}
	var kept *Values
	s.Change(func(v *Values) { v.Accounts = []Account{{Email: "a"}}; kept = v })
	kept.Accounts[0].Email = "b"
	got := s.Get()
	got.Accounts[0].Email, got.Chimes[SoundTip], got.Shortcuts[1].Key = "c", Chime{}, "x"
	if v := s.Get(); v.Accounts[0].Email != "a" || v.Chimes[SoundTip].Volume != 60 || v.Shortcuts[1].Key != "F1" || heard != 1 {
		t.Errorf("%+v, heard %d times", v, heard)
	}
}

func TestStore_storm(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	s.Listen(func() { s.Get() })
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 50 {
				s.Change(func(v *Values) { v.Window.Width = 700 + i*50 + n; v.Chimes[SoundTip] = Chime{true, 1 + n} })
				s.Get()
				if n%25 == 0 {
					if err := s.Save(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(open(t, folder).Get(), s.Get()) {
		t.Error("the file tells another story")
	}
}

// Windows does not tell of F12.
func TestShortcuts_panicKey(t *testing.T) {
	for system, want := range map[string]string{"windows": "F11", "linux": "F12", "darwin": "F12"} {
		if got := panicKey(system); got != want {
			t.Errorf("on %s it is %s, want %s", system, got, want)
		}
	}
	for _, s := range Shortcuts()[1:] {
		if s.Key == "F11" || s.Key == "F12" {
			t.Errorf("%s has the key of the panic", s.Action)
		}
	}
}

// FuzzParse: no text makes it panic, every value is within its range, and what
// is written reads the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"theme":"dark","text_size":150,"accounts":[{"email":"a","url":"u"}],"chimes":{"tip":{"on":true,"volume":7}},"x":{}}`))
	f.Add([]byte(`{"look":{"zoom":1e308,"x":-1},"shortcuts":[{"action":"mute","key":"F1"}],"picture":{"fps":-1},"window":null}`))
	f.Add([]byte("{}"))
	f.Add([]byte("\xef\xbb\xbf{}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, unknown, err := parse(text)
		if err != nil {
			if !reflect.DeepEqual(v, Defaults()) {
				t.Fatal("a broken file left something")
			}
			return
		}
		again := v.Clone()
		if again.clamp(); !reflect.DeepEqual(again, v.Clone()) {
			t.Fatalf("out of range: %+v", v)
		}
		out, err := format(v, unknown)
		if err != nil {
			t.Fatal(err)
		}
		back, rest, err := parse(out)
		if err != nil || !reflect.DeepEqual(back.Clone(), v.Clone()) || len(rest) > len(unknown) {
			t.Fatalf("%v: %s became %s", err, text, out)
		}
	})
}

func TestOpen_fileThatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, File), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := Open(folder)
	if !kindIs(err, Unreadable) {
		t.Errorf("%v", err)
	}
	if !reflect.DeepEqual(s.Get(), Defaults()) {
		t.Errorf("%+v", s.Get())
	}
	s.Change(func(v *Values) { v.NewestTop = true })
	if err := s.Save(); err == nil {
		t.Error("a folder was replaced by a file")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("%v %v", left, err)
	}
}

func TestSave_isForHerAlone(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	s.Change(func(v *Values) { v.Accounts = []Account{{Email: "a@example.com", URL: "https://one.example"}} })
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	is, err := os.Stat(filepath.Join(folder, File))
	if err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", is.Mode(), err)
	}
	before := is.ModTime()
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	if is, err = os.Stat(filepath.Join(folder, File)); err != nil || !is.ModTime().Equal(before) {
		t.Errorf("written though nothing changed: %v", err)
	}
}

// kindIs tells whether an error is a trouble of this kind, with a path and a cause.
func kindIs(err error, kind Kind) bool {
	var t *Trouble
	return errors.As(err, &t) && t.Kind == kind && t.Path != "" && t.Err != nil
}
