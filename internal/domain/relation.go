package domain

import "context"

// MaxRemark bounds a performer's note on a member, in characters.
const MaxRemark = 1000

// Acquaintance is a member as a performer knows her or him (domain C10). Each of
// a person's accounts has its own.
type Acquaintance struct {
	Viewer    string       `json:"viewer"` // the member's name
	Note      string       `json:"note"`
	Favourite bool         `json:"favourite"`
	Spent     Millicredits `json:"spent_millicredits"` // in her room, in all
	Last      int64        `json:"last,omitempty"`     // Unix ms of the last spending
}

// Remark is what a performer notes about a member.
type Remark struct {
	Note      string `json:"note"`
	Favourite bool   `json:"favourite"`
}

// AcquaintanceOrder is how a performer's list is ordered (domain C10).
type AcquaintanceOrder string

// The orders; the first is used when none is given.
const (
	ByLastSpent AcquaintanceOrder = "last"
	ByFavourite AcquaintanceOrder = "favourite"
	ByMostSpent AcquaintanceOrder = "most"
	ByName      AcquaintanceOrder = "name"
)

// HistoryPage is how many entries a history tells at once.
const HistoryPage = 200

// HistoryLine is one movement of a member's credits, or a whole private show: what
// was set aside for it less what came back (domain E3).
type HistoryLine struct {
	Entry    string        `json:"entry"` // the ledger entry's id, of a show its first one's
	At       int64         `json:"at"`    // Unix ms
	Kind     string        `json:"kind"`  // signup, purchase, tip, snapshot, show, refund, chargeback
	With     string        `json:"with,omitempty"`
	Credits  Millicredits  `json:"millicredits"` // what it added, negative when it was spent
	Cents    int64         `json:"cents,omitempty"`
	Snapshot string        `json:"snapshot,omitempty"` // its id, while there is a picture
	Parts    []HistoryPart `json:"parts,omitempty"`    // of a show, newest first; they sum to Credits
}

// HistoryPart is one ledger entry of a show.
type HistoryPart struct {
	Entry   string       `json:"entry"`
	At      int64        `json:"at"`
	Kind    string       `json:"kind"` // hold, void
	Credits Millicredits `json:"millicredits"`
}

// History is a part of a member's entries, newest first.
type History struct {
	Lines []HistoryLine `json:"lines"`
	Next  string        `json:"next,omitempty"` // ask with it for those before; empty when these were all
}

// Limit is how much may be spent in a span; Max 0 is no limit.
type Limit struct {
	Max   Millicredits `json:"max_millicredits"`
	Spent Millicredits `json:"spent_millicredits"` // read only
	Frees int64        `json:"frees,omitempty"`    // Unix ms at which the span ends; read only
}

// Budget is what a member allows herself or himself to spend in a civil day, week
// (from Monday) and month of the site's zone (domain B1).
type Budget struct {
	Day   Limit `json:"day"`
	Week  Limit `json:"week"`
	Month Limit `json:"month"`
}

// Relations is who knows whom.
type Relations interface {
	// Viewers lists the members who spent something in her room or whom she noted, at most 1000: the performer's own. KindInvalid for another order.
	Viewers(ctx context.Context, performer string, by AcquaintanceOrder) ([]Acquaintance, error)
	// SetRemark notes something about a member, by the name seen in the room: the performer's own. KindInvalid, KindNotFound.
	SetRemark(ctx context.Context, performer, viewer string, r Remark) (Acquaintance, error)
	// Favourites lists the member's own with the rooms as they are now, those that she may see, online first.
	Favourites(ctx context.Context) ([]Card, error)
	// SetFavourite adds or takes a room. Errors as Room; KindLimited above MaxFavourites.
	SetFavourite(ctx context.Context, performer string, on bool) error
}

// MaxFavourites bounds a member's list.
const MaxFavourites = 500

// Ledgers is a member's book.
type Ledgers interface {
	// History lists the member's own entries before next ("" for the newest).
	History(ctx context.Context, next string) (History, error)
	// Budget tells the member's limits and what is spent of them.
	Budget(ctx context.Context) (Budget, error)
	// SetBudget sets Max of each span; what is spent already counts. KindInvalid.
	SetBudget(ctx context.Context, b Budget) (Budget, error)
}
