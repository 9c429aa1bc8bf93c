package shows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// ChargeShow brings what is paid for a show to charge in all, for what was delivered,
// as its n-th tick, and sets ahead aside for what comes. The same tick again
// changes nothing. Where credits or the member's own budget do not reach, Held of
// the answer is less than ahead. KindConflict for a show that is not going on.
func (s *Shows) ChargeShow(ctx context.Context, id string, n int, times domain.Delivered, charge, ahead domain.Millicredits) (domain.ShowRecord, error) {
	var v row
	err := s.cfg.DB.Write(ctx, "show", func(ctx context.Context, t *database.Tx) (err error) {
		if v, err = lock(ctx, t, id); err != nil || n <= v.Ticks {
			return err
		}
		if v.State != domain.ShowRunning && v.State != domain.ShowInterrupted {
			return domain.Errorf("", domain.KindConflict, "The show is %s now. Look at it again.", v.State).Because("show.changed")
		}
		if err := s.pay(ctx, t, v, times, charge, n, fmt.Sprint("tick-", n)); err != nil {
			return err
		}
		if _, err := s.cfg.Purse.Extend(ctx, t, v.hold, ahead, fmt.Sprint("ahead-", n)); err != nil {
			return err
		}
		if v, err = find(ctx, t, id); err != nil {
			return err
		}
		return s.tell(ctx, t, v)
	})
	return v.ShowRecord, err
}

// NoteShow writes down what was delivered of a show that is going on, and moves no
// credits. Time does not go back, and a show that is over keeps what it says.
func (s *Shows) NoteShow(ctx context.Context, id string, times domain.Delivered) error {
	return s.cfg.DB.Write(ctx, "show", func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `UPDATE shows SET noted_ms = $2, noted_cam2cam_ms = $3, noted_audio_ms = $4
			WHERE id = $1 AND state IN ($5, $6) AND noted_ms <= $2 AND noted_cam2cam_ms <= $3 AND noted_audio_ms <= $4`,
			id, times.Base, times.Cam2cam, times.Audio, domain.ShowRunning, domain.ShowInterrupted)
		return err
	})
}

