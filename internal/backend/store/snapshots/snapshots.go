package snapshots

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Purse moves the money in the transaction of a delivery; *wallet.Wallet is one.
type Purse interface {
	Affords(ctx context.Context, t *database.Tx, member domain.AccountID, amount domain.Millicredits) error
	Sell(ctx context.Context, t *database.Tx, member domain.AccountID, performer string, amount domain.Millicredits, id string) (entry string, told []database.Note, err error)
}

// Rooms know who may be where.
type Rooms interface {
	// Visitor finds the room's performer if the actor may be in it. Errors as the store's Door.
	Visitor(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (domain.AccountID, error)
	// Herself finds the performer and refuses everybody else.
	Herself(ctx context.Context, q database.Querier, performer string) (domain.Account, error)
	// Stays refuses a member who was removed from the room.
	Stays(ctx context.Context, q database.Querier, member domain.AccountID, performer string) error
	// SnapshotPrice is what one costs, 0 when she sells none.
	SnapshotPrice(ctx context.Context, q database.Querier, performer domain.AccountID) (domain.Millicredits, error)
}

// Config is what Snapshots need; all of it.
type Config struct {
	DB    *database.DB
	Purse Purse
	Rooms Rooms
}

// Snapshots is the book of all snapshots. It is safe for concurrent use.
type Snapshots struct{ cfg Config }

// New makes the book of a database.
func New(c Config) *Snapshots { return &Snapshots{cfg: c} }

// record is a snapshot with its parties.
type record struct {
	domain.Snapshot
	performer, buyer domain.AccountID
	kept             bool // there is a picture
}

const columns = `s.id, r.name, s.performer, m.name, s.member, s.state, s.price, s.show, s.asked, s.ended, s.reason, s.width, s.height,
	CASE WHEN EXISTS (SELECT 1 FROM snapshot_pictures p WHERE p.snapshot = s.id) THEN 1 ELSE 0 END
	FROM snapshots s JOIN accounts r ON r.id = s.performer JOIN accounts m ON m.id = s.member`

func scan(r database.Row) (v record, err error) {
	var kept int
	err = r.Scan(&v.ID, &v.Room, &v.performer, &v.Member, &v.buyer, &v.State, &v.Price, &v.Show, &v.Asked, &v.Ended, &v.Reason, &v.Width, &v.Height, &kept)
	v.kept = kept != 0
	return v, err
}

func find(ctx context.Context, q database.Querier, id string) (record, error) {
	v, err := scan(q.QueryRowContext(ctx, `SELECT `+columns+` WHERE s.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = errNone()
	}
	return v, err
}

func errNone() error {
	return domain.Errorf("", domain.KindNotFound, "There is no such snapshot; it may have been deleted. Look at your history.").Because("snapshot.none")
}

// side is what one of its parties is told.
func (v record) side(who domain.AccountID) domain.Snapshot {
	s := v.Snapshot
	if !v.kept {
		s.Width, s.Height = 0, 0
		return s
	}
	path := "/api/v1/snapshots/" + s.ID
	s.Thumbnail = path + "/thumbnail"
	if who == v.buyer {
		s.Picture = path + "/picture"
	}
	return s
}

// notes tell both parties how it stands.
func (v record) notes() []database.Note {
	return []database.Note{v.note(v.performer), v.note(v.buyer)}
}

func (v record) note(who domain.AccountID) database.Note {
	return database.NewNote(database.AccountStream(who), domain.EventSnapshot, domain.SnapshotNotice{Snapshot: v.side(who)})
}

// own is a snapshot of the acting account's.
func own(ctx context.Context, q database.Querier, id string) (record, error) {
	v, err := find(ctx, q, id)
	if who := domain.ActorFrom(ctx).Account.ID; err == nil && (who == "" || who != v.performer && who != v.buyer) {
		err = errNone()
	}
	return v, err
}

// Snapshot implements domain.Snapshots.
func (s *Snapshots) Snapshot(ctx context.Context, id string) (domain.Snapshot, error) {
	v, err := own(ctx, s.cfg.DB.Reads, id)
	if err != nil {
		return domain.Snapshot{}, database.Fail("snapshot", err)
	}
	return v.side(domain.ActorFrom(ctx).Account.ID), nil
}

// SnapshotPicture implements domain.Snapshots.
func (s *Snapshots) SnapshotPicture(ctx context.Context, id string, small bool) ([]byte, error) {
	const op = "snapshot"
	v, err := own(ctx, s.cfg.DB.Reads, id)
	if err == nil && !small && domain.ActorFrom(ctx).Account.ID != v.buyer {
		err = errNone()
	}
	if err != nil {
		return nil, database.Fail(op, err)
	}
	column := "jpeg"
	if small {
		column = "small"
	}
	var picture []byte
	err = s.cfg.DB.Reads.QueryRowContext(ctx, `SELECT `+column+` FROM snapshot_pictures WHERE snapshot = $1`, id).Scan(&picture)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNone()
	}
	return picture, database.Fail(op, err)
}

// DeleteSnapshot implements domain.Snapshots.
func (s *Snapshots) DeleteSnapshot(ctx context.Context, id string) error {
	return s.cfg.DB.Write(ctx, "snapshot", func(ctx context.Context, t *database.Tx) error {
		v, err := own(ctx, t, id)
		if err == nil && (domain.ActorFrom(ctx).Account.ID != v.buyer || !v.kept) {
			err = errNone()
		}
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `DELETE FROM snapshot_pictures WHERE snapshot = $1`, id)
		return err
	})
}

// SoldSnapshots implements domain.Snapshots.
func (s *Snapshots) SoldSnapshots(ctx context.Context, performer string) ([]domain.Snapshot, error) {
	const op = "snapshots"
	acc, err := s.cfg.Rooms.Herself(ctx, s.cfg.DB.Reads, performer)
	if err != nil {
		return nil, database.Fail(op, err)
	}
	rows, err := database.Collect(ctx, s.cfg.DB.Reads, scan, `SELECT `+columns+` WHERE s.performer = $1 AND s.state = 'sold' ORDER BY s.asked DESC, s.id LIMIT $2`,
		acc.ID, domain.SnapshotsTold)
	list := make([]domain.Snapshot, len(rows))
	for i, v := range rows {
		list[i] = v.side(acc.ID)
	}
	return list, database.Fail(op, err)
}
