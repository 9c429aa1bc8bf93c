package domain

import (
	"context"
	"slices"
	"time"
)

// ShowState is where a private show is (domain B2). The table of steps is the
// backend's.
type ShowState string

// The states, in the order of a show's life.
const (
	ShowWaiting     ShowState = "waiting"     // in line, free of charge: she is in another show
	ShowAsked       ShowState = "asked"       // the first minute is held; she has AnswerWithin
	ShowAccepted    ShowState = "accepted"    // every room of hers is closed; her program must say that it is ready
	ShowStarting    ShowState = "starting"    // the payer's gate is open, nothing has arrived yet
	ShowRunning     ShowState = "running"     // picture arrives, and is paid for
	ShowInterrupted ShowState = "interrupted" // nothing arrives: the meter stands
	ShowEnded       ShowState = "ended"       // the payer's gate is closed; the last seconds are being settled
	ShowSettled     ShowState = "settled"     // paid; the receipt is final
	ShowRefused     ShowState = "refused"     // she declined, or the member took the wish back
	ShowExpired     ShowState = "expired"     // nobody answered, or her program was never ready
	ShowFailed      ShowState = "failed"      // it could not begin: nothing was paid
)

// ShowStates lists every state, for tables and tests.
func ShowStates() []ShowState {
	return []ShowState{ShowWaiting, ShowAsked, ShowAccepted, ShowStarting, ShowRunning, ShowInterrupted, ShowEnded,
		ShowSettled, ShowRefused, ShowExpired, ShowFailed}
}

// Over tells whether nothing more happens to a show in state s.
func (s ShowState) Over() bool {
	switch s {
	case ShowSettled, ShowRefused, ShowExpired, ShowFailed:
		return true
	}
	return false
}

// Closed tells whether a show in state s keeps every room of the performer's
// person closed to all but its payer (domain rule 1).
func (s ShowState) Closed() bool {
	switch s {
	case ShowAccepted, ShowStarting, ShowRunning, ShowInterrupted, ShowEnded:
		return true
	}
	return false
}

// Times of a show (C).
const (
	AnswerWithin = 120 * time.Second // of the wish
	ReadyWithin  = 15 * time.Second  // of the answer: rooms of other services are to be left by then
	KeptFor      = 90 * time.Second  // a show from which nothing arrives
	PausedFor    = 10 * time.Minute  // one that she has paused (domain A7)
	TickEvery    = 10 * time.Second  // of delivered picture; each is paid by an entry of its own
)

// Extra is what the member's own picture (cam2cam) or voice (two-way audio) adds to
// a show, while it is on.
type Extra struct {
	Price       Millicredits `json:"price_millicredits"` // a minute, on top; frozen like the show's; 0: not offered
	On          bool         `json:"on"`
	DeliveredMS int64        `json:"delivered_ms"` // what her program has confirmed while the show's own picture arrived
}

// costs is what the extra comes to by itself: floor(price × ms ÷ 60,000).
func (e Extra) costs() Millicredits { return max(0, e.Price*Millicredits(e.DeliveredMS)/60_000) }

// Show is a private show as its two parties see it. Nobody else learns of it.
type Show struct {
	ID          string       `json:"id"`     // those that were asked for later have greater ones, as text
	Room        string       `json:"room"`   // the performer's name
	Member      string       `json:"member"` // the payer's
	State       ShowState    `json:"state"`
	Price       Millicredits `json:"price_millicredits"` // a minute; frozen when it was asked for
	Place       int          `json:"place,omitempty"`    // in the waiting line, from 1
	Asked       int64        `json:"asked"`              // Unix ms, as the following; once he is called from the line, when that was
	Answered    int64        `json:"answered,omitempty"`
	Started     int64        `json:"started,omitempty"` // the first picture arrived
	Ended       int64        `json:"ended,omitempty"`
	DeliveredMS int64        `json:"delivered_ms"`         // what the payer's browser has confirmed, up to the newest entry
	ArrivedMS   int64        `json:"arrived_ms,omitempty"` // and what it has confirmed by now; told to who asks while picture arrives
	Cam2cam     Extra        `json:"cam2cam"`
	Audio       Extra        `json:"audio"`
	Charged     Millicredits `json:"charged_millicredits"`        // for all three; Lines divides it
	Left        Millicredits `json:"left_millicredits,omitempty"` // what the payer can still spend on it; told to the payer alone
	EarnedCents int64        `json:"earned_cents,omitempty"`      // told to the performer alone
	Reason      string       `json:"reason,omitempty"`            // why it ended; one of ShowReasons
}

