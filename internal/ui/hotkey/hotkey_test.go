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
	if err := Hold(t.Context(), true, "F12", nil, nil); err != ErrWayland {
		t.Errorf("Wayland: %v", err)
	}
	if err := Hold(t.Context(), false, "M", nil, nil); err != ErrNoWay {
		t.Errorf("a letter: %v", err)
	}
}
