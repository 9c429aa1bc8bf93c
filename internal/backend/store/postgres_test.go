//go:build unix

package store_test

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store/storetest"
)

func TestPostgres(t *testing.T) {
	storetest.Run(t, storetest.NewPostgres(t).Fresh)
}
