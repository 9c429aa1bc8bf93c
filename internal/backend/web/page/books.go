package page

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/figure"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type historyView struct {
	domain.History
	Older bool // not the newest ones
}

// history is the member's own book, entry by entry (domain E3).
func (p *Pages) history(w http.ResponseWriter, r *http.Request) {
	_, err := as(r, domain.RoleMember)
	v := historyView{Older: r.URL.Query().Get("next") != ""}
	if err == nil {
		v.History, err = p.Backend.History(r.Context(), r.URL.Query().Get("next"))
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "history", "history.title", v)
}

// deleteSnapshot takes a picture of the member's away for good.
func (p *Pages) deleteSnapshot(w http.ResponseWriter, r *http.Request) {
	if err := p.Backend.DeleteSnapshot(r.Context(), r.PathValue("id")); err != nil {
		p.problem(w, r, err)
		return
	}
	done(w, r, "/account/history", "deleted")
}

// span is one limit of a budget as its form has it.
type span struct {
	Name  string // day, week, month
	Typed string
	domain.Limit
}

func spans(b domain.Budget) []span {
	out := []span{{Name: "day", Limit: b.Day}, {Name: "week", Limit: b.Week}, {Name: "month", Limit: b.Month}}
	for i := range out {
		if out[i].Max > 0 {
			out[i].Typed = out[i].Max.String()
		}
	}
	return out
}

// budget is what the member allows herself or himself to spend (domain B1).
func (p *Pages) budget(w http.ResponseWriter, r *http.Request) {
	_, err := as(r, domain.RoleMember)
	var b domain.Budget
	if err == nil {
		b, err = p.Backend.Budget(r.Context())
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "budget", "budget.title", spans(b))
}

func (p *Pages) setBudget(w http.ResponseWriter, r *http.Request) {
	_, err := as(r, domain.RoleMember)
	if err == nil {
		err = form(r)
	}
	var b domain.Budget
	for name, limit := range map[string]*domain.Limit{"day": &b.Day, "week": &b.Week, "month": &b.Month} {
		if typed := r.PostFormValue(name); err == nil && typed != "" {
			limit.Max, err = figure.ParseCredits(typed)
		}
	}
	if err == nil {
		_, err = p.Backend.SetBudget(r.Context(), b)
	}
	if err == nil {
		done(w, r, "/account/budget", "budget")
		return
	}
	now, nowErr := p.Backend.Budget(r.Context())
	if nowErr != nil {
		p.problem(w, r, nowErr)
		return
	}
	view := spans(now)
	for i := range view {
		view[i].Typed = r.PostFormValue(view[i].Name)
	}
	p.again(w, r, "budget", "budget.title", err, view)
}
