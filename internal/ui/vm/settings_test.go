package vm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

func TestSettings_areWrittenAWhileAfterTheLastChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		kept, err := settings.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		s := NewSettings(kept, nil, nil)
		stop := running(t, s.Run)
		size := func() string {
			text, err := os.ReadFile(filepath.Join(folder, settings.File))
			if err != nil {
				return "none"
			}
			return string(text)
		}
		s.Change(func(v *settings.Values) { v.TextSize = 150 })
		synctest.Wait()
		if len(s.Changed()) != 1 || s.View().TextSize != 150 || size() != "none" {
			t.Errorf("%+v", s.View())
		}
		time.Sleep(writeAfter)
		synctest.Wait()
		if !strings.Contains(size(), `"text_size": 150`) {
			t.Error(size())
		}
		s.Change(func(v *settings.Values) { v.TextSize = 170 })
		stop()
		if !strings.Contains(size(), `"text_size": 170`) {
			t.Error("the last change is lost")
		}
	})
}

func TestSettings_shortcuts(t *testing.T) {
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := NewSettings(kept, nil, nil)
	s.SetShortcut(settings.ActionMute, "F1")
	if v := s.View(); v.Key(settings.ActionMute) != "F7" || v.Trouble.Key != "settings.key_taken" || v.Trouble.Args[0] != "F1" || v.Trouble.Args[1] != base.Word("action.live") {
		t.Errorf("%+v", v.Trouble)
	}
	s.SetShortcut(settings.ActionMute, "Ctrl+M")
	if v := s.View(); v.Key(settings.ActionMute) != "Ctrl+M" || !v.Trouble.Empty() {
		t.Errorf("%+v", v)
	}
	s.SetShortcut(settings.ActionMute, "")
	s.SetShortcut(settings.ActionLive, "")
	if v := s.View(); v.Key(settings.ActionMute) != "" || v.Key(settings.ActionLive) != "" {
		t.Errorf("%+v", v.Shortcuts)
	}
	s.ResetShortcuts()
	if v := s.View(); v.Key(settings.ActionMute) != "F7" {
		t.Errorf("%+v", v.Shortcuts)
	}
}

func TestSettings_sayWhatIsWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		kept, err := settings.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		tell := func(_ string, n Notice) { told = append(told, n.Key) }
		s := NewSettings(kept, &settings.Trouble{Kind: settings.Damaged, Path: "aside", Err: errors.New("no JSON")}, tell)
		if v := s.View(); v.Trouble.Key != "settings.damaged" || v.Trouble.Args[0] != "aside" || len(told) != 1 {
			t.Errorf("%+v", v.Trouble)
		}
		running(t, s.Run)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		s.Change(func(v *settings.Values) { v.Theme = settings.ThemeDark })
		time.Sleep(2 * writeAfter)
		synctest.Wait()
		if v := s.View(); v.Trouble.Key != "settings.unwritten" || v.Theme != settings.ThemeDark {
			t.Errorf("%+v", v)
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	})
}
