package showcase

import (
	"context"
	"database/sql"
	"errors"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

const maxReason = 1000 // characters

const pictureColumns = `a.name, p.slot, p.state, p.reason, p.version, p.at FROM pictures p JOIN accounts a ON a.id = p.account`

func scanPicture(r database.Row) (p domain.Picture, err error) {
	err = r.Scan(&p.Performer, &p.Slot, &p.State, &p.Reason, &p.Version, &p.At)
	if p.State != domain.PictureRejected {
		p.Path = picturePath(p.Performer, p.Slot, p.Version)
	}
	return p, err
}

func picturePath(performer string, slot domain.Slot, version string) string {
	return "/api/v1/performers/" + performer + "/pictures/" + string(slot) + "?v=" + version
}

func checkSlot(slot domain.Slot) error {
	if slot != domain.SlotGeneral && slot != domain.SlotMembers {
		return domain.Errorf("", domain.KindNotFound, "There is no such place for a picture: it is general or members.")
	}
	return nil
}

// KeepPicture puts a clean JPEG before staff: the performer's own. Pixels is a hash
// of what it shows; no two accounts show the same (domain rule 4). What waited or
// was rejected in the slot before is replaced. KindForbidden, KindConflict.
func (s *Showcase) KeepPicture(ctx context.Context, performer string, slot domain.Slot, jpeg []byte, pixels string) (domain.Picture, error) {
	const op = "picture"
	if err := checkSlot(slot); err != nil {
		return domain.Picture{}, database.Fail(op, err)
	}
	var p domain.Picture
	err := s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		acc, err := s.cfg.Rooms.Herself(ctx, t, performer)
		if err != nil {
			return err
		}
		err = t.QueryRowContext(ctx, `SELECT account FROM pictures WHERE pixels = $1 AND account <> $2 LIMIT 1`, pixels, acc.ID).Scan(new(string))
		if err == nil {
			return domain.Errorf("", domain.KindConflict, "Another account has this very picture. Send one that is nowhere else.").Because("picture.twice")
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM pictures WHERE account = $1 AND slot = $2 AND state <> $3`, acc.ID, slot, domain.PictureApproved); err != nil {
			return err
		}
		p = domain.Picture{Performer: performer, Slot: slot, State: domain.PictureWaiting, Version: database.NewID(), At: t.Now}
		p.Path = picturePath(performer, slot, p.Version)
		_, err = t.Exec(ctx, `INSERT INTO pictures (account, slot, state, version, reason, pixels, jpeg, at) VALUES ($1, $2, $3, $4, '', $5, $6, $7)`,
			acc.ID, slot, p.State, p.Version, pixels, jpeg, t.Now)
		return err
	})
	return p, err
}

// Pictures lists a performer's, shown, waiting and rejected: her own and staff's.
// KindForbidden, KindNotFound.
func (s *Showcase) Pictures(ctx context.Context, performer string) ([]domain.Picture, error) {
	const op = "pictures"
	visit, err := s.cfg.Rooms.Visit(ctx, s.cfg.DB.Reads, domain.ActorFrom(ctx), performer)
	if err == nil && !visit.Owns {
		err = domain.Errorf("", domain.KindForbidden, "Only the performer herself and staff see this list.")
	}
	if err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := database.Collect(ctx, s.cfg.DB.Reads, scanPicture, `SELECT `+pictureColumns+` WHERE p.account = $1 ORDER BY p.slot, p.at, p.state`, visit.ID)
	return list, database.Fail(op, err)
}

// Picture is a JPEG: the approved one for whom its slot is, any version for the
// performer herself and staff. KindNotFound; else as the store's Door.
func (s *Showcase) Picture(ctx context.Context, performer string, slot domain.Slot, version string) ([]byte, error) {
	const op = "picture"
	actor := domain.ActorFrom(ctx)
	visit, err := s.cfg.Rooms.Visit(ctx, s.cfg.DB.Reads, actor, performer)
	if err == nil {
		err = checkSlot(slot)
	}
	if err == nil && slot == domain.SlotMembers && !visit.Owns && actor.Role() != domain.RoleMember {
		err = domain.Errorf("", domain.KindForbidden, "This picture is for members. Sign up or sign in as a member to see it.").Because("picture.members")
	}
	if err != nil {
		return nil, database.Fail(op, err)
	}
	var jpeg []byte
	var state domain.PictureState
	err = s.cfg.DB.Reads.QueryRowContext(ctx, `SELECT jpeg, state FROM pictures WHERE account = $1 AND slot = $2 AND version = $3`, visit.ID, slot, version).
		Scan(&jpeg, &state)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && (len(jpeg) == 0 || (state != domain.PictureApproved && !visit.Owns))) {
		err = domain.Errorf("", domain.KindNotFound, "There is no such picture now. Load the page again.").Because("picture.gone")
	}
	if err != nil {
		return nil, database.Fail(op, err)
	}
	return jpeg, nil
}

// WaitingPictures lists those that staff has to review, oldest first, at most 500:
// staff's alone. KindForbidden.
func (s *Showcase) WaitingPictures(ctx context.Context) ([]domain.Picture, error) {
	const op = "pictures"
	if err := database.StaffOnly(ctx); err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := database.Collect(ctx, s.cfg.DB.Reads, scanPicture, `SELECT `+pictureColumns+` WHERE p.state = $1 ORDER BY p.at, a.name, p.slot LIMIT 500`, domain.PictureWaiting)
	return list, database.Fail(op, err)
}

// ReviewPicture approves or rejects a waiting picture: staff's alone. An approved one
// takes the place of the one before, a rejected one is not kept. KindForbidden,
// KindInvalid without a reason, KindNotFound, KindConflict when another one waits.
func (s *Showcase) ReviewPicture(ctx context.Context, performer string, slot domain.Slot, r domain.PictureReview) (domain.Picture, error) {
	const op = "picture review"
	if err := checkReview(ctx, slot, &r); err != nil {
		return domain.Picture{}, database.Fail(op, err)
	}
	var p domain.Picture
	err := s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		visit, err := s.cfg.Rooms.Visit(ctx, t, domain.ActorFrom(ctx), performer)
		if err != nil {
			return err
		}
		// The update that changes nothing locks the picture on both databases.
		n, err := t.Exec(ctx, `UPDATE pictures SET at = at WHERE account = $1 AND slot = $2 AND state = $3 AND version = $4`, visit.ID, slot, domain.PictureWaiting, r.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.Errorf("", domain.KindConflict, "This picture does not wait any more: another one was sent, or it was reviewed. Look at the list again.")
		}
		said := "approved"
		if r.Approve {
			if _, err = t.Exec(ctx, `DELETE FROM pictures WHERE account = $1 AND slot = $2 AND state = $3`, visit.ID, slot, domain.PictureApproved); err == nil {
				_, err = t.Exec(ctx, `UPDATE pictures SET state = $3, at = $4 WHERE account = $1 AND slot = $2 AND state = $5`,
					visit.ID, slot, domain.PictureApproved, t.Now, domain.PictureWaiting)
			}
		} else {
			said = "rejected: " + r.Reason
			_, err = t.Exec(ctx, `UPDATE pictures SET state = $3, reason = $4, jpeg = $5, at = $6 WHERE account = $1 AND slot = $2 AND state = $7`,
				visit.ID, slot, domain.PictureRejected, r.Reason, []byte{}, t.Now, domain.PictureWaiting)
		}
		if err != nil {
			return err
		}
		if err := t.Audit(ctx, op, visit.ID, string(slot)+" "+said); err != nil {
			return err
		}
		p, err = scanPicture(t.QueryRowContext(ctx, `SELECT `+pictureColumns+` WHERE p.account = $1 AND p.version = $2`, visit.ID, r.Version))
		return err
	})
	return p, err
}

func checkReview(ctx context.Context, slot domain.Slot, r *domain.PictureReview) error {
	if err := database.StaffOnly(ctx); err != nil {
		return err
	}
	r.Reason = database.Clean(r.Reason)
	if !r.Approve && r.Reason == "" {
		return domain.Errorf("", domain.KindInvalid, "Write the reason; she will read it.")
	}
	if utf8.RuneCountInString(r.Reason) > maxReason {
		return tooLong("a reason", maxReason)
	}
	return checkSlot(slot)
}
