package page

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/choice"
	"github.com/jasmincam/jasmincam/internal/backend/web/page/figure"
	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// shell is what every page is drawn from; Body is the page's own.
type shell struct {
	Page            string // the template's name
	Title           string
	Lang            string
	Theme           string // light, dark, or "" as the system has it
	Here            string // the path, for the navigation
	Back            string // where the footer's form returns to
	Role            domain.Role
	Name            string // the visitor's own
	Who             string // names what this visitor's windows share; tells nothing
	Balance         domain.Millicredits
	Notice          string // what was just done
	Bad             bool   // it did not work out
	Problem, Tongue string // why it was not, and in which language: the page's, or English
	Why             string // its kind, in the page's language
	Body            any
}

// SignedIn tells whether the visitor has an account.
func (s shell) SignedIn() bool { return s.Role != domain.RoleGuest }

// Member tells whether the visitor has credits.
func (s shell) Member() bool { return s.Role == domain.RoleMember }

// functions are what templates call, in one language.
func (p *Pages) functions(words *text.Words) template.FuncMap {
	tag := language.Make(words.Lang())
	world, tongues, names := choice.Countries(tag), choice.Spoken(tag), display.Languages(tag)
	return template.FuncMap{
		"say":         words.Say,
		"count":       words.Count,
		"level":       words.Level,
		"stateName":   func(s domain.AccountState) string { return words.Say("state." + string(s)) },
		"scriptWords": func(page string) string { return p.catalogue.forPage(words.Lang(), page) },
		"languages":   func() []choice.Named { return p.catalogue.languages },
		"countries":   func() []choice.Named { return world },
		"land":        func(code string) string { return choice.Land(world, code) },
		"spoken":      func() []choice.Named { return tongues },
		"tongue":      func(code string) string { return choice.Tongue(names, code) },
		"categories":  func() []choice.Named { return choice.Categories(words) },
		"willing":     func() []choice.Named { return choice.Willing(words) },
		"looks":       func(a domain.Appearance) []string { return choice.Looks(words, a) },
		"asset":       p.bundle.address,
		"modules":     modules,
		"key":         rand.Text,
		"dollars":     domain.Dollars,
		"exact":       figure.Exact,
		"credits":     func(m domain.Millicredits) string { return m.String() },
		"signed":      figure.Signed,
		"int":         func(m domain.Millicredits) int64 { return int64(m) },
		"maxQuery":    func() int { return domain.MaxQuery },
		"whole":       func(m domain.Millicredits) int64 { return int64(m) / 1000 },
		"each":        func(k domain.Package) string { return domain.Dollars(k.Cents * 1000 / int64(k.Credits)) },
		"amounts":     func() []int { return []int{5, 10, 25, 50} },
		"when":        func(ms int64) time.Time { return time.UnixMilli(ms).UTC() },
		"today18":     func() string { return p.Now().AddDate(-18, 0, 0).Format(time.DateOnly) },
		"maxLine":     func() int { return domain.MaxLine },
		"maxNote":     func() int { return domain.MaxNote },
		"keptDays":    func() int { return int(domain.SnapshotsKept.Hours() / 24) },
		"closable":    func() int { return domain.MaxClosedCountries },
		"add":         func(a, b int) int { return a + b },
		"sub":         func(a, b int64) int64 { return a - b },
		"plain":       figure.Plain,
		"join":        func(parts ...any) string { return fmt.Sprint(parts...) },
		"dict":        dict,
	}
}

// modules are what a page's scripts import, so that the browser asks for all of
// them at once instead of one after the other.
func modules(page string) []string {
	out := []string{"words.js", "api.js", "source.js", "feed.js"}
	switch page {
	case "room":
		out = append(out, "chat.js", "whep.js", "whip.js", "extras.js", "show.js", "snap.js")
	case "broadcast":
		out = append(out, "chat.js", "whep.js", "whip.js")
	}
	return out
}

// show draws a page. The balance of a member stands in every page's head. The
// title is a key, or a name.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, name, title string, body any) {
	p.draw(w, r, http.StatusOK, name, shell{Title: title, Notice: p.notice(r), Bad: r.URL.Query().Get("done") == "declined", Body: body})
}

// again draws a form once more, with the reason why it was refused.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, name, title string, err error, body any) {
	reply.Remember(w, err)
	reply.Wait(w, err)
	sentence, lang := reply.Sentence(p.words(r), err)
	p.draw(w, r, reply.Status(domain.KindOf(err)), name, shell{
		Title: title, Problem: sentence, Tongue: lang, Why: p.words(r).Say("problem." + string(domain.KindOf(err))), Body: body,
	})
}

