package chat

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// MaxLines are kept of the rooms together.
const MaxLines = 10_000

// LineKind says what a line of the chat is.
type LineKind string

// The kinds.
const (
	LineSaid    LineKind = "line"    // somebody wrote Text
	LineTip     LineKind = "tip"     // Who tipped Millicredits, with Text as a note
	LineRemoved LineKind = "removed" // Who was banned or kicked until Until (zero: until lifted)
	LineLifted  LineKind = "lifted"  // Who may come in again
	LineRules   LineKind = "rules"   // guest chat was opened or closed: Open
	LinePaused  LineKind = "paused"  // the room was told that she has paused
)

// Fate is what became of a line that was sent from here.
type Fate string

// The fates. A line that was not written here has none.
const (
	FateSending Fate = "sending"
	FateSent    Fate = "sent"
	FateRefused Fate = "refused" // see Why; Retry or TakeBack
)

// Badges mark who wrote a line.
type Badges struct {
	New       bool // the first line here as far as is known
	Tipper    bool // tipped in this room as far as is known
	Favourite bool
	Note      string // the performer's own note, "" without one
}

// Line is one row of the chat.
type Line struct {
	ID           int64 // stays the same as long as the row lives
	Email        string
	Account      string // the performer's name: which room
	Letter       string
	Kind         LineKind
	Who          string
	Role         domain.Role
	Own          bool // written by the performer
	Badges       Badges
	Text         string
	Private      bool // of a private show: she and its payer alone read it
	Millicredits domain.Millicredits
	Until        time.Time
	Open         bool
	At           time.Time
	Fate         Fate
	Why          base.Notice
}

// Room is one room of the chat.
type Room struct {
	Email, Account, Letter string
	GuestChat              bool        // guests may write
	Known                  bool        // GuestChat and Removed were read
	Behind                 bool        // lines are being fetched
	Trouble                base.Notice // why they could not be
	Removed                []Removed
}

// Removed is somebody who may not come in.
type Removed struct {
	Who   string
	Until time.Time // zero: until lifted
}

// Missed is what came into a room and is not shown: she is told of it.
type Missed struct {
	Email, Account, Letter string
	Lines                  int                 // that others said or tipped
	Tipper                 string              // who tipped last, "" when nobody did
	Tip                    domain.Millicredits // of that tip
}

// View is the chat without its lines, which Line returns one by one.
type View struct {
	Version  uint64 // grows with every change of the lines
	Len      int    // of the lines that the filter and the search let through
	First    int64  // of those, how many fell out at the top: what is row i was row i+1 before it grew by one
	Rooms    []Room
	Filter   string // email of the one room that is shown, "" for all
	Search   string
	To       Room        // where Send sends; no Email: nowhere
	Answered Line        // the line that is answered; its ID is 0 without one
	Trouble  base.Notice // why the newest ban, kick or change was refused
	Unsent   int         // lines that are on their way or were refused
	Missed   []Missed    // rooms with news that filter and search keep from her
}

// Config is what Chat needs.
type Config struct {
	Now func() time.Time
	Key func() string // mints an idempotency key; nil: random
}

// Chat is the rooms' talk in one place. It is a Follower.
type Chat struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work
	cfg     Config

	rooms    map[string]*room
	entered  int               // rooms, so far
	unsent   map[string][]*row // by email, of rooms that are gone
	rows     rows
	words    string // of the search, as they were typed
	to       string // email of the chosen room, "" before one was
	answered int64
	trouble  base.Notice
}

var _ base.Follower = (*Chat)(nil)

// New returns a model without rooms.
func New(cfg Config) *Chat {
	if cfg.Key == nil {
		cfg.Key = rand.Text
	}
	return &Chat{changed: base.NewBell(), cfg: cfg, rooms: map[string]*room{}, unsent: map[string][]*row{}, rows: newRows()}
}

// Changed holds at most one wake: after it, View is worth another look.
func (c *Chat) Changed() <-chan struct{} { return c.changed }

// View tells how it is now.
func (c *Chat) View() View {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := View{Version: c.rows.version, Len: len(c.rows.shown), First: c.rows.first, Filter: c.rows.filter, Search: c.words, Trouble: c.trouble}
	now := c.cfg.Now()
	for _, r := range c.sorted() {
		v.Rooms = append(v.Rooms, r.view(now))
		if m := r.missed; m.Lines > 0 {
			m.Email, m.Account, m.Letter = r.Email, r.Name, r.Letter
			v.Missed = append(v.Missed, m)
		}
	}
	if r := c.target(); r != nil {
		v.To = r.view(now)
	}
	if x := c.rows.byID[c.answered]; x != nil {
		v.Answered = c.line(x)
	}
	v.Unsent = len(c.rows.unsettled())
	return v
}

// sorted are the rooms by their letters; c.mu is held.
func (c *Chat) sorted() []*room {
	list := make([]*room, 0, len(c.rooms))
	for _, r := range c.rooms {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *room) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	return list
}

// Len is the number of lines that the filter and the search let through.
func (c *Chat) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.rows.shown)
}

// Line returns row i of those, 0 the oldest; false when there is none any more.
func (c *Chat) Line(i int) (Line, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i < 0 || i >= len(c.rows.shown) {
		return Line{}, false
	}
	return c.line(c.rows.shown[i]), true
}

// line is a row with its badges; c.mu is held.
func (c *Chat) line(x *row) Line {
	l := x.Line
	if r := c.rooms[x.Email]; r != nil && !l.Own && l.Who != "" {
		l.Badges = r.badges(x)
	}
	return l
}

// Filter shows one room's lines, or all with "". What is sent goes there until
// another room or line is chosen.
func (c *Chat) Filter(email string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rooms[email] == nil && email != "" {
		return
	}
	if c.rows.filter = email; email != "" {
		c.to, c.answered = email, 0
	}
	c.show()
}

// Search shows the lines that hold these words, in any case; "" shows all.
func (c *Chat) Search(words string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.words, c.rows.search = words, strings.ToLower(strings.TrimSpace(words))
	c.show()
}

// show finds out anew what is shown: of a room that is shown whole she misses
// nothing any more. c.mu is held.
func (c *Chat) show() {
	c.rows.show()
	for _, r := range c.rooms {
		if c.rows.search == "" && (c.rows.filter == "" || c.rows.filter == r.Email) {
			r.missed = Missed{}
		}
	}
	c.changed.Ring()
}

// Answer chooses the line that is answered: what is sent goes to its room, and
// goes on going there. 0 answers none.
func (c *Chat) Answer(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = 0
	if x := c.rows.byID[id]; x != nil {
		c.answered, c.to = id, x.Email
	}
	c.changed.Ring()
}

// To chooses the room where what is sent goes.
func (c *Chat) To(email string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rooms[email] != nil {
		c.to, c.answered = email, 0
		c.changed.Ring()
	}
}

// target is the room where what is sent goes, nil without rooms; c.mu is held.
func (c *Chat) target() *room {
	if r := c.rooms[c.to]; r != nil {
		return r
	}
	if list := c.sorted(); len(list) > 0 {
		return list[0]
	}
	return nil
}

// Run does what the verbs ask for, and reads what was missed, until ctx ends.
func (c *Chat) Run(ctx context.Context) error {
	c.work.Run(ctx)
	return nil
}
