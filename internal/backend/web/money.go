package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type packageList struct {
	Packages []domain.Package `json:"packages"`
}

func (s *Site) packages(*http.Request) (packageList, error) {
	return packageList{Packages: domain.Packages()}, nil
}

type purchaseBody struct {
	Package string `json:"package"`
	Key     string `json:"key"`
}

func (s *Site) buy(r *http.Request, in purchaseBody) (domain.Purchase, error) {
	p, err := s.Backend.Buy(r.Context(), in.Package, in.Key)
	return s.withCheckout(r, p), err
}

func (s *Site) purchase(r *http.Request) (domain.Purchase, error) {
	p, err := s.Backend.Purchase(r.Context(), r.PathValue("id"))
	return s.withCheckout(r, p), err
}

// withCheckout tells where a pending purchase is paid: on a page of this host.
func (s *Site) withCheckout(r *http.Request, p domain.Purchase) domain.Purchase {
	if p.State == "pending" && p.CheckoutURL == "" {
		p.CheckoutURL = "/sandbox/checkout/" + p.ID
	}
	if p.CheckoutURL != "" {
		p.CheckoutURL = s.absolute(r, p.CheckoutURL)
	}
	return p
}
