package auth

import (
	"context"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// SignUpMember implements domain.Accounts.
func (s *Service) SignUpMember(ctx context.Context, up domain.SignUp) (domain.Account, error) {
	return s.add(ctx, up, domain.Account{Role: domain.RoleMember, State: domain.StateActive, Referral: up.Referral})
}

// SignUpPerformer implements domain.Accounts.
func (s *Service) SignUpPerformer(ctx context.Context, up domain.SignUp) (domain.Account, error) {
	return s.add(ctx, up, domain.Account{Role: domain.RolePerformer, State: domain.StateUnfinished})
}

// AddPerformer implements domain.Approvals: an Unfinished performer of the acting studio (D1).
func (s *Service) AddPerformer(ctx context.Context, up domain.SignUp) (domain.Account, error) {
	actor, err := signedIn(ctx, "add performer")
	if err != nil {
		return domain.Account{}, err
	}
	if actor.Role() != domain.RoleStudio || actor.Account.State != domain.StateActive {
		return domain.Account{}, domain.Errorf("add performer", domain.KindForbidden, "Only a studio can add performers. Sign in with your studio's account.")
	}
	return s.add(ctx, up, domain.Account{Role: domain.RolePerformer, State: domain.StateUnfinished, Studio: actor.Account.ID})
}

// AddOperated makes a studio's or a staff member's account. There is no sign-up
// for these: only the programs of whoever runs the site may call it.
func (s *Service) AddOperated(ctx context.Context, role domain.Role, up domain.SignUp) (domain.Account, error) {
	if role != domain.RoleStudio && role != domain.RoleStaff {
		return domain.Account{}, domain.Errorf("add account", domain.KindInvalid, "Only studio and staff accounts are made this way.")
	}
	return s.add(ctx, up, domain.Account{Role: role, State: domain.StateActive})
}

func (s *Service) add(ctx context.Context, up domain.SignUp, acc domain.Account) (domain.Account, error) {
	up.Email = normalEmail(up.Email)
	if err := checkSignUp(up); err != nil {
		return domain.Account{}, err
	}
	hash, err := s.hasher.hash(ctx, up.Password)
	if err != nil {
		return domain.Account{}, err
	}
	acc.Name, acc.Email = up.Name, up.Email
	return s.Repository.AddAccount(ctx, acc, hash)
}

func checkSignUp(up domain.SignUp) error {
	if !up.Adult {
		return domain.Errorf("sign up", domain.KindInvalid, "This site is for adults only. Confirm that you are at least 18 years old.").Because("adult")
	}
	if err := domain.CheckName(up.Name); err != nil {
		return err
	}
	if reserved(up.Name) {
		return domain.Errorf("name", domain.KindInvalid, "This name is reserved. Choose another one.").Because("name.reserved")
	}
	if err := domain.CheckEmail(up.Email); err != nil {
		return err
	}
	return domain.CheckPassword(up.Password)
}

// reserved names could be taken for a guest's or for the site's own.
func reserved(name string) bool {
	switch name {
	case "guest", "admin", "staff", "support", "moderator", "system", "jasmincam":
		return true
	}
	return strings.HasPrefix(name, "guest-")
}
