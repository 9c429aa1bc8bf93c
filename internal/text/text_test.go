package text_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/jasmincam/jasmincam/internal/text"
)

func folder(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, data := range files {
		m[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return m
}

func book(t *testing.T, files map[string]string) *text.Book {
	t.Helper()
	b, err := text.Load(folder(files))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func whole() map[string]string {
	return map[string]string{
		"en.json": `{"go": "Go online", "to": "To {0} in {1}", "viewers.one": "one viewer", "viewers.other": "{0} viewers"}`,
		"ru.json": `{"go": "Выйти в эфир", "to": "В {1}: {0}", "viewers.one": "{0} зритель", "viewers.few": "{0} зрителя", "viewers.many": "{0} зрителей", "viewers.other": "{0} зрителя"}`,
		"ro.json": `{"go": "Intră online", "to": "Către {0} în {1}", "viewers.one": "un spectator", "viewers.few": "{0} spectatori", "viewers.other": "{0} de spectatori"}`,
	}
}

func TestWords_sayAndCount(t *testing.T) {
	b := book(t, whole())
	if p := b.Problems(); len(p) > 0 {
		t.Fatal(p)
	}
	ru := b.For("ru")
	for n, want := range map[int]string{1: "1 зритель", 3: "3 зрителя", 5: "5 зрителей", 21: "21 зритель", 0: "0 зрителей"} {
		if got := ru.Count("viewers", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := b.For("ro").Count("viewers", 20); got != "20 de spectatori" {
		t.Error(got)
	}
	if got := ru.Say("to", "Anna", "B"); got != "В B: Anna" {
		t.Error(got)
	}
	if got := ru.Say("to", "{1}", "x"); got != "В x: {1}" {
		t.Errorf("a value was taken for a place: %q", got)
	}
	if got := ru.Say("nowhere"); got != "nowhere" {
		t.Error(got)
	}
}

func TestBook_findsTheLanguage(t *testing.T) {
	b := book(t, whole())
	for wish, want := range map[string]string{
		"ru-RU": "ru", "ro_RO.UTF-8": "en", "ro_RO": "ro", "de": "en", "": "en", "zz-!!": "en",
		"de-DE,ru;q=0.5,en;q=0.3": "ru", "mo": "ro",
	} {
		if got := b.For(wish).Lang(); got != want {
			t.Errorf("%q: %s, want %s", wish, got, want)
		}
	}
	if got := b.For("de", "ru").Lang(); got != "ru" {
		t.Errorf("the second wish was not heard: %s", got)
	}
	if got := b.Languages(); !slices.Equal(got, []string{"en", "ro", "ru"}) {
		t.Error(got)
	}
}

func TestBook_namesEveryProblem(t *testing.T) {
	files := whole()
	files["ru.json"] = `{"go": " ", "to": "В {0}", "viewers.one": "{0} зритель", "viewers.other": "{0}", "extra": "x"}`
	want := []string{
		"ru.json has extra, which en.json has not",
		"ru.json lacks go",
		"ru.json lacks viewers.few",
		"ru.json lacks viewers.many",
		`ru.json: to has other places than "To {0} in {1}"`,
	}
	if got := book(t, files).Problems(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := book(t, files).For("ru").Say("extra"); got != "x" {
		t.Error(got)
	}
	files["ru.json"] = `{}`
	if got := book(t, files).For("ru").Count("viewers", 1); got != "one viewer" {
		t.Errorf("a missing key is said as %q", got)
	}
}

func TestLoad_refuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no source":      {"ru.json": `{}`},
		"broken":         {"en.json": `{`},
		"no language":    {"en.json": `{}`, "nonsense!.json": `{}`},
		"not a sentence": {"en.json": `{"a": 1}`},
	} {
		if _, err := text.Load(folder(files)); err == nil {
			t.Error(name + ": loaded")
		}
	}
}
