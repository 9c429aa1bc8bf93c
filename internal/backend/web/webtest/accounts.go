package webtest

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Authenticate finds a token's session.
func (b *Backend) Authenticate(_ context.Context, token string) (domain.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.sessions[token]
	if !ok {
		return domain.Session{}, domain.Errorf("session", domain.KindUnauthenticated, "Your session has ended. Sign in again.").Because("session.ended")
	}
	s.Account = b.byName(s.Account.Name).Account
	return s, nil
}

// SignUpMember implements domain.Accounts.
func (b *Backend) SignUpMember(_ context.Context, s domain.SignUp) (domain.Account, error) {
	return b.signUp(domain.RoleMember, domain.StateActive, s)
}

// SignUpPerformer implements domain.Accounts.
func (b *Backend) SignUpPerformer(_ context.Context, s domain.SignUp) (domain.Account, error) {
	return b.signUp(domain.RolePerformer, domain.StateUnfinished, s)
}

func (b *Backend) signUp(role domain.Role, state domain.AccountState, s domain.SignUp) (domain.Account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, err := range []error{domain.CheckName(s.Name), domain.CheckEmail(s.Email), domain.CheckPassword(s.Password)} {
		if err != nil {
			return domain.Account{}, err
		}
	}
	if !s.Adult {
		return domain.Account{}, domain.Errorf("sign up", domain.KindInvalid, "Confirm that you are at least 18 years old.")
	}
	if b.byName(s.Name) != nil {
		return domain.Account{}, domain.Errorf("sign up", domain.KindConflict, "This name is taken. Choose another one.")
	}
	for _, a := range b.accounts {
		if code(a) == s.Referral && s.Referral != "" {
			a.pay.brought++
		}
	}
	return b.add(role, s.Name, s.Email, s.Password, state).Account, nil
}

// SignIn implements domain.Accounts.
func (b *Backend) SignIn(_ context.Context, email, password, device string) (domain.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.accounts {
		if a.Email == email && a.password == password {
			return b.session(a, device), nil
		}
	}
	return domain.Session{}, domain.Errorf("sign in", domain.KindUnauthenticated, "The e-mail address or the password is wrong. Check both and try again.")
}

// SignOut implements domain.Accounts.
func (b *Backend) SignOut(ctx context.Context) error {
	return b.RevokeSession(ctx, domain.ActorFrom(ctx).Session)
}

// Sessions implements domain.Accounts.
func (b *Backend) Sessions(ctx context.Context) ([]domain.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return nil, err
	}
	var out []domain.Session
	for _, s := range b.sessions {
		if s.Account.ID == a.ID {
			s.Token, s.Current = "", s.ID == domain.ActorFrom(ctx).Session
			out = append(out, s)
		}
	}
	return out, nil
}

// RevokeSession implements domain.Accounts.
func (b *Backend) RevokeSession(ctx context.Context, id string) error {
	b.mu.Lock()
	a, err := b.actor(ctx)
	if err == nil {
		err = domain.Errorf("session", domain.KindNotFound, "There is no such session.")
		for token, s := range b.sessions {
			if s.ID == id && s.Account.ID == a.ID {
				delete(b.sessions, token)
				err = nil
			}
		}
	}
	b.mu.Unlock()
	b.Bell.Ring(bus.Doors)
	return err
}

// Me implements domain.Accounts.
func (b *Backend) Me(ctx context.Context) (domain.Me, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Me{}, err
	}
	me := domain.Me{Account: a.Account, BalanceMillicredits: a.balance, Seq: int64(len(b.own[a.ID]))}
	if r := b.rooms[a.Name]; r != nil {
		room := r.Room
		me.Room = &room
	}
	return me, nil
}

