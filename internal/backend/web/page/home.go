package page

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type homeView struct {
	Rooms []domain.Room
}

// home is who is online.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) {
	rooms, err := p.Backend.OnlineRooms(r.Context())
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "home", "home.title", homeView{rooms})
}
