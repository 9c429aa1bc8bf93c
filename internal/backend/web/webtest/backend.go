package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

var (
	_ domain.Backend  = (*Backend)(nil)
	_ domain.Payments = (*Backend)(nil)
)

// Backend is the fake. Its zero value is not usable, see New.
type Backend struct {
	Bell *bus.InProcess
	Now  func() time.Time

	mu        sync.Mutex
	serial    int
	accounts  []*account
	sessions  map[string]domain.Session // by token
	rooms     map[string]*room
	own       map[domain.AccountID][]domain.Event
	purchases map[string]*purchase
	shows     map[string]*domain.Show
	snapshots map[string]*snapshot
	acts      []domain.Act
	failure   error
}

type account struct {
	domain.Account
	favourites  map[string]bool
	budget      domain.Budget
	history     []domain.HistoryLine
	password    string
	balance     domain.Millicredits
	application domain.Application
	studio      string
	pay         pay
}

type room struct {
	domain.Room
	settings  domain.RoomSettings
	events    []domain.Event
	lines     []domain.Message
	keys      map[string]any
	bans      map[string]domain.Ban
	closedIn  map[string]bool
	thumbnail []byte
	profile   domain.Profile
	viewers   map[string]domain.Acquaintance
	camera    func(*snapshot) // nil: somebody else takes the pictures
	book      []domain.StatementLine
	pictures  []domain.Picture
	files     map[string][]byte // of pictures, by version
}

type purchase struct {
	domain.Purchase
	buyer   *account
	notices map[string]bool
}

// New returns an empty backend.
func New() *Backend {
	return &Backend{
		Bell: bus.New(), Now: time.Now, sessions: map[string]domain.Session{}, rooms: map[string]*room{},
		own: map[domain.AccountID][]domain.Event{}, purchases: map[string]*purchase{},
		shows: map[string]*domain.Show{}, snapshots: map[string]*snapshot{},
	}
}

// Add makes an account of a role; performers are Active. Its e-mail is
// name@example.com, its password "password of NAME"; the token is a session's.
func (b *Backend) Add(role domain.Role, name string) (acc domain.Account, token string) {
	b.mu.Lock()
	a := b.add(role, name, name+"@example.com", "password of "+name, domain.StateActive)
	b.mu.Unlock()
	return a.Account, b.Session(name)
}

// Session opens one more session of an account and tells its token.
func (b *Backend) Session(name string) (token string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.session(b.byName(name), "test").Token
}

// Fail makes every call that reads a room or an account answer err, until nil.
func (b *Backend) Fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failure = err
}

// Credit gives a member credits.
func (b *Backend) Credit(name string, amount domain.Millicredits) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.byName(name).balance += amount
}

// SetState puts a performer's account into a state.
func (b *Backend) SetState(name string, state domain.AccountState, reason string) {
	b.mu.Lock()
	a := b.byName(name)
	a.State, a.Reason = state, reason
	b.mu.Unlock()
	b.Bell.Ring(bus.Doors, bus.Account(a.ID))
}

// SetRoom changes a room's state and number of viewers, as the media would.
func (b *Backend) SetRoom(name string, state domain.RoomState, viewers int) {
	b.mu.Lock()
	r := b.rooms[name]
	changed := r.State != state
	r.State, r.Viewers, r.Since = state, viewers, b.Now().UnixMilli()
	if changed {
		b.post(r, domain.EventRoom, domain.RoomNotice{State: state})
	}
	id := b.byName(name).ID
	b.mu.Unlock()
	b.Bell.Ring(bus.Room(name), bus.Account(id)) // who watches is news of her own stream
}

// CloseIn closes a room to a country.
func (b *Backend) CloseIn(name, country string) {
	b.mu.Lock()
	b.rooms[name].closedIn[country] = true
	b.mu.Unlock()
	b.Bell.Ring(bus.Doors)
}

func (b *Backend) add(role domain.Role, name, email, password string, state domain.AccountState) *account {
	a := &account{password: password, favourites: map[string]bool{}, Account: domain.Account{
		ID: domain.AccountID(b.id("account")), Role: role, Name: name, Email: email, State: state,
	}}
	if role == domain.RolePerformer {
		a.Person = domain.PersonID(b.id("person"))
		b.rooms[name] = &room{
			Room: domain.Room{Name: name, State: domain.RoomOffline}, keys: map[string]any{},
			bans: map[string]domain.Ban{}, closedIn: map[string]bool{}, viewers: map[string]domain.Acquaintance{},
			profile: domain.Profile{Name: name, PriceNow: domain.MinPrice, ProfileEdit: domain.ProfileEdit{
				Category: domain.Categories()[0].Name, Prices: domain.Prices{Private: domain.MinPrice},
				Languages: []string{}, Willingness: []string{}, TipMenu: []domain.TipOffer{},
			}},
		}
	}
	b.accounts = append(b.accounts, a)
	return a
}

func (b *Backend) session(a *account, device string) domain.Session {
	now := b.Now().UnixMilli()
	s := domain.Session{ID: b.id("session"), Token: b.id("token"), Device: device, Created: now, Seen: now, Account: a.Account}
	b.sessions[s.Token] = s
	return s
}

func (b *Backend) id(kind string) string {
	b.serial++
	return fmt.Sprintf("%s-%06d", kind, b.serial)
}

func (b *Backend) byName(name string) *account {
	i := slices.IndexFunc(b.accounts, func(a *account) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return b.accounts[i]
}

// actor is the acting account as it is now; KindUnauthenticated for guests.
func (b *Backend) actor(ctx context.Context) (*account, error) {
	if b.failure != nil {
		return nil, b.failure
	}
	if a := b.byName(domain.ActorFrom(ctx).Account.Name); a != nil {
		return a, nil
	}
	return nil, domain.Errorf("session", domain.KindUnauthenticated, "Sign in first, please.")
}

// hers is the actor's own room.
func (b *Backend) hers(ctx context.Context, performer string) (*room, error) {
	a, err := b.actor(ctx)
	if err != nil {
		return nil, err
	}
	if a.Role != domain.RolePerformer || a.Name != performer {
		return nil, domain.Errorf("room", domain.KindForbidden, "Only the performer herself can do this in her room.")
	}
	return b.rooms[performer], nil
}

// door is a room that the actor may enter.
func (b *Backend) door(ctx context.Context, performer string) (*room, error) {
	r, actor := b.rooms[performer], domain.ActorFrom(ctx)
	switch {
	case b.failure != nil:
		return nil, b.failure
	case r == nil:
		return nil, domain.Errorf("room", domain.KindNotFound, "There is no such room. Look at who is online.")
	case actor.Account.Name == performer:
		return r, nil
	case r.closedIn[actor.Country]:
		return nil, domain.Errorf("room", domain.KindCountry, "This room is not open in your country.")
	}
	if _, banned := r.bans[actor.Name()]; banned {
		return nil, domain.Errorf("room", domain.KindForbidden, "You were removed from this room.")
	}
	return r, nil
}

func (b *Backend) post(r *room, kind domain.EventKind, data any) int64 {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // a test's own data
	}
	r.Seq++
	r.events = append(r.events, domain.Event{Seq: r.Seq, Room: r.Name, Kind: kind, At: b.Now().UnixMilli(), Data: raw})
	return r.Seq
}

func (b *Backend) tell(id domain.AccountID, kind domain.EventKind, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // a test's own data
	}
	b.own[id] = append(b.own[id], domain.Event{Seq: int64(len(b.own[id]) + 1), Kind: kind, At: b.Now().UnixMilli(), Data: raw})
}
