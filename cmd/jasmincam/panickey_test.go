package main

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/ui/hotkey"
)

// Why the key is not given is told in words that Settings have.
func TestRefusal(t *testing.T) {
	for _, row := range []struct {
		err     error
		wayland bool
		want    string
	}{
		{hotkey.ErrTaken, false, "taken"}, {hotkey.ErrTaken, true, "taken"}, {hotkey.ErrNoWay, true, "wayland"},
		{hotkey.ErrReserved, false, "reserved"}, {hotkey.ErrNoWay, false, "none"},
	} {
		if got := refusal(row.err, row.wayland); got != row.want {
			t.Errorf("%v, on Wayland %t: %s, want %s", row.err, row.wayland, got, row.want)
		}
	}
}
