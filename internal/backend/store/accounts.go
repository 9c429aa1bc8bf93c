package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// accountColumns are those of a domain.Account, from accounts a. An account may
// show several persons; the first stands for them here.
const accountColumns = `a.id, a.role, a.name, a.email, a.state, a.reason, a.studio,
	COALESCE((SELECT MIN(ap.person) FROM account_persons ap WHERE ap.account = a.id), '')`

func accountFields(a *domain.Account) []any {
	return []any{&a.ID, &a.Role, &a.Name, &a.Email, &a.State, &a.Reason, &a.Studio, &a.Person}
}

func scanAccount(r database.Row) (a domain.Account, err error) {
	err = r.Scan(accountFields(&a)...)
	return a, err
}

// AddAccount keeps a new account with the given hash of its password; ID and
// State are filled in. A member gets the credits of domain B1, a performer her
// room. KindConflict when the name or the e-mail is taken.
func (s *Store) AddAccount(ctx context.Context, acc domain.Account, passwordHash string) (domain.Account, error) {
	const op = "sign up"
	acc.ID, acc.Email, acc.Reason, acc.Person = domain.AccountID(database.NewID()), strings.ToLower(acc.Email), "", ""
	if acc.State == "" {
		acc.State = domain.StateActive
		if acc.Role == domain.RolePerformer {
			acc.State = domain.StateUnfinished
		}
	}
	err := s.db.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		n, err := t.Exec(ctx, `INSERT INTO accounts (id, role, name, email, password, state, reason, studio, studio_percent, created, changed)
			VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $9) ON CONFLICT DO NOTHING`,
			acc.ID, acc.Role, acc.Name, acc.Email, passwordHash, acc.State, acc.Studio, s.StudioPercent, t.Now)
		if err != nil {
			return err
		}
		if n == 0 {
			return s.taken(ctx, t, acc.Name)
		}
		if acc.Role == domain.RoleStaff || acc.Role == domain.RoleStudio || acc.Studio != "" { // made by somebody else
			if err := t.Audit(ctx, "new account", acc.ID, string(acc.Role)); err != nil {
				return err
			}
		}
		switch acc.Role {
		case domain.RoleMember:
			if err := s.Refer(ctx, t, acc.ID, acc.Referral); err != nil {
				return err
			}
			return s.Welcome(ctx, t, acc.ID)
		case domain.RolePerformer:
			_, err = t.Exec(ctx, `INSERT INTO rooms (name, account, guest_chat, home_closed, guests_closed, state, since)
				VALUES ($1, $2, 0, 0, '', $3, 0)`, acc.Name, acc.ID, domain.RoomOffline)
			if err == nil {
				err = showcase.Begin(ctx, t, acc.ID)
			}
		}
		return err
	})
	if err != nil {
		return domain.Account{}, err
	}
	acc.Referral = ""
	return acc, nil
}

func (s *Store) taken(ctx context.Context, t *database.Tx, name string) error {
	err := t.QueryRowContext(ctx, `SELECT id FROM accounts WHERE name = $1`, name).Scan(new(string))
	switch {
	case err == nil:
		return domain.Errorf("", domain.KindConflict, "This name is taken. Choose another one.").Because("name.taken")
	case errors.Is(err, sql.ErrNoRows):
		return domain.Errorf("", domain.KindConflict, "There is already an account with this e-mail address. Sign in with it.").Because("email.taken")
	default:
		return err
	}
}

// Credentials finds an account and the hash of its password. KindNotFound.
func (s *Store) Credentials(ctx context.Context, email string) (domain.Account, string, error) {
	var a domain.Account
	var hash string
	err := s.db.Reads.QueryRowContext(ctx, `SELECT `+accountColumns+`, a.password FROM accounts a WHERE a.email = $1`, strings.ToLower(email)).
		Scan(append(accountFields(&a), &hash)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "There is no account with this e-mail address.")
	}
	return a, hash, database.Fail("sign in", err)
}

// SetPasswordHash replaces the hash of an account's password. KindNotFound.
func (s *Store) SetPasswordHash(ctx context.Context, id domain.AccountID, passwordHash string) error {
	return s.db.Write(ctx, "password", func(ctx context.Context, t *database.Tx) error {
		n, err := t.Exec(ctx, `UPDATE accounts SET password = $2 WHERE id = $1`, id, passwordHash)
		if err == nil && n == 0 {
			err = domain.Errorf("", domain.KindNotFound, "There is no such account.")
		}
		return err
	})
}

// PerformerAccount finds a performer by her name. KindNotFound.
func (s *Store) PerformerAccount(ctx context.Context, name string) (domain.Account, error) {
	a, err := performerAccount(ctx, s.db.Reads, name)
	return a, database.Fail("performer", err)
}

func performerAccount(ctx context.Context, q database.Querier, name string) (domain.Account, error) {
	if domain.CheckName(name) != nil {
		return domain.Account{}, errNoRoom()
	}
	a, err := scanAccount(q.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.name = $1 AND a.role = $2`, name, domain.RolePerformer))
	if errors.Is(err, sql.ErrNoRows) {
		return a, errNoRoom()
	}
	return a, err
}

// SharePerson tells whether all the accounts show one human being (domain, person).
func (s *Store) SharePerson(ctx context.Context, ids ...domain.AccountID) (bool, error) {
	if len(ids) == 0 {
		return false, nil
	}
	shared := map[string]int{}
	for _, id := range ids {
		persons, err := database.Collect(ctx, s.db.Reads, scanString, `SELECT person FROM account_persons WHERE account = $1`, id)
		if err != nil {
			return false, database.Fail("person", err)
		}
		for _, p := range persons {
			shared[p]++
		}
	}
	for _, n := range shared {
		if n == len(ids) {
			return true, nil
		}
	}
	return false, nil
}

func scanString(r database.Row) (v string, err error) {
	err = r.Scan(&v)
	return v, err
}
