package domain

import (
	"encoding/json"
	"time"
)

// EventKind is the closed list of what the event log tells.
type EventKind string

// Kinds in a room's stream.
const (
	EventMessage EventKind = "message" // Message
	EventTip     EventKind = "tip"     // TipNotice
	EventRoom    EventKind = "room"    // RoomNotice
	EventRules   EventKind = "rules"   // RulesNotice: guest chat opened or closed
	EventRemoved EventKind = "removed" // RemovedNotice: to the performer alone
	EventProfile EventKind = "profile" // ProfileNotice: goal, tip menu or price is another
	EventPause   EventKind = "pause"   // PauseNotice: the performer is black and silent by her wish, or is back
)

// Kinds in an account's own stream.
const (
	EventBalance  EventKind = "balance"  // BalanceNotice
	EventEarnings EventKind = "earnings" // EarningsNotice
	EventAccount  EventKind = "account"  // AccountNotice
	EventShow     EventKind = "show"     // ShowNotice: in the streams of both parties
	EventSnapshot EventKind = "snapshot" // SnapshotNotice: in the streams of both parties
)

// EventViewers is not in the log: it has no sequence number and is not resumed.
// It goes to the performer's own stream when the number changes.
const EventViewers EventKind = "viewers" // ViewersNotice

// EventKinds lists every kind, for tables and tests.
func EventKinds() []EventKind {
	return []EventKind{EventMessage, EventTip, EventRoom, EventRules, EventRemoved, EventProfile, EventPause, EventBalance, EventEarnings, EventAccount, EventShow, EventSnapshot, EventViewers}
}

// Event is one row of a stream. Seq counts from 1 without a gap within its
// stream (a reader with a narrower audience sees gaps), and grows in the order
// of the commits.
type Event struct {
	Seq  int64           `json:"seq"`
	Room string          `json:"room,omitempty"`
	Kind EventKind       `json:"kind"`
	At   int64           `json:"at"` // Unix ms
	Data json.RawMessage `json:"data"`
}

// Limits of a chat line: characters and bytes.
const (
	MaxLine      = 1000
	MaxLineBytes = 4000
	MaxNote      = 200
)

// Line is what somebody says. Key is minted by the sender, 8 to 100 bytes.
type Line struct {
	Text string `json:"text"`
	Key  string `json:"key"`
}

// Message is a line in a room as everybody there reads it.
type Message struct {
	Seq  int64  `json:"seq"`
	From string `json:"from"`
	Role Role   `json:"role"`
	Text string `json:"text"`
	Key  string `json:"key,omitempty"` // told to the sender only
	At   int64  `json:"at"`            // Unix ms

	// Private lines are of a private show: its two parties alone read them, for ever.
	Private bool `json:"private,omitempty"`
}

// TipNotice tells the room of a tip.
type TipNotice struct {
	From         string       `json:"from"`
	Millicredits Millicredits `json:"millicredits"`
	Note         string       `json:"note,omitempty"`
	Private      bool         `json:"private,omitempty"` // of a show's payer, in his show; as a Message
}

// RoomNotice tells a room's new state.
type RoomNotice struct {
	State RoomState `json:"state"`
}

// PauseNotice tells that the performer has paused, or is back. Everybody is told in
// the same words, whatever the room, and no two rooms of one person in one moment.
type PauseNotice struct {
	Paused bool `json:"paused"`
}

// RulesNotice tells whether guests may write.
type RulesNotice struct {
	GuestChat bool `json:"guest_chat"`
}

// RemovedNotice tells the performer who was banned, kicked or let in again.
type RemovedNotice struct {
	Viewer string `json:"viewer"`
	Until  int64  `json:"until"` // Unix ms; 0 = until lifted
	Lifted bool   `json:"lifted,omitempty"`
}

// ProfileNotice tells a room what is new in its performer's profile; what is as
// it was is left out.
type ProfileNotice struct {
	Goal       *Goal         `json:"goal,omitempty"`                   // one that begins; Target 0: it has ended
	TipMenu    []TipOffer    `json:"tip_menu,omitzero"`                // the whole menu; nil: as it was
	PriceNow   Millicredits  `json:"price_now_millicredits,omitempty"` // a minute in private
	PriceWhy   PriceReason   `json:"price_why,omitempty"`              // of PriceNow
	PriceUntil int64         `json:"price_until,omitempty"`            // of PriceNow
	Snapshot   *Millicredits `json:"snapshot_millicredits,omitempty"`  // the price of one; 0: not offered any more
}

// BalanceNotice tells a member what is left.
type BalanceNotice struct {
	Millicredits Millicredits `json:"millicredits"`
}

// EarningsNotice tells a performer her share of the current period.
type EarningsNotice struct {
	EarnedCents int64    `json:"earned_cents"`
	Period      Period   `json:"period"`
	Level       LevelNow `json:"level"`
}

// AccountNotice tells an account's new state.
type AccountNotice struct {
	State  AccountState `json:"state"`
	Reason string       `json:"reason,omitempty"`
}

// ViewersNotice tells how many watch.
type ViewersNotice struct {
	Viewers int `json:"viewers"`
}

// Times that the room's words and doors follow (C).
const (
	ReconnectingFor = 20 * time.Second // then away
	AwayFor         = 90 * time.Second // from the loss on; then offline
	KickLength      = 10 * time.Minute
)
