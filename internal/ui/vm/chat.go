package vm

import (
	"context"
	"log/slog"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
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
)

// Fate is what became of a line that was sent from here.
type Fate string

// The fates. A line that was not written here has none.
const (
	FateSending Fate = "sending"
	FateSent    Fate = "sent"
	FateRefused Fate = "refused" // see Why; Retry or Take back
)

// Badges mark who wrote a line.
type Badges struct {
	New       bool // her first line here as far as is known
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
	Millicredits domain.Millicredits
	Until        time.Time
	Open         bool
	At           time.Time
	Fate         Fate
	Why          Notice
}

// ChatRoom is one room of the chat.
type ChatRoom struct {
	Email, Account, Letter string
	GuestChat              bool   // guests may write
	Known                  bool   // GuestChat and Removed were read
	Behind                 bool   // lines are being fetched
	Trouble                Notice // why they could not be
	Removed                []Removed
}

// Removed is somebody who may not come in.
type Removed struct {
	Who   string
	Until time.Time // zero: until lifted
}

// ChatView is the chat without its lines, which Line returns one by one.
type ChatView struct {
	Version  uint64 // grows with every change of the lines
	Len      int    // of the lines that the filter and the search let through
	First    int64  // lines that fell out at the top so far: row i was row i+1 before it grew by one
	Rooms    []ChatRoom
	Filter   string // email of the one room that is shown, "" for all
	Search   string
	To       ChatRoom // where Send sends
	Answered Line     // the line that is answered; its ID is 0 without one
	Trouble  Notice   // why the newest ban, kick or change was refused
	Unsent   int      // lines that are on their way or were refused
}

// ChatConfig is what Chat needs.
type ChatConfig struct {
	Now func() time.Time
	Key func() string // mints an idempotency key; nil: random
	Log *slog.Logger
}

// Chat is the rooms' talk in one place. It is a Follower.
type Chat struct {
	state
	work work
	cfg  ChatConfig
}

var _ Follower = (*Chat)(nil)

// NewChat returns a model without rooms.
func NewChat(cfg ChatConfig) *Chat { return nil }

// View tells how it is now.
func (c *Chat) View() ChatView { return ChatView{} }

// Len is the number of lines that the filter and the search let through.
func (c *Chat) Len() int { return 0 }

// Line returns row i of those, 0 the oldest; false when there is none any more.
func (c *Chat) Line(i int) (Line, bool) { return Line{}, false }

// Enter implements Follower.
func (c *Chat) Enter(a Account) {}

// Told implements Follower.
func (c *Chat) Told(email string, e domain.Event) {}

// Leave implements Follower: the room's lines go with it.
func (c *Chat) Leave(email string) {}

// Filter shows one room's lines, or all with "". What is sent goes there until
// another room or line is chosen.
func (c *Chat) Filter(email string) {}

// Search shows the lines that hold these words, in any case; "" shows all.
func (c *Chat) Search(words string) {}

// Answer chooses the line that is answered: what is sent goes to its room, and
// goes on going there. 0 answers none.
func (c *Chat) Answer(id int64) {}

// To chooses the room where what is sent goes.
func (c *Chat) To(email string) {}

// Send sends a line to the room that View names. Its row tells its fate.
func (c *Chat) Send(text string) {}

// Retry sends a refused line again, with the same key: it is said once however
// often it is sent.
func (c *Chat) Retry(id int64) {}

// TakeBack removes a refused line and returns its text, to be written anew.
func (c *Chat) TakeBack(id int64) string { return "" }

// Ban keeps a viewer out of one room until she is lifted.
func (c *Chat) Ban(email, viewer string) {}

// Kick keeps a viewer out of one room for some minutes.
func (c *Chat) Kick(email, viewer string, minutes int) {}

// Lift lets a viewer in again.
func (c *Chat) Lift(email, viewer string) {}

// MuteGuests closes a room's chat to guests, or opens it.
func (c *Chat) MuteGuests(email string, muted bool) {}

// Run does what the verbs ask for, and reads what was missed, until ctx ends.
func (c *Chat) Run(ctx context.Context) error { return nil }
