package page

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type accountView struct {
	Me       domain.Me
	Sessions []domain.Session
}

func (p *Pages) account(w http.ResponseWriter, r *http.Request) {
	me, err := p.Backend.Me(r.Context())
	var sessions []domain.Session
	if err == nil {
		sessions, err = p.Backend.Sessions(r.Context())
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "account", "account.title", accountView{me, sessions})
}

// revoke signs a device out; the one in the visitor's hands goes to the front door.
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) {
	if err := p.Backend.RevokeSession(r.Context(), r.PathValue("id")); err != nil {
		p.problem(w, r, err)
		return
	}
	if r.PathValue("id") == domain.ActorFrom(r.Context()).Session {
		p.Cookies.DropSession(w)
		done(w, r, "/signin", "signed-out")
		return
	}
	done(w, r, "/account", "revoked")
}

// revokeOthers signs out every device but the one in the visitor's hands.
func (p *Pages) revokeOthers(w http.ResponseWriter, r *http.Request) {
	sessions, err := p.Backend.Sessions(r.Context())
	for _, s := range sessions {
		if err == nil && !s.Current {
			err = p.Backend.RevokeSession(r.Context(), s.ID)
		}
		if domain.KindOf(err) == domain.KindNotFound {
			err = nil // it ended meanwhile
		}
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	done(w, r, "/account", "others")
}
