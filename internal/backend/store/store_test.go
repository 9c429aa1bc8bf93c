package store_test

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/backend/store/storetest"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/paytest"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/sitetest"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/snaptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	fresh := func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "a store?#%.db") }
	storetest.Run(t, fresh)
	sitetest.Run(t, fresh)
	paytest.Run(t, fresh)
	snaptest.Run(t, fresh)
}
