package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (s *Site) limitSignUps(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.signUps.check(w, r); err != nil {
			fail(w, err)
			return
		}
		next(w, r)
	}
}

func (s *Site) signUpMember(r *http.Request, in domain.SignUp) (domain.Account, error) {
	return s.Backend.SignUpMember(r.Context(), in)
}

func (s *Site) signUpPerformer(r *http.Request, in domain.SignUp) (domain.Account, error) {
	return s.Backend.SignUpPerformer(r.Context(), in)
}

func (s *Site) apply(r *http.Request, in domain.Application) (domain.Account, error) {
	return s.Backend.Apply(r.Context(), r.PathValue("performer"), in)
}

func (s *Site) application(r *http.Request) (domain.Application, error) {
	return s.Backend.Application(r.Context(), r.PathValue("performer"))
}

type activationBody struct {
	Active bool `json:"active"`
}

func (s *Site) setActivation(r *http.Request, in activationBody) (domain.Account, error) {
	return s.Backend.SetActivation(r.Context(), r.PathValue("performer"), in.Active)
}

func (s *Site) addPerformer(r *http.Request, in domain.SignUp) (domain.Account, error) {
	return s.Backend.AddPerformer(r.Context(), in)
}

type performerList struct {
	Performers []domain.PerformerLine `json:"performers"`
}

func (s *Site) studioPerformers(r *http.Request) (performerList, error) {
	return s.performers(r, domain.RoleStudio)
}

func (s *Site) staffPerformers(r *http.Request) (performerList, error) {
	return s.performers(r, domain.RoleStaff)
}

func (s *Site) performers(r *http.Request, role domain.Role) (performerList, error) {
	actor := domain.ActorFrom(r.Context())
	if actor.Session == "" {
		return performerList{}, domain.Errorf("performers", domain.KindUnauthenticated, "Sign in first, please.").Because("signin.first")
	}
	if actor.Role() != role {
		return performerList{}, domain.Errorf("performers", domain.KindForbidden, "This list is for %s accounts. Sign in with one.", role)
	}
	q := r.URL.Query()
	lines, err := s.Backend.Performers(r.Context(), domain.PerformerFilter{
		State: domain.AccountState(q.Get("state")), Online: q.Get("online") == "true", Order: domain.PerformerOrder(q.Get("order")),
	})
	if role != domain.RoleStaff {
		for i := range lines {
			lines[i].Person = "" // the link between accounts is staff's alone
		}
	}
	return performerList{Performers: list(lines)}, err
}

func (s *Site) decide(r *http.Request, in domain.Decision) (domain.Account, error) {
	return s.Backend.Decide(r.Context(), r.PathValue("performer"), in)
}
