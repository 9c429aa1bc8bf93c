package testkit_test

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestStolen_isAShare(t *testing.T) {
	since := testkit.Stolen()
	testkit.Pause(100 * time.Millisecond)
	if share := since(); share < 0 || share > 1 {
		t.Errorf("the host kept %v of the machine", share)
	}
}
