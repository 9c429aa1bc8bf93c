package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/jasmincam/jasmincam/internal/settings"
)

// keyboard ties keys to what they do, for the whole window.
type keyboard struct {
	canvas fyne.Canvas
	escape func()
	act    func(settings.Action)
	plain  map[fyne.KeyName]settings.Action // keys without Ctrl, Alt or Super
	bound  []fyne.Shortcut
}

func newKeyboard(c fyne.Canvas, escape func(), act func(settings.Action)) *keyboard {
	k := &keyboard{canvas: c, escape: escape, act: act, plain: map[fyne.KeyName]settings.Action{}}
	c.SetOnTypedKey(k.typed)
	return k
}

// typed is told of keys that no widget has a use for.
func (k *keyboard) typed(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		k.escape()
		return
	}
	if a, ok := k.plain[key.Name]; ok {
		k.act(a)
	}
}

// bind replaces the shortcuts.
func (k *keyboard) bind(shortcuts []settings.Shortcut) {
	for _, old := range k.bound {
		k.canvas.RemoveShortcut(old)
	}
	k.bound = nil
	clear(k.plain)
	for _, s := range shortcuts {
		k.tie(s)
	}
}

func (k *keyboard) tie(s settings.Shortcut) {
	name, modifier, ok := parseKey(s.Key)
	if !ok {
		return
	}
	if modifier == 0 {
		k.plain[name] = s.Action
		return
	}
	names := []fyne.KeyName{name}
	if name == fyne.KeyPlus { // on many keyboards it is typed as =, with or without Shift
		names = append(names, fyne.KeyEqual)
	}
	for _, n := range names {
		k.add(&desktop.CustomShortcut{KeyName: n, Modifier: modifier}, func() { k.act(s.Action) })
		if n != name || name == fyne.KeyPlus {
			k.add(&desktop.CustomShortcut{KeyName: n, Modifier: modifier | fyne.KeyModifierShift}, func() { k.act(s.Action) })
		}
	}
}

func (k *keyboard) add(s fyne.Shortcut, do func()) {
	k.canvas.AddShortcut(s, func(fyne.Shortcut) { do() })
	k.bound = append(k.bound, s)
}

// leave ties Ctrl+Q to closing the window.
func (k *keyboard) leave(end func()) {
	k.canvas.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyQ, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { end() })
}

// number ties Ctrl and a digit, from 1, to each page in the navigation.
func (k *keyboard) number(pages int, turn func(i int)) {
	for i := range min(pages, 9) {
		s := &desktop.CustomShortcut{KeyName: fyne.KeyName(strconv.Itoa(i + 1)), Modifier: fyne.KeyModifierShortcutDefault}
		k.canvas.AddShortcut(s, func(fyne.Shortcut) { turn(i) })
	}
}

// parseKey reads a key such as "F5", "Ctrl+M" or "Ctrl++"; false when there is
// no such key.
func parseKey(text string) (fyne.KeyName, fyne.KeyModifier, bool) {
	var modifier fyne.KeyModifier
	for {
		head, rest, found := strings.Cut(text, "+")
		if !found || head == "" || rest == "" {
			break
		}
		switch strings.ToLower(head) {
		case "ctrl":
			modifier |= fyne.KeyModifierShortcutDefault
		case "alt":
			modifier |= fyne.KeyModifierAlt
		case "shift":
			modifier |= fyne.KeyModifierShift
		default:
			return "", 0, false
		}
		text = rest
	}
	name := strings.ToUpper(text)
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "F")); strings.HasPrefix(name, "F") && err == nil {
		return fyne.KeyName(name), modifier, n >= 1 && n <= 12
	}
	return fyne.KeyName(name), modifier, len(name) == 1 && modifier&^fyne.KeyModifierShift != 0
}
