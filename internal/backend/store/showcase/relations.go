package showcase

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

const (
	maxViewers = 1000 // of one list
	maxName    = 100  // bytes
)

const acquaintance = `m.name, r.note, r.favourite, r.spent, r.last FROM relations r JOIN accounts m ON m.id = r.member WHERE r.performer = $1`

func scanAcquaintance(r database.Row) (a domain.Acquaintance, err error) {
	var favourite int64
	err = r.Scan(&a.Viewer, &a.Note, &favourite, &a.Spent, &a.Last)
	a.Favourite = favourite != 0
	return a, err
}

// Viewers lists the members who spent something in a performer's room or whom she
// noted: her own (domain C10). KindInvalid for another order, KindForbidden.
func (s *Showcase) Viewers(ctx context.Context, performer string, by domain.AcquaintanceOrder) ([]domain.Acquaintance, error) {
	const op = "viewers"
	order, ok := map[domain.AcquaintanceOrder]string{
		"": "r.last DESC", domain.ByLastSpent: "r.last DESC", domain.ByFavourite: "r.favourite DESC, r.last DESC",
		domain.ByMostSpent: "r.spent DESC", domain.ByName: "m.name",
	}[by]
	if !ok {
		return nil, domain.Errorf(op, domain.KindInvalid, "This list is ordered by last, favourite, most or name. Choose one of these.")
	}
	acc, err := s.cfg.Rooms.Herself(ctx, s.cfg.DB.Reads, performer)
	if err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := database.Collect(ctx, s.cfg.DB.Reads, scanAcquaintance,
		`SELECT `+acquaintance+` AND (r.last > 0 OR r.note <> '' OR r.favourite = 1) ORDER BY `+order+`, m.name LIMIT $2`, acc.ID, maxViewers)
	return list, database.Fail(op, err)
}

// SetRemark notes something about a member, by the name seen in the room: the
// performer's own. KindInvalid, KindForbidden, KindNotFound.
func (s *Showcase) SetRemark(ctx context.Context, performer, viewer string, r domain.Remark) (domain.Acquaintance, error) {
	const op = "note"
	note, err := someLines("a note", r.Note, domain.MaxRemark)
	if err != nil {
		return domain.Acquaintance{}, database.Fail(op, err)
	}
	favourite := 0
	if r.Favourite {
		favourite = 1
	}
	var a domain.Acquaintance
	err = s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		acc, err := s.cfg.Rooms.Herself(ctx, t, performer)
		if err != nil {
			return err
		}
		member, err := memberNamed(ctx, t, viewer)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO relations (performer, member, note, favourite, spent, last) VALUES ($1, $2, $3, $4, 0, 0)
			ON CONFLICT (performer, member) DO UPDATE SET note = excluded.note, favourite = excluded.favourite`, acc.ID, member, note, favourite); err != nil {
			return err
		}
		a, err = scanAcquaintance(t.QueryRowContext(ctx, `SELECT `+acquaintance+` AND r.member = $2`, acc.ID, member))
		return err
	})
	return a, err
}

func memberNamed(ctx context.Context, q database.Querier, name string) (id domain.AccountID, err error) {
	err = sql.ErrNoRows
	if len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsRune(name, 0) {
		err = q.QueryRowContext(ctx, `SELECT id FROM accounts WHERE name = $1 AND role = $2`, name, domain.RoleMember).Scan(&id)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "There is no member of this name. Guests cannot be noted; check the spelling.").Because("member.unknown")
	}
	return id, err
}

// SetFavourite adds a room to the acting member's list or takes it away. Errors as
// the store's Door when it is added; KindForbidden, KindLimited.
func (s *Showcase) SetFavourite(ctx context.Context, performer string, on bool) error {
	const op = "favourite"
	return s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		actor := domain.ActorFrom(ctx)
		if err := membersOnly(actor); err != nil {
			return err
		}
		if !on {
			_, err := t.Exec(ctx, `DELETE FROM favourites WHERE member = $1 AND performer IN (SELECT id FROM accounts WHERE name = $2)`, actor.Account.ID, performer)
			return err
		}
		visit, err := s.cfg.Rooms.Visit(ctx, t, actor, performer)
		if err != nil {
			return err
		}
		var n int64
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM favourites WHERE member = $1`, actor.Account.ID).Scan(&n); err != nil {
			return err
		}
		if n >= domain.MaxFavourites {
			return domain.Errorf("", domain.KindLimited, "A list has at most %d favourites. Take some away first.", domain.MaxFavourites).Because("favourites.many", domain.MaxFavourites)
		}
		_, err = t.Exec(ctx, `INSERT INTO favourites (member, performer, at) VALUES ($1, $2, $3) ON CONFLICT (member, performer) DO NOTHING`,
			actor.Account.ID, visit.ID, t.Now)
		return err
	})
}

// FavouriteNames lists the acting member's favourite rooms by name.
// KindUnauthenticated, KindForbidden.
func (s *Showcase) FavouriteNames(ctx context.Context) ([]string, error) {
	const op = "favourites"
	actor := domain.ActorFrom(ctx)
	if err := membersOnly(actor); err != nil {
		return nil, database.Fail(op, err)
	}
	name := func(r database.Row) (v string, err error) {
		err = r.Scan(&v)
		return v, err
	}
	list, err := database.Collect(ctx, s.cfg.DB.Reads, name, `SELECT a.name FROM favourites f JOIN accounts a ON a.id = f.performer
		WHERE f.member = $1 ORDER BY a.name`, actor.Account.ID)
	return list, database.Fail(op, err)
}

func membersOnly(actor domain.Actor) error {
	switch actor.Role() {
	case domain.RoleMember:
		return nil
	case domain.RoleGuest:
		return domain.Errorf("", domain.KindUnauthenticated, "Sign in to have favourites.").Because("favourite.signin")
	default:
		return domain.Errorf("", domain.KindForbidden, "Only members have favourites. Sign in with a member's account.").Because("favourite.member")
	}
}
