package snapshots

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// A room takes so many orders in a span (C).
const (
	mostOrders = 20
	ordersIn   = time.Minute
)

// OrderSnapshot books an order of the acting member's, unless answers, which tells
// whether a program is there to take it, refuses. KindPayment, KindLimited, and
// KindConflict when she sells none, for another price, behind another's curtain, and
// while another order of the member is on its way.
func (s *Snapshots) OrderSnapshot(ctx context.Context, performer string, o domain.SnapshotOrder, answers func() error) (domain.Snapshot, error) {
	const op = "snapshot"
	actor := domain.ActorFrom(ctx)
	switch {
	case actor.Account.ID == "":
		return domain.Snapshot{}, domain.Errorf(op, domain.KindUnauthenticated, "Sign in to buy a snapshot.")
	case actor.Role() != domain.RoleMember:
		return domain.Snapshot{}, domain.Errorf(op, domain.KindForbidden, "Only members can buy snapshots. Sign in with a member's account.")
	}
	var v record
	err := s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		id, replay, err := database.Once(ctx, t, "snapshot/"+string(actor.Account.ID), o.Key, []any{performer, o.Price}, func() (string, error) {
			if err := answers(); err != nil {
				return "", err
			}
			return s.ask(ctx, t, actor, performer, o.Price)
		})
		if err != nil {
			return err
		}
		if replay {
			domain.NoteReplay(ctx)
		}
		v, err = find(ctx, t, id)
		return err
	})
	if err != nil {
		return domain.Snapshot{}, err
	}
	return v.side(actor.Account.ID), nil
}

func (s *Snapshots) ask(ctx context.Context, t *database.Tx, actor domain.Actor, performer string, seen domain.Millicredits) (string, error) {
	her, err := s.cfg.Rooms.Visitor(ctx, t, actor, performer)
	if err != nil {
		return "", err
	}
	if err := lock(ctx, t, performer); err != nil {
		return "", err
	}
	price, show, err := s.offer(ctx, t, her, actor.Account.ID, performer)
	switch {
	case err != nil:
		return "", err
	case seen != 0 && seen != price:
		return "", domain.Errorf("", domain.KindConflict, "The price of a snapshot is %s credits now. Look at it, then decide again.", price).Because("snapshot.price", price)
	}
	if err := s.room(ctx, t, actor.Account.ID, her); err != nil {
		return "", err
	}
	v := record{Snapshot: domain.Snapshot{ID: database.NewID(), Room: performer, Member: actor.Name(), State: domain.SnapshotAsked, Price: price, Show: show, Asked: t.Now},
		performer: her, buyer: actor.Account.ID}
	if _, err := t.Exec(ctx, `INSERT INTO snapshots (id, performer, member, state, price, show, asked, ended, reason, entry, width, height)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '', 0, 0)`, v.ID, her, v.buyer, v.State, price, show, t.Now); err != nil {
		return "", err
	}
	if err := s.cfg.Purse.Affords(ctx, t, v.buyer, price); err != nil {
		return "", err
	}
	_, err = t.Post(ctx, v.note(her))
	return v.ID, err
}

// room refuses too many orders at once.
func (s *Snapshots) room(ctx context.Context, t *database.Tx, member, her domain.AccountID) error {
	pending, err := database.Collect(ctx, t, scan, `SELECT `+columns+` WHERE s.member = $1 AND s.state = 'asked'`, member)
	if err != nil {
		return err
	}
	for _, v := range pending {
		if !late(v, t.Now) {
			return domain.Errorf("", domain.KindConflict, "A snapshot of yours is on its way already. Wait for it.").Because("snapshot.pending")
		}
		if err := s.fail(ctx, t, v, "late"); err != nil {
			return err
		}
	}
	var n int
	err = t.QueryRowContext(ctx, `SELECT COUNT(*) FROM snapshots WHERE performer = $1 AND asked > $2`, her, t.Now-ordersIn.Milliseconds()).Scan(&n)
	if err == nil && n >= mostOrders {
		e := domain.Errorf("", domain.KindLimited, "Many snapshots were asked for in this room just now. Try again in a moment.").Because("snapshot.many")
		e.RetryAfter = 10 * time.Second
		return e
	}
	return err
}

// SnapshotOffer is the price at which the acting account can buy a snapshot in a room as
// the book knows it; 0 when it cannot.
func (s *Snapshots) SnapshotOffer(ctx context.Context, performer string) (domain.Millicredits, error) {
	actor := domain.ActorFrom(ctx)
	if actor.Role() != domain.RoleMember {
		return 0, nil
	}
	her, err := s.cfg.Rooms.Visitor(ctx, s.cfg.DB.Reads, actor, performer)
	if err != nil {
		return 0, database.Fail("snapshot", err)
	}
	price, _, err := s.offer(ctx, s.cfg.DB.Reads, her, actor.Account.ID, performer)
	if domain.KindOf(err) == domain.KindConflict {
		return 0, nil
	}
	return price, database.Fail("snapshot", err)
}

// offer is the price, and the show of which the member is the payer.
func (s *Snapshots) offer(ctx context.Context, q database.Querier, her, member domain.AccountID, performer string) (price domain.Millicredits, show string, err error) {
	if price, err = s.cfg.Rooms.SnapshotPrice(ctx, q, her); err != nil {
		return 0, "", err
	}
	if price == 0 {
		return 0, "", domain.Errorf("", domain.KindConflict, "No snapshots are sold in this room. Choose another room.").Because("snapshot.off")
	}
	c, err := drawn(ctx, q, performer, member)
	switch {
	case err != nil || c.show == "" || c.sees:
		return price, c.show, err
	case c.aside == domain.AsideAway: // nobody can tell it from any other absence (domain rule 4)
		return price, c.show, domain.Errorf("", domain.KindConflict, "No snapshots can be taken in this room at the moment. Try again when it is live.").Because("snapshot.away")
	default:
		return price, c.show, domain.Errorf("", domain.KindConflict, "She is in a private show. Wait until her room is open.").Because("snapshot.private")
	}
}

// curtain is what keeps a room closed.
type curtain struct {
	show  string // "" when nothing does
	aside domain.Aside
	sees  bool // the member in question is the one for whom it is open
}

// reason is what a member is told who is on its other side.
func (c curtain) reason() string {
	if c.aside == domain.AsideAway {
		return "away"
	}
	return "private"
}

// drawn looks at a room's curtain, for a member.
func drawn(ctx context.Context, q database.Querier, performer string, member domain.AccountID) (c curtain, err error) {
	var room string
	var payer domain.AccountID
	var state domain.ShowState
	err = q.QueryRowContext(ctx, `SELECT c.show, c.aside, a.name, s.member, s.state FROM curtains c JOIN shows s ON s.id = c.show
		JOIN accounts a ON a.id = s.performer WHERE c.room = $1`, performer).Scan(&c.show, &c.aside, &room, &payer, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return curtain{}, nil
	}
	switch state {
	case domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
		c.sees = room == performer && payer == member
	}
	return c, err
}

// lock keeps the step that closes a room for a show, and other deliveries, away
// until the commit.
func lock(ctx context.Context, t *database.Tx, performer string) error {
	_, err := t.Exec(ctx, `UPDATE rooms SET account = account WHERE name = $1`, performer)
	return err
}

func late(v record, now int64) bool { return now-v.Asked > domain.SnapshotWithin.Milliseconds() }