// Apply implements domain.Approvals.
func (b *Backend) Apply(ctx context.Context, performer string, app domain.Application) (domain.Account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.actor(ctx); err != nil {
		return domain.Account{}, err
	}
	adult, err := domain.Adult(app.BirthDate, b.Now())
	if err != nil {
		return domain.Account{}, err
	}
	if !adult {
		return domain.Account{}, domain.Errorf("application", domain.KindInvalid, "Performers must be at least 18 years old.")
	}
	a := b.byName(performer)
	a.application, a.State, a.Reason = app, domain.StateSubmitted, ""
	return a.Account, nil
}

// Application implements domain.Approvals.
func (b *Backend) Application(ctx context.Context, performer string) (domain.Application, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	actor, err := b.actor(ctx)
	if err != nil {
		return domain.Application{}, err
	}
	switch a := b.byName(performer); {
	case a == nil || actor != a && actor.Name != a.studio:
		return domain.Application{}, domain.Errorf("application", domain.KindForbidden, "Only the performer herself or her studio may read this.")
	case a.application == domain.Application{}:
		return domain.Application{}, domain.Errorf("application", domain.KindNotFound, "No application was sent yet.")
	default:
		return a.application, nil
	}
}

// AddPerformer implements domain.Approvals.
func (b *Backend) AddPerformer(ctx context.Context, s domain.SignUp) (domain.Account, error) {
	acc, err := b.signUp(domain.RolePerformer, domain.StateUnfinished, s)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.byName(s.Name).studio = domain.ActorFrom(ctx).Account.Name
	}
	return acc, err
}

// Performers implements domain.Approvals; it forgets to hide the persons from a studio.
func (b *Backend) Performers(ctx context.Context, f domain.PerformerFilter) ([]domain.PerformerLine, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	actor, err := b.actor(ctx)
	if err != nil {
		return nil, err
	}
	var out []domain.PerformerLine
	for _, a := range b.accounts {
		if a.Role != domain.RolePerformer || (f.State != "" && a.State != f.State) || (actor.Role == domain.RoleStudio && a.studio != actor.Name) {
			continue
		}
		online := b.rooms[a.Name].State != domain.RoomOffline
		if f.Online && !online {
			continue
		}
		out = append(out, domain.PerformerLine{Account: a.Account, Application: a.application, Person: a.Person, Studio: a.studio, Online: online})
	}
	return out, nil
}

// Decide implements domain.Approvals.
func (b *Backend) Decide(ctx context.Context, performer string, d domain.Decision) (domain.Account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	actor, err := b.actor(ctx)
	if err != nil {
		return domain.Account{}, err
	}
	if actor.Role != domain.RoleStaff {
		return domain.Account{}, domain.Errorf("decision", domain.KindForbidden, "Only staff decides.")
	}
	if d.State != domain.StateActive && d.Reason == "" {
		return domain.Account{}, domain.Errorf("decision", domain.KindInvalid, "Give the reason. The performer reads it.")
	}
	a := b.byName(performer)
	if a == nil {
		return domain.Account{}, domain.Errorf("decision", domain.KindNotFound, "There is no such performer.")
	}
	a.State, a.Reason = d.State, d.Reason
	b.acts = append(b.acts, domain.Act{ID: b.id("act"), At: b.Now().UnixMilli(), Actor: actor.Name, Act: "decision " + string(d.State), Subject: performer, Reason: d.Reason})
	if d.Person != "" {
		a.Person = d.Person
	}
	return a.Account, nil
}

// SetActivation implements domain.Approvals.
func (b *Backend) SetActivation(_ context.Context, performer string, active bool) (domain.Account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.byName(performer)
	a.State = domain.StateInactive
	if active {
		a.State = domain.StateActive
	}
	return a.Account, nil
}

// Begin implements domain.Broadcasts.
func (b *Backend) Begin(ctx context.Context, _ []string) (domain.Grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Grant{}, err
	}
	if reason := a.State.OfflineReason(); reason != "" {
		return domain.Grant{}, domain.Errorf("go online", domain.KindForbidden, "%s", reason)
	}
	return domain.Grant{WHIPURL: "/whip", Token: b.id("broadcast"), Rooms: []string{a.Name}}, nil
}
