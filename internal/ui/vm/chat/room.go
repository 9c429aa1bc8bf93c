package chat

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Bounds of what is read and remembered of a room.
const (
	pastEvents = 500    // read at first
	pageEvents = 500    // read at once
	maxPeople  = 20_000 // remembered for the badges
	readWait   = time.Second
	readWaits  = 30 * time.Second
)

// room is a room of the chat; Chat.mu guards it.
type room struct {
	base.Account
	lane    string // of its calls, its own even when she comes back
	rules   bool   // guests may write
	known   bool
	behind  bool
	trouble base.Notice
	removed map[string]domain.Ban

	past   int64            // number up to which nothing is news
	missed Missed           // of the news, what was not shown
	last   int64            // newest number of the room's stream that is here
	gap    int64            // what comes after it has to be read; -1: nothing
	ruled  int64            // number up to which rules tells the truth
	kept   map[string]int64 // the same, for each viewer in removed
	bySeq  map[int64]*row   // of those in the ring
	firsts map[string]*row
	tipper map[string]bool
	remark map[string]domain.Acquaintance
}

func newRoom(a base.Account) *room {
	return &room{Account: a, gap: -1, removed: map[string]domain.Ban{}, kept: map[string]int64{}, bySeq: map[int64]*row{},
		firsts: map[string]*row{}, tipper: map[string]bool{}, remark: map[string]domain.Acquaintance{}}
}

func (r *room) view(now time.Time) Room {
	v := Room{Email: r.Email, Account: r.Name, Letter: r.Letter, GuestChat: r.rules, Known: r.known, Behind: r.behind, Trouble: r.trouble}
	for _, b := range r.removed {
		if b.Until == 0 || b.Until > now.UnixMilli() {
			v.Removed = append(v.Removed, Removed{b.Viewer, base.Time(b.Until)})
		}
	}
	slices.SortFunc(v.Removed, func(a, b Removed) int { return strings.Compare(a.Who, b.Who) })
	return v
}

func (r *room) badges(x *row) Badges {
	known := r.remark[x.Who]
	return Badges{New: r.firsts[x.Who] == x, Tipper: r.tipper[x.Who] || known.Spent > 0, Favourite: known.Favourite, Note: known.Note}
}

// meet remembers who wrote or tipped.
func (r *room) meet(x *row) {
	if len(r.firsts) > maxPeople {
		clear(r.firsts)
		clear(r.tipper)
	}
	if before := r.firsts[x.Who]; x.Kind == LineSaid && (before == nil || x.order(before) < 0) {
		r.firsts[x.Who] = x
	}
	if x.Kind == LineTip {
		r.tipper[x.Who] = true
	}
}

// Enter implements Follower.
func (c *Chat) Enter(a base.Account) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := newRoom(a)
	c.entered++
	r.lane = a.Email + " " + strconv.Itoa(c.entered)
	c.rooms[a.Email] = r
	c.welcome(r)
	c.fetch(r, -1)
	c.changed.Ring()
}

// welcome brings back what was not sent when its room went; c.mu is held.
func (c *Chat) welcome(r *room) {
	for _, x := range c.unsent[r.Email] {
		if x.Fate == FateSending {
			x.Fate, x.lost = FateRefused, true
			x.Why = base.Told(domain.Errorf("say", domain.KindUnavailable, "You were signed out before the answer came. Send it again; it is said once."))
		}
		x.twin = nil
		c.place(x)
	}
	delete(c.unsent, r.Email)
}

// Leave implements Follower: the room's lines go with it. What was not sent comes
// back with her.
func (c *Chat) Leave(email string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rooms, email)
	if c.rows.filter == email {
		c.rows.filter = ""
	}
	if c.to == email {
		c.to = ""
	}
	for _, x := range c.rows.unsettled() {
		if x.Email == email {
			c.unsent[email] = append(c.unsent[email], x)
		}
	}
	c.rows.removeAll(func(x *row) bool { return x.Email == email })
	c.show()
}

