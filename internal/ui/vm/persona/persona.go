package persona

import (
	"cmp"
	"context"
	"image"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// readEvery is how often the truth is read unasked: prices change with the hour.
const readEvery = 5 * time.Minute

// Room names an account that may be chosen.
type Room struct{ Email, Name, Letter string }

// Picture is one of hers, shown or waiting for staff.
type Picture struct {
	Slot   domain.Slot
	State  domain.PictureState // catalogue "picture."+State
	Reason string              // why rejected
	At     time.Time
	Small  image.Image // nil while it is fetched, and of a rejected one; shared: look, do not touch
}

// Sight is what somebody elsewhere would see of her room (domain C8).
type Sight struct {
	Country string // ISO 3166-1 alpha-2, "" = unknown
	Role    domain.Role
	domain.Sight
}

// View is what is known of one account. Its lists are shared: look, do not touch.
type View struct {
	Rooms    []Room
	Email    string // whose persona this is, "" without accounts
	Known    bool   // Profile, Doors and Pictures were read
	Profile  domain.Profile
	Doors    domain.RoomSettings
	Pictures []Picture // in the order of the slots, the newest first
	Sight    *Sight    // the newest answer of LookFrom; nil before one
	Busy     bool
	Sending  bool        // a picture is on its way
	Saved    int         // changes that were accepted: a form may be closed when it grows
	Trouble  base.Notice // why the newest change was refused, else why nothing could be read
}

// Config is what Persona needs.
type Config struct {
	Priced func(email string, minute, snapshot domain.Millicredits) // is told what a minute in private costs now, and a snapshot; nil tells nobody
}

// Persona is what others read of her accounts. It is a Follower.
type Persona struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work
	cfg     Config

	rooms   map[string]*room
	entered int
	shown   string
}

var _ base.Follower = (*Persona)(nil)

// room is an account's; Persona.mu guards it.
type room struct {
	base.Account
	lane    string
	view    View                   // without Rooms, Email and Busy
	calls   int                    // on their way
	reading bool                   // one that reads is among them
	unread  base.Notice            // why the truth could not be read
	stills  map[string]image.Image // nil: cannot be read
}

// New returns a model without accounts.
func New(cfg Config) *Persona {
	return &Persona{changed: base.NewBell(), cfg: cfg, rooms: map[string]*room{}}
}

// Changed holds at most one wake: after it, View is worth another look.
func (p *Persona) Changed() <-chan struct{} { return p.changed }

// View tells how it is now.
func (p *Persona) View() View {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rooms []Room
	for _, r := range p.rooms {
		rooms = append(rooms, Room{r.Email, r.Name, r.Letter})
	}
	slices.SortFunc(rooms, func(a, b Room) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	r := p.rooms[p.shown]
	if r == nil && len(rooms) > 0 {
		r = p.rooms[rooms[0].Email]
	}
	var v View
	if r != nil {
		v = r.view
		v.Email, v.Busy = r.Email, r.calls > 0
		if v.Trouble.Empty() {
			v.Trouble = r.unread
		}
	}
	v.Rooms = rooms
	return v
}

// Enter implements Follower.
func (p *Persona) Enter(a base.Account) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entered++
	r := &room{Account: a, lane: strconv.Itoa(p.entered), stills: map[string]image.Image{}}
	p.rooms[a.Email] = r
	p.read(r)
}

// Told implements Follower: a tip brings a goal nearer, and what she changes
// elsewhere is seen here.
func (p *Persona) Told(email string, e domain.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[email]
	if r != nil && (e.Kind == domain.EventProfile || e.Kind == domain.EventTip && r.view.Profile.Goal != nil) {
		p.read(r)
	}
}

// Leave implements Follower.
func (p *Persona) Leave(email string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.rooms, email)
	p.changed.Ring()
}

// Open shows an account, read anew.
func (p *Persona) Open(email string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.rooms[email]; r != nil {
		p.shown = email
		p.read(r)
	}
}

