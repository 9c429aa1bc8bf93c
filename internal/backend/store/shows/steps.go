package shows

import (
	"context"
	"slices"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Quote tells what a private would cost the acting member, and what he has.
func (s *Shows) Quote(ctx context.Context, performer string) (offer domain.Quote, err error) {
	const op = "show"
	actor := domain.ActorFrom(ctx)
	id, err := s.cfg.Rooms.Visitor(ctx, s.cfg.DB.Reads, actor, performer)
	if err == nil {
		err = membersOnly(actor)
	}
	if err == nil {
		offer, err = s.cfg.Rooms.Offer(ctx, s.cfg.DB.Reads, id)
	}
	if err == nil {
		offer.Credit, _, err = s.cfg.Purse.Credits(ctx, actor.Account.ID)
	}
	return offer, database.Fail(op, err)
}

func membersOnly(a domain.Actor) error {
	switch {
	case a.Account.ID == "":
		return domain.Errorf("", domain.KindUnauthenticated, "Sign in to ask for a private show.").Because("show.signin")
	case a.Role() != domain.RoleMember:
		return domain.Errorf("", domain.KindForbidden, "Only members can ask for a private show. Sign in with a member's account.").Because("show.member")
	}
	return nil
}

// AskShow books the acting member's wish: asked, with its first minute on hold, or
// waiting when a room of hers is closed for another show. KindPayment,
// KindConflict when the member has another one or was shown other rates than those
// of now, and as Door.
func (s *Shows) AskShow(ctx context.Context, performer, key string, shown domain.Rates) (domain.ShowRecord, error) {
	const op = "show"
	actor := domain.ActorFrom(ctx)
	if err := membersOnly(actor); err != nil {
		return domain.ShowRecord{}, database.Fail(op, err)
	}
	var v row
	err := s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		id, replay, err := database.Once(ctx, t, "show/"+string(actor.Account.ID), key, performer, func() (string, error) {
			return s.ask(ctx, t, actor, performer, shown)
		})
		if err != nil {
			return err
		}
		if replay {
			domain.NoteReplay(ctx)
		}
		v, err = s.own(ctx, t, id)
		return err
	})
	return v.ShowRecord, err
}

func (s *Shows) ask(ctx context.Context, t *database.Tx, actor domain.Actor, performer string, shown domain.Rates) (string, error) {
	her, err := s.cfg.Rooms.Visitor(ctx, t, actor, performer)
	if err != nil {
		return "", err
	}
	// The upsert that changes nothing locks the member's balance: two wishes of one
	// member meet here.
	if _, err := t.Exec(ctx, `INSERT INTO balances (account, asset, amount) VALUES ($1, 'CREDIT', 0)
		ON CONFLICT (account, asset) DO UPDATE SET amount = balances.amount`, "member:"+string(actor.Account.ID)); err != nil {
		return "", err
	}
	others, err := count(ctx, t, `SELECT COUNT(*) FROM shows WHERE member = $1 AND state IN `+open, actor.Account.ID)
	if err != nil {
		return "", err
	}
	if others > 0 {
		return "", domain.Errorf("", domain.KindConflict, "You have asked for a private show already. End it, or take the wish back first.").Because("show.asked")
	}
	busy, err := count(ctx, t, `SELECT COUNT(*) FROM curtains WHERE room = $1`, performer)
	if err != nil {
		return "", err
	}
	away, err := count(ctx, t, `SELECT COUNT(*) FROM curtains WHERE room = $1 AND aside = 'away'`, performer)
	if err != nil {
		return "", err
	}
	if away > 0 { // a line would tell that she is in a show of another account
		return "", domain.ErrTakesNone()
	}
	offer, err := s.cfg.Rooms.Offer(ctx, t, her)
	if err == nil {
		err = offer.Agreed(shown)
	}
	if err != nil {
		return "", err
	}
	id, state, hold := database.OrderedID(), domain.ShowWaiting, ""
	if busy == 0 {
		state = domain.ShowAsked
		if hold, err = s.cfg.Purse.Reserve(ctx, t, actor.Account.ID, performer, offer.Price); err != nil {
			return "", err
		}
	}
	if _, err := t.Exec(ctx, `INSERT INTO shows (id, performer, member, state, price, hold, asked, answered, started, ended, delivered, charged, ticks, reason, cam2cam_price, audio_price)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, 0, 0, '', $8, $9)`, id, her, actor.Account.ID, state, offer.Price, hold, t.Now, offer.Cam2cam, offer.Audio); err != nil {
		return "", err
	}
	v, err := find(ctx, t, id)
	if err != nil {
		return "", err
	}
	return id, s.tell(ctx, t, v)
}

