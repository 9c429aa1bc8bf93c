package client

import (
	"context"
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Quote implements domain.Shows.
func (c *Client) Quote(ctx context.Context, performer string) (domain.Quote, error) {
	var q domain.Quote
	err := c.into(ctx, "show", room(performer, "/quote"), &q)
	return q, err
}

// Ask implements domain.Shows.
func (c *Client) Ask(ctx context.Context, performer, key string, shown domain.Rates) (domain.Show, error) {
	return c.order(ctx, room(performer, "/shows"), struct {
		Key string `json:"key"`
		domain.Rates
	}{key, shown})
}

// OpenShows implements domain.Shows.
func (c *Client) OpenShows(ctx context.Context) ([]domain.Show, error) {
	var out struct {
		Shows []domain.Show `json:"shows"`
	}
	err := c.into(ctx, "show", "shows", &out)
	return out.Shows, err
}

// Show implements domain.Shows.
func (c *Client) Show(ctx context.Context, id string) (domain.Show, error) {
	var s domain.Show
	err := c.into(ctx, "show", "shows/"+seg(id), &s)
	return s, err
}

// Answer implements domain.Shows.
func (c *Client) Answer(ctx context.Context, id string, accept bool) (domain.Show, error) {
	return c.order(ctx, "shows/"+seg(id)+"/answer", map[string]bool{"accept": accept})
}

// ReadyFor implements domain.Shows.
func (c *Client) ReadyFor(ctx context.Context, id string) (domain.Show, error) {
	return c.order(ctx, "shows/"+seg(id)+"/ready", struct{}{})
}

// WayBack is the WHEP address of what a show's payer sends back, on the host that the
// client calls.
func (c *Client) WayBack(show string) string { return c.base.String() + "/whep/shows/" + seg(show) }

// SetExtras implements domain.Shows.
func (c *Client) SetExtras(ctx context.Context, id string, cam2cam, audio bool) (domain.Show, error) {
	return c.order(ctx, "shows/"+seg(id)+"/extras", map[string]bool{"cam2cam": cam2cam, "audio": audio})
}

// End implements domain.Shows.
func (c *Client) End(ctx context.Context, id string) (domain.Show, error) {
	return c.order(ctx, "shows/"+seg(id)+"/end", struct{}{})
}

// Free implements domain.Shows.
func (c *Client) Free(ctx context.Context, performer string) (domain.Room, error) {
	var r domain.Room
	err := c.call(ctx, "show", http.MethodPost, room(performer, "/free"), struct{}{}, &r)
	return r, err
}

// order posts a step of a show.
func (c *Client) order(ctx context.Context, path string, body any) (domain.Show, error) {
	var s domain.Show
	err := c.call(ctx, "show", http.MethodPost, path, body, &s)
	return s, err
}