// read has the truth read, once for everybody who asks meanwhile; p.mu is held.
func (p *Persona) read(r *room) {
	if r.reading {
		return
	}
	r.reading = p.do(r, r.lane, func(ctx context.Context) {
		p.mu.Lock()
		r.reading = false // what changes from now on is worth another reading
		p.mu.Unlock()
		err := p.readAll(ctx, r)
		p.mu.Lock()
		defer p.mu.Unlock()
		if ctx.Err() == nil {
			r.unread = base.Told(err)
		}
	})
}

func (p *Persona) readAll(ctx context.Context, r *room) error {
	profile, err := r.Backend.Profile(ctx, r.Name)
	if err != nil {
		return err
	}
	doors, err := r.Backend.Settings(ctx, r.Name)
	if err != nil {
		return err
	}
	pictures, err := r.Backend.Pictures(ctx, r.Name)
	if err != nil {
		return err
	}
	p.mu.Lock()
	r.view.Known, r.view.Profile, r.view.Doors = true, profile, doors
	missing := r.hang(pictures)
	p.changed.Ring()
	p.mu.Unlock()
	p.priced(r, profile)
	for _, m := range missing {
		still, err := r.Backend.Picture(ctx, r.Name, m.Slot, m.Version)
		if err != nil {
			return err
		}
		small := shrink(still)
		p.mu.Lock()
		r.stills[key(m)] = small
		r.hang(pictures)
		p.changed.Ring()
		p.mu.Unlock()
	}
	return nil
}

func key(x domain.Picture) string { return string(x.Slot) + " " + x.Version }

// hang puts the pictures in order, and returns those that have to be fetched.
// Stills of others are forgotten.
func (r *room) hang(list []domain.Picture) (missing []domain.Picture) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b domain.Picture) int {
		return cmp.Or(strings.Compare(string(a.Slot), string(b.Slot)), cmp.Compare(b.At, a.At))
	})
	stills := map[string]image.Image{}
	r.view.Pictures = make([]Picture, 0, len(list))
	for _, x := range list {
		still, ok := r.stills[key(x)]
		switch {
		case ok:
			stills[key(x)] = still
		case x.State != domain.PictureRejected:
			missing = append(missing, x)
		}
		r.view.Pictures = append(r.view.Pictures, Picture{Slot: x.Slot, State: x.State, Reason: x.Reason, At: base.Time(x.At), Small: still})
	}
	r.stills = stills
	return missing
}

func (p *Persona) priced(r *room, now domain.Profile) {
	p.mu.Lock()
	here := p.rooms[r.Email] == r
	p.mu.Unlock()
	if here && p.cfg.Priced != nil {
		p.cfg.Priced(r.Email, now.PriceNow, now.Prices.Snapshot)
	}
}

// do makes a call in a lane; p.mu is held.
func (p *Persona) do(r *room, lane string, call func(ctx context.Context)) bool {
	taken := p.work.Do(lane, func(ctx context.Context) {
		call(ctx)
		p.mu.Lock()
		defer p.mu.Unlock()
		r.calls--
		p.changed.Ring()
	})
	if taken {
		r.calls++
	}
	p.changed.Ring()
	return taken
}

// try makes a change in a lane and tells its refusal; p.mu is held.
func (p *Persona) try(r *room, lane string, change func(ctx context.Context) error) bool {
	return p.do(r, lane, func(ctx context.Context) {
		err := change(ctx)
		p.mu.Lock()
		defer p.mu.Unlock()
		if ctx.Err() == nil {
			r.view.Trouble = base.Told(err)
		}
	})
}

// Run does what the verbs ask for, and reads now and then, until ctx ends.
func (p *Persona) Run(ctx context.Context) error {
	wait := p.work.Start(ctx)
	defer wait()
	for base.Pause(ctx, readEvery) {
		p.mu.Lock()
		for _, r := range p.rooms {
			p.read(r)
		}
		p.mu.Unlock()
	}
	return nil
}
