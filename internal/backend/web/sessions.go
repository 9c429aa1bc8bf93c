package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type signInBody struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Device   string `json:"device"`
}

type signedIn struct {
	Token   string         `json:"token"`
	ID      string         `json:"id"`
	Account domain.Account `json:"account"`
}

// browserDevice asks for a cookie beside the token.
const browserDevice = "browser"

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) {
	if err := s.signIns.check(w, r); err != nil {
		fail(w, err)
		return
	}
	call(http.StatusCreated, func(r *http.Request, in signInBody) (signedIn, error) {
		session, err := s.Backend.SignIn(r.Context(), in.Email, in.Password, in.Device)
		if err != nil {
			return signedIn{}, err
		}
		if in.Device == browserDevice {
			s.cookies.SetSession(w, session.Token)
		}
		return signedIn{Token: session.Token, ID: session.ID, Account: session.Account}, nil
	})(w, r)
}

type sessionLine struct {
	ID      string `json:"id"`
	Device  string `json:"device"`
	Created int64  `json:"created"`
	Seen    int64  `json:"seen"`
	Current bool   `json:"current"`
}

type sessionList struct {
	Sessions []sessionLine `json:"sessions"`
}

func (s *Site) sessions(r *http.Request) (sessionList, error) {
	all, err := s.Backend.Sessions(r.Context())
	out := sessionList{Sessions: []sessionLine{}}
	for _, x := range all {
		out.Sessions = append(out.Sessions, sessionLine{ID: x.ID, Device: x.Device, Created: x.Created, Seen: x.Seen, Current: x.Current})
	}
	return out, err
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.Backend.SignOut(r.Context()); err != nil {
		reply.Error(w, err)
		return
	}
	if _, bearer := bearerToken(r); !bearer {
		s.cookies.DropSession(w)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Site) revokeSession(r *http.Request) error {
	return s.Backend.RevokeSession(r.Context(), r.PathValue("id"))
}

func (s *Site) me(r *http.Request) (domain.Me, error) { return s.Backend.Me(r.Context()) }
