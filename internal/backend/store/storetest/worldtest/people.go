package worldtest

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Someone is an account that acts by Ctx.
type Someone struct {
	domain.Account
	Ctx context.Context
}

// As acts for an account, from Hungary.
func As(acc domain.Account) Someone {
	return Someone{acc, domain.WithActor(context.Background(), domain.Actor{Account: acc, Country: "HU"})}
}

// Add makes an account; one without a name is called by its role and a number.
func (w *World) Add(acc domain.Account) Someone {
	w.T.Helper()
	if acc.Name == "" {
		acc.Name = string(acc.Role) + "-" + w.Key()[4:]
	}
	acc.Email = acc.Name + "@example.org"
	return As(Must(w.AddAccount(context.Background(), acc, "hash of "+acc.Name))(w.T))
}

// Staff is a new one of the site's own people.
func (w *World) Staff() Someone { w.T.Helper(); return w.Add(domain.Account{Role: domain.RoleStaff}) }

// Application is a performer's, born on 21 November.
func Application() domain.Application {
	return domain.Application{FullName: "Anna Example", BirthDate: "1995-11-21", Country: "hu"}
}

// Performer is an Active one, with the name and studio of acc if it has any; as an
// account of a person, or of a new one.
func (w *World) Performer(acc domain.Account, person domain.PersonID) Someone {
	w.T.Helper()
	acc.Role = domain.RolePerformer
	p := w.Add(acc)
	Must(w.Apply(p.Ctx, p.Name, Application()))(w.T)
	return As(Must(w.Decide(w.Staff().Ctx, p.Name, domain.Decision{State: domain.StateActive, Person: person}))(w.T))
}

// RichCredits are 300 of package p300, 60 of first bonus and 5 of sign-up.
const RichCredits domain.Millicredits = 365_000

// Rich is a member with RichCredits, of a name or none.
func (w *World) Rich(name string) Someone {
	w.T.Helper()
	m := w.Add(domain.Account{Role: domain.RoleMember, Name: name})
	w.Pay(m, "p300")
	return m
}

// Pay buys a package and pays it.
func (w *World) Pay(m Someone, pack string) domain.Purchase {
	w.T.Helper()
	p := Must(w.Buy(m.Ctx, pack, w.Key()))(w.T)
	w.Notice(p, "paid")
	return p
}

// Notice is what the payment's provider says of a purchase.
func (w *World) Notice(p domain.Purchase, state string) {
	w.T.Helper()
	if err := w.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + w.Key(), Purchase: p.ID, State: state, Cents: p.Cents}); err != nil {
		w.T.Fatal(err)
	}
}

// Balance is what a member can spend.
func (w *World) Balance(m Someone) domain.Millicredits {
	w.T.Helper()
	return Must(w.Me(m.Ctx))(w.T).BalanceMillicredits
}

// Step takes a show through states.
func (w *World) Step(s domain.ShowRecord, to ...domain.ShowState) domain.ShowRecord {
	w.T.Helper()
	for _, state := range to {
		s = Must(w.StepShow(context.Background(), s.ID, s.State, state, ""))(w.T)
	}
	return s
}
