package hotkey

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
)

// Why a key is not given away.
var (
	ErrTaken    = errors.New("another program has this key")
	ErrReserved = errors.New("the system keeps this key for debuggers")
	ErrNoWay    = errors.New("the system does not give this key to a program that has not the keyboard")
)

// Hold keeps a key until ctx ends, which returns nil. It calls held once it has it,
// and pressed with each press; neither may block. ErrTaken, ErrReserved or ErrNoWay.
func Hold(ctx context.Context, name string, held, pressed func()) error {
	k, ok := parse(name)
	if !ok {
		return ErrNoWay
	}
	if k.reserved(runtime.GOOS) {
		return ErrReserved
	}
	return hold(ctx, k, held, pressed)
}

// reserved tells of a key that may be asked for and yet does not come: F12 of Windows
// belongs to debuggers, also when none runs (RegisterHotKey).
func (k key) reserved(system string) bool {
	return system == "windows" && k.function == 12 && !k.ctrl && !k.alt
}

// key is F1 to F12, or a capital letter or a digit with Ctrl or Alt.
type key struct {
	ctrl, alt, shift bool
	function         int  // 1 to 12; 0: it is sign
	sign             byte // A to Z or 0 to 9
}

// parse reads "F5", "Ctrl+M" or "Ctrl+Alt+F1". A single letter is no key to keep from
// all programs.
func parse(name string) (k key, ok bool) {
	parts := strings.Split(strings.ToUpper(name), "+")
	for _, p := range parts[:len(parts)-1] {
		switch p {
		case "CTRL":
			k.ctrl = true
		case "ALT":
			k.alt = true
		case "SHIFT":
			k.shift = true
		default:
			return key{}, false
		}
	}
	last := parts[len(parts)-1]
	if n, err := strconv.Atoi(strings.TrimPrefix(last, "F")); err == nil && len(last) > 1 && last[0] == 'F' {
		k.function = n
		return k, n >= 1 && n <= 12
	}
	if len(last) != 1 || !k.ctrl && !k.alt {
		return key{}, false
	}
	k.sign = last[0]
	return k, k.sign >= 'A' && k.sign <= 'Z' || k.sign >= '0' && k.sign <= '9'
}
