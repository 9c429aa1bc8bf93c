package capture

import (
	"testing"
	"time"
)

var fine int // a test's own

func TestX(t *testing.T) {
	time.Sleep(1)
	if testing.Short() {
		t.Skip()
	}
}
