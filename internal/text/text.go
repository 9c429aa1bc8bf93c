package text

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Source is the language that every other catalogue is held against.
const Source = "en"

// Book is every catalogue of a surface.
type Book struct {
	langs   []string // Source first
	words   map[string]*Words
	matcher language.Matcher
}

// Words are the sentences of one language.
type Words struct {
	lang   string
	tag    language.Tag
	say    map[string]string
	source *Words // nil for Source itself
}

//go:embed refused/*.json levels/*.json
var shared embed.FS

// Load reads every LANGUAGE.json at the top of a folder. There must be one for
// Source. The sentences of refusals, "refused."+reason, and the names of levels,
// "level."+name in small letters, are added to each language that has them: they
// are the same wherever they are read.
func Load(folder fs.FS) (*Book, error) {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, err
	}
	b := &Book{words: map[string]*Words{}}
	for _, file := range files {
		w, err := load(folder, file)
		if err != nil {
			return nil, fmt.Errorf("the catalogue %s cannot be read: %w", file, err)
		}
		b.words[w.lang] = w
		b.langs = append(b.langs, w.lang)
	}
	source, ok := b.words[Source]
	if !ok {
		return nil, errors.New("there is no catalogue " + Source + ".json")
	}
	slices.SortFunc(b.langs, func(x, y string) int {
		if (x == Source) != (y == Source) {
			return map[bool]int{true: -1, false: 1}[x == Source]
		}
		return strings.Compare(x, y)
	})
	tags := make([]language.Tag, len(b.langs))
	for i, lang := range b.langs {
		w := b.words[lang]
		tags[i] = w.tag
		if w != source {
			w.source = source
		}
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

func load(folder fs.FS, file string) (*Words, error) {
	data, err := fs.ReadFile(folder, file)
	if err != nil {
		return nil, err
	}
	w := &Words{lang: strings.TrimSuffix(path.Base(file), ".json")}
	if w.tag, err = language.Parse(w.lang); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &w.say); err != nil {
		return nil, err
	}
	for _, part := range []string{"refused", "levels"} {
		data, err := shared.ReadFile(part + "/" + w.lang + ".json")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := errors.Join(err, json.Unmarshal(data, &w.say)); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// Languages lists the catalogues, Source first.
func (b *Book) Languages() []string { return slices.Clone(b.langs) }

// For returns the best catalogue for what a person asked for, first wish first.
// Each wish is a language such as "pt-BR" or a whole Accept-Language header;
// nonsense is passed over, and Source is the last resort.
func (b *Book) For(wishes ...string) *Words {
	var tags []language.Tag
	for _, wish := range wishes {
		if len(wish) > 1000 {
			continue
		}
		if found, _, err := language.ParseAcceptLanguage(strings.ReplaceAll(wish, "_", "-")); err == nil {
			tags = append(tags, found...)
		}
	}
	if len(tags) == 0 {
		return b.words[Source]
	}
	_, i, confidence := b.matcher.Match(tags...)
	if confidence == language.No {
		return b.words[Source]
	}
	return b.words[b.langs[i]]
}

// Lang names the language, such as "en".
func (w *Words) Lang() string { return w.lang }

// Say returns the sentence of a key with args in its places; the key itself
// when no catalogue has it.
func (w *Words) Say(key string, args ...any) string {
	sentence, ok := w.find(key)
	if !ok {
		return key
	}
	return fill(sentence, args)
}

// Level is the word for a level of pay; its own name where the catalogue has no
// word for it.
func (w *Words) Level(name string) string {
	if said, ok := w.find("level." + strings.ToLower(name)); ok {
		return said
	}
	return name
}

// Count returns the sentence of a key in the plural form that n asks for. n is
// {0}, args follow.
func (w *Words) Count(key string, n int, args ...any) string {
	args = append([]any{n}, args...)
	for at := w; at != nil; at = at.source {
		for _, form := range []string{at.form(n), "other"} {
			if sentence, ok := at.say[key+"."+form]; ok {
				return fill(sentence, args)
			}
		}
	}
	return key
}

func (w *Words) find(key string) (string, bool) {
	for at := w; at != nil; at = at.source {
		if sentence, ok := at.say[key]; ok {
			return sentence, true
		}
	}
	return "", false
}

// form is the CLDR name of n's plural form.
func (w *Words) form(n int) string {
	return formName(plural.Cardinal.MatchPlural(w.tag, max(n, -n), 0, 0, 0, 0))
}

func formName(f plural.Form) string {
	switch f {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	default:
		return "other"
	}
}

// fill puts args in the places {0} to {9}.
func fill(sentence string, args []any) string {
	if len(args) == 0 || !strings.Contains(sentence, "{") {
		return sentence
	}
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// Problems tells, a sentence each, what is missing or too much in any catalogue:
// keys, plural forms, places. None means that the book is complete.
func (b *Book) Problems() []string {
	var found []string
	for _, lang := range b.langs {
		found = append(found, b.words[lang].problems(b.words[Source])...)
	}
	slices.Sort(found)
	return found
}

func (w *Words) problems(source *Words) []string {
	want := map[string]string{} // key to the sentence it translates
	for key, sentence := range source.say {
		base, counts := source.counted(key)
		if !counts {
			want[key] = sentence
			continue
		}
		for _, form := range w.forms() {
			want[base+"."+form] = source.say[base+".other"]
		}
	}
	var found []string
	for key, sentence := range want {
		own, ok := w.say[key]
		switch {
		case !ok || strings.TrimSpace(own) == "":
			found = append(found, fmt.Sprintf("%s.json lacks %s", w.lang, key))
		case !w.samePlaces(key, own, sentence):
			found = append(found, fmt.Sprintf("%s.json: %s has other places than %q", w.lang, key, sentence))
		}
	}
	for key := range w.say {
		if _, ok := want[key]; !ok {
			found = append(found, fmt.Sprintf("%s.json has %s, which %s.json has not", w.lang, key, source.lang))
		}
	}
	return found
}

// samePlaces compares the places of two sentences. Forms such as "one viewer"
// may leave the number out.
func (w *Words) samePlaces(key, own, source string) bool {
	places := regexp.MustCompile(`\{\d\}`)
	a, b := places.FindAllString(own, -1), places.FindAllString(source, -1)
	if strings.HasSuffix(key, ".zero") || strings.HasSuffix(key, ".one") || strings.HasSuffix(key, ".two") {
		drop := func(s string) bool { return s == "{0}" }
		a, b = slices.DeleteFunc(a, drop), slices.DeleteFunc(b, drop)
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// counted tells whether key is one of a set of plural forms, and their base.
func (w *Words) counted(key string) (string, bool) {
	base, form, ok := cutLast(key)
	if !ok || !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, form) {
		return "", false
	}
	_, other := w.say[base+".other"]
	return base, other
}

func cutLast(key string) (base, last string, ok bool) {
	i := strings.LastIndexByte(key, '.')
	if i < 0 {
		return "", "", false
	}
	return key[:i], key[i+1:], true
}

// forms are the plural forms that whole numbers take in this language.
func (w *Words) forms() []string {
	seen := map[string]bool{"other": true}
	for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 20, 21, 22, 25, 100, 101, 1000} {
		seen[w.form(n)] = true
	}
	var out []string
	for form := range seen {
		out = append(out, form)
	}
	slices.Sort(out)
	return out
}
