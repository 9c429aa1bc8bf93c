package backend

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Demo is DIR/demo.json: the accounts that --demo made.
type Demo struct {
	Performers []DemoAccount `json:"performers"`
	Members    []DemoAccount `json:"members"`
	Studio     DemoAccount   `json:"studio"`
	Staff      DemoAccount   `json:"staff"`
}

// DemoAccount is how to sign in to one of them.
type DemoAccount struct {
	Name      string `json:"name"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	StreamKey string `json:"stream_key,omitempty"` // of performers
}

// The demo's people. Both performers are one person; the studio owns a third
// performer, who has not finished her profile.
const (
	demoFirst, demoSecond = "luna-rose", "velvet-sky"

	demoStudio     = "north-studio"
	demoUnfinished = "amber-day"
	demoStaff      = "front-desk"
	demoDomain     = "@demo.example"
	demoPackage    = "p150"
)

// demoMaker makes the demo through the same services that people use.
type demoMaker struct {
	domain.Backend
	payments domain.Payments
	operate  func(ctx context.Context, role domain.Role, up domain.SignUp) (domain.Account, error)
	entered  []domain.Actor
}

// make writes DIR/demo.json when it is not there yet. The passwords are kept in
// a draft first and every step may be taken twice, so that a crash in the
// middle is healed by the next start.
func (m *demoMaker) make(ctx context.Context, dir string) error {
	path := filepath.Join(dir, demoFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	draft := path + ".draft"
	demo, err := readDemo(draft)
	if errors.Is(err, fs.ErrNotExist) {
		demo = draftDemo()
		err = saveDemo(draft, demo)
	}
	if err != nil {
		return dataError(dir, err)
	}
	if err := errors.Join(m.people(ctx, &demo), m.leave(ctx)); err != nil {
		return err
	}
	if err := saveDemo(path, demo); err != nil {
		return dataError(dir, err)
	}
	return os.Remove(draft)
}

func draftDemo() Demo {
	account := func(name string) DemoAccount {
		return DemoAccount{Name: name, Email: name + demoDomain, Password: rand.Text()}
	}
	d := Demo{Studio: account(demoStudio), Staff: account(demoStaff)}
	for _, name := range []string{demoFirst, demoSecond} {
		d.Performers = append(d.Performers, account(name))
	}
	for _, name := range []string{"quiet-fox", "blue-harbor", "night-owl"} {
		d.Members = append(d.Members, account(name))
	}
	return d
}

func (m *demoMaker) people(ctx context.Context, d *Demo) error {
	staff, err := m.enter(ctx, d.Staff, func(ctx context.Context, up domain.SignUp) (domain.Account, error) {
		return m.operate(ctx, domain.RoleStaff, up)
	})
	if err != nil {
		return err
	}
	studio, err := m.enter(ctx, d.Studio, func(ctx context.Context, up domain.SignUp) (domain.Account, error) {
		return m.operate(ctx, domain.RoleStudio, up)
	})
	if err != nil {
		return err
	}
	trainee := signUpOf(DemoAccount{Name: demoUnfinished, Email: demoUnfinished + demoDomain, Password: rand.Text()})
	if _, err := m.AddPerformer(studio, trainee); err != nil && domain.KindOf(err) != domain.KindConflict {
		return err
	}
	for i := range d.Performers {
		if err := m.performer(ctx, staff, &d.Performers[i]); err != nil {
			return err
		}
	}
	for _, member := range d.Members {
		if err := m.member(ctx, member); err != nil {
			return err
		}
	}
	return nil
}

// performer takes one through application and approval, writes her profile, and
// mints her key.
func (m *demoMaker) performer(ctx, staff context.Context, acc *DemoAccount) error {
	own, err := m.enter(ctx, *acc, m.SignUpPerformer)
	if err != nil {
		return err
	}
	if domain.ActorFrom(own).Account.State == domain.StateUnfinished {
		if _, err := m.Apply(own, acc.Name, domain.Application{FullName: "Demo Person", BirthDate: "1995-04-23", Country: "HU"}); err != nil {
			return err
		}
	}
	if domain.ActorFrom(own).Account.State != domain.StateActive {
		person, err := m.person(staff)
		if err != nil {
			return err
		}
		if _, err := m.Decide(staff, acc.Name, domain.Decision{State: domain.StateActive, Person: person}); err != nil {
			return err
		}
	}
	if err := m.profile(own, acc.Name); err != nil {
		return err
	}
	acc.StreamKey, err = m.NewStreamKey(own, acc.Name)
	return err
}

// person is the human being that staff has verified for the first performer;
// empty before that.
func (m *demoMaker) person(staff context.Context) (domain.PersonID, error) {
	lines, err := m.Performers(staff, domain.PerformerFilter{State: domain.StateActive})
	for _, line := range lines {
		if line.Account.Name == demoFirst {
			return line.Person, nil
		}
	}
	return "", err
}

// member gets credits the way members do: a purchase that the provider settles.
func (m *demoMaker) member(ctx context.Context, acc DemoAccount) error {
	own, err := m.enter(ctx, acc, m.SignUpMember)
	if err != nil {
		return err
	}
	purchase, err := m.Buy(own, demoPackage, "demo-"+acc.Name)
	if err != nil {
		return err
	}
	return m.payments.Settle(ctx, domain.PaymentNotice{ID: "demo-" + purchase.ID, Purchase: purchase.ID, State: "paid", Cents: purchase.Cents})
}

// enter signs up (or finds that it was done) and in, and returns the context in
// which the account acts.
func (m *demoMaker) enter(ctx context.Context, acc DemoAccount, signUp func(context.Context, domain.SignUp) (domain.Account, error)) (context.Context, error) {
	if _, err := signUp(ctx, signUpOf(acc)); err != nil && domain.KindOf(err) != domain.KindConflict {
		return nil, err
	}
	session, err := m.SignIn(ctx, acc.Email, acc.Password, "demo")
	if domain.KindOf(err) == domain.KindUnauthenticated {
		return nil, domain.Wrap("demo", domain.KindConflict, err,
			"The database holds demo accounts whose passwords are unknown here. Start with an empty --data folder and database, or without --demo.")
	}
	if err != nil {
		return nil, err
	}
	actor := domain.Actor{Account: session.Account, Session: session.ID}
	m.entered = append(m.entered, actor)
	return domain.WithActor(ctx, actor), nil
}

// leave ends the sessions that the making of the demo needed.
func (m *demoMaker) leave(ctx context.Context) error {
	var errs []error
	for _, actor := range m.entered {
		errs = append(errs, m.SignOut(domain.WithActor(ctx, actor)))
	}
	return errors.Join(errs...)
}

func signUpOf(acc DemoAccount) domain.SignUp {
	return domain.SignUp{Name: acc.Name, Email: acc.Email, Password: acc.Password, Adult: true}
}

func readDemo(path string) (d Demo, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	return d, err
}

func saveDemo(path string, d Demo) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(path, append(text, '\n'))
}
