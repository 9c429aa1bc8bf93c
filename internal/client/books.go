package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Statement implements domain.Statements.
func (c *Client) Statement(ctx context.Context, name, period, next string) (s domain.Statement, err error) {
	query := url.Values{}
	put(query, "period", period)
	put(query, "next", next)
	err = c.into(ctx, "statement", with(performer(name, "/statement"), query), &s)
	return s, err
}

// Viewers implements domain.Relations.
func (c *Client) Viewers(ctx context.Context, name string, by domain.AcquaintanceOrder) ([]domain.Acquaintance, error) {
	query := url.Values{}
	put(query, "order", string(by))
	var out struct {
		Viewers []domain.Acquaintance `json:"viewers"`
	}
	err := c.into(ctx, "viewers", with(performer(name, "/viewers"), query), &out)
	return out.Viewers, err
}

// SetRemark implements domain.Relations.
func (c *Client) SetRemark(ctx context.Context, name, viewer string, r domain.Remark) (a domain.Acquaintance, err error) {
	err = c.call(ctx, "note", http.MethodPut, performer(name, "/viewers/"+seg(viewer)), r, &a)
	return a, err
}

// Favourites implements domain.Relations.
func (c *Client) Favourites(ctx context.Context) ([]domain.Card, error) {
	var out cards
	err := c.into(ctx, "favourites", "favourites", &out)
	return out.Rooms, err
}

// SetFavourite implements domain.Relations.
func (c *Client) SetFavourite(ctx context.Context, name string, on bool) error {
	in := struct {
		Favourite bool `json:"favourite"`
	}{on}
	return c.call(ctx, "favourite", http.MethodPut, "favourites/"+seg(name), in, nil)
}

// History implements domain.Ledgers.
func (c *Client) History(ctx context.Context, next string) (h domain.History, err error) {
	query := url.Values{}
	put(query, "next", next)
	err = c.into(ctx, "history", with("history", query), &h)
	return h, err
}

// Budget implements domain.Ledgers.
func (c *Client) Budget(ctx context.Context) (b domain.Budget, err error) {
	err = c.into(ctx, "budget", "budget", &b)
	return b, err
}

// SetBudget implements domain.Ledgers.
func (c *Client) SetBudget(ctx context.Context, b domain.Budget) (out domain.Budget, err error) {
	err = c.call(ctx, "budget", http.MethodPut, "budget", b, &out)
	return out, err
}

// AuditLog implements domain.Audit.
func (c *Client) AuditLog(ctx context.Context, subject, next string) (a domain.AuditTrail, err error) {
	query := url.Values{}
	put(query, "of", subject)
	put(query, "next", next)
	err = c.into(ctx, "audit log", with("staff/audit", query), &a)
	return a, err
}
