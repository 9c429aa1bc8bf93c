package page

import (
	"context"
	"net/http"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Config is what the pages need of the web room.
type Config struct {
	Backend domain.Backend
	Cookies reply.Cookies
	Now     func() time.Time
	Key     []byte // keys what tells one visitor's windows from another's

	SignInAllowed func(w http.ResponseWriter, r *http.Request) error
	SignUpAllowed func(w http.ResponseWriter, r *http.Request) error
	// Pay acts as the payment sandbox: state is paid or failed.
	Pay func(ctx context.Context, p domain.Purchase, state string) error
}

// Pages are the member site, the model's and the studio's and staff's pages.
type Pages struct{ Config }

// New parses the templates.
func New(c Config) (*Pages, error) { return &Pages{c}, nil }

// Route adds the pages to mux.
func (p *Pages) Route(mux *http.ServeMux) {}
