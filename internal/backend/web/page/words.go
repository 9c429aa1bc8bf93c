package page

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/choice"
	"github.com/jasmincam/jasmincam/internal/text"
)

//go:embed words/*.json
var wordFiles embed.FS

// The cookies that remember how a visitor wants the pages. They hold no more
// than the names of a language and of a theme.
const (
	langCookie  = "jc_lang"
	themeCookie = "jc_theme"
	lookLife    = 365 * 24 * time.Hour
)

// catalogue is the words of every language, and those among them that scripts say.
type catalogue struct {
	*text.Book
	languages []choice.Named
	scripts   map[string]map[string]string // language → page → JSON object of key to sentence
}

func newCatalogue() (*catalogue, error) {
	folder, err := fs.Sub(wordFiles, "words")
	if err != nil {
		return nil, err
	}
	book, err := text.Load(folder)
	if err != nil {
		return nil, err
	}
	source, err := fs.ReadFile(folder, text.Source+".json")
	if err != nil {
		return nil, err
	}
	var keys map[string]string
	if err := json.Unmarshal(source, &keys); err != nil {
		return nil, err
	}
	c := &catalogue{Book: book, scripts: make(map[string]map[string]string)}
	for _, lang := range book.Languages() {
		name := display.Self.Name(language.Make(lang))
		c.languages = append(c.languages, choice.Named{Code: lang, Name: strings.ToUpper(name[:firstLetter(name)]) + name[firstLetter(name):]})
		c.scripts[lang] = scriptWords(book.For(lang), keys)
	}
	return c, nil
}

// firstLetter is how many bytes the first letter has.
func firstLetter(name string) int {
	for i := range name {
		if i > 0 {
			return i
		}
	}
	return len(name)
}

// scriptWords makes the objects that pages hand to their scripts: keys begin
// with js.GROUP, and a page gets the groups that its modules say.
func scriptWords(words *text.Words, keys map[string]string) map[string]string {
	out := make(map[string]string)
	for page, groups := range map[string][]string{"": {"site"}, "room": {"site", "chat", "room", "show", "snap"}, "broadcast": {"site", "chat", "broadcast"}} {
		said := make(map[string]string)
		for key := range keys {
			if kind, ok := strings.CutPrefix(key, "problem."); ok && words.Lang() != text.Source {
				said["kind."+kind] = words.Say(key) // stands before a refusal, which is English
			}
			for _, group := range groups {
				if short := strings.TrimPrefix(key, "js."); short != key && strings.HasPrefix(short, group+".") {
					said[short] = words.Say(key)
				}
			}
		}
		object, err := json.Marshal(said)
		if err != nil {
			panic(err) // strings can always be marshalled
		}
		out[page] = string(object)
	}
	return out
}

// forPage is what a page's scripts say in a language.
func (c *catalogue) forPage(lang, page string) string {
	if object, ok := c.scripts[lang][page]; ok {
		return object
	}
	return c.scripts[lang][""]
}

// words are those of the visitor's language: the remembered one, else what the
// browser asks for.
func (p *Pages) words(r *http.Request) *text.Words {
	return p.catalogue.For(cookieValue(r, langCookie), r.Header.Get("Accept-Language"))
}

func cookieValue(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

// theme is light, dark, or "" for what the system says.
func theme(r *http.Request) string {
	if t := cookieValue(r, themeCookie); t == "light" || t == "dark" {
		return t
	}
	return ""
}

// look remembers the language and the theme of the footer's form.
func (p *Pages) look(w http.ResponseWriter, r *http.Request) {
	if err := form(r); err != nil {
		p.problem(w, r, err)
		return
	}
	for _, lang := range p.catalogue.Languages() {
		if lang == r.PostFormValue("lang") {
			p.remember(w, langCookie, lang)
		}
	}
	switch t := r.PostFormValue("theme"); t {
	case "light", "dark", "":
		p.remember(w, themeCookie, t)
	}
	next := local(r.PostFormValue("back"))
	if next == "" {
		next = "/"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// remember keeps a choice in the browser; "" forgets it.
func (p *Pages) remember(w http.ResponseWriter, name, value string) {
	age := int(lookLife.Seconds())
	if value == "" {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: p.Cookies.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// back is where the footer's form returns to: this page, without the words for
// what was just done.
func back(r *http.Request) string {
	if r.Method != http.MethodGet {
		return ""
	}
	query := r.URL.Query()
	query.Del("done")
	return (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
}
