package vm

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// writeAfter is how long changes are gathered before they are written.
const writeAfter = 500 * time.Millisecond

// SettingsView is what is remembered.
type SettingsView struct {
	settings.Values
	Trouble  Notice // a file that could not be read or written, or a refused value
	PanicKey Notice // where the key of the panic works
}

// Settings is what is remembered. Other models read and change the same Store.
type Settings struct {
	mu      sync.Mutex
	changed base.Bell
	kept    *settings.Store
	edited  chan struct{} // holds one wake: there is something to write
	trouble Notice
	panics  Notice
	tell    func(email string, n Notice)
}

// NewSettings returns a model of a store. trouble is what settings.Open said; tell
// is told of it, and of what cannot be written later, and may be nil.
func NewSettings(kept *settings.Store, trouble error, tell func(email string, n Notice)) *Settings {
	s := &Settings{changed: base.NewBell(), kept: kept, edited: make(chan struct{}, 1), tell: tell}
	s.troubled(trouble)
	kept.Listen(func() {
		select {
		case s.edited <- struct{}{}:
		default:
		}
		s.changed.Ring()
	})
	return s
}

// troubled notes what went wrong with the file, and tells it when that is news.
func (s *Settings) troubled(err error) {
	var t *settings.Trouble
	if !errors.As(err, &t) {
		return
	}
	n := base.Say("settings."+string(t.Kind), t.Path)
	s.mu.Lock()
	news := !s.trouble.Same(n)
	s.mu.Unlock()
	s.say(n)
	if news && s.tell != nil {
		s.tell("", n)
	}
}

// Changed holds at most one wake: after it, View is worth another look.
func (s *Settings) Changed() <-chan struct{} { return s.changed }

// View tells how it is now.
func (s *Settings) View() SettingsView {
	v := SettingsView{Values: s.kept.Get()}
	s.mu.Lock()
	defer s.mu.Unlock()
	v.Trouble, v.PanicKey = s.trouble, s.panics
	return v
}

// SetPanicKey notes where the key of the panic works.
func (s *Settings) SetPanicKey(n Notice) {
	s.mu.Lock()
	s.panics = n
	s.mu.Unlock()
	s.changed.Ring()
}

// Change edits a copy of the values, which is put within its bounds and
// remembered. Every model that shows them hears of it.
func (s *Settings) Change(edit func(v *settings.Values)) { s.kept.Change(edit) }

// SetShortcut gives an action another key, such as "F9" or "Ctrl+M", or none
// with "". A key that another action has is refused with a Trouble that names
// it.
func (s *Settings) SetShortcut(a settings.Action, key string) {
	taken := settings.Action("")
	s.kept.Change(func(v *settings.Values) {
		for _, other := range v.Shortcuts {
			if key != "" && other.Key == key && other.Action != a {
				taken = other.Action
				return
			}
		}
		for i := range v.Shortcuts {
			if v.Shortcuts[i].Action == a {
				v.Shortcuts[i].Key = key
			}
		}
	})
	n := Notice{}
	if taken != "" {
		n = base.Say("settings.key_taken", key, base.Word("action."+string(taken)))
	}
	s.say(n)
}

// ResetShortcuts gives every action its first key again.
func (s *Settings) ResetShortcuts() {
	s.kept.Change(func(v *settings.Values) { v.Shortcuts = settings.Shortcuts() })
	s.say(Notice{})
}

func (s *Settings) say(n Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = n
	s.changed.Ring()
}

// Run writes what changed until ctx ends, and once more then.
func (s *Settings) Run(ctx context.Context) error {
	for {
		select {
		case <-s.edited:
		case <-ctx.Done():
			return s.kept.Save()
		}
		base.Pause(ctx, writeAfter)
		if err := s.kept.Save(); err != nil {
			s.troubled(err)
		}
	}
}
