package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// drive does by itself what --demo and --online ask for, one after the other,
// through the same verbs as a person, and tells programs how far it came.
func (h *house) drive(ctx context.Context, open <-chan struct{}) {
	select {
	case <-open:
	case <-ctx.Done():
		return
	}
	if server, err := h.bundled.opened(); h.bundled != nil && err == nil {
		fmt.Fprintln(h.w.out, "Site:", server.URL())
		fmt.Fprintln(h.w.out, "Demo accounts:", server.DemoFile())
	}
	if !until(ctx, func() bool { return h.signIn.View().Ready }) {
		return
	}
	fmt.Fprintln(h.w.out, "Ready: the accounts of this computer were tried.")
	if h.cmd.Demo && !h.signInDemo(ctx) {
		return
	}
	if h.cmd.Online {
		if !until(ctx, func() bool { return inside(h.signIn.View()) > 0 }) {
			return
		}
		h.live.GoOnline()
	}
	if until(ctx, func() bool { return allLive(h.live.View()) }) {
		fmt.Fprintln(h.w.out, "Live: every account is live.")
	}
}

// attendDemo signs the demo accounts in when she presses the button for it.
func (h *house) attendDemo(ctx context.Context) {
	for {
		select {
		case <-h.demo:
			h.signInDemo(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// enterDemo asks for the demo accounts, without waiting for them.
func (h *house) enterDemo() {
	select {
	case h.demo <- struct{}{}:
	default:
	}
}

// signInDemo signs in those demo accounts that are not, one after the other;
// false when ctx has ended.
func (h *house) signInDemo(ctx context.Context) bool {
	server, err := h.bundled.opened()
	if err != nil {
		h.log.Error("there is no demo", "error", err)
		return true
	}
	file, err := readCredentials(server.DemoFile())
	if err != nil {
		h.log.Error("the demo accounts cannot be read", "error", err)
		return true
	}
	ready := func() bool { v := h.signIn.View(); return v.Ready && !v.Busy && settled(v) }
	if !until(ctx, ready) {
		return false
	}
	if h.signIn.View().Vault == vm.VaultAsks {
		h.signIn.KeepNothing()
	}
	for _, a := range file.first(vm.MaxAccounts) {
		if in(h.signIn.View(), a.email) {
			continue
		}
		password, _ := file.password(a.email)
		h.signIn.SignIn(a.email, password, bundledName)
		if !until(ctx, ready) {
			return false
		}
	}
	h.enter()
	return true
}

// until waits for what is true soon; false when ctx has ended.
func until(ctx context.Context, what func() bool) bool {
	beat := time.NewTicker(100 * time.Millisecond)
	defer beat.Stop()
	for !what() {
		select {
		case <-beat.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// settled tells whether nobody is on the way in or out.
func settled(v vm.SignInView) bool {
	for _, a := range v.Accounts {
		if a.Busy {
			return false
		}
	}
	return true
}

func in(v vm.SignInView, email string) bool {
	for _, a := range v.Accounts {
		if a.Email == email && a.In {
			return true
		}
	}
	return false
}

func inside(v vm.SignInView) int {
	n := 0
	for _, a := range v.Accounts {
		if a.In {
			n++
		}
	}
	return n
}

// allLive tells whether every account is live, and there is one.
func allLive(v vm.LiveView) bool {
	for _, a := range v.Accounts {
		if a.State != session.Live {
			return false
		}
	}
	return len(v.Accounts) > 0
}