// PausedMS is how long of the show nothing arrived, in ms; 0 before it has ended.
func (s Show) PausedMS() int64 {
	if s.Started == 0 || s.Ended == 0 {
		return 0
	}
	return max(0, s.Ended-s.Started-s.DeliveredMS)
}

// Times are the whole seconds that a receipt shows, in ms: what was delivered is
// rounded down, the show from its first picture to its end is rounded, and paused is
// the difference of the two, so that the lines add up. The member's page and the
// performer's window show the same.
func (s Show) Times() (delivered, paused int64) {
	delivered = s.DeliveredMS / 1000 * 1000
	if s.Started == 0 || s.Ended == 0 {
		return delivered, 0
	}
	return delivered, max(0, (s.Ended-s.Started+500)/1000*1000-delivered)
}

// Rate is what a minute costs with the extras that are on.
func (s Show) Rate() Millicredits {
	rate := s.Price
	for _, e := range []Extra{s.Cam2cam, s.Audio} {
		if e.On {
			rate += e.Price
		}
	}
	return rate
}

// Lines divides what was charged into the lines of a receipt, which add up to it
// exactly. Each extra is its own price × its own time, rounded down; what the
// roundings leave is in the base line. Where less was charged than all came to (the
// credit was out), the base line comes first, then cam2cam.
func (s Show) Lines() (base, cam2cam, audio Millicredits) {
	left := max(0, s.Charged-Extra{Price: s.Price, DeliveredMS: s.DeliveredMS}.costs())
	cam2cam = min(s.Cam2cam.costs(), left)
	audio = min(s.Audio.costs(), left-cam2cam)
	return s.Charged - cam2cam - audio, cam2cam, audio
}

// ShowReasons are the reasons for which shows end or do not begin. Catalogues have
// a sentence for each.
func ShowReasons() []string {
	return []string{"member", "performer", "credit", "lost", "server", "declined", "withdrawn", "unanswered", "unready"}
}

// Quote is what a private would cost the acting member now.
type Quote struct {
	Price   Millicredits `json:"price_millicredits"` // a minute
	Why     PriceReason  `json:"price_why,omitempty"`
	Until   int64        `json:"price_until,omitempty"`          // Unix ms at which the hours of a lower price end
	Cam2cam Millicredits `json:"cam2cam_millicredits,omitempty"` // a minute on top; 0 = not offered
	Audio   Millicredits `json:"audio_millicredits,omitempty"`
	Credit  Millicredits `json:"credit_millicredits"`
	Lasts   int64        `json:"lasts_ms"`         // how long the credit would, without extras
	Takes   bool         `json:"takes"`            // whether she takes privates now
	Reason  string       `json:"reason,omitempty"` // why not, as a sentence
}

// Rates are what a private costs a minute: the show itself, and each extra on top;
// 0: not offered. Who asks for one sends those that he was shown.
type Rates struct {
	Price   Millicredits `json:"price_millicredits"`
	Cam2cam Millicredits `json:"cam2cam_millicredits"`
	Audio   Millicredits `json:"audio_millicredits"`
}

// Rates are those of the offer.
func (q Quote) Rates() Rates { return Rates{q.Price, q.Cam2cam, q.Audio} }