// SettleShow pays the last part of an ended show and gives the rest of the hold
// back. A settled show answers again.
func (s *Shows) SettleShow(ctx context.Context, id string, times domain.Delivered, charge domain.Millicredits) (domain.ShowRecord, error) {
	var v row
	err := s.cfg.DB.Write(ctx, "show", func(ctx context.Context, t *database.Tx) (err error) {
		if v, err = lock(ctx, t, id); err != nil || v.State == domain.ShowSettled {
			return err
		}
		if v.State != domain.ShowEnded {
			return domain.Errorf("", domain.KindConflict, "The show is %s now. Look at it again.", v.State).Because("show.changed")
		}
		if err := s.pay(ctx, t, v, times, charge, v.Ticks, "end"); err != nil {
			return err
		}
		if err := s.release(ctx, t, v); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE shows SET state = $2 WHERE id = $1`, id, domain.ShowSettled); err != nil {
			return err
		}
		if v, err = find(ctx, t, id); err != nil {
			return err
		}
		return s.tell(ctx, t, v)
	})
	return v.ShowRecord, err
}

// SwitchShow switches the extras of a show that is going on, and brings its hold up to
// ahead. The performer may only switch off. KindPayment when one goes on and the hold
// does not reach need, KindInvalid for one that is not offered, KindForbidden,
// KindConflict.
func (s *Shows) SwitchShow(ctx context.Context, id string, cam2cam, audio bool, need, ahead domain.Millicredits) (domain.ShowRecord, error) {
	var v row
	err := s.cfg.DB.Write(ctx, "show", func(ctx context.Context, t *database.Tx) (err error) {
		if v, err = lock(ctx, t, id); err != nil {
			return err
		}
		switch v.State {
		case domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
		default:
			return domain.Errorf("", domain.KindConflict, "The show is %s now. Look at it again.", v.State)
		}
		if v.Cam2cam.On == cam2cam && v.Audio.On == audio {
			return nil
		}
		if cam2cam && !v.Cam2cam.On || audio && !v.Audio.On {
			if err := s.mayAdd(ctx, t, v, cam2cam, audio, need, ahead); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, `UPDATE shows SET cam2cam_on = $2, audio_on = $3 WHERE id = $1`, id, number(cam2cam), number(audio)); err != nil {
			return err
		}
		if v, err = find(ctx, t, id); err != nil {
			return err
		}
		return s.tell(ctx, t, v)
	})
	return v.ShowRecord, err
}

// mayAdd sets the money for another extra aside, or refuses it.
func (s *Shows) mayAdd(ctx context.Context, t *database.Tx, v row, cam2cam, audio bool, need, ahead domain.Millicredits) error {
	if domain.ActorFrom(ctx).Account.ID != v.Payer {
		return domain.Errorf("", domain.KindForbidden, "Only the member who pays can switch this on. You can switch it off.")
	}
	if cam2cam && v.Cam2cam.Price == 0 || audio && v.Audio.Price == 0 {
		return domain.Errorf("", domain.KindInvalid, "She does not offer this in her private shows.")
	}
	held, err := s.cfg.Purse.Extend(ctx, t, v.hold, ahead, "extras-"+database.OrderedID())
	if err == nil && held < need {
		err = domain.Errorf("", domain.KindPayment, "Your credits do not last for this. Get more credits, then switch it on.")
	}
	return err
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lock keeps other steps of the show away until the commit.
func lock(ctx context.Context, t *database.Tx, id string) (row, error) {
	if _, err := t.Exec(ctx, `UPDATE shows SET state = state WHERE id = $1`, id); err != nil {
		return row{}, err
	}
	return find(ctx, t, id)
}

// pay takes the difference to charge from the hold, as far as credits reach: what
// they do not is the performer's loss, never a debt.
func (s *Shows) pay(ctx context.Context, t *database.Tx, v row, times domain.Delivered, charge domain.Millicredits, ticks int, key string) error {
	due := charge - v.Charged
	if due > 0 {
		held, err := s.cfg.Purse.Extend(ctx, t, v.hold, due, "for-"+key)
		if err != nil {
			return err
		}
		if due = min(due, held); due > 0 {
			if err := s.cfg.Purse.Take(ctx, t, v.hold, due, key); err != nil {
				return err
			}
		}
	}
	_, err := t.Exec(ctx, `UPDATE shows SET delivered = $2, cam2cam_ms = $3, audio_ms = $4, charged = charged + $5, ticks = $6 WHERE id = $1`, v.ID,
		max(times.Base, v.DeliveredMS), max(times.Cam2cam, v.Cam2cam.DeliveredMS), max(times.Audio, v.Audio.DeliveredMS), max(0, due), ticks)
	return err
}

// Closed lists the rooms that are closed for a show, by show.
func (s *Shows) Closed(ctx context.Context) (map[string]domain.Household, error) {
	type row struct {
		closing
		show string
	}
	list, err := database.Collect(ctx, s.cfg.DB.Reads, func(r database.Row) (c row, err error) {
		err = r.Scan(&c.name, &c.aside, &c.show)
		return c, err
	}, `SELECT room, aside, show FROM curtains ORDER BY room`)
	rooms := map[string]domain.Household{}
	for _, c := range list {
		h := rooms[c.show]
		c.join(&h)
		rooms[c.show] = h
	}
	return rooms, database.Fail("show", err)
}

// Freeable tells which show closes the acting performer's rooms, and which these
// are; "" when none does. KindConflict while it goes on, KindForbidden.
func (s *Shows) Freeable(ctx context.Context, performer string) (show string, rooms domain.Household, err error) {
	const op = "show"
	if _, err := s.cfg.Rooms.Herself(ctx, s.cfg.DB.Reads, performer); err != nil {
		return "", rooms, database.Fail(op, err)
	}
	closed, err := s.Closed(ctx)
	if err != nil {
		return "", rooms, err
	}
	for id, list := range closed {
		for _, room := range list.All() {
			if room != performer {
				continue
			}
			v, err := find(ctx, s.cfg.DB.Reads, id)
			if err == nil && v.State.Closed() {
				err = domain.Errorf("", domain.KindConflict, "The private show is not over yet. End it first.")
			}
			return id, list, database.Fail(op, err)
		}
	}
	return "", rooms, nil
}

// OpenRooms gives up the rooms that were closed for a show.
func (s *Shows) OpenRooms(ctx context.Context, show string) error {
	return s.cfg.DB.Write(ctx, "show", func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `DELETE FROM curtains WHERE show = $1`, show)
		return err
	})
}

// NextWaiting lists those who wait for a private in one of the rooms, first come
// first, across all of them. While somebody asks in a room nobody else is called there:
// strangers could have the whole line called at once, and expire.
func (s *Shows) NextWaiting(ctx context.Context, rooms []string) ([]domain.ShowRecord, error) {
	var list []domain.ShowRecord
	for _, room := range rooms {
		rows, err := database.Collect(ctx, s.cfg.DB.Reads, scan, `SELECT `+columns+` WHERE r.name = $1 AND s.state = 'waiting'
			AND NOT EXISTS (SELECT 1 FROM shows a WHERE a.performer = s.performer AND a.state = 'asked')`, room)
		if err != nil {
			return nil, database.Fail("show", err)
		}
		for _, v := range rows {
			list = append(list, v.ShowRecord)
		}
	}
	slices.SortFunc(list, func(a, b domain.ShowRecord) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}
