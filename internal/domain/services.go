package domain

import "context"

// Accounts signs people up and in. Anybody may call SignUp… and SignIn; the
// others need a session.
type Accounts interface {
	// SignUpMember makes an Active member with 5 bonus credits (B1). KindInvalid; KindConflict when the name or e-mail is taken.
	SignUpMember(ctx context.Context, s SignUp) (Account, error)
	// SignUpPerformer makes an Unfinished performer. Errors as SignUpMember.
	SignUpPerformer(ctx context.Context, s SignUp) (Account, error)
	// SignIn opens a session. KindUnauthenticated for a wrong pair (the same words for both causes), KindLimited after too many tries.
	SignIn(ctx context.Context, email, password, device string) (Session, error)
	// SignOut ends the current session.
	SignOut(ctx context.Context) error
	// Sessions lists the account's sessions, newest use first.
	Sessions(ctx context.Context) ([]Session, error)
	// RevokeSession ends one session of the account. KindNotFound.
	RevokeSession(ctx context.Context, id string) error
	// Me tells what the account sees of itself.
	Me(ctx context.Context) (Me, error)
}

// Approvals is the way of a performer to Active (F1, D1).
type Approvals interface {
	// Apply fills in and submits an application: by the performer herself or her studio. Unfinished or Rejected → Submitted. KindInvalid when under 18, KindConflict in another state.
	Apply(ctx context.Context, performer string, a Application) (Account, error)
	// Application is the one that was sent last: the performer's own and her studio's to read. KindNotFound before the first.
	Application(ctx context.Context, performer string) (Application, error)
	// AddPerformer makes an Unfinished performer of the acting studio.
	AddPerformer(ctx context.Context, s SignUp) (Account, error)
	// Performers lists: staff all, a studio its own. KindInvalid for another order.
	Performers(ctx context.Context, f PerformerFilter) ([]PerformerLine, error)
	// Decide is staff's alone. A performer that leaves Active goes offline at once. KindInvalid without a reason, KindConflict on a step that the table of states does not have.
	Decide(ctx context.Context, performer string, d Decision) (Account, error)
	// SetActivation is her studio's: Active ⇄ Inactive (D3).
	SetActivation(ctx context.Context, performer string, active bool) (Account, error)
}

// Rooms shows rooms and puts them online.
type Rooms interface {
	// OnlineRooms lists the rooms that the actor may see now, those that are not offline.
	OnlineRooms(ctx context.Context) ([]Room, error)
	// Room shows one. KindCountry or KindForbidden when it is closed to the actor.
	Room(ctx context.Context, performer string) (Room, error)
	// SetOnline opens or closes the room's gate: the performer's own. KindForbidden unless Active, KindConflict when no upload feeds the room.
	SetOnline(ctx context.Context, performer string, online bool) (Room, error)
	// SetPaused says that the performer's picture is black and silent by her own wish, or is no more (domain A7): no time of a show counts meanwhile, and the room is told a moment later. The performer's own.
	SetPaused(ctx context.Context, performer string, paused bool) (Room, error)
	// Settings and SetSettings: the performer's own.
	Settings(ctx context.Context, performer string) (RoomSettings, error)
	SetSettings(ctx context.Context, performer string, s RoomSettings) error
	// NewStreamKey replaces the performer's stream key and tells it once.
	NewStreamKey(ctx context.Context, performer string) (string, error)
	// SetThumbnail keeps a JPEG of at most MaxThumbnail bytes while the room is online: the performer's own.
	SetThumbnail(ctx context.Context, performer string, jpeg []byte) error
	// Thumbnail is the room's still, a JPEG without metadata. KindNotFound when there is none; else as Room.
	Thumbnail(ctx context.Context, performer string) ([]byte, error)
}

// MaxThumbnail bounds a room's still, in bytes.
const MaxThumbnail = 200 << 10

// Chat is talk in a room.
type Chat interface {
	// Say posts a line. KindInvalid (empty, too long, no key), KindForbidden (banned, guest without leave), KindLimited, KindConflict (same key, other text). A line with one of her banned words is KindInvalid, for that key for ever.
	Say(ctx context.Context, performer string, l Line) (Message, error)
	// Messages lists the lines after a sequence number, oldest first; after 0 means the last limit lines.
	Messages(ctx context.Context, performer string, after int64, limit int) ([]Message, error)
}

// Moderation is the performer's own, in her room.
type Moderation interface {
	// Ban keeps a viewer (by the name seen in the room) out; minutes 0 = until lifted.
	Ban(ctx context.Context, performer, viewer string, minutes int) (Ban, error)
	// Lift lets a viewer in again. KindNotFound.
	Lift(ctx context.Context, performer, viewer string) error
	// Bans lists those in force.
	Bans(ctx context.Context, performer string) ([]Ban, error)
}

// Wallet is a member's money.
type Wallet interface {
	// Tip moves credits to the performer; a note with a banned word is left out, as the receipt says. KindInvalid (amount, key), KindPayment, KindForbidden, KindConflict (same key, other tip).
	Tip(ctx context.Context, performer string, t Tip) (Receipt, error)
	// Buy opens a checkout for a package. KindInvalid.
	Buy(ctx context.Context, pkg, key string) (Purchase, error)
	// Purchase shows one of the member's own.
	Purchase(ctx context.Context, id string) (Purchase, error)
}

// Broadcasts hands out the right to upload.
type Broadcasts interface {
	// Begin makes a broadcast token for the accounts of the given session tokens (one or two). KindForbidden unless every account is an Active performer and all share a person.
	Begin(ctx context.Context, tokens []string) (Grant, error)
}

// EventLog is the truth about what happened; bells only say "look again".
type EventLog interface {
	// RoomEvents lists the events of a room after seq that the actor may see, oldest first.
	RoomEvents(ctx context.Context, performer string, after int64, limit int) ([]Event, error)
	// OwnEvents lists the acting account's own.
	OwnEvents(ctx context.Context, after int64, limit int) ([]Event, error)
}

// Backend is all of it: what the backend offers and what the client reaches.
type Backend interface {
	Accounts
	Approvals
	Rooms
	Chat
	Moderation
	Wallet
	Shows
	Snapshots
	Broadcasts
	EventLog
	Profiles
	Sights
	Statements
	Relations
	Ledgers
	Pictures
	Audit
}

// PaymentNotice is what the payment provider's webhook tells.
type PaymentNotice struct {
	ID       string `json:"id"`
	Purchase string `json:"purchase"`
	State    string `json:"state"` // paid, failed or charged_back
	Cents    int64  `json:"cents"`
	At       int64  `json:"at"` // Unix ms
}

// Payments is the provider's side of a purchase.
type Payments interface {
	// Settle books a notice once, however often it comes; a chargeback takes the purchase back. KindNotFound, KindConflict (another amount than the purchase's, a chargeback of what was not paid).
	Settle(ctx context.Context, n PaymentNotice) error
}
