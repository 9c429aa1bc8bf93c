package page

import (
	"net/http"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// step is a decision that staff can make, as a button.
type step struct {
	State  domain.AccountState
	Button string // a key
}

// steps are the decisions that make sense in a state (domain F1); the backend
// has the last word.
func steps(s domain.AccountState) []step {
	approve, reject := step{domain.StateActive, "staff.approve"}, step{domain.StateRejected, "staff.reject"}
	suspend, end := step{domain.StateSuspended, "staff.suspend"}, step{domain.StateClosed, "staff.close"}
	switch s {
	case domain.StateSubmitted:
		return []step{approve, reject, end}
	case domain.StateActive, domain.StateInactive:
		return []step{suspend, end}
	case domain.StateSuspended:
		return []step{{domain.StateActive, "staff.lift"}, end}
	case domain.StateUnfinished, domain.StateRejected:
		return []step{end}
	default:
		return nil
	}
}

// verified is a person whom staff has approved already, by her accounts.
type verified struct{ Performer, Words string }

func verifiedOf(lines []domain.PerformerLine) []verified {
	var out []verified
	for _, l := range lines {
		if l.Person != "" {
			out = append(out, verified{l.Account.Name, l.Account.Name + " (" + l.Application.FullName + ")"})
		}
	}
	slices.SortFunc(out, func(a, b verified) int { return strings.Compare(a.Performer, b.Performer) })
	return out
}

func (p *Pages) staff(w http.ResponseWriter, r *http.Request) { p.staffAgain(w, r, nil) }

func (p *Pages) staffAgain(w http.ResponseWriter, r *http.Request, cause error) {
	_, err := as(r, domain.RoleStaff)
	var view listView
	if err == nil {
		view, err = p.list(r)
	}
	if err == nil && slices.ContainsFunc(view.Lines, func(l performerLine) bool { return l.Account.State == domain.StateSubmitted }) {
		var all []domain.PerformerLine
		all, err = p.Backend.Performers(r.Context(), domain.PerformerFilter{})
		view.Persons = verifiedOf(all)
	}
	switch {
	case err != nil:
		p.problem(w, r, err)
	case cause != nil:
		p.again(w, r, "staff", "staff.title", cause, view)
	default:
		p.show(w, r, "staff", "staff.title", view)
	}
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	var person domain.PersonID
	if other := r.PostFormValue("same_person_as"); err == nil && other != "" {
		person, err = p.personOf(r, other)
	}
	if err == nil {
		_, err = p.Backend.Decide(r.Context(), r.PathValue("performer"), domain.Decision{
			State: domain.AccountState(r.PostFormValue("state")), Reason: strings.TrimSpace(r.PostFormValue("reason")), Person: person,
		})
	}
	if err != nil {
		p.staffAgain(w, r, err)
		return
	}
	done(w, r, "/staff", "decided")
}

// personOf finds the person behind another account of hers.
func (p *Pages) personOf(r *http.Request, performer string) (domain.PersonID, error) {
	if _, err := as(r, domain.RoleStaff); err != nil {
		return "", err
	}
	lines, err := p.Backend.Performers(r.Context(), domain.PerformerFilter{})
	if err != nil {
		return "", err
	}
	for _, l := range lines {
		if l.Account.Name == performer && l.Person != "" {
			return l.Person, nil
		}
	}
	return "", domain.Errorf("decision", domain.KindNotFound, "There is no verified person behind that account. Choose another one.")
}
