package page

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// listView is a list of performers with its filters (domain D1, F1).
type listView struct {
	Filters []filter
	Count   int
	Lines   []performerLine
	Sign    signView   // a refused new performer
	Persons []verified // staff: whom an account can be linked to
}

type filter struct {
	Name, Query string
	Current     bool
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

// filters are those of domain D1 and the rest of the states.
func filters(words *text.Words, current string) []filter {
	out := []filter{{Name: words.Say("state.all"), Query: ""}, {Name: words.Say("state.online"), Query: "online"}}
	for _, s := range domain.AccountStates() {
		out = append(out, filter{Name: words.Say("state." + string(s)), Query: string(s)})
	}
	for i := range out {
		out[i].Current = out[i].Query == current
	}
	return out
}

// list reads the performers for the filter in the address.
func (p *Pages) list(r *http.Request) (listView, error) {
	current := r.URL.Query().Get("state")
	all, err := p.Backend.Performers(r.Context(), domain.PerformerFilter{})
	if err != nil {
		return listView{}, err
	}
	view := listView{Filters: filters(p.words(r), current), Persons: verifiedOf(all)}
	for _, l := range all {
		if current == "" || current == string(l.Account.State) || (current == "online" && l.Online) {
			view.Lines = append(view.Lines, performerLine{PerformerLine: l, Application: l.Application, Action: "/studio/" + l.Account.Name + "/application", Steps: steps(l.Account.State)})
		}
	}
	view.Count = len(view.Lines)
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
