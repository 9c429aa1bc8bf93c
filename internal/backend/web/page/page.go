package page

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Config is what the pages need of the web room.
type Config struct {
	Backend domain.Backend
	Payroll domain.Payroll
	Cookies reply.Cookies
	Now     func() time.Time
	Key     []byte // keys the name that one visitor's windows share

	// SignInAllowed and SignUpAllowed limit tries per origin.
	SignInAllowed func(w http.ResponseWriter, r *http.Request) error
	SignUpAllowed func(w http.ResponseWriter, r *http.Request) error
	// Pay acts as the payment sandbox: state is paid or failed.
	Pay func(ctx context.Context, p domain.Purchase, state string) error
}

// Pages are the member site and the pages of performers, studios and staff.
// They are safe for concurrent use.
type Pages struct {
	Config
	bundle    *bundle
	catalogue *catalogue
	templates map[string]map[string]said // language → page
	packers   sync.Pool                  // of *gzip.Writer
}

// said is a page in one language. It is made when somebody reads it first: the
// window's own backend is read in one language, if at all.
type said func() (*template.Template, error)

// pageNames are the templates, each a file that defines "main".
func pageNames() []string {
	return []string{"home", "favourites", "room", "closed", "signin", "signup", "credits", "checkout", "account", "history", "budget",
		"performer", "broadcast", "studio", "staff", "pictures", "audit", "payout", "payout-now", "payslip", "payouts", "problem"}
}

// New parses the templates and packs the assets.
func New(c Config) (*Pages, error) {
	bundle, err := newBundle()
	if err != nil {
		return nil, err
	}
	catalogue, err := newCatalogue()
	if err != nil {
		return nil, err
	}
	p := &Pages{Config: c, bundle: bundle, catalogue: catalogue, templates: make(map[string]map[string]said)}
	functions := make(map[string]template.FuncMap)
	for _, lang := range catalogue.Languages() {
		functions[lang] = p.functions(catalogue.For(lang))
		p.templates[lang] = make(map[string]said)
	}
	base, err := template.New("base").Funcs(functions[text.Source]).ParseFS(templateFiles, "templates/base.html", "templates/parts.html", "templates/show.html", "templates/snap.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, name := range pageNames() {
		if err := p.parse(base, name, functions); err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
	}
	return p, nil
}

// parse makes a page of the base, once, to be said in every language.
func (p *Pages) parse(base *template.Template, name string, functions map[string]template.FuncMap) error {
	page, err := base.Clone()
	if err == nil {
		page, err = page.ParseFS(templateFiles, "templates/"+name+".html")
	}
	for lang, f := range functions {
		p.templates[lang][name] = sync.OnceValues(func() (*template.Template, error) {
			t, err := page.Clone()
			if err != nil {
				return nil, err
			}
			return t.Funcs(f), nil
		})
	}
	return err
}

// Router takes routes, as http.ServeMux does.
type Router interface {
	HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request))
}

// Route adds the pages to a router.
func (p *Pages) Route(router Router) {
	router.HandleFunc("GET /assets/{hash}/{name}", p.bundle.serve)
	router.HandleFunc("GET /favicon.ico", p.bundle.favicon)
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /{$}":                      p.home,
		"POST /look":                    p.look,
		"GET /r/{performer}":            p.room,
		"POST /r/{performer}/messages":  p.say,
		"POST /r/{performer}/tips":      p.tip,
		"POST /r/{performer}/favourite": p.setFavourite,
		"GET /favourites":               p.favourites,

		"GET /signin":             p.signInForm,
		"POST /signin":            p.signIn,
		"POST /signout":           p.signOut,
		"GET /signup":             p.signUpForm,
		"POST /signup":            p.signUp,
		"GET /performers/signup":  p.signUpForm,
		"POST /performers/signup": p.signUp,

		"GET /credits":                p.credits,
		"POST /credits":               p.buy,
		"GET /sandbox/checkout/{id}":  p.checkout,
		"POST /sandbox/checkout/{id}": p.pay,

		"GET /account":                            p.account,
		"GET /account/history":                    p.history,
		"GET /account/budget":                     p.budget,
		"POST /account/budget":                    p.setBudget,
		"POST /account/snapshots/{id}/delete":     p.deleteSnapshot,
		"POST /account/sessions/others":           p.revokeOthers,
		"POST /account/sessions/{id}/revoke":      p.revoke,
		"GET /performer":                          p.performer,
		"POST /performer/application":             p.apply,
		"POST /performer/stream-key":              p.streamKey,
		"POST /performer/settings":                p.settings,
		"POST /performer/bans/lift":               p.lift,
		"GET /broadcast":                          p.broadcast,
		"GET /studio":                             p.studio,
		"POST /studio/performers":                 p.addPerformer,
		"POST /studio/{performer}/activation":     p.activate,
		"POST /studio/{performer}/application":    p.applyFor,
		"GET /staff":                              p.staff,
		"POST /staff/{performer}/decision":        p.decide,
		"GET /staff/pictures":                     p.pictures,
		"POST /staff/pictures/{performer}/{slot}": p.review,
		"GET /staff/audit":                        p.audit,

		"GET /payout":                        p.payout,
		"POST /payout/limit":                 p.setLimit,
		"POST /payout/method":                p.setMethod,
		"POST /payout/share":                 p.setShare,
		"GET /payout/now":                    p.payNowForm,
		"POST /payout/now":                   p.payNow,
		"GET /payslips/{period}":             p.payslip,
		"GET /payslips/{period}/payslip.csv": p.payslipFile,
		"GET /staff/payouts":                 p.payouts,
		"POST /staff/refunds":                p.refund,
		"POST /staff/payouts":                p.runPayouts,
		"POST /staff/{performer}/protection": p.protect,

		"/": p.unknown,
	} {
		router.HandleFunc(pattern, p.guarded(h))
	}
}

// maxForm bounds the body of a form.
const maxForm = 64 << 10

// guarded limits the body, and answers for a page that panics with a page. An
// answer that has begun is cut, as net/http does it.
func (p *Pages) guarded(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause)
			default:
				p.Refuse(w, r, domain.Wrap("page", domain.KindInternal, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()), "Something went wrong on our side. Please try again.").Because("site.wrong"))
			}
		}()
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		h(w, r)
	}
}
