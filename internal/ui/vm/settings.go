package vm

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/settings"
)

// SettingsView is what is remembered.
type SettingsView struct {
	settings.Values
	Trouble Notice // a file that could not be read or written, a refused value
}

// Settings is what is remembered. Other models read and change the same Store.
type Settings struct {
	state
	work work
	kept *settings.Store
}

// NewSettings returns a model of a store. trouble is what settings.Open said.
func NewSettings(kept *settings.Store, trouble error) *Settings { return nil }

// View tells how it is now.
func (s *Settings) View() SettingsView { return SettingsView{} }

// Change edits a copy of the values, which is put within its bounds and
// remembered. It is heard by Changed of every model that shows them.
func (s *Settings) Change(edit func(v *settings.Values)) {}

// SetShortcut gives an action another key, such as "F9" or "Ctrl+M"; a key that
// another action has is refused with a Trouble that names it.
func (s *Settings) SetShortcut(a settings.Action, key string) {}

// Run writes what changed until ctx ends, and once more then.
func (s *Settings) Run(ctx context.Context) error { return nil }
