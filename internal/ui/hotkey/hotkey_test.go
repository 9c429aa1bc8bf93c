package hotkey

import "testing"

func TestParse(t *testing.T) {
	for name, want := range map[string]key{
		"F12": {function: 12}, "f1": {function: 1}, "Ctrl+M": {ctrl: true, sign: 'M'}, "ctrl+alt+shift+F5": {ctrl: true, alt: true, shift: true, function: 5},
		"Alt+7": {alt: true, sign: '7'},
	} {
		if got, ok := parse(name); !ok || got != want {
			t.Errorf("%s is %+v, %t", name, got, ok)
		}
	}
	for _, name := range []string{"", "M", "Shift+M", "F0", "F13", "F", "Ctrl++", "Super+F1", "Ctrl+Ä", "Ctrl+", "+", "F-1"} {
		if got, ok := parse(name); ok {
			t.Errorf("%q is %+v", name, got)
		}
	}
	if err := Hold(t.Context(), "M", nil, nil); err != ErrNoWay {
		t.Errorf("a letter: %v", err)
	}
}

func TestReserved(t *testing.T) {
	for name, want := range map[string]bool{"F12": true, "Shift+F12": true, "Ctrl+F12": false, "F11": false, "Ctrl+M": false} {
		k, ok := parse(name)
		if got := k.reserved("windows"); !ok || got != want {
			t.Errorf("on Windows %s is reserved: %t", name, got)
		}
		if k.reserved("linux") || k.reserved("darwin") {
			t.Errorf("%s is reserved elsewhere", name)
		}
	}
}
