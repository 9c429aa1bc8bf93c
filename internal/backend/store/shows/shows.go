package shows

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Purse moves a show's money in the show's transaction; *wallet.Wallet is one.
type Purse interface {
	Reserve(ctx context.Context, t *database.Tx, member domain.AccountID, performer string, amount domain.Millicredits) (string, error)
	Extend(ctx context.Context, t *database.Tx, hold string, upTo domain.Millicredits, key string) (domain.Millicredits, error)
	Begin(ctx context.Context, t *database.Tx, hold string) error
	Take(ctx context.Context, t *database.Tx, hold string, amount domain.Millicredits, key string) error
	Release(ctx context.Context, t *database.Tx, hold string) error
	Paid(ctx context.Context, q database.Querier, hold string) (domain.Millicents, domain.Millicredits, error)
	Credits(ctx context.Context, member domain.AccountID) (free, locked domain.Millicredits, err error)
}

// Rooms know who may be where.
type Rooms interface {
	// Visitor finds the room's performer if the actor may be in it. Errors as the store's Door.
	Visitor(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (domain.AccountID, error)
	// Herself finds the performer and refuses everybody else.
	Herself(ctx context.Context, q database.Querier, performer string) (domain.Account, error)
	// Offer is what a minute with her costs, and why.
	Offer(ctx context.Context, q database.Querier, performer domain.AccountID) (domain.Quote, error)
}

// Stills are the snapshots that are on their way.
type Stills interface {
	// CallOff ends those of the rooms that a show has just closed, in the transaction that closes them: nothing is paid.
	CallOff(ctx context.Context, t *database.Tx, show string) error
}

// Config is what Shows need; all of it.
type Config struct {
	DB     *database.DB
	Purse  Purse
	Rooms  Rooms
	Stills Stills
}

// Shows is the book of all private shows. It is safe for concurrent use.
type Shows struct{ cfg Config }

// New makes the book of a database.
func New(c Config) *Shows { return &Shows{cfg: c} }

const columns = `s.id, r.name, s.performer, m.name, s.member, s.state, s.price, s.hold, s.asked, s.answered, s.started, s.ended, s.delivered,
	s.charged, s.ticks, s.reason, s.cam2cam_price, s.cam2cam_on, s.cam2cam_ms, s.audio_price, s.audio_on, s.audio_ms, s.noted_ms, s.noted_cam2cam_ms, s.noted_audio_ms,
	CASE WHEN s.state = 'waiting' THEN (SELECT COUNT(*) + 1 FROM shows o WHERE o.performer = s.performer AND o.state = 'waiting' AND o.id < s.id) ELSE 0 END,
	CAST(COALESCE((SELECT b.amount FROM balances b WHERE b.account = 'hold:' || s.hold AND b.asset = 'CREDIT'), 0) AS BIGINT)
	FROM shows s JOIN accounts r ON r.id = s.performer JOIN accounts m ON m.id = s.member`

// row is a record with the id of its hold.
type row struct {
	domain.ShowRecord
	hold string
}

func scan(r database.Row) (v row, err error) {
	var cam2cam, audio int64
	err = r.Scan(&v.ID, &v.Room, &v.Performer, &v.Member, &v.Payer, &v.State, &v.Price, &v.hold, &v.Asked, &v.Answered, &v.Started, &v.Ended,
		&v.DeliveredMS, &v.Charged, &v.Ticks, &v.Reason,
		&v.Cam2cam.Price, &cam2cam, &v.Cam2cam.DeliveredMS, &v.Audio.Price, &audio, &v.Audio.DeliveredMS,
		&v.Noted.Base, &v.Noted.Cam2cam, &v.Noted.Audio, &v.Place, &v.Held)
	v.Cam2cam.On, v.Audio.On = cam2cam != 0, audio != 0
	return v, err
}

func find(ctx context.Context, q database.Querier, id string) (row, error) {
	v, err := scan(q.QueryRowContext(ctx, `SELECT `+columns+` WHERE s.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = errNone()
	}
	return v, err
}

func errNone() error {
	return domain.Errorf("", domain.KindNotFound, "There is no such show.").Because("show.none")
}

// open lists the states in which a show is not over, for SQL.
const open = `('waiting', 'asked', 'accepted', 'starting', 'running', 'interrupted', 'ended')`

// Payer tells whose show a performer is in, from when she accepted it until it has
// ended: "" while in none.
func Payer(ctx context.Context, q database.Querier, performer domain.AccountID) (payer domain.AccountID, err error) {
	err = q.QueryRowContext(ctx, `SELECT COALESCE(MAX(member), '') FROM shows
		WHERE performer = $1 AND state IN ('accepted', 'starting', 'running', 'interrupted')`, performer).Scan(&payer)
	return payer, err
}

// side completes a record for one of its parties.
func (s *Shows) side(ctx context.Context, q database.Querier, v row) (hers, his domain.Show, err error) {
	earned, left, err := s.cfg.Purse.Paid(ctx, q, v.hold)
	hers, his = v.Show, v.Show
	hers.EarnedCents, his.Left = earned.Cents(), left
	return hers, his, err
}

// tell posts how the show stands to both parties.
func (s *Shows) tell(ctx context.Context, t *database.Tx, v row) error {
	hers, his, err := s.side(ctx, t, v)
	if err != nil {
		return err
	}
	_, err = t.Post(ctx,
		database.NewNote(database.AccountStream(v.Performer), domain.EventShow, domain.ShowNotice{Show: hers}),
		database.NewNote(database.AccountStream(v.Payer), domain.EventShow, domain.ShowNotice{Show: his}))
	return err
}

// ShowRecord finds a show of the acting account's. KindNotFound.
func (s *Shows) ShowRecord(ctx context.Context, id string) (domain.ShowRecord, error) {
	v, err := s.own(ctx, s.cfg.DB.Reads, id)
	return v.ShowRecord, database.Fail("show", err)
}

// own is a show of the acting account's, with what only this party is told.
func (s *Shows) own(ctx context.Context, q database.Querier, id string) (row, error) {
	v, err := find(ctx, q, id)
	if err != nil {
		return v, err
	}
	return s.seen(ctx, q, v)
}

func (s *Shows) seen(ctx context.Context, q database.Querier, v row) (row, error) {
	hers, his, err := s.side(ctx, q, v)
	switch domain.ActorFrom(ctx).Account.ID {
	case v.Performer:
		v.Show = hers
	case v.Payer:
		v.Show = his
	default:
		return row{}, errNone()
	}
	return v, err
}

// OpenShows lists those of the acting account that are not over, oldest first.
func (s *Shows) OpenShows(ctx context.Context) ([]domain.Show, error) {
	const op = "shows"
	actor := domain.ActorFrom(ctx)
	if actor.Account.ID == "" {
		return nil, domain.Errorf(op, domain.KindUnauthenticated, "You are not signed in. Sign in and try again.").Because("signin.first")
	}
	rows, err := database.Collect(ctx, s.cfg.DB.Reads, scan, `SELECT `+columns+`
		WHERE (s.performer = $1 OR s.member = $1) AND s.state IN `+open+` ORDER BY s.asked, s.id`, actor.Account.ID)
	list := make([]domain.Show, 0, len(rows))
	for _, v := range rows {
		if err == nil {
			v, err = s.seen(ctx, s.cfg.DB.Reads, v)
		}
		list = append(list, v.Show)
	}
	return list, database.Fail(op, err)
}

// Unsettled lists all shows that are not over: what a server that starts has to
// bring to an end.
func (s *Shows) Unsettled(ctx context.Context) ([]domain.ShowRecord, error) {
	rows, err := database.Collect(ctx, s.cfg.DB.Reads, scan, `SELECT `+columns+` WHERE s.state IN `+open+` ORDER BY s.asked, s.id`)
	list := make([]domain.ShowRecord, len(rows))
	for i, v := range rows {
		list[i] = v.ShowRecord
	}
	return list, database.Fail("shows", err)
}
