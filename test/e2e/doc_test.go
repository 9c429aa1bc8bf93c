// Package e2e tells whole-system stories: the real programs as processes, a
// real browser, real members. Each test opens a stage of its own.
package e2e

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }
