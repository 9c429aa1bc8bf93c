package capture

import (
	"os"
	"testing"
)

var counter int

var table = map[string]int{"a": 1}

type FrameManager struct{}

// TODO: nothing
func f(t *testing.T) string { return os.Getenv("X") }
