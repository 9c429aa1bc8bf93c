package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type signIn struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Device   string `json:"device"`
}

// SignUpMember implements domain.Accounts.
func (c *Client) SignUpMember(ctx context.Context, s domain.SignUp) (a domain.Account, err error) {
	err = c.call(ctx, "sign up", http.MethodPost, "members", s, &a)
	return a, err
}

// SignUpPerformer implements domain.Accounts.
func (c *Client) SignUpPerformer(ctx context.Context, s domain.SignUp) (a domain.Account, err error) {
	err = c.call(ctx, "sign up", http.MethodPost, "performers", s, &a)
	return a, err
}

// SignIn implements domain.Accounts. Use With for a client of the new session.
func (c *Client) SignIn(ctx context.Context, email, password, device string) (s domain.Session, err error) {
	if err = c.call(ctx, "sign in", http.MethodPost, "sessions", signIn{email, password, device}, &s); err == nil && s.Token == "" {
		err = c.nonsense("sign in", nil)
	}
	return s, err
}

// SignOut implements domain.Accounts.
func (c *Client) SignOut(ctx context.Context) error {
	return c.call(ctx, "sign out", http.MethodDelete, "sessions/current", nil, nil)
}

// Sessions implements domain.Accounts.
func (c *Client) Sessions(ctx context.Context) ([]domain.Session, error) {
	var out struct {
		Sessions []domain.Session `json:"sessions"`
	}
	err := c.into(ctx, "sessions", "sessions", &out)
	return out.Sessions, err
}

// RevokeSession implements domain.Accounts.
func (c *Client) RevokeSession(ctx context.Context, id string) error {
	return c.call(ctx, "revoke session", http.MethodDelete, "sessions/"+seg(id), nil, nil)
}

// Me implements domain.Accounts.
func (c *Client) Me(ctx context.Context) (m domain.Me, err error) {
	err = c.into(ctx, "me", "me", &m)
	return m, err
}

// Apply implements domain.Approvals.
func (c *Client) Apply(ctx context.Context, performer string, a domain.Application) (out domain.Account, err error) {
	err = c.call(ctx, "apply", http.MethodPut, "performers/"+seg(performer)+"/application", a, &out)
	return out, err
}

// Application implements domain.Approvals.
func (c *Client) Application(ctx context.Context, performer string) (out domain.Application, err error) {
	err = c.into(ctx, "application", "performers/"+seg(performer)+"/application", &out)
	return out, err
}

// AddPerformer implements domain.Approvals.
func (c *Client) AddPerformer(ctx context.Context, s domain.SignUp) (out domain.Account, err error) {
	err = c.call(ctx, "add performer", http.MethodPost, "studio/performers", s, &out)
	return out, err
}

// Performers implements domain.Approvals: staff's list, or her studio's when the
// account is not staff.
func (c *Client) Performers(ctx context.Context, f domain.PerformerFilter) ([]domain.PerformerLine, error) {
	me, err := c.Me(ctx)
	if err != nil {
		return nil, err
	}
	path := "studio/performers"
	if me.Account.Role == domain.RoleStaff {
		path = "staff/performers"
	}
	query := url.Values{}
	put(query, "state", string(f.State))
	put(query, "order", string(f.Order))
	if f.Online {
		query.Set("online", "true")
	}
	var out struct {
		Performers []domain.PerformerLine `json:"performers"`
	}
	err = c.into(ctx, "performers", with(path, query), &out)
	return out.Performers, err
}

// Decide implements domain.Approvals.
func (c *Client) Decide(ctx context.Context, performer string, d domain.Decision) (out domain.Account, err error) {
	err = c.call(ctx, "decide", http.MethodPost, "staff/performers/"+seg(performer)+"/decision", d, &out)
	return out, err
}

// SetActivation implements domain.Approvals.
func (c *Client) SetActivation(ctx context.Context, performer string, active bool) (out domain.Account, err error) {
	in := struct {
		Active bool `json:"active"`
	}{active}
	err = c.call(ctx, "activation", http.MethodPut, "performers/"+seg(performer)+"/activation", in, &out)
	return out, err
}

// Begin implements domain.Broadcasts.
func (c *Client) Begin(ctx context.Context, tokens []string) (g domain.Grant, err error) {
	in := struct {
		Accounts []string `json:"accounts"`
	}{tokens}
	if in.Accounts == nil {
		in.Accounts = []string{}
	}
	if err = c.call(ctx, "broadcast", http.MethodPost, "broadcasts", in, &g); err != nil {
		return g, err
	}
	at, err := c.base.Parse(g.WHIPURL)
	if err != nil || g.Token == "" || at.Scheme != c.base.Scheme {
		return domain.Grant{}, c.nonsense("broadcast", err)
	}
	g.WHIPURL = at.String()
	return g, nil
}

// into reads path into out.
func (c *Client) into(ctx context.Context, op, path string, out any) error {
	return c.call(ctx, op, http.MethodGet, path, nil, out)
}
