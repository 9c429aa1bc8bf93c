package page

import (
	"net/http"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type signView struct {
	Performer   bool // signing up as a performer
	Name, Email string
	Adult       bool
	Next        string // where to go afterwards
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, "signin", "signin.title", signView{Next: local(r.URL.Query().Get("next"))})
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) {
	err := p.SignInAllowed(w, r)
	if err == nil {
		err = form(r)
	}
	next := local(r.PostFormValue("next"))
	if err == nil {
		err = p.open(w, r, r.PostFormValue("email"), r.PostFormValue("password"))
	}
	if err != nil {
		p.again(w, r, "signin", "signin.title", err, signView{Email: r.PostFormValue("email"), Next: next})
		return
	}
	if next == "" {
		next = "/"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// open signs in and keeps the session in the browser.
func (p *Pages) open(w http.ResponseWriter, r *http.Request, email, password string) error {
	session, err := p.Backend.SignIn(r.Context(), email, password, device(r))
	if err != nil {
		return err
	}
	p.Cookies.SetSession(w, session.Token)
	return nil
}

// device names a browser so that its owner knows it in the list of sessions.
func device(r *http.Request) string {
	agent := r.UserAgent()
	first := func(names ...string) string {
		for _, n := range names {
			if strings.Contains(agent, n) {
				return strings.TrimSuffix(n, "/")
			}
		}
		return ""
	}
	browser := first("Edg/", "OPR/", "Firefox/", "Chrome/", "Safari/")
	system := first("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
	switch name, known := map[string]string{"Edg": "Edge", "OPR": "Opera"}[browser]; {
	case known:
		browser = name
	case browser == "":
		browser = "Browser"
	}
	if system == "" {
		return browser
	}
	return browser + " on " + system
}

// local keeps a redirect on this site: a path, never another host.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") || len(next) > 300 {
		return ""
	}
	return next
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) {
	if err := p.Backend.SignOut(r.Context()); err != nil && domain.KindOf(err) != domain.KindUnauthenticated {
		p.problem(w, r, err)
		return
	}
	p.Cookies.DropSession(w)
	done(w, r, "/signin", "signed-out")
}

func forPerformers(r *http.Request) bool { return r.URL.Path == "/performers/signup" }

func (p *Pages) signUpForm(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, "signup", "signup.title", signView{Performer: forPerformers(r), Next: local(r.URL.Query().Get("next"))})
}

func (p *Pages) signUp(w http.ResponseWriter, r *http.Request) {
	err := p.SignUpAllowed(w, r)
	if err == nil {
		err = form(r)
	}
	in := signUpOf(r)
	next := local(r.PostFormValue("next"))
	if err == nil {
		if forPerformers(r) {
			next = "/performer?done=welcome"
			_, err = p.Backend.SignUpPerformer(r.Context(), in)
		} else {
			in.Referral = cookieValue(r, reply.ReferralCookie)
			_, err = p.Backend.SignUpMember(r.Context(), in)
		}
	}
	if err != nil {
		p.again(w, r, "signup", "signup.title", err, signView{Performer: forPerformers(r), Name: in.Name, Email: in.Email, Adult: in.Adult, Next: next})
		return
	}
	if in.Referral != "" {
		p.Cookies.DropReferral(w)
	}
	if err := p.open(w, r, in.Email, in.Password); err != nil {
		p.again(w, r, "signin", "signin.title", err, signView{Email: in.Email, Next: next})
		return
	}
	if next == "" {
		next = "/?done=welcome"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func signUpOf(r *http.Request) domain.SignUp {
	return domain.SignUp{
		Name: strings.TrimSpace(r.PostFormValue("name")), Email: strings.TrimSpace(r.PostFormValue("email")),
		Password: r.PostFormValue("password"), Adult: r.PostFormValue("adult") == "yes",
	}
}
