package ui_test

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/ui"
)

// The window of a program that cannot show its own ends with its context.
func TestSorry_ends(t *testing.T) {
	app := test.NewTempApp(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	ui.Sorry(ctx, app, "The folder cannot be used. Choose another.", "OK")
}