// Told implements Follower.
func (c *Chat) Told(email string, e domain.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rooms[email]
	if r == nil || !ofRoom(e.Kind) || e.Seq <= 0 {
		return
	}
	if r.last > 0 && e.Seq > r.last+1 {
		c.fetch(r, r.last)
	}
	c.take(r, e)
	c.changed.Ring()
}

// ofRoom tells whether a kind belongs to a room's stream; numbers of the
// account's own stream are others.
func ofRoom(k domain.EventKind) bool {
	switch k {
	case domain.EventMessage, domain.EventTip, domain.EventRoom, domain.EventRules, domain.EventRemoved, domain.EventProfile, domain.EventPause:
		return true
	default:
		return false
	}
}

// fetch has the events after a number read, -1 when only the room itself is to
// be; c.mu is held. A reading that is on its way goes on with it.
func (c *Chat) fetch(r *room, after int64) {
	r.miss(after)
	if !r.behind {
		r.behind = true
		c.work.Do("read "+r.lane, func(ctx context.Context) { c.read(ctx, r) })
	}
}

// miss notes that the events after a number are not here.
func (r *room) miss(after int64) {
	if after >= 0 && (r.gap < 0 || after < r.gap) {
		r.gap = after
	}
}

// read reads until nothing is missing, as long as the room is here.
func (c *Chat) read(ctx context.Context, r *room) {
	for wait := readWait; ; wait = min(2*wait, readWaits) {
		err := c.readRoom(ctx, r)
		for more := true; more && err == nil; {
			more, err = c.readPage(ctx, r)
		}
		if ctx.Err() != nil {
			return
		}
		if c.hasRead(r, err) || !base.Pause(ctx, wait) {
			return
		}
	}
}

// hasRead notes how a reading went; true when it is over.
func (c *Chat) hasRead(r *room, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.trouble = base.Told(err)
	over := c.rooms[r.Email] != r || err == nil && r.gap < 0 || err != nil && !base.Passes(err)
	r.behind = !over
	c.changed.Ring()
	return over
}

// readPage reads the missing events, a page of them; more tells whether any is
// missing still.
func (c *Chat) readPage(ctx context.Context, r *room) (more bool, err error) {
	c.mu.Lock()
	after := r.gap
	r.gap = -1
	c.mu.Unlock()
	if after < 0 {
		return false, nil
	}
	events, err := r.Backend.RoomEvents(ctx, r.Name, after, pageEvents)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rooms[r.Email] != r {
		return false, nil
	}
	for _, e := range events {
		c.take(r, e)
		after = max(after, e.Seq)
	}
	if err != nil || len(events) >= pageEvents {
		r.miss(after)
	}
	c.changed.Ring()
	return r.gap >= 0, err
}

// readRoom reads, once, what is no event: the rules, and who is kept out; and
// how much of the past is worth reading.
func (c *Chat) readRoom(ctx context.Context, r *room) error {
	c.mu.Lock()
	known := r.known
	c.mu.Unlock()
	if known {
		return nil
	}
	now, err := r.Backend.Room(ctx, r.Name)
	if err != nil {
		return err
	}
	bans, err := r.Backend.Bans(ctx, r.Name)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r.known, r.past = true, now.Seq
	r.miss(max(0, now.Seq-pastEvents))
	if r.ruled <= now.Seq {
		r.rules, r.ruled = now.GuestChat, now.Seq
	}
	for _, b := range bans {
		if r.kept[b.Viewer] <= now.Seq {
			r.removed[b.Viewer], r.kept[b.Viewer] = b, now.Seq
		}
	}
	return nil
}

