package backend

import (
	"context"
	"log/slog"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// AskSnapshot implements domain.Snapshots.
func (s *services) AskSnapshot(ctx context.Context, performer string, o domain.SnapshotOrder) (domain.Snapshot, error) {
	order, err := s.OrderSnapshot(ctx, performer, o, func() error { return s.answers(performer, s.pauseTold(performer)) })
	if err == nil && order.State == domain.SnapshotAsked {
		s.darkroom.look()
	}
	return order, err
}

// DeliverSnapshot implements domain.Snapshots.
func (s *services) DeliverSnapshot(ctx context.Context, id string, jpeg []byte) (domain.Snapshot, error) {
	order, err := s.Store.Snapshot(ctx, id)
	if err != nil {
		return domain.Snapshot{}, err
	}
	if _, err := herself(ctx, order.Room); err != nil {
		return domain.Snapshot{}, err
	}
	if order.State == domain.SnapshotAsked {
		if err := s.answers(order.Room, s.plane.Room(order.Room).Paused); err != nil {
			return domain.Snapshot{}, err
		}
	}
	picture, err := s.pictures.Still(ctx, jpeg)
	if err != nil {
		return domain.Snapshot{}, err
	}
	return s.KeepSnapshot(ctx, id, picture)
}

// answers refuses an order in a room that is paused, as far as the one who asks may
// know, or that no program feeds which could take the picture: a bare stream key
// cannot be asked. One that comes before its room was told of a pause is not filled.
func (s *services) answers(performer string, paused bool) error {
	if s.plane.Answers(performer) && !paused {
		return nil
	}
	return domain.Errorf("snapshot", domain.KindConflict, "No snapshots can be taken in this room at the moment. Try again when it is live.").Because("snapshot.away")
}

// offered is the price of a snapshot in a room while the actor can buy one.
func (s *services) offered(ctx context.Context, room domain.Room) (domain.Millicredits, error) {
	if room.Paused || !s.plane.Answers(room.Name) {
		return 0, nil
	}
	return s.SnapshotOffer(ctx, room.Name)
}

// lookEvery is how often orders are looked at while some are on their way.
const lookEvery = 500 * time.Millisecond

// binder ends orders whose time is over; *store.Store is one.
type binder interface {
	ExpireSnapshots(ctx context.Context) (left int, err error)
}

// darkroom tells members whose snapshot did not come.
type darkroom struct {
	store binder
	log   *slog.Logger
	wake  chan struct{} // holds one wake: something was ordered
}

func newDarkroom(store binder, log *slog.Logger) *darkroom {
	return &darkroom{store: store, log: log, wake: make(chan struct{}, 1)}
}

// look says that something was ordered; it never blocks.
func (d *darkroom) look() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// run ends orders until ctx does. It begins with those that an earlier server left.
func (d *darkroom) run(ctx context.Context) {
	for {
		left, err := d.store.ExpireSnapshots(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.Warn("snapshots that did not come are not ended, trying again", "err", err)
		}
		var again <-chan time.Time
		if left > 0 || err != nil {
			again = time.After(lookEvery)
		}
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-again:
		}
	}
}
