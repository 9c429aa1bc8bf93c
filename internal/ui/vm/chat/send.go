package chat

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Send sends a line to the room that View names, and tells whether there is
// one; where there is none the text stays with the caller. The line's row tells
// its fate.
func (c *Chat) Send(text string) bool {
	text = strings.TrimSpace(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.target()
	if r == nil || text == "" {
		return false
	}
	c.to, c.answered = r.Email, 0
	x := &row{Line: Line{Email: r.Email, Account: r.Name, Letter: r.Letter, Kind: LineSaid, Who: r.Name, Role: domain.RolePerformer,
		Own: true, Text: text, At: c.cfg.Now(), Fate: FateSending}, key: c.cfg.Key(), open: true}
	c.place(x)
	c.send(r, x)
	return true
}

// Retry sends a refused line again, with the same key: it is said once however
// often it is sent.
func (c *Chat) Retry(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.rows.byID[id]
	if x == nil || x.Fate != FateRefused {
		return
	}
	if r := c.rooms[x.Email]; r != nil {
		c.send(r, x)
	}
}

// TakeBack removes a refused line and returns its text, to be written anew; ""
// when it is not refused any more.
func (c *Chat) TakeBack(id int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.rows.byID[id]
	if x == nil || x.Fate != FateRefused {
		return ""
	}
	c.rows.remove(x)
	c.changed.Ring()
	return x.Text
}

// send puts a row on its way; c.mu is held.
func (c *Chat) send(r *room, x *row) {
	x.Fate, x.Why = FateSending, base.Notice{}
	switch {
	case len(x.Text) > domain.MaxLineBytes, utf8.RuneCountInString(x.Text) > domain.MaxLine:
		x.Fate, x.Why = FateRefused, base.Say("chat.too_long", domain.MaxLine)
	case !c.work.Do("say "+r.lane, func(ctx context.Context) { c.say(ctx, r, x) }):
		x.Fate, x.Why = FateRefused, base.Say("chat.too_many")
	}
	c.rows.version++
	c.changed.Ring()
}

// say sends one row and notes what became of it.
func (c *Chat) say(ctx context.Context, r *room, x *row) {
	c.mu.Lock()
	line, waits := domain.Line{Text: x.Text, Key: x.key}, c.waits(r, x)
	c.mu.Unlock()
	if !waits {
		return
	}
	m, err := r.Backend.Say(ctx, r.Name, line)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.waits(r, x) {
		return
	}
	twin := x.twin
	x.twin = nil
	switch {
	case err == nil:
		c.settle(r, x, m, base.Time(m.At))
		if twin != nil && twin.seq != m.Seq { // another line of the same words
			c.put(r, twin)
		}
	case twin != nil && base.Passes(err): // the answer was lost, the line was not
		c.settle(r, x, twin.message(), twin.At)
	default:
		x.Fate, x.Why, x.lost = FateRefused, base.Told(err), x.lost || base.Passes(err)
		if twin != nil {
			c.put(r, twin)
		}
		c.rows.version++
	}
	c.changed.Ring()
}

// waits tells whether a row is still here and being sent; c.mu is held.
func (c *Chat) waits(r *room, x *row) bool {
	return c.rooms[r.Email] == r && c.rows.byID[x.ID] == x && x.Fate == FateSending
}

// settle puts a row where the backend says; c.mu is held. The same line may have
// come by the stream before: then that row makes way, so that it is there once.
func (c *Chat) settle(r *room, x *row, m domain.Message, at time.Time) {
	if twin := r.bySeq[m.Seq]; twin != nil {
		c.rows.remove(twin)
	}
	c.rows.remove(x)
	x.open, x.lost, x.seq, x.Fate, x.Why, x.Text, x.low, x.At, x.Private = false, false, m.Seq, FateSent, base.Notice{}, m.Text, "", at, m.Private
	c.put(r, x)
}

// message is what the backend said of a row.
func (x *row) message() domain.Message {
	return domain.Message{Seq: x.seq, Text: x.Text, Private: x.Private}
}

// said tells whether a line of hers that came by the stream is one that was
// written here and is not settled; c.mu is held. While it is being sent, the
// answer will say so; if it was refused for want of an answer, it was said all
// the same.
func (c *Chat) said(r *room, came *row) bool {
	for _, x := range c.rows.unsettled() {
		if x.Email != r.Email || !alike(x.Text, came.Text) || x.twin != nil {
			continue
		}
		switch {
		case x.Fate == FateSending:
			x.twin, r.bySeq[came.seq] = came, came
			return true
		case x.lost:
			c.settle(r, x, came.message(), came.At)
			return true
		}
	}
	return false
}

// alike tells whether two texts are the same but for spaces and what the backend
// takes out of lines.
func alike(a, b string) bool { return a == b || plain(a) == plain(b) }

func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)), " ")
}

// Ban keeps a viewer out of one room until she is lifted.
func (c *Chat) Ban(email, viewer string) { c.Kick(email, viewer, 0) }

// Kick keeps a viewer out of one room for some minutes, or until lifted when 0.
func (c *Chat) Kick(email, viewer string, minutes int) {
	c.order(email, func(ctx context.Context, r *room) error {
		_, err := r.Backend.Ban(ctx, r.Name, viewer, minutes)
		return err
	})
}

// Lift lets a viewer in again.
func (c *Chat) Lift(email, viewer string) {
	c.order(email, func(ctx context.Context, r *room) error { return r.Backend.Lift(ctx, r.Name, viewer) })
}

// MuteGuests closes a room's chat to guests, or opens it.
func (c *Chat) MuteGuests(email string, muted bool) {
	c.order(email, func(ctx context.Context, r *room) error {
		now, err := r.Backend.Settings(ctx, r.Name)
		if err != nil {
			return err
		}
		now.GuestChat = !muted
		return r.Backend.SetSettings(ctx, r.Name, now)
	})
}

// order has something done in a room. What it changes comes back as an event;
// only a refusal is told here.
func (c *Chat) order(email string, do func(ctx context.Context, r *room) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rooms[email]
	if r == nil {
		return
	}
	c.trouble = base.Notice{}
	taken := c.work.Do("order "+r.lane, func(ctx context.Context) {
		err := do(ctx, r)
		if err == nil || ctx.Err() != nil {
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.trouble = base.Told(err)
		c.changed.Ring()
	})
	if !taken {
		c.trouble = base.Say("chat.too_many")
	}
	c.changed.Ring()
}
