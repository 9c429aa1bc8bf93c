package page

import (
	"cmp"
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// listView is a list of performers with its filters (domain D1, F1).
type listView struct {
	Filters []filter
	Orders  []filter
	Count   int
	Lines   []performerLine
	Sign    signView   // a refused new performer
	Persons []verified // staff: whom an account can be linked to
}

// filter is a link to a part of the list, or to another order of it.
type filter struct {
	Name, State, Order string
	Current            bool
}

type performerLine struct {
	domain.PerformerLine
	Action      string             // where her application form goes
	Application domain.Application // shadows what staff reads when the studio types anew
	Steps       []step
}

// Autocomplete is of her name's field: it is not the studio's own.
func (performerLine) Autocomplete() string { return "off" }

// Editable tells whether an application may be sent for her now.
func (l performerLine) Editable() bool {
	return l.Account.State == domain.StateUnfinished || l.Account.State == domain.StateRejected
}

// online is the filter that is no state of an account.
const online = "online"

// filters are those of domain D1 and the rest of the states; another one keeps
// the order.
func filters(words *text.Words, current, order string) []filter {
	out := []filter{{Name: words.Say("state.all"), State: ""}, {Name: words.Say("state.online"), State: online}}
	for _, s := range domain.AccountStates() {
		out = append(out, filter{Name: words.Say("state." + string(s)), State: string(s)})
	}
	for i := range out {
		out[i].Order, out[i].Current = order, out[i].State == current
	}
	return out
}

// orders are those of domain D1; another one keeps the filter.
func orders(words *text.Words, current, state string) []filter {
	var out []filter
	for _, o := range []domain.PerformerOrder{domain.PerformersByName, domain.PerformersByStatus, domain.PerformersByCategory} {
		out = append(out, filter{Name: words.Say("order." + string(o)), State: state, Order: string(o), Current: string(o) == cmp.Or(current, string(domain.PerformersByName))})
	}
	return out
}

// list reads the performers for the filter and the order in the address.
func (p *Pages) list(r *http.Request) (listView, error) {
	query, words := r.URL.Query(), p.words(r)
	state, order := query.Get("state"), query.Get("order")
	wish := domain.PerformerFilter{Order: domain.PerformerOrder(order), Online: state == online}
	if !wish.Online {
		wish.State = domain.AccountState(state)
	}
	lines, err := p.Backend.Performers(r.Context(), wish)
	if err != nil {
		return listView{}, err
	}
	view := listView{Filters: filters(words, state, order), Orders: orders(words, order, state), Count: len(lines)}
	for _, l := range lines {
		view.Lines = append(view.Lines, performerLine{PerformerLine: l, Application: l.Application, Action: "/studio/" + l.Account.Name + "/application", Steps: steps(l.Account.State)})
	}
	return view, nil
}

func (p *Pages) studio(w http.ResponseWriter, r *http.Request) { p.studioAgain(w, r, nil, nil) }

// studioAgain draws the studio's list, after a refused form with the reason.
func (p *Pages) studioAgain(w http.ResponseWriter, r *http.Request, cause error, keep func(*listView)) {
	_, err := as(r, domain.RoleStudio)
	var view listView
	if err == nil {
		view, err = p.list(r)
	}
	switch {
	case err != nil:
		p.problem(w, r, err)
	case cause != nil:
		if keep != nil {
			keep(&view)
		}
		p.again(w, r, "studio", "studio.title", cause, view)
	default:
		p.show(w, r, "studio", "studio.title", view)
	}
}

func (p *Pages) addPerformer(w http.ResponseWriter, r *http.Request) {
	err := p.SignUpAllowed(w, r)
	if err == nil {
		err = form(r)
	}
	in := signUpOf(r)
	if err == nil {
		_, err = p.Backend.AddPerformer(r.Context(), in)
	}
	if err != nil {
		p.studioAgain(w, r, err, func(v *listView) { v.Sign = signView{Name: in.Name, Email: in.Email, Adult: in.Adult} })
		return
	}
	done(w, r, "/studio", "added")
}

func (p *Pages) activate(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	if err == nil {
		_, err = p.Backend.SetActivation(r.Context(), r.PathValue("performer"), r.PostFormValue("active") == "yes")
	}
	if err != nil {
		p.studioAgain(w, r, err, nil)
		return
	}
	done(w, r, "/studio", "saved")
}

func (p *Pages) applyFor(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	if err == nil {
		_, err = p.Backend.Apply(r.Context(), r.PathValue("performer"), applicationOf(r))
	}
	if err != nil {
		p.studioAgain(w, r, err, func(v *listView) {
			for i := range v.Lines {
				if v.Lines[i].Account.Name == r.PathValue("performer") {
					v.Lines[i].Application = applicationOf(r)
				}
			}
		})
		return
	}
	done(w, r, "/studio", "applied")
}
