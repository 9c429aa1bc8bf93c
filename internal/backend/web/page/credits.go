package page

import (
	"net/http"
	"net/url"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type creditsView struct {
	Packages []domain.Package
	Me       domain.Me
	Chosen   string
}

func (p *Pages) creditsView(r *http.Request) (creditsView, error) {
	if _, err := as(r, domain.RoleMember); err != nil {
		return creditsView{}, err
	}
	me, err := p.Backend.Me(r.Context())
	return creditsView{Packages: domain.Packages(), Me: me, Chosen: r.PostFormValue("package")}, err
}

func (p *Pages) credits(w http.ResponseWriter, r *http.Request) {
	view, err := p.creditsView(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "credits", "credits.title", view)
}

// buy opens a checkout and sends the member there.
func (p *Pages) buy(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	var purchase domain.Purchase
	if err == nil {
		purchase, err = p.Backend.Buy(r.Context(), r.PostFormValue("package"), r.PostFormValue("key"))
	}
	if err == nil {
		http.Redirect(w, r, "/sandbox/checkout/"+url.PathEscape(purchase.ID), http.StatusSeeOther)
		return
	}
	view, viewErr := p.creditsView(r)
	if viewErr != nil {
		p.problem(w, r, viewErr)
		return
	}
	p.again(w, r, "credits", "credits.title", err, view)
}

// checkout is the payment sandbox's page: it stands for the provider's own.
func (p *Pages) checkout(w http.ResponseWriter, r *http.Request) {
	purchase, err := p.Backend.Purchase(r.Context(), r.PathValue("id"))
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "checkout", "checkout.title", purchase)
}

// pay does what the provider does when the buyer has pressed a button.
func (p *Pages) pay(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	var purchase domain.Purchase
	if err == nil {
		purchase, err = p.Backend.Purchase(r.Context(), r.PathValue("id"))
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	state, words := "failed", "declined"
	if r.PostFormValue("outcome") == "pay" {
		state, words = "paid", "paid"
	}
	if err := p.Pay(r.Context(), purchase, state); err != nil {
		p.again(w, r, "checkout", "checkout.title", err, purchase)
		return
	}
	done(w, r, "/credits", words)
}
