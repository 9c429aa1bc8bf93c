package showcase

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// BeatEvery is how often the time of those who are online is written down: what a
// crash takes away at most. A span whose last beat is older than two of them was
// left behind by a crash.
const BeatEvery = time.Minute

// Span is a time online, in Unix ms.
type Span struct{ From, To int64 }

// NoteState notes when a performer's time online begins and ends, in the
// transaction that tells her room's new state. While it reconnects the time goes on.
func NoteState(ctx context.Context, t *database.Tx, performer domain.AccountID, state domain.RoomState) error {
	switch state {
	case domain.RoomReconnecting:
		return nil
	case domain.RoomLive, domain.RoomPrivate:
	default:
		_, err := t.Exec(ctx, `UPDATE online SET ended = $2, running = 0 WHERE account = $1 AND running = 1`, performer, t.Now)
		return err
	}
	err := t.QueryRowContext(ctx, `SELECT started FROM online WHERE account = $1 AND running = 1`, performer).Scan(new(int64))
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO online (account, started, ended, running) VALUES ($1, $2, $2, 1)
		ON CONFLICT (account, started) DO UPDATE SET running = 1`, performer, t.Now)
	return err
}

// Beat writes down how long those who are online have been.
func (s *Showcase) Beat(ctx context.Context) error {
	return s.cfg.DB.Write(ctx, "time online", func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `UPDATE online SET ended = $1 WHERE running = 1`, t.Now)
		return err
	})
}

// Recover ends the times online that a crash left open, where they beat last.
func (s *Showcase) Recover(ctx context.Context) error {
	return s.cfg.DB.Write(ctx, "time online", func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `UPDATE online SET running = 0 WHERE running = 1 AND ended < $1`, t.Now-2*BeatEvery.Milliseconds())
		return err
	})
}

// Online lists a performer's times online that touch [from, to), cut to it.
func (s *Showcase) Online(ctx context.Context, performer domain.AccountID, from, to int64) ([]Span, error) {
	now := s.cfg.Now().UnixMilli()
	cut := func(r database.Row) (v Span, err error) {
		var running int64
		err = r.Scan(&v.From, &v.To, &running)
		if running != 0 {
			v.To = now
		}
		v.From, v.To = max(v.From, from), min(v.To, to)
		v.To = max(v.To, v.From)
		return v, err
	}
	list, err := database.Collect(ctx, s.cfg.DB.Reads, cut, `SELECT started, ended, running FROM online
		WHERE account = $1 AND started < $3 AND (running = 1 OR ended > $2) ORDER BY started`, performer, from, to)
	return list, database.Fail("time online", err)
}

// Promotion tells how far a performer's promotion has come; nil when it is over or
// has not begun (domain B7).
func (s *Showcase) Promotion(ctx context.Context, performer domain.AccountID) (*domain.Promotion, error) {
	v, err := s.one(ctx, s.cfg.DB.Reads, performer)
	return v.promo.counters(s.cfg.Now().UnixMilli()), database.Fail("promotion", err)
}

// counters are what is left of it; nil when it is over or has not begun.
func (p promotion) counters(now int64) *domain.Promotion {
	if !p.lasts(now) {
		return nil
	}
	day := 24 * time.Hour.Milliseconds()
	return &domain.Promotion{Price: domain.PromotionPrice, Ends: p.ends(), DaysLeft: (p.ends() - now + day - 1) / day, OnlineLeftMS: domain.PromotionOnline.Milliseconds() - p.online}
}
