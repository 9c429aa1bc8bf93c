package show_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// plane is a media plane that notes its orders; what it says has arrived is the
// test's to say.
type plane struct {
	mu       sync.Mutex
	orders   []string
	arrived  time.Duration
	out      time.Duration
	live     bool
	paused   bool
	told     bool // the room's visitors know of it
	unfed    bool
	refuse   error // of Admit
	left     map[string]bool
	curtains map[string]string // the show by the room it closes

	picture, sound time.Duration // that came back
	passes         [2]bool       // cam2cam, audio
}

func (p *plane) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orders = append(p.orders, fmt.Sprintf(format, args...))
}

// said are the orders so far.
func (p *plane) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.orders)
}

// TakesPrivate is false behind a curtain, as the engine's is.
func (p *plane) TakesPrivate(room string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live && p.curtains[room] == "" && !p.left[room]
}

// leave has her be away from a room.
func (p *plane) leave(room string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = map[string]bool{room: true}
}

func (p *plane) Curtain(show string, rooms domain.Household) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, room := range rooms.All() {
		if have := p.curtains[room]; have != "" && have != show {
			p.orders = append(p.orders, "refused "+room)
			return false
		}
	}
	if p.curtains == nil {
		p.curtains = map[string]string{}
	}
	for _, room := range rooms.All() {
		p.curtains[room] = show
	}
	p.orders = append(p.orders, "curtain "+strings.Join(rooms.Curtained, " "))
	if len(rooms.Away) > 0 {
		p.orders = append(p.orders, "hide "+strings.Join(rooms.Away, " "))
	}
	return true
}
func (p *plane) Dismiss(_, room string) { p.note("dismiss %s", room) }
func (p *plane) Lift(show string, rooms ...string) {
	p.note("lift %s", strings.Join(rooms, " "))
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.curtains, func(room, by string) bool { return by == show && slices.Contains(rooms, room) })
}
func (p *plane) Admit(_, room string, _ domain.AccountID) error {
	p.note("admit %s", room)
	return p.refuse
}
func (p *plane) Delivered(string) (arrived, outstanding time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.arrived, p.out
}

func (p *plane) Return(r domain.ShowReturn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passes = [2]bool{r.Cam2cam, r.Audio}
}

func (p *plane) Returned(string) (picture, sound time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.picture, p.sound
}
