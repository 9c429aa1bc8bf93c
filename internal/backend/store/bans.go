package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

const (
	guestPrefix = "guest-"
	maxKick     = 365 * 24 * 60 // minutes
	maxViewer   = 100           // bytes of a viewer's name
	maxGuests   = 1000          // banned from a room: whoever has no account is soon somebody else
)

// Ban keeps a viewer, by the name seen in the room, out for some minutes, or until
// lifted when 0: the performer's own. A member is known by the account, a guest by
// its cookie; no guest comes in from where either was last. Of guests a room keeps the
// maxGuests newest bans. KindInvalid, KindForbidden, KindNotFound.
func (s *Store) Ban(ctx context.Context, performer, viewer string, minutes int) (domain.Ban, error) {
	const op = "ban"
	if minutes < 0 || minutes > maxKick {
		return domain.Ban{}, domain.Errorf(op, domain.KindInvalid, "A viewer can be removed for 1 to %d minutes, or until you lift it (0).", maxKick).Because("ban.minutes", maxKick)
	}
	var ban domain.Ban
	err := s.db.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		if _, err := herself(ctx, t, performer); err != nil {
			return err
		}
		who, err := s.viewer(ctx, t, performer, viewer)
		if err != nil {
			return err
		}
		ban = domain.Ban{Viewer: viewer, At: t.Now}
		if minutes > 0 {
			ban.Until = t.Now + int64(minutes)*60_000
		}
		if _, err := t.Exec(ctx, `INSERT INTO bans (room, viewer, account, guest, origin, until, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (room, viewer) DO UPDATE SET until = excluded.until, at = excluded.at, origin = CASE
				WHEN excluded.origin = '' AND (bans.until = 0 OR bans.until > excluded.at) THEN bans.origin ELSE excluded.origin END`,
			performer, viewer, who.account, who.guest, who.origin, ban.Until, ban.At); err != nil {
			return err
		}
		if who.account != "" {
			t.Ring(database.AccountStream(who.account))
		} else if err := forgetGuests(ctx, t, performer); err != nil {
			return err
		}
		return s.removed(ctx, t, performer, domain.RemovedNotice{Viewer: viewer, Until: ban.Until})
	})
	return ban, err
}

// forgetGuests drops a room's oldest bans of guests beyond maxGuests: their names can
// be made up, and nothing else would bound them.
func forgetGuests(ctx context.Context, t *database.Tx, performer string) error {
	_, err := t.Exec(ctx, `DELETE FROM bans WHERE room = $1 AND guest <> '' AND viewer NOT IN
		(SELECT viewer FROM bans WHERE room = $1 AND guest <> '' ORDER BY at DESC, viewer LIMIT $2)`, performer, maxGuests)
	return err
}

// removed tells the performer alone, and rings the database.Doors.
func (s *Store) removed(ctx context.Context, t *database.Tx, performer string, n domain.RemovedNotice) error {
	t.Ring(database.Doors)
	_, err := t.Post(ctx, database.Note{Stream: database.RoomStream(performer), Kind: domain.EventRemoved, For: database.ForOwner, Data: func(int64) any { return n }})
	return err
}

// visitor is who stands behind a name seen in a room.
type visitor struct {
	account       domain.AccountID
	guest, origin string
}

func (s *Store) viewer(ctx context.Context, t *database.Tx, performer, name string) (visitor, error) {
	if len(name) > maxViewer {
		return visitor{}, errNoViewer()
	}
	if guest, ok := strings.CutPrefix(name, guestPrefix); ok && guest != "" {
		return visitor{guest: guest, origin: s.guests.get(guest, unknown)}, nil
	}
	var id domain.AccountID
	var role domain.Role
	err := t.QueryRowContext(ctx, `SELECT id, role FROM accounts WHERE name = $1`, name).Scan(&id, &role)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return visitor{}, errNoViewer()
	case err != nil:
		return visitor{}, err
	case name == performer || role == domain.RoleStaff:
		return visitor{}, domain.Errorf("", domain.KindForbidden, "You cannot remove yourself or staff from your room.").Because("ban.self")
	}
	return visitor{account: id, origin: s.members.get(string(id), unknown)}, nil
}

// unknown is the origin of who was not seen since the server started.
func unknown() string { return "" }

func errNoViewer() error {
	return domain.Errorf("", domain.KindNotFound, "There is no viewer of this name. Check the spelling.").Because("ban.unknown")
}

// Lift lets a viewer in again: the performer's own. KindForbidden, KindNotFound.
func (s *Store) Lift(ctx context.Context, performer, viewer string) error {
	return s.db.Write(ctx, "lift ban", func(ctx context.Context, t *database.Tx) error {
		if _, err := herself(ctx, t, performer); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `DELETE FROM bans WHERE room = $1 AND viewer = $2 AND (until = 0 OR until > $3)`, performer, viewer, t.Now)
		if err == nil && n == 0 {
			err = domain.Errorf("", domain.KindNotFound, "This viewer is not banned from your room.").Because("ban.none")
		}
		if err != nil {
			return err
		}
		return s.removed(ctx, t, performer, domain.RemovedNotice{Viewer: viewer, Lifted: true})
	})
}

// Bans lists those in force, newest first: the performer's own. KindForbidden.
func (s *Store) Bans(ctx context.Context, performer string) ([]domain.Ban, error) {
	const op = "bans"
	if _, err := herself(ctx, s.db.Reads, performer); err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := database.Collect(ctx, s.db.Reads, scanBan, `SELECT viewer, until, at FROM bans WHERE room = $1 AND (until = 0 OR until > $2)
		ORDER BY at DESC, viewer LIMIT 1000`, performer, s.now())
	return list, database.Fail(op, err)
}

func scanBan(r database.Row) (b domain.Ban, err error) {
	err = r.Scan(&b.Viewer, &b.Until, &b.At)
	return b, err
}
