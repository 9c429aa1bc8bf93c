package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (s *Site) statement(r *http.Request) (domain.Statement, error) {
	q := r.URL.Query()
	return s.Backend.Statement(r.Context(), r.PathValue("performer"), q.Get("period"), q.Get("next"))
}

type viewerList struct {
	Viewers []domain.Acquaintance `json:"viewers"`
}

func (s *Site) viewers(r *http.Request) (viewerList, error) {
	viewers, err := s.Backend.Viewers(r.Context(), r.PathValue("performer"), domain.AcquaintanceOrder(r.URL.Query().Get("order")))
	return viewerList{Viewers: list(viewers)}, err
}

func (s *Site) setRemark(r *http.Request, in domain.Remark) (domain.Acquaintance, error) {
	return s.Backend.SetRemark(r.Context(), r.PathValue("performer"), r.PathValue("viewer"), in)
}

func (s *Site) favourites(r *http.Request) (cardList, error) {
	cards, err := s.Backend.Favourites(r.Context())
	return cardList{Rooms: list(cards)}, err
}

type favouriteBody struct {
	Favourite bool `json:"favourite"`
}

func (s *Site) setFavourite(r *http.Request, in favouriteBody) (favouriteBody, error) {
	return in, s.Backend.SetFavourite(r.Context(), r.PathValue("performer"), in.Favourite)
}

func (s *Site) history(r *http.Request) (domain.History, error) {
	return s.Backend.History(r.Context(), r.URL.Query().Get("next"))
}

func (s *Site) budget(r *http.Request) (domain.Budget, error) {
	return s.Backend.Budget(r.Context())
}

func (s *Site) setBudget(r *http.Request, in domain.Budget) (domain.Budget, error) {
	return s.Backend.SetBudget(r.Context(), in)
}

func (s *Site) auditLog(r *http.Request) (domain.AuditTrail, error) {
	q := r.URL.Query()
	return s.Backend.AuditLog(r.Context(), q.Get("of"), q.Get("next"))
}
