package domain

import (
	"context"
	"sync/atomic"
)

type replayKey struct{}

// WithReplay returns a context in which a service can note that it answered
// from an idempotency key that it had already seen, and a function that tells
// whether it did. The API answers such a repetition with 200 instead of 201.
func WithReplay(ctx context.Context) (context.Context, func() bool) {
	seen := new(atomic.Bool)
	return context.WithValue(ctx, replayKey{}, seen), seen.Load
}

// NoteReplay notes that the answer repeats an earlier one. It does nothing in a
// context without WithReplay.
func NoteReplay(ctx context.Context) {
	if seen, ok := ctx.Value(replayKey{}).(*atomic.Bool); ok {
		seen.Store(true)
	}
}