// Sentence says why something was refused, in the visitor's language where the
// catalogues have the sentence, else in English; it tells in which.
func (p *Pages) Sentence(r *http.Request, err error) (sentence, lang string) {
	return reply.Sentence(p.words(r), err)
}

// Refuse answers a request for a page that could not be shown.
func (p *Pages) Refuse(w http.ResponseWriter, r *http.Request, err error) { p.problem(w, r, err) }

// problem draws a page that could not be shown. Where the same request may
// succeed a little later, it offers that.
func (p *Pages) problem(w http.ResponseWriter, r *http.Request, err error) {
	if domain.KindOf(err) == domain.KindUnauthenticated && r.Method == http.MethodGet {
		http.Redirect(w, r, "/signin?"+url.Values{"next": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
		return
	}
	later := []domain.Kind{domain.KindLimited, domain.KindUnavailable, domain.KindInternal}
	p.again(w, r, "problem", "problem."+string(domain.KindOf(err)), err, slices.Contains(later, domain.KindOf(err)))
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request, status int, name string, s shell) {
	actor := domain.ActorFrom(r.Context())
	words := p.words(r)
	s.Page, s.Title = name, words.Say(s.Title)
	s.Lang, s.Theme = words.Lang(), theme(r)
	s.Here, s.Back, s.Role, s.Name = r.URL.Path, back(r), actor.Role(), actor.Name()
	s.Who = p.who(actor)
	if s.Member() {
		me, err := p.Backend.Me(r.Context())
		if err != nil {
			reply.Remember(w, err) // a page without the balance is better than none
		}
		s.Balance = me.BalanceMillicredits
	}
	var out bytes.Buffer
	t, err := p.templates[s.Lang][name]()
	if err == nil {
		err = t.ExecuteTemplate(&out, "base", s)
	}
	if err != nil {
		reply.Remember(w, err)
		http.Error(w, "Something went wrong on our side. Please try again.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", s.Lang)
	p.send(w, r, status, out.Bytes())
}

// who is the same in all windows of one session or guest and tells nothing else.
func (p *Pages) who(actor domain.Actor) string {
	mac := hmac.New(sha256.New, p.Key)
	mac.Write([]byte("who\x00" + actor.Session + "\x00" + actor.Guest))
	return hex.EncodeToString(mac.Sum(nil))[:16]
}

// done sends the visitor on after a form; what is a key of notice's words.
func done(w http.ResponseWriter, r *http.Request, path, what string) {
	if what != "" {
		path += "?done=" + what
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// notice tells the words for ?done=; nothing that the address itself holds.
func (p *Pages) notice(r *http.Request) string {
	what := r.URL.Query().Get("done")
	known := []string{"paid", "declined", "tipped", "noteless", "hasty", "said", "revoked", "signed-out", "welcome", "applied", "saved", "lifted", "added", "decided", "budget", "favourite", "unfavourite", "reviewed", "others", "paid-out", "protection", "refunded", "deleted"}
	if !slices.Contains(known, what) {
		return ""
	}
	return p.words(r).Say("done." + what)
}

// form parses a posted form. KindTooLarge, KindInvalid.
func form(r *http.Request) error {
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return domain.Errorf("form", domain.KindTooLarge, "This is too large: at most %d kB can be sent here. Shorten it.", maxForm>>10)
	case err != nil: // without its cause: a connection's error bears the visitor's address
		return domain.Errorf("form", domain.KindInvalid, "The form did not arrive whole. Send it again.").Because("form.whole")
	}
	return nil
}

// as lets only one role in; guests are sent to sign in.
func as(r *http.Request, role domain.Role) (domain.Actor, error) {
	actor := domain.ActorFrom(r.Context())
	switch {
	case actor.Role() == domain.RoleGuest:
		return actor, domain.Errorf("page", domain.KindUnauthenticated, "Sign in first, please.").Because("signin.first")
	case actor.Role() != role:
		return actor, domain.Errorf("page", domain.KindForbidden, "This page is for %s accounts. Sign in with one.", role)
	}
	return actor, nil
}

// unknown is the page for addresses without a page.
func (p *Pages) unknown(w http.ResponseWriter, r *http.Request) {
	p.problem(w, r, domain.Errorf("page", domain.KindNotFound, "There is no such page. Look at who is online.").Because("page.none"))
}

// dict gives a part several values by name.
func dict(pairs ...any) (map[string]any, error) {
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("dict: names are strings")
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}
