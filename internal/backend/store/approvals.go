package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits of what is written about a performer, in characters.
const (
	maxFullName = 200
	maxReason   = 1000
)

// Apply fills in and submits an application: by the performer herself or her
// studio. KindInvalid when under 18, KindForbidden, KindConflict in another state.
func (s *Store) Apply(ctx context.Context, performer string, a domain.Application) (domain.Account, error) {
	const op = "application"
	a, err := checkApplication(a, s.Now())
	if err != nil {
		return domain.Account{}, database.Fail(op, err)
	}
	return s.step(ctx, op, performer, bySelf, domain.Decision{State: domain.StateSubmitted}, func(ctx context.Context, t *database.Tx, acc domain.Account) error {
		_, err := t.Exec(ctx, `INSERT INTO applications (account, full_name, birth_date, country, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account) DO UPDATE SET full_name = excluded.full_name, birth_date = excluded.birth_date, country = excluded.country, at = excluded.at`,
			acc.ID, a.FullName, a.BirthDate, a.Country, t.Now)
		return err
	})
}

// Application is the one that was sent last: for the performer herself and her
// studio. KindNotFound before the first, KindForbidden.
func (s *Store) Application(ctx context.Context, performer string) (domain.Application, error) {
	const op = "application"
	acc, err := performerAccount(ctx, s.db.Reads, performer)
	if err == nil {
		err = mayDecide(domain.ActorFrom(ctx), bySelf, acc)
	}
	if err != nil {
		return domain.Application{}, database.Fail(op, err)
	}
	var a domain.Application
	err = s.db.Reads.QueryRowContext(ctx, `SELECT full_name, birth_date, country FROM applications WHERE account = $1`, acc.ID).
		Scan(&a.FullName, &a.BirthDate, &a.Country)
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "No application was sent yet. Fill it in and send it.").Because("papers.none")
	}
	return a, database.Fail(op, err)
}

func checkApplication(a domain.Application, now time.Time) (domain.Application, error) {
	a.FullName = database.Clean(a.FullName)
	if n := utf8.RuneCountInString(a.FullName); n < 3 || n > maxFullName {
		return a, domain.Errorf("", domain.KindInvalid, "Write the full name as it stands in the identity document, 3 to %d characters.", maxFullName).Because("papers.name", maxFullName)
	}
	adult, err := domain.Adult(a.BirthDate, now)
	if err != nil {
		return a, err
	}
	if !adult {
		return a, domain.Errorf("", domain.KindInvalid, "Performers must be at least 18 years old. Come back when you are.").Because("papers.young")
	}
	a.Country, err = checkCountry(a.Country)
	return a, err
}

// Decide is staff's alone: a new state, and for Active the human being whom the
// account shows, given or new. KindForbidden, KindInvalid without a reason,
// KindNotFound for an unknown person, KindConflict on a step that is not in the table.
func (s *Store) Decide(ctx context.Context, performer string, d domain.Decision) (domain.Account, error) {
	const op = "decision"
	d.Reason = database.Clean(d.Reason)
	if d.State != domain.StateActive && d.Reason == "" {
		return domain.Account{}, domain.Errorf(op, domain.KindInvalid, "Write the reason; she will read it.")
	}
	if utf8.RuneCountInString(d.Reason) > maxReason {
		return domain.Account{}, domain.Errorf(op, domain.KindInvalid, "The reason is too long: at most %d characters. Shorten it.", maxReason)
	}
	return s.step(ctx, op, performer, byStaff, d, func(ctx context.Context, t *database.Tx, acc domain.Account) error {
		if d.State != domain.StateActive {
			return nil
		}
		if err := showcase.Promote(ctx, t, acc.ID); err != nil || (d.Person == "" && acc.Person != "") {
			return err
		}
		return s.embody(ctx, t, acc.ID, d.Person)
	})
}

// SetActivation is her studio's: Active ⇄ Inactive (domain D3). KindForbidden, KindConflict.
func (s *Store) SetActivation(ctx context.Context, performer string, active bool) (domain.Account, error) {
	d := domain.Decision{State: domain.StateInactive}
	if active {
		d.State = domain.StateActive
	}
	return s.step(ctx, "activation", performer, byStudio, d, func(context.Context, *database.Tx, domain.Account) error { return nil })
}

// step takes a performer account from one state to another, writes it down, tells
// her and rings the database.Doors.
func (s *Store) step(ctx context.Context, op, performer string, who decider, d domain.Decision,
	also func(ctx context.Context, t *database.Tx, acc domain.Account) error) (domain.Account, error) {
	var acc domain.Account
	err := s.db.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		var err error
		if acc, err = performerAccount(ctx, t, performer); err != nil {
			return err
		}
		if err := mayDecide(domain.ActorFrom(ctx), who, acc); err != nil {
			return err
		}
		if err := checkStep(who, acc.State, d.State); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `UPDATE accounts SET state = $2, reason = $3, changed = $4 WHERE id = $1 AND state = $5`,
			acc.ID, d.State, d.Reason, t.Now, acc.State)
		if err == nil && n == 0 {
			err = domain.Errorf("", domain.KindConflict, "Somebody else has just decided about this account. Look at its present state first.").Because("account.step")
		}
		if err != nil {
			return err
		}
		if err := also(ctx, t, acc); err != nil {
			return err
		}
		if err := t.Audit(ctx, op, acc.ID, string(acc.State)+" → "+string(d.State)+": "+d.Reason); err != nil {
			return err
		}
		t.Ring(database.Doors)
		if _, err := t.Post(ctx, database.NewNote(database.AccountStream(acc.ID), domain.EventAccount, domain.AccountNotice{State: d.State, Reason: d.Reason})); err != nil {
			return err
		}
		acc, err = performerAccount(ctx, t, performer)
		return err
	})
	if err != nil {
		return domain.Account{}, err
	}
	return acc, nil
}

