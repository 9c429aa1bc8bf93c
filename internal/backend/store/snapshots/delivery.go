package snapshots

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// KeepSnapshot stores a picture for an order, charges the member and delivers it,
// in one transaction: the acting performer's. Where it may not be sold any more
// nothing is kept or paid, the member is told why, and the answer is KindConflict.
// The same delivery again answers again.
func (s *Snapshots) KeepSnapshot(ctx context.Context, id string, p domain.StillPicture) (domain.Snapshot, error) {
	const op = "snapshot"
	actor := domain.ActorFrom(ctx)
	if actor.Account.ID == "" || actor.Role() != domain.RolePerformer {
		return domain.Snapshot{}, database.Fail(op, errNone())
	}
	var v record
	err := s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) (err error) {
		if err := lock(ctx, t, actor.Account.Name); err != nil {
			return err
		}
		// The update that changes nothing locks the order: its end by the clock meets it here.
		if _, err := t.Exec(ctx, `UPDATE snapshots SET state = state WHERE id = $1`, id); err != nil {
			return err
		}
		if v, err = find(ctx, t, id); err != nil {
			return err
		}
		switch {
		case v.performer != actor.Account.ID:
			return errNone()
		case v.State == domain.SnapshotSold:
			domain.NoteReplay(ctx)
			return nil
		case v.State == domain.SnapshotFailed:
			return nil
		}
		if v.Reason, err = s.refusal(ctx, t, v); err != nil {
			return err
		}
		if v.Reason == "" {
			v, err = s.sell(ctx, t, v, p)
		}
		if err == nil && v.Reason != "" {
			v.State, err = domain.SnapshotFailed, s.fail(ctx, t, v, v.Reason)
		}
		return err
	})
	if err != nil {
		return domain.Snapshot{}, err
	}
	if v.State != domain.SnapshotSold {
		return domain.Snapshot{}, domain.Errorf(op, domain.KindConflict, "This snapshot cannot be sold any more, and nothing was kept of it. Wait for the next one.").Because("snapshot.over")
	}
	return v.side(actor.Account.ID), nil
}

// refusal is why an order may not be filled any more, or "".
func (s *Snapshots) refusal(ctx context.Context, t *database.Tx, v record) (string, error) {
	c, err := drawn(ctx, t, v.Room, v.buyer)
	if err != nil {
		return "", err
	}
	price, err := s.cfg.Rooms.SnapshotPrice(ctx, t, v.performer)
	if err != nil {
		return "", err
	}
	switch {
	case late(v, t.Now):
		return "late", nil
	case c.show != v.Show, c.show != "" && !c.sees:
		return c.reason(), nil
	case price == 0:
		return "off", nil
	}
	switch err := s.cfg.Rooms.Stays(ctx, t, v.buyer, v.Room); {
	case domain.KindOf(err) == domain.KindForbidden:
		return "removed", nil
	default:
		return "", err
	}
}

// sell books the price and keeps the picture; Reason of the answer tells what the
// member's money says against it.
func (s *Snapshots) sell(ctx context.Context, t *database.Tx, v record, p domain.StillPicture) (record, error) {
	entry, told, err := s.cfg.Purse.Sell(ctx, t, v.buyer, v.Room, v.Price, v.ID)
	switch domain.KindOf(err) {
	case domain.KindPayment:
		v.Reason = "credit"
		return v, nil
	case domain.KindLimited:
		v.Reason = "budget"
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.State, v.Ended, v.Width, v.Height, v.kept = domain.SnapshotSold, t.Now, p.Width, p.Height, true
	if _, err := t.Exec(ctx, `UPDATE snapshots SET state = $2, ended = $3, entry = $4, width = $5, height = $6 WHERE id = $1`,
		v.ID, v.State, v.Ended, entry, v.Width, v.Height); err != nil {
		return v, err
	}
	if _, err := t.Exec(ctx, `INSERT INTO snapshot_pictures (snapshot, jpeg, small, at) VALUES ($1, $2, $3, $4)`, v.ID, p.JPEG, p.Small, t.Now); err != nil {
		return v, err
	}
	_, err = t.Post(ctx, append(told, v.notes()...)...)
	return v, err
}

// fail ends an order without a sale.
func (s *Snapshots) fail(ctx context.Context, t *database.Tx, v record, reason string) error {
	v.State, v.Ended, v.Reason = domain.SnapshotFailed, t.Now, reason
	n, err := t.Exec(ctx, `UPDATE snapshots SET state = $2, ended = $3, reason = $4 WHERE id = $1 AND state = 'asked'`, v.ID, v.State, v.Ended, reason)
	if err != nil || n == 0 {
		return err
	}
	_, err = t.Post(ctx, v.notes()...)
	return err
}

// CallOff implements shows.Stills.
func (s *Snapshots) CallOff(ctx context.Context, t *database.Tx, show string) error {
	type closed struct {
		room string
		curtain
	}
	rooms, err := database.Collect(ctx, t, func(r database.Row) (c closed, err error) {
		err = r.Scan(&c.room, &c.aside)
		return c, err
	}, `SELECT room, aside FROM curtains WHERE show = $1 ORDER BY room`, show)
	if err != nil {
		return err
	}
	for _, c := range rooms {
		if err := lock(ctx, t, c.room); err != nil {
			return err
		}
		pending, err := database.Collect(ctx, t, scan, `SELECT `+columns+` WHERE r.name = $1 AND s.state = 'asked'`, c.room)
		if err != nil {
			return err
		}
		for _, v := range pending {
			if err := s.fail(ctx, t, v, c.reason()); err != nil {
				return err
			}
		}
	}
	return nil
}

// ExpireSnapshots ends the orders whose time is over, and tells how many others are
// on their way.
func (s *Snapshots) ExpireSnapshots(ctx context.Context) (left int, err error) {
	const op = "snapshots"
	pending, err := database.Collect(ctx, s.cfg.DB.Reads, scan, `SELECT `+columns+` WHERE s.state = 'asked'`)
	if err != nil || len(pending) == 0 {
		return 0, database.Fail(op, err)
	}
	err = s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		left = 0
		for _, v := range pending {
			if !late(v, t.Now) {
				left++
				continue
			}
			if err := s.fail(ctx, t, v, "late"); err != nil {
				return err
			}
		}
		return nil
	})
	return left, err
}