// take takes in one event of a room, once; c.mu is held. Nonsense changes
// nothing.
func (c *Chat) take(r *room, e domain.Event) {
	r.last = max(r.last, e.Seq)
	if r.bySeq[e.Seq] != nil {
		return
	}
	x := &row{Line: Line{Email: r.Email, Account: r.Name, Letter: r.Letter, At: base.Time(e.At)}, seq: e.Seq}
	if x.read(r, e) && !(x.Own && c.said(r, x)) {
		c.put(r, x)
	}
}

// read fills a row with what an event says; false when it says nothing that is
// shown. What it says of the room is taken in, unless something newer did.
func (x *row) read(r *room, e domain.Event) bool {
	switch e.Kind {
	case domain.EventMessage:
		var m domain.Message
		if json.Unmarshal(e.Data, &m) != nil {
			return false
		}
		x.Kind, x.Who, x.Role, x.Text, x.Private = LineSaid, m.From, m.Role, m.Text, m.Private
		x.Own = m.Role == domain.RolePerformer && m.From == r.Name
	case domain.EventTip:
		var n domain.TipNotice
		if json.Unmarshal(e.Data, &n) != nil {
			return false
		}
		x.Kind, x.Who, x.Role, x.Text, x.Private, x.Millicredits = LineTip, n.From, domain.RoleMember, n.Note, n.Private, n.Millicredits
	case domain.EventRules:
		var n domain.RulesNotice
		if json.Unmarshal(e.Data, &n) != nil {
			return false
		}
		x.Kind, x.Open = LineRules, n.GuestChat
		if e.Seq > r.ruled {
			r.rules, r.ruled = n.GuestChat, e.Seq
		}
	case domain.EventPause:
		var n domain.PauseNotice
		x.Kind = LinePaused
		return json.Unmarshal(e.Data, &n) == nil && n.Paused
	case domain.EventRemoved:
		var n domain.RemovedNotice
		if json.Unmarshal(e.Data, &n) != nil {
			return false
		}
		x.Kind, x.Who, x.Until = LineRemoved, n.Viewer, base.Time(n.Until)
		if n.Lifted {
			x.Kind = LineLifted
		}
		if e.Seq > r.kept[n.Viewer] {
			r.keepOut(n, e.Seq)
		}
	default:
		return false
	}
	return true
}

// keepOut takes in who may come in and who may not, as of a number.
func (r *room) keepOut(n domain.RemovedNotice, seq int64) {
	if len(r.kept) > maxPeople {
		clear(r.kept)
	}
	r.kept[n.Viewer] = seq
	if n.Lifted {
		delete(r.removed, n.Viewer)
		return
	}
	r.removed[n.Viewer] = domain.Ban{Viewer: n.Viewer, Until: n.Until}
}

// put adds a settled row; c.mu is held.
func (c *Chat) put(r *room, x *row) {
	if !c.place(x) {
		return
	}
	r.bySeq[x.seq] = x
	if x.seq > r.past && !x.Own && !c.rows.lets(x) {
		r.overlook(x)
	}
	if !x.Own && x.Who != "" {
		r.meet(x)
	}
}

// overlook counts a row that others made and that is not shown.
func (r *room) overlook(x *row) {
	switch x.Kind {
	case LineTip:
		r.missed.Tipper, r.missed.Tip = x.Who, x.Millicredits
		r.missed.Lines++
	case LineSaid:
		r.missed.Lines++
	}
}

// place adds a row and forgets the one that falls out; false when that is x
// itself. c.mu is held.
func (c *Chat) place(x *row) bool {
	out := c.rows.add(x)
	if out == x {
		return false
	}
	if out != nil && c.rooms[out.Email] != nil {
		delete(c.rooms[out.Email].bySeq, out.seq)
	}
	return true
}

// Know takes in what she noted about members, for their badges.
func (c *Chat) Know(email string, people []domain.Acquaintance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rooms[email]
	if r == nil {
		return
	}
	if len(r.remark) > maxPeople {
		clear(r.remark)
	}
	for _, a := range people {
		r.remark[a.Viewer] = a
	}
	c.rows.version++
	c.changed.Ring()
}