func count(ctx context.Context, q database.Querier, query string, args ...any) (n int, err error) {
	err = q.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// StepShow takes a show from one state to another, with all that belongs to it:
// holds made or given back, rooms closed. KindConflict when it is in another state,
// or when a room of hers is closed for another show.
func (s *Shows) StepShow(ctx context.Context, id string, from, to domain.ShowState, reason string) (domain.ShowRecord, error) {
	var v row
	err := s.cfg.DB.Write(ctx, "show", func(ctx context.Context, t *database.Tx) (err error) {
		n, err := t.Exec(ctx, `UPDATE shows SET state = $3, reason = CASE WHEN $4 = '' THEN reason ELSE $4 END WHERE id = $1 AND state = $2`, id, from, to, reason)
		if err != nil {
			return err
		}
		if v, err = find(ctx, t, id); err != nil {
			return err
		}
		if n == 0 {
			return domain.Errorf("", domain.KindConflict, "The show is %s now. Look at it again.", v.State).Because("show.changed")
		}
		if err := s.follow(ctx, t, v); err != nil {
			return err
		}
		if v, err = find(ctx, t, id); err != nil {
			return err
		}
		return s.tell(ctx, t, v)
	})
	return v.ShowRecord, err
}

// follow does what belongs to the state that a show has just come to.
func (s *Shows) follow(ctx context.Context, t *database.Tx, v row) error {
	switch v.State {
	case domain.ShowAsked: // its turn in the line
		closed, err := count(ctx, t, `SELECT COUNT(*) FROM curtains WHERE room = $1`, v.Room)
		if err != nil {
			return err
		}
		if closed > 0 { // meanwhile; its end calls
			return domain.Errorf("", domain.KindConflict, "Another private show closes the room. Wait until it is over.").Because("show.closed")
		}
		hold, err := s.cfg.Purse.Reserve(ctx, t, v.Payer, v.Room, v.Price)
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE shows SET hold = $2, asked = $3 WHERE id = $1`, v.ID, hold, t.Now)
		return err
	case domain.ShowWaiting:
		if err := s.release(ctx, t, v); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `UPDATE shows SET hold = '' WHERE id = $1`, v.ID)
		return err
	case domain.ShowAccepted:
		if _, err := t.Exec(ctx, `UPDATE shows SET answered = $2 WHERE id = $1`, v.ID, t.Now); err != nil {
			return err
		}
		return s.close(ctx, t, v)
	case domain.ShowRunning:
		if v.Started != 0 {
			return nil
		}
		if _, err := t.Exec(ctx, `UPDATE shows SET started = $2 WHERE id = $1`, v.ID, t.Now); err != nil {
			return err
		}
		return s.cfg.Purse.Begin(ctx, t, v.hold)
	case domain.ShowEnded:
		_, err := t.Exec(ctx, `UPDATE shows SET ended = $2, cam2cam_on = 0, audio_on = 0 WHERE id = $1`, v.ID, t.Now)
		return err
	case domain.ShowRefused, domain.ShowExpired, domain.ShowFailed:
		if _, err := t.Exec(ctx, `UPDATE shows SET ended = $2 WHERE id = $1`, v.ID, t.Now); err != nil {
			return err
		}
		return s.release(ctx, t, v)
	}
	return nil
}

func (s *Shows) release(ctx context.Context, t *database.Tx, v row) error {
	if v.hold == "" {
		return nil
	}
	return s.cfg.Purse.Release(ctx, t, v.hold)
}

// close takes every room of the performer's persons for the show.
func (s *Shows) close(ctx context.Context, t *database.Tx, v row) error {
	rooms, err := household(ctx, t, v.Room)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		n, err := t.Exec(ctx, `INSERT INTO curtains (room, show, aside) VALUES ($1, $2, $3) ON CONFLICT (room) DO NOTHING`, room.name, v.ID, room.aside)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.Errorf("", domain.KindConflict, "Another private show closes your rooms. End it first, and let the rooms open again.").Because("show.closed")
		}
	}
	return s.cfg.Stills.CallOff(ctx, t, v.ID)
}

// Household lists the rooms of all accounts that share a person with a performer,
// her own among them (domain rule 1), by name.
func (s *Shows) Household(ctx context.Context, performer string) (h domain.Household, err error) {
	rooms, err := household(ctx, s.cfg.DB.Reads, performer)
	for _, r := range rooms {
		r.join(&h)
	}
	return h, database.Fail("show", err)
}

// closing is a room that a show closes, and what is shown there.
type closing struct {
	name  string
	aside domain.Aside
}

func (c closing) join(h *domain.Household) {
	if c.aside == domain.AsideAway {
		h.Away = append(h.Away, c.name)
	} else {
		h.Curtained = append(h.Curtained, c.name)
	}
}

// household is never away in the room that has the show.
func household(ctx context.Context, q database.Querier, performer string) ([]closing, error) {
	one := func(r database.Row) (c closing, err error) {
		if err = r.Scan(&c.name, &c.aside); c.name == performer {
			c.aside = domain.AsideCurtain
		}
		return c, err
	}
	rooms, err := database.Collect(ctx, q, one, `SELECT DISTINCT o.name, o.aside FROM rooms r
		JOIN account_persons mine ON mine.account = r.account JOIN account_persons theirs ON theirs.person = mine.person
		JOIN rooms o ON o.account = theirs.account WHERE r.name = $1 ORDER BY o.name`, performer)
	if err == nil && !slices.ContainsFunc(rooms, func(c closing) bool { return c.name == performer }) { // an account without a person goes nowhere; closed is safe
		rooms = append(rooms, closing{performer, domain.AsideCurtain})
	}
	return rooms, err
}
