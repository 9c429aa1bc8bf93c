package page

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/figure"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// homeView is who is online, as the visitor asked for (domain E1).
type homeView struct {
	Rooms  []domain.Card
	Wish   domain.Filter
	Price  string // the highest, as it was typed
	Wished bool   // something was asked for
	Typed  bool   // more than a category
}

// wish reads the filter in the address. KindInvalid.
func wish(r *http.Request) (homeView, error) {
	query := r.URL.Query()
	v := homeView{Price: query.Get("max_price"), Wish: domain.Filter{
		Category: query.Get("category"), Language: query.Get("language"), Willingness: query.Get("willingness"), Query: query.Get("q"),
	}}
	v.Typed = v.Wish != domain.Filter{Category: v.Wish.Category} || v.Price != ""
	v.Wished = v.Typed || v.Wish.Category != ""
	if v.Price == "" {
		return v, nil
	}
	var err error
	v.Wish.MaxPrice, err = figure.ParseCredits(v.Price)
	return v, err
}

// home is who is online. A personal link leads here, and its code is remembered
// until the visitor signs up (domain B11).
func (p *Pages) home(w http.ResponseWriter, r *http.Request) {
	if code := r.URL.Query().Get("ref"); domain.ReferralCode(code) {
		p.Cookies.SetReferral(w, code)
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	v, err := wish(r)
	if err == nil {
		v.Rooms, err = p.Backend.Browse(r.Context(), v.Wish)
	}
	switch {
	case domain.KindOf(err) == domain.KindInvalid:
		p.again(w, r, "home", "home.title", err, v)
	case err != nil:
		p.problem(w, r, err)
	default:
		p.show(w, r, "home", "home.title", v)
	}
}

// favourites are the rooms that the member keeps (domain E2).
func (p *Pages) favourites(w http.ResponseWriter, r *http.Request) {
	_, err := as(r, domain.RoleMember)
	var v homeView
	if err == nil {
		v.Rooms, err = p.Backend.Favourites(r.Context())
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "favourites", "favourites.title", v)
}

// setFavourite adds or takes the room, and stays in it.
func (p *Pages) setFavourite(w http.ResponseWriter, r *http.Request) {
	performer := r.PathValue("performer")
	_, err := as(r, domain.RoleMember)
	if err == nil {
		err = form(r)
	}
	on := r.PostFormValue("favourite") == "yes"
	if err == nil {
		err = p.Backend.SetFavourite(r.Context(), performer, on)
	}
	switch {
	case err != nil:
		p.problem(w, r, err)
	case on:
		done(w, r, "/r/"+performer, "favourite")
	default:
		done(w, r, "/r/"+performer, "unfavourite")
	}
}
