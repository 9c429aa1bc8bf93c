//go:build !windows && (!cgo || (!linux && !darwin))

package hotkey

import "context"

// hold knows no way here.
func hold(context.Context, key, func(), func()) error { return ErrNoWay }