// Agreed refuses other rates than those that the member was shown. KindConflict.
func (q Quote) Agreed(shown Rates) error {
	if shown == q.Rates() {
		return nil
	}
	return Errorf("show", KindConflict, "The prices of a private show have changed: it is %s credits a minute now. Look at them, then decide again.", q.Price).Because("show.price", q.Price)
}

// ShowNotice tells the two parties how their show stands.
type ShowNotice struct {
	Show Show `json:"show"`
}

// Household are the rooms of all accounts that share a person, by what they show
// while one of them has a private show.
type Household struct {
	Curtained []string // the one with the show among them
	Away      []string
}

// All are the rooms of both kinds.
func (h Household) All() []string { return slices.Concat(h.Curtained, h.Away) }

// Shows are private shows (domain B2).
type Shows interface {
	// Quote tells what a private would cost: members. Errors as Room.
	Quote(ctx context.Context, performer string) (Quote, error)
	// Ask asks for a private at the rates that the member was shown, and holds its first minute. KindPayment; KindConflict
	// when she takes none now, when the rates are others now, when the member has another show, or for a used key. A
	// repeated key answers as before.
	Ask(ctx context.Context, performer, key string, shown Rates) (Show, error)
	// Show is one of the actor's own. KindNotFound.
	Show(ctx context.Context, id string) (Show, error)
	// OpenShows are those of the actor that are not over, oldest first.
	OpenShows(ctx context.Context) ([]Show, error)
	// Answer is the performer's. Accepting closes every room of her person before it returns. KindConflict in another state.
	Answer(ctx context.Context, id string, accept bool) (Show, error)
	// ReadyFor says that her program shows PRIVATE and sends to no other service: the payer's gate opens. KindConflict in another state, or without an upload.
	ReadyFor(ctx context.Context, id string) (Show, error)
	// SetExtras switches cam2cam and two-way audio on and off: the payer; the performer may only switch off.
	// KindConflict before or after the show, KindInvalid for one that is not offered, KindPayment when the
	// credit would not last for the next tick. What is off carries no packet any more when it returns.
	SetExtras(ctx context.Context, id string, cam2cam, audio bool) (Show, error)
	// End ends it, or takes the wish back: either party's. An ended show answers again.
	End(ctx context.Context, id string) (Show, error)
	// Free says that the performer has read that the show is over: her rooms open again as she wants. KindConflict while a show goes on.
	Free(ctx context.Context, performer string) (Room, error)
}

// Delivered are the times of a show that are paid, in ms.
type Delivered struct{ Base, Cam2cam, Audio int64 }

// Delivered are the show's times so far that are paid.
func (s Show) Delivered() Delivered {
	return Delivered{s.DeliveredMS, s.Cam2cam.DeliveredMS, s.Audio.DeliveredMS}
}

// Known are the times that the book knows of, paid or not.
func (r ShowRecord) Known() Delivered {
	d := r.Delivered()
	return Delivered{max(d.Base, r.Noted.Base), max(d.Cam2cam, r.Noted.Cam2cam), max(d.Audio, r.Noted.Audio)}
}

// ShowReturn is the way from a show's payer to its performer: who sends, who watches,
// and what passes.
type ShowReturn struct {
	Show           string
	Room           string // the performer's name, at whose door the payer stands
	Performer      AccountID
	Payer          AccountID
	Cam2cam, Audio bool
}

// ErrTakesNone says that a performer takes no private now, and not why: she may be
// away, or in a show of another account, and nobody can tell which (domain rule 4).
func ErrTakesNone() *Error {
	return Errorf("show", KindConflict, "She takes no private shows at the moment. Try again a little later.")
}

// ShowRecord is a show as the backend keeps it.
type ShowRecord struct {
	Show
	Performer AccountID
	Payer     AccountID
	Ticks     int          // that are paid
	Held      Millicredits // set aside for what comes
	Noted     Delivered    // that was written down since the last tick, if more than what is paid
}
