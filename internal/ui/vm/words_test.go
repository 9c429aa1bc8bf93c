package vm

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
)

// TestWords_everyNoticeIsInTheCatalogue looks for the keys in the source, and for
// those that are put together in the lists that they come from.
func TestWords_everyNoticeIsInTheCatalogue(t *testing.T) {
	book, err := text.Load(os.DirFS("../../../assets/words"))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, k := range domain.Kinds() {
		keys = append(keys, "error."+string(k))
	}
	for _, k := range []capture.Kind{capture.KindNotFound, capture.KindBusy, capture.KindLost, capture.KindFormat, capture.KindBroken, capture.KindPermission, capture.KindSlept} {
		keys = append(keys, "device."+string(k))
	}
	for _, s := range domain.AccountStates() {
		if s != domain.StateActive {
			keys = append(keys, "account."+string(s))
		}
	}
	for _, s := range []session.State{session.Connecting, session.Reconnecting, session.Away, session.Failed} {
		keys = append(keys, "trouble."+string(s))
	}
	for _, s := range settings.Shortcuts() {
		keys = append(keys, "action."+string(s.Action))
	}
	said := regexp.MustCompile(`(?:Say|spoken|lost)\("([a-z_.]+)"`)
	found := 0
	for _, folder := range []string{".", "chat", "book", "guests", "persona"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range said.FindAllStringSubmatch(string(source), -1) {
				keys = append(keys, m[1])
				found++
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d keys were found in the source", found)
	}
	english := book.For(text.Source)
	for _, key := range keys {
		if english.Say(key) == key {
			t.Errorf("no catalogue has %s", key)
		}
	}
}
