package main

import (
	"context"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/hotkey"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// keepPanicKey has the key of the panic work in the whole system, as far as the
// system allows it, until ctx ends; Settings say how far. Another key is taken as soon
// as she chooses it. In the window the key works without it.
func (h *house) keepPanicKey(ctx context.Context) {
	changed := make(chan struct{}, 1)
	h.kept.Listen(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	wayland := h.w.getenv("WAYLAND_DISPLAY") != "" || h.w.getenv("XDG_SESSION_TYPE") == "wayland"
	for ctx.Err() == nil {
		key := h.kept.Get().Key(settings.ActionPanic)
		inner, drop := context.WithCancel(ctx)
		over := make(chan struct{})
		go func() {
			defer close(over)
			h.holdPanicKey(inner, wayland, key)
		}()
		for ctx.Err() == nil && h.kept.Get().Key(settings.ActionPanic) == key {
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
		drop()
		<-over
	}
}

// askAgain is how long after a refusal the key is asked for once more: the program that
// has it may have ended, or the keyboard be another.
const askAgain = 5 * time.Second

// holdPanicKey holds one key, if there is one, and asks for it as long as it is refused.
func (h *house) holdPanicKey(ctx context.Context, wayland bool, key string) {
	h.settings.SetPanicKey(vm.Notice{})
	held := "held"
	if wayland { // from programs of X alone, which this one is
		held = "wayland"
	}
	for said := ""; key != ""; {
		err := hotkey.Hold(ctx, key, func() { said = h.tellPanicKey(held) }, h.live.Panic)
		if err == nil {
			return
		}
		word := refusal(err, wayland)
		if word != said {
			h.log.Info("the key of the panic does not work in the whole system", "key", key, "error", err)
			said = h.tellPanicKey(word)
		}
		if errors.Is(err, hotkey.ErrReserved) || !base.Pause(ctx, askAgain) {
			return
		}
	}
}

// tellPanicKey has Settings say where the key works, and returns the word for it.
func (h *house) tellPanicKey(word string) string {
	h.settings.SetPanicKey(base.Say("settings.panic." + word))
	return word
}

// refusal is the word for why the key is not given.
func refusal(err error, wayland bool) string {
	switch {
	case errors.Is(err, hotkey.ErrTaken):
		return "taken"
	case wayland:
		return "wayland"
	case errors.Is(err, hotkey.ErrReserved):
		return "reserved"
	}
	return "none"
}
