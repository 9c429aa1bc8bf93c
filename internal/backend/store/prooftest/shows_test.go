package prooftest

import (
	"context"
	"fmt"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// perform takes the member's show a step further, or has him ask for one.
func (c *troupe) perform(m *purse) error {
	if m.show == nil {
		return c.ask(m)
	}
	switch c.roll(60) { // whatever it is in
	case 0:
		return c.die(m)
	case 1:
		return c.extras(m)
	case 2:
		return c.note(m)
	}
	switch m.show.State {
	case domain.ShowWaiting:
		return c.inLine(m)
	case domain.ShowAsked:
		return c.answer(m)
	case domain.ShowAccepted:
		return c.prepare(m)
	case domain.ShowEnded:
		return c.settle(m)
	}
	return c.play(m)
}

func (c *troupe) ask(m *purse) error {
	to, key := one(c, c.couple), c.Key()
	quote, err := c.Quote(m.Ctx, to.Name)
	price, credit := quote.Price, quote.Credit
	offer := c.offers[to.Name]
	if err != nil || credit != m.credits || quote.Cam2cam != offer.Cam2cam || quote.Audio != offer.Audio {
		return fmt.Errorf("the quote is %+v, want that he has %s, and %+v: %w", quote, m.credits, offer, orNothing(err))
	}
	s, err := c.AskShow(m.Ctx, to.Name, key)
	p := &performance{ShowRecord: s}
	want := domain.ShowWaiting
	if c.closed == "" {
		if kind := m.spend(price); kind != "" {
			return wantKind(fmt.Sprintf("a show for %s out of %s", price, m.credits), err, kind)
		}
		want, p.held = domain.ShowAsked, price
	}
	p.State, p.Price, p.Cam2cam, p.Audio = want, price, domain.Extra{Price: offer.Cam2cam}, domain.Extra{Price: offer.Audio}
	if err := p.stands("asked", s, err); err != nil {
		return err
	}
	m.show = p
	if again, err := c.AskShow(m.Ctx, to.Name, key); err != nil || again.ID != s.ID || again.Held != s.Held {
		return fmt.Errorf("the same wish again: %+v %w", again, orNothing(err))
	}
	_, err = c.AskShow(m.Ctx, c.stars[0].Name, key)
	if err := wantKind("another wish with the same key", err, domain.KindConflict); err != nil {
		return err
	}
	_, err = c.AskShow(m.Ctx, c.stars[0].Name, c.Key())
	return wantKind("a second show of one member", err, domain.KindConflict)
}

// step takes the show to a state; the same step again is refused.
func (c *troupe) step(m *purse, to domain.ShowState) error {
	from := m.show.State
	r, err := c.StepShow(context.Background(), m.show.ID, from, to, "")
	if err != nil || r.State != to {
		return fmt.Errorf("from %s to %s: %+v %w", from, to, r, orNothing(err))
	}
	if m.show.State = to; to == domain.ShowEnded {
		m.show.Cam2cam.On, m.show.Audio.On = false, false
	}
	if to.Closed() {
		if err := m.show.stands("a step", r, nil); err != nil {
			return err
		}
	}
	if c.roll(3) > 0 {
		return nil
	}
	_, err = c.StepShow(context.Background(), m.show.ID, from, to, "")
	return wantKind("the same step again", err, domain.KindConflict)
}

// inLine: his turn comes when the rooms are open, or he goes.
func (c *troupe) inLine(m *purse) error {
	if c.closed != "" && c.roll(4) > 0 {
		return errIdle
	}
	if c.closed != "" || c.roll(4) == 0 {
		err := c.step(m, domain.ShowRefused)
		m.over()
		return err
	}
	kind := m.spend(m.show.Price)
	if kind == "" {
		m.show.held = m.show.Price
		return c.step(m, domain.ShowAsked)
	}
	_, err := c.StepShow(context.Background(), m.show.ID, domain.ShowWaiting, domain.ShowAsked, "")
	if err := wantKind("called without credits", err, kind); err != nil {
		return err
	}
	err = c.step(m, domain.ShowFailed)
	m.over()
	return err
}

// answer: she accepts, declines or does nothing; a second show of hers is refused.
func (c *troupe) answer(m *purse) error {
	switch n := c.roll(10); {
	case n == 0:
		err := c.step(m, domain.ShowRefused)
		m.over()
		return err
	case n == 1:
		err := c.step(m, domain.ShowExpired)
		m.over()
		return err
	case c.closed == "":
		if err := c.step(m, domain.ShowAccepted); err != nil {
			return err
		}
		c.closed = m.show.ID
		return nil
	case n < 5: // she accepted another one first
		m.back(m.show.held)
		m.show.held = 0
		return c.step(m, domain.ShowWaiting)
	}
	_, err := c.StepShow(context.Background(), m.show.ID, domain.ShowAsked, domain.ShowAccepted, "")
	return wantKind("a second show of one person", err, domain.KindConflict)
}

func (c *troupe) prepare(m *purse) error {
	switch c.roll(8) {
	case 0:
		err := c.step(m, domain.ShowExpired)
		m.over()
		return err
	case 1:
		return c.step(m, domain.ShowEnded)
	}
	return c.step(m, domain.ShowStarting)
}

// play: picture arrives and is paid for, or does not.
func (c *troupe) play(m *purse) error {
	s := m.show
	switch n := c.roll(30); {
	case n == 0:
		if s.State == domain.ShowRunning { // what was on its way while his own could pass
			s.arrive(c, int64(c.roll(5_000)))
		}
		return c.step(m, domain.ShowEnded)
	case n == 1:
		return c.die(m)
	case n < 4 && s.State != domain.ShowInterrupted:
		return c.step(m, domain.ShowInterrupted)
	case n < 9:
		return c.extras(m)
	case n < 13:
		return c.note(m)
	case s.State != domain.ShowRunning:
		return c.step(m, domain.ShowRunning)
	}
	s.arrive(c, max(0, int64(s.ticks+1)*10_000+int64(c.roll(9_000))-s.times.Base))
	if c.roll(40) == 0 && s.Price > 0 { // more than he can pay: the book was away
		s.arrive(c, int64((m.credits+s.held+1_000)*60_000/s.Price))
	}
	n := max(s.ticks+1, int(s.times.Base/10_000))
	due, ahead := s.cost(s.times), s.Rate()/3
	c.paidFor(m, due)
	m.extend(ahead)
	s.ticks, s.paid = n, s.times
	for range 1 + c.roll(2) { // the same tick again
		r, err := c.ChargeShow(context.Background(), s.ID, n, s.times, due, ahead)
		if err := s.stands("a tick", r, err); err != nil {
			return err
		}
	}
	return nil
}

// paidFor brings the model to what a charge takes, as far as credits reach.
func (c *troupe) paidFor(m *purse, charge domain.Millicredits) {
	due := charge - m.show.charged
	if due <= 0 {
		return
	}
	m.extend(due)
	due = min(due, m.show.held)
	m.show.held -= due
	m.show.charged += due
}

func (c *troupe) settle(m *purse) error {
	s := m.show
	if s.Price > 0 {
		s.times.Base += int64(c.roll(5_000))
	}
	due := s.cost(s.times)
	c.paidFor(m, due)
	if _, err := c.SettleShow(context.Background(), s.ID, s.times, due); err != nil {
		return err
	}
	r, err := c.SettleShow(context.Background(), s.ID, s.times, due)
	return c.receipt(m, r, err)
}

// refundable remembers what she got for a show.
func (c *troupe) refundable(m *purse, id string) error {
	rows, err := c.side.Query(`SELECT e.id, -p.amount FROM shows s JOIN entries e ON e.key >= 'capture/' || s.hold || '/' AND e.key < 'capture/' || s.hold || '0'
		JOIN postings p ON p.entry = e.id AND p.account = 'hold:' || s.hold WHERE s.id = $1 AND s.hold <> ''`, id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p paid
		if err := rows.Scan(&p.entry, &p.amount); err != nil {
			return err
		}
		m.paid = append(m.paid, p)
	}
	return rows.Err()
}

// free opens her rooms, unless the show goes on.
func (c *troupe) free(*purse) error {
	her := one(c, c.couple)
	show, rooms, err := c.Freeable(her.Ctx, her.Name)
	if c.closed == "" {
		if err != nil || show != "" {
			return fmt.Errorf("open rooms are closed for %q: %w", show, orNothing(err))
		}
		return nil
	}
	for _, m := range c.members {
		if m.show != nil && m.show.ID == c.closed {
			return wantKind("free in a show", err, domain.KindConflict)
		}
	}
	if err != nil || show != c.closed || len(rooms.All()) != 2 {
		return fmt.Errorf("closed for %q are %v, want %q: %w", show, rooms, c.closed, orNothing(err))
	}
	c.closed = ""
	return c.OpenRooms(context.Background(), show)
}

// abandon: all that was not over ends with the server.
func (c *troupe) abandon() error {
	for _, m := range c.members {
		if m.show == nil {
			continue
		}
		if err := c.left(m); err != nil {
			return err
		}
	}
	return nil
}
