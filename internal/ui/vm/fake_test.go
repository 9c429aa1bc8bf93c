package vm

import (
	"context"
	"sync"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// away is what a client says of a backend that does not answer.
func away() error {
	return domain.Errorf("call", domain.KindUnavailable, "The backend does not answer. It is tried again.")
}

// running runs a model until the test's end and waits for it.
func running(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}
