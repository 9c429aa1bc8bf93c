// Package window tells stories of the window as it is used: the real app on a
// virtual screen, real keys, a real keyring and a real backend. The screen has
// no tree that could be read, so that stories look at what comes of a key: at
// the backend, the settings, the keyring, and at the picture where that is the
// subject.
package window

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }
