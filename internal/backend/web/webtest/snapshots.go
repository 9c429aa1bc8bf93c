package webtest

import (
	"context"
	"maps"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type snapshot struct {
	domain.Snapshot
	jpeg []byte
}

// Sell sets the price of a room's snapshots; they are offered while it is live.
func (b *Backend) Sell(performer string, price domain.Millicredits) {
	b.mu.Lock()
	r := b.rooms[performer]
	r.profile.Prices.Snapshot = price
	b.post(r, domain.EventProfile, domain.ProfileNotice{Snapshot: &price})
	b.mu.Unlock()
	b.Bell.Ring(bus.Room(performer))
}

// Camera has every order of a room end at once: with a picture it is sold, without one
// it fails for a reason.
func (b *Backend) Camera(performer string, jpeg []byte, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rooms[performer].camera = func(s *snapshot) { b.develop(s, jpeg, reason) }
}

// Develop ends the newest order of a room: with a picture it is sold, without one it
// fails for a reason.
func (b *Backend) Develop(performer string, jpeg []byte, reason string) {
	id := b.Ordered(performer)
	b.mu.Lock()
	s := b.snapshots[id]
	b.develop(s, jpeg, reason)
	hers, his := b.byName(s.Room).ID, b.byName(s.Member).ID
	b.mu.Unlock()
	b.Bell.Ring(bus.Account(hers), bus.Account(his))
}

// Keep sells the newest order of a room, and tells nobody.
func (b *Backend) Keep(performer string, jpeg []byte) {
	id := b.Ordered(performer)
	b.mu.Lock()
	defer b.mu.Unlock()
	told := maps.Clone(b.own)
	b.develop(b.snapshots[id], jpeg, "")
	b.own = told
}

// Newest is the id of a room's newest snapshot.
func (b *Backend) Newest(performer string) (id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.snapshots {
		if s.Room == performer {
			id = max(id, s.ID)
		}
	}
	return id
}

// Ordered is the id of the newest order of a room.
func (b *Backend) Ordered(performer string) (id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, v := range b.snapshots {
		if v.Room == performer && v.State == domain.SnapshotAsked {
			id = v.ID
		}
	}
	return id
}

func (b *Backend) develop(s *snapshot, jpeg []byte, reason string) {
	buyer := b.byName(s.Member)
	s.State, s.Reason, s.Ended, s.jpeg = domain.SnapshotFailed, reason, b.Now().UnixMilli(), jpeg
	if jpeg != nil {
		s.State, s.Width, s.Height = domain.SnapshotSold, 1920, 1080
		buyer.balance -= s.Price
		buyer.history = append(buyer.history, domain.HistoryLine{Entry: b.id("entry"), At: s.Ended, Kind: "snapshot", With: s.Room, Credits: -s.Price, Snapshot: s.ID})
		b.tell(buyer.ID, domain.EventBalance, domain.BalanceNotice{Millicredits: buyer.balance})
	}
	for _, who := range []string{s.Room, s.Member} {
		b.tell(b.byName(who).ID, domain.EventSnapshot, domain.SnapshotNotice{Snapshot: s.side(who)})
	}
}

// soldBy sums a performer's snapshots, her share being 30 %; nil without any.
func (b *Backend) soldBy(performer string) *domain.SnapshotSum {
	var sum domain.SnapshotSum
	for _, s := range b.snapshots {
		if s.Room == performer && s.State == domain.SnapshotSold {
			sum.Sold, sum.Gross, sum.Own = sum.Sold+1, sum.Gross+s.Price.Face(), sum.Own+s.Price.Face()*30/100
		}
	}
	if sum.AllSold, sum.AllGross, sum.AllOwn = sum.Sold, sum.Gross, sum.Own; sum.Sold == 0 {
		return nil
	}
	return &sum
}

func (s *snapshot) side(who string) domain.Snapshot {
	out := s.Snapshot
	if s.jpeg != nil {
		out.Thumbnail = "/api/v1/snapshots/" + s.ID + "/thumbnail"
		if who == s.Member {
			out.Picture = "/api/v1/snapshots/" + s.ID + "/picture"
		}
	}
	return out
}

// AskSnapshot implements domain.Snapshots.
func (b *Backend) AskSnapshot(ctx context.Context, performer string, o domain.SnapshotOrder) (domain.Snapshot, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Snapshot{}, err
	}
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Snapshot{}, err
	}
	price := r.profile.Prices.Snapshot
	switch {
	case price == 0 || r.State != domain.RoomLive:
		return domain.Snapshot{}, domain.Errorf("snapshot", domain.KindConflict, "No snapshots are sold in this room.")
	case o.Price != 0 && o.Price != price:
		return domain.Snapshot{}, domain.Errorf("snapshot", domain.KindConflict, "The price of a snapshot is %s credits now. Look at it, then decide again.", price)
	case a.balance < price:
		return domain.Snapshot{}, domain.Errorf("snapshot", domain.KindPayment, "You do not have enough credits. Get credits first.")
	}
	s := &snapshot{Snapshot: domain.Snapshot{ID: b.id("snapshot"), Room: performer, Member: a.Name, State: domain.SnapshotAsked, Price: price, Asked: b.Now().UnixMilli()}}
	b.snapshots[s.ID] = s
	b.tell(b.byName(performer).ID, domain.EventSnapshot, domain.SnapshotNotice{Snapshot: s.Snapshot})
	asked := s.Snapshot
	if r.camera != nil {
		r.camera(s)
		b.Bell.Ring(bus.Account(a.ID))
	}
	b.Bell.Ring(bus.Account(b.byName(performer).ID))
	return asked, nil
}

func (b *Backend) party(ctx context.Context, id string) (*snapshot, *account, error) {
	a, err := b.actor(ctx)
	if err != nil {
		return nil, nil, err
	}
	s := b.snapshots[id]
	if s == nil || s.Room != a.Name && s.Member != a.Name {
		return nil, nil, domain.Errorf("snapshot", domain.KindNotFound, "There is no such snapshot; it may have been deleted. Look at your history.")
	}
	return s, a, nil
}

// Snapshot implements domain.Snapshots.
func (b *Backend) Snapshot(ctx context.Context, id string) (domain.Snapshot, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, a, err := b.party(ctx, id)
	if err != nil {
		return domain.Snapshot{}, err
	}
	return s.side(a.Name), nil
}

// DeliverSnapshot implements domain.Snapshots.
func (b *Backend) DeliverSnapshot(ctx context.Context, id string, jpeg []byte) (domain.Snapshot, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, a, err := b.party(ctx, id)
	if err != nil {
		return domain.Snapshot{}, err
	}
	if s.State == domain.SnapshotAsked {
		b.develop(s, jpeg, "")
	}
	b.Bell.Ring(bus.Account(a.ID), bus.Account(b.byName(s.Member).ID))
	return s.side(a.Name), nil
}

// SnapshotPicture implements domain.Snapshots.
func (b *Backend) SnapshotPicture(ctx context.Context, id string, small bool) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, a, err := b.party(ctx, id)
	if err == nil && (s.jpeg == nil || !small && a.Name != s.Member) {
		err = domain.Errorf("snapshot", domain.KindNotFound, "There is no such snapshot; it may have been deleted. Look at your history.")
	}
	if err != nil {
		return nil, err
	}
	return s.jpeg, nil
}

// DeleteSnapshot implements domain.Snapshots.
func (b *Backend) DeleteSnapshot(ctx context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, a, err := b.party(ctx, id)
	if err == nil && a.Name != s.Member {
		err = domain.Errorf("snapshot", domain.KindNotFound, "There is no such snapshot; it may have been deleted. Look at your history.")
	}
	if err != nil {
		return err
	}
	s.jpeg = nil
	for i := range a.history {
		if a.history[i].Snapshot == id {
			a.history[i].Snapshot = ""
		}
	}
	return nil
}

// SoldSnapshots implements domain.Snapshots.
func (b *Backend) SoldSnapshots(ctx context.Context, performer string) ([]domain.Snapshot, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.hers(ctx, performer); err != nil {
		return nil, err
	}
	var list []domain.Snapshot
	for _, s := range b.snapshots {
		if s.Room == performer && s.State == domain.SnapshotSold {
			list = append(list, s.side(performer))
		}
	}
	return list, nil
}
