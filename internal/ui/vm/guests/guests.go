package guests

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Guest is a member whom she knows.
type Guest struct {
	Name      string
	Note      string
	Favourite bool
	Spent     domain.Millicredits // in her room, in all
	Last      time.Time           // of the last spending; zero: never
}

// Room names an account that may be chosen.
type Room struct{ Email, Name, Letter string }

// View is the list of one account: each has its own.
type View struct {
	Rooms   []Room
	Email   string // whose list this is, "" without accounts
	Order   domain.AcquaintanceOrder
	Guests  []Guest // shared: look, do not touch
	Known   bool    // the list was read
	Busy    bool
	Trouble base.Notice // why the list could not be read, or a note not be kept
	Kept    int         // notes and favourites that were kept: a form may be closed when it grows
}

// Config is what Guests needs.
type Config struct {
	Known func(email string, people []domain.Acquaintance) // is told whom an account knows; nil tells nobody
}

// Guests are the members whom her accounts know. It is a Follower.
type Guests struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work
	cfg     Config

	rooms   map[string]*room
	entered int
	shown   string
	order   domain.AcquaintanceOrder
	kept    int
}

var _ base.Follower = (*Guests)(nil)

// room is an account's; Guests.mu guards it.
type room struct {
	base.Account
	lane    string
	people  []domain.Acquaintance
	guests  []Guest // people in order
	known   bool
	busy    int // calls on their way
	trouble base.Notice
}

// New returns a model without accounts.
func New(cfg Config) *Guests {
	return &Guests{changed: base.NewBell(), cfg: cfg, rooms: map[string]*room{}, order: domain.ByLastSpent}
}

// Changed holds at most one wake: after it, View is worth another look.
func (g *Guests) Changed() <-chan struct{} { return g.changed }

// View tells how it is now.
func (g *Guests) View() View {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := View{Order: g.order, Kept: g.kept}
	for _, r := range g.rooms {
		v.Rooms = append(v.Rooms, Room{r.Email, r.Name, r.Letter})
	}
	slices.SortFunc(v.Rooms, func(a, b Room) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	r := g.rooms[g.shown]
	if r == nil && len(v.Rooms) > 0 {
		r = g.rooms[v.Rooms[0].Email]
	}
	if r != nil {
		v.Email, v.Guests, v.Known, v.Busy, v.Trouble = r.Email, r.guests, r.known, r.busy > 0, r.trouble
	}
	return v
}

// Enter implements Follower.
func (g *Guests) Enter(a base.Account) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.entered++
	r := &room{Account: a, lane: strconv.Itoa(g.entered)}
	g.rooms[a.Email] = r
	g.read(r)
}

// Told implements Follower: no event tells of acquaintances.
func (g *Guests) Told(string, domain.Event) {}

// Leave implements Follower.
func (g *Guests) Leave(email string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.rooms, email)
	g.changed.Ring()
}

// Open shows the list of an account, read anew.
func (g *Guests) Open(email string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r := g.rooms[email]; r != nil {
		g.shown = email
		g.read(r)
	}
}

// Sort orders the list.
func (g *Guests) Sort(by domain.AcquaintanceOrder) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.order = by
	for _, r := range g.rooms {
		r.arrange(by)
	}
	g.changed.Ring()
}

// Remark keeps a note on a member, and whether she is a favourite. It may be
// somebody who is not in the list yet.
func (g *Guests) Remark(email, who, note string, favourite bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.rooms[email]
	if r == nil {
		return
	}
	g.do(r, func(ctx context.Context) error {
		one, err := r.Backend.SetRemark(ctx, r.Name, who, domain.Remark{Note: note, Favourite: favourite})
		if err == nil {
			g.remarked(r, one)
		}
		return err
	})
}

func (g *Guests) remarked(r *room, one domain.Acquaintance) {
	g.mu.Lock()
	people := slices.DeleteFunc(slices.Clone(r.people), func(a domain.Acquaintance) bool { return a.Viewer == one.Viewer })
	r.people = append(people, one)
	r.arrange(g.order)
	g.kept++
	g.mu.Unlock()
	g.tell(r, []domain.Acquaintance{one})
}

// read reads the list; g.mu is held.
func (g *Guests) read(r *room) {
	g.do(r, func(ctx context.Context) error {
		people, err := r.Backend.Viewers(ctx, r.Name, domain.ByLastSpent)
		if err != nil {
			return err
		}
		g.mu.Lock()
		r.people, r.known = people, true
		r.arrange(g.order)
		g.mu.Unlock()
		g.tell(r, people)
		return nil
	})
}

// do makes a call in the account's lane; g.mu is held.
func (g *Guests) do(r *room, call func(ctx context.Context) error) {
	if g.work.Do(r.lane, func(ctx context.Context) {
		err := call(ctx)
		g.mu.Lock()
		defer g.mu.Unlock()
		if r.busy--; ctx.Err() == nil {
			r.trouble = base.Told(err)
		}
		g.changed.Ring()
	}) {
		r.busy++
	}
	g.changed.Ring()
}

// tell says whom an account knows, as long as it is here.
func (g *Guests) tell(r *room, people []domain.Acquaintance) {
	g.mu.Lock()
	here := g.rooms[r.Email] == r
	g.mu.Unlock()
	if here && g.cfg.Known != nil {
		g.cfg.Known(r.Email, people)
	}
}

// arrange puts the guests in order (domain C10).
func (r *room) arrange(by domain.AcquaintanceOrder) {
	r.guests = make([]Guest, 0, len(r.people))
	for _, a := range r.people {
		r.guests = append(r.guests, Guest{a.Viewer, a.Note, a.Favourite, a.Spent, base.Time(a.Last)})
	}
	slices.SortFunc(r.guests, func(a, b Guest) int {
		first := 0
		switch by {
		case domain.ByFavourite:
			if a.Favourite != b.Favourite {
				if a.Favourite {
					return -1
				}
				return 1
			}
			first = b.Last.Compare(a.Last)
		case domain.ByMostSpent:
			first = cmp.Compare(b.Spent, a.Spent)
		case domain.ByName:
		default:
			first = b.Last.Compare(a.Last)
		}
		return cmp.Or(first, strings.Compare(a.Name, b.Name))
	})
}

// Run does what the verbs ask for until ctx ends.
func (g *Guests) Run(ctx context.Context) error {
	g.work.Run(ctx)
	return nil
}
