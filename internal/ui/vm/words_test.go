package vm

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// sources are the program's own files, without tests.
func sources(t *testing.T, tell func(file, source string)) {
	t.Helper()
	for _, top := range []string{"../../../internal", "../../../cmd"} {
		err := filepath.WalkDir(top, func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
				return err
			}
			source, err := os.ReadFile(path)
			tell(path, string(source))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// guides are words of which one is in every sentence that tells what to do, or
// that nothing has to be done.
func guides() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(allow|ask|check|choose|close|confirm|contact|correct|delete|end it|fill in|forget|get|go offline|go online|leave|load|look|lower|make|plug|press|` +
		`retry|round|scale|send|shorten|sign|start|switch|take|tell|try|unlock|update|use|wait|waits|write|type|join|enter|by itself|tried again|as soon as)\b`)
}

// Every way in which anything can fail has its sentence in every language, and
// the sentence tells the next step: kinds of the domain and of devices, states of
// accounts and rooms, and every reason that is told anywhere in the source.
func TestWords_everyErrorSaysWhatToDo(t *testing.T) {
	book, err := text.Load(os.DirFS("../../../assets/words"))
	if err != nil {
		t.Fatal(err)
	}
	keys := failures()
	told := map[string]bool{}
	reasons := regexp.MustCompile(`(?:Because\(|came, "[^"]*", )"([a-z.]+)"`)
	sources(t, func(_, source string) {
		for _, m := range reasons.FindAllStringSubmatch(source, -1) {
			told["refused."+m[1]] = true
		}
	})
	if len(told) < 80 {
		t.Errorf("only %d reasons were found in the source", len(told))
	}
	for key := range told {
		keys = append(keys, key)
	}
	english := book.For(text.Source)
	for _, lang := range book.Languages() {
		w := book.For(lang)
		for _, key := range keys {
			switch said := w.Say(key); {
			case said == key:
				t.Errorf("%s: no sentence for %s", lang, key)
			case lang != text.Source && said == english.Say(key):
				t.Errorf("%s: %s is English", lang, key)
			case strings.HasSuffix(said, ":") || !strings.ContainsAny(said[len(said)-3:], ".!?…"):
				t.Errorf("%s: %s is no sentence: %q", lang, key, said)
			case lang == text.Source && !guides().MatchString(said):
				t.Errorf("%s does not tell what to do: %q", key, said)
			}
		}
	}
	for _, lang := range book.Languages() {
		for _, key := range refusedKeys(t, lang) {
			if !told[key] {
				t.Errorf("%s: nothing in the source tells %s", lang, key)
			}
		}
	}
}

// refusedKeys are the reasons that a language has a sentence for.
func refusedKeys(t *testing.T, lang string) (keys []string) {
	t.Helper()
	data, err := os.ReadFile("../../text/refused/" + lang + ".json")
	said := map[string]string{}
	if err == nil {
		err = json.Unmarshal(data, &said)
	}
	if err != nil {
		t.Fatal(err)
	}
	for key := range said {
		keys = append(keys, key)
	}
	return keys
}

// failures are the keys of what can fail by its kind.
func failures() (keys []string) {
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
	return append(keys, "device.lost.camera", "device.lost.microphone", "signin.role", "signin.full", "signin.elsewhere", "signin.again",
		"signin.locked", "signin.unkept", "signin.busy", "settings.damaged", "settings.unreadable", "settings.unwritten", "vault.asks")
}

// No text that is for the log reaches her: an error without a sentence of its
// own is said by the catalogue.
func TestWords_rawErrorsAreNotShown(t *testing.T) {
	book, err := text.Load(os.DirFS("../../../assets/words"))
	if err != nil {
		t.Fatal(err)
	}
	raw := errors.New("dial tcp 127.0.0.1:1: connect: connection refused")
	for name, err := range map[string]error{
		"raw": raw, "wrapped": fmt.Errorf("encode: %w", raw),
		"domain":  domain.Wrap("op", domain.KindUnavailable, raw, "The service is away. Try again."),
		"nothing": domain.Wrap("op", domain.KindInternal, raw, ""),
		"device":  &capture.Error{Op: "device.Open", Kind: capture.KindBusy, Message: "Another program has it. Close that.", Err: raw},
		"unknown": domain.Errorf("op", domain.KindConflict, "New words. Try again.").Because("of.a.newer.backend"),
	} {
		for _, lang := range book.Languages() {
			said := base.Told(err).In(book.For(lang))
			if strings.Contains(said, "dial") || strings.Contains(said, "refused") || len(said) < 10 {
				t.Errorf("%s, %s: %q", name, lang, said)
			}
		}
	}
	refusal := domain.Errorf("op", domain.KindInvalid, "At most 3.").Because("countries.many", 3)
	if said := base.Told(refusal).In(book.For("es")); said != "Se pueden cerrar como mucho 3 países a los invitados. Quita alguno." {
		t.Error(said)
	}
}

// TestWords_everyNoticeIsInTheCatalogue looks for the keys in the source, and for
// those that are put together in the lists that they come from.
func TestWords_everyNoticeIsInTheCatalogue(t *testing.T) {
	book, err := text.Load(os.DirFS("../../../assets/words"))
	if err != nil {
		t.Fatal(err)
	}
	keys := failures()
	for _, s := range settings.Shortcuts() {
		keys = append(keys, "action."+string(s.Action))
	}
	said := regexp.MustCompile(`(?:Say|lost)\("([a-z_.]*[a-z_])"`)
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
