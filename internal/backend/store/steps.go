package store

import "github.com/jasmincam/jasmincam/internal/domain"

// decider is who takes a step in a performer account's life (domain F1, D3).
type decider string

const (
	bySelf   decider = "applicant" // the performer, or her studio for her
	byStudio decider = "studio"
	byStaff  decider = "staff"
)

type step struct {
	who      decider
	from, to domain.AccountState
}

// steps is the table of a performer account's life; what is not in it is a
// conflict. Closed is the end.
func steps() []step {
	return []step{
		{bySelf, domain.StateUnfinished, domain.StateSubmitted},
		{bySelf, domain.StateRejected, domain.StateSubmitted},

		{byStaff, domain.StateSubmitted, domain.StateActive},
		{byStaff, domain.StateSubmitted, domain.StateRejected},
		{byStaff, domain.StateActive, domain.StateSuspended},
		{byStaff, domain.StateInactive, domain.StateSuspended},
		{byStaff, domain.StateSuspended, domain.StateActive},
		{byStaff, domain.StateUnfinished, domain.StateClosed},
		{byStaff, domain.StateSubmitted, domain.StateClosed},
		{byStaff, domain.StateActive, domain.StateClosed},
		{byStaff, domain.StateRejected, domain.StateClosed},
		{byStaff, domain.StateInactive, domain.StateClosed},
		{byStaff, domain.StateSuspended, domain.StateClosed},

		{byStudio, domain.StateActive, domain.StateInactive},
		{byStudio, domain.StateInactive, domain.StateActive},
	}
}

// checkStep refuses what the table does not have. KindConflict.
func checkStep(who decider, from, to domain.AccountState) error {
	for _, s := range steps() {
		if s == (step{who, from, to}) {
			return nil
		}
	}
	return domain.Errorf("", domain.KindConflict, "This account is %s, so it cannot become %s now. Look at its present state first.", from, to).Because("account.step")
}
