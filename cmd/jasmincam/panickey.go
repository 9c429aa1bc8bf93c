package main

import (
	"context"
	"errors"

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

// holdPanicKey holds one key, if there is one.
func (h *house) holdPanicKey(ctx context.Context, wayland bool, key string) {
	if key == "" {
		h.settings.SetPanicKey(vm.Notice{})
		return
	}
	err := hotkey.Hold(ctx, wayland, key, func() { h.settings.SetPanicKey(base.Say("settings.panic.held")) }, h.live.Panic)
	if err == nil {
		return
	}
	word := "none"
	switch {
	case errors.Is(err, hotkey.ErrTaken):
		word = "taken"
	case errors.Is(err, hotkey.ErrWayland):
		word = "wayland"
	}
	h.log.Info("the key of the panic works in the window alone", "key", key, "error", err)
	h.settings.SetPanicKey(base.Say("settings.panic." + word))
}