func mayDecide(actor domain.Actor, who decider, acc domain.Account) error {
	herStudio := actor.Role() == domain.RoleStudio && acc.Studio != "" && actor.Account.ID == acc.Studio
	switch {
	case actor.Account.ID == "":
		return domain.Errorf("", domain.KindUnauthenticated, "Sign in first.").Because("signin.first")
	case who == byStaff && actor.Role() == domain.RoleStaff,
		who == byStudio && herStudio,
		who == bySelf && (herStudio || actor.Account.ID == acc.ID):
		return nil
	case who == byStaff:
		return domain.Errorf("", domain.KindForbidden, "Only staff decides about accounts. Sign in with a staff account.")
	case who == byStudio:
		return domain.Errorf("", domain.KindForbidden, "Only her studio may do this. Sign in with the studio's account.").Because("studio.only")
	default:
		return domain.Errorf("", domain.KindForbidden, "Only the performer herself or her studio may do this.").Because("studio.or")
	}
}

// embody links an account to the human being whom staff has verified: a known
// person, or a new one made of the application.
func (s *Store) embody(ctx context.Context, t *database.Tx, account domain.AccountID, person domain.PersonID) error {
	if person == "" {
		person = domain.PersonID(database.NewID())
		n, err := t.Exec(ctx, `INSERT INTO persons (id, full_name, birth_date, country, verified, verifier)
			SELECT $1, full_name, birth_date, country, at, $3 FROM applications WHERE account = $2`, person, account, domain.ActorFrom(ctx).Account.ID)
		if err == nil && n == 1 {
			_, err = t.Exec(ctx, `UPDATE persons SET verified = $2 WHERE id = $1`, person, t.Now)
		}
		if err != nil {
			return err
		}
	}
	err := t.QueryRowContext(ctx, `SELECT id FROM persons WHERE id = $1`, person).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return domain.Errorf("", domain.KindNotFound, "There is no verified person of this id. Leave it empty to make a new one.")
	}
	if err != nil {
		return err
	}
	if _, err = t.Exec(ctx, `DELETE FROM account_persons WHERE account = $1`, account); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO account_persons (account, person) VALUES ($1, $2)`, account, person)
	return err
}

// Performers lists: staff all, a studio its own (domain D1). KindForbidden,
// KindInvalid for another order.
func (s *Store) Performers(ctx context.Context, f domain.PerformerFilter) ([]domain.PerformerLine, error) {
	const op = "performers"
	order, ok := map[domain.PerformerOrder]string{
		"": "a.name", domain.PerformersByName: "a.name", domain.PerformersByStatus: "a.state, a.name", domain.PerformersByCategory: "c.category, a.name",
	}[f.Order]
	if !ok {
		return nil, domain.Errorf(op, domain.KindInvalid, "This list is ordered by name, status or category. Choose one of these.")
	}
	actor := domain.ActorFrom(ctx)
	studio := actor.Account.ID
	switch actor.Role() {
	case domain.RoleStaff:
		studio = ""
	case domain.RoleStudio:
	default:
		return nil, domain.Errorf(op, domain.KindForbidden, "Only staff and studios see this list. Sign in with such an account.")
	}
	var hidden domain.RoomState // rooms in it are left out
	if f.Online {
		hidden = domain.RoomOffline
	}
	list, err := database.Collect(ctx, s.db.Reads, scanPerformer, `SELECT `+accountColumns+`, COALESCE(p.full_name, ''), COALESCE(p.birth_date, ''), COALESCE(p.country, ''),
			COALESCE(st.name, ''), r.state, a.changed, c.category
		FROM accounts a JOIN rooms r ON r.account = a.id JOIN profiles c ON c.account = a.id LEFT JOIN applications p ON p.account = a.id LEFT JOIN accounts st ON st.id = a.studio
		WHERE a.role = $1 AND (a.studio = $2 OR $2 = '') AND (a.state = $3 OR $3 = '') AND (r.state <> $4 OR $4 = '') ORDER BY `+order,
		domain.RolePerformer, studio, f.State, hidden)
	if studio != "" {
		for i := range list { // the human being behind an account is staff's to know
			list[i].Person, list[i].Account.Person = "", ""
		}
	}
	return list, database.Fail(op, err)
}

func scanPerformer(r database.Row) (l domain.PerformerLine, err error) {
	var state domain.RoomState
	err = r.Scan(append(accountFields(&l.Account), &l.Application.FullName, &l.Application.BirthDate, &l.Application.Country, &l.Studio, &state, &l.Since, &l.Category)...)
	l.Person, l.Online = l.Account.Person, state != domain.RoomOffline
	return l, err
}
