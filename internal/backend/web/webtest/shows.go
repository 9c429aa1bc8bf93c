package webtest

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Quote implements domain.Shows.
func (b *Backend) Quote(ctx context.Context, performer string) (domain.Quote, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Quote{}, err
	}
	q := r.quote()
	if a, err := b.actor(ctx); err == nil {
		q.Credit, q.Lasts = a.balance, int64(a.balance)*60_000/int64(q.Price)
	}
	return q, nil
}

func (r *room) quote() domain.Quote {
	p := r.profile
	return domain.Quote{Price: p.PriceNow, Why: p.PriceWhy, Until: p.PriceUntil, Cam2cam: p.Prices.Cam2cam, Audio: p.Prices.Audio, Takes: r.State == domain.RoomLive}
}

// Offer changes what a performer's room says about its prices.
func (b *Backend) Offer(performer string, change func(*domain.Profile)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.rooms[performer].profile)
}

// Perform takes the newest show of a performer's on, and tells both parties.
func (b *Backend) Perform(performer string, change func(*domain.Show)) (id string) {
	b.mu.Lock()
	var s *domain.Show
	for _, v := range b.shows {
		if v.Room == performer && (s == nil || v.Asked > s.Asked) {
			s = v
		}
	}
	change(s)
	if s.State == domain.ShowSettled {
		b.noteShow(s)
	}
	hers, his := b.byName(s.Room).ID, b.byName(s.Member).ID
	for _, id := range []domain.AccountID{hers, his} {
		b.tell(id, domain.EventShow, domain.ShowNotice{Show: *s})
	}
	b.mu.Unlock()
	b.Bell.Ring(bus.Account(hers), bus.Account(his))
	return s.ID
}

// Ask implements domain.Shows.
func (b *Backend) Ask(ctx context.Context, performer, _ string, shown domain.Rates) (domain.Show, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Show{}, err
	}
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Show{}, err
	}
	if err := r.quote().Agreed(shown); err != nil {
		return domain.Show{}, err
	}
	s := domain.Show{
		ID: b.id("show"), Room: performer, Member: a.Name, State: domain.ShowAsked, Price: r.profile.PriceNow,
		Cam2cam: domain.Extra{Price: r.profile.Prices.Cam2cam}, Audio: domain.Extra{Price: r.profile.Prices.Audio},
		Asked: b.Now().UnixMilli(), Left: a.balance,
	}
	if r.State == domain.RoomPrivate {
		s.State, s.Place = domain.ShowWaiting, 1
	}
	b.shows[s.ID] = &s
	return s, nil
}

// OpenShows implements domain.Shows.
func (b *Backend) OpenShows(ctx context.Context) ([]domain.Show, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return nil, err
	}
	var list []domain.Show
	for _, s := range b.shows {
		if (s.Room == a.Name || s.Member == a.Name) && !s.State.Over() {
			list = append(list, *s)
		}
	}
	return list, nil
}

// Show implements domain.Shows.
func (b *Backend) Show(ctx context.Context, id string) (domain.Show, error) {
	return b.step(ctx, id, func(*domain.Show) {})
}

// secret tells whether somebody's line in a room is a show's. Here it is marked and not
// kept from others: who reads what is the store's, and tested there.
func (b *Backend) secret(r *room, who string) bool {
	for _, s := range b.shows {
		switch s.State {
		case domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
			if s.Room == r.Name && (who == s.Member || who == r.Name) {
				return true
			}
		}
	}
	return false
}

// Answer implements domain.Shows.
func (b *Backend) Answer(ctx context.Context, id string, accept bool) (domain.Show, error) {
	return b.step(ctx, id, func(s *domain.Show) {
		s.State = domain.ShowRefused
		if accept {
			s.State = domain.ShowAccepted
		}
	})
}

// ReadyFor implements domain.Shows.
func (b *Backend) ReadyFor(ctx context.Context, id string) (domain.Show, error) {
	return b.step(ctx, id, func(s *domain.Show) { s.State = domain.ShowStarting })
}

// SetExtras implements domain.Shows.
func (b *Backend) SetExtras(ctx context.Context, id string, cam2cam, audio bool) (domain.Show, error) {
	return b.step(ctx, id, func(s *domain.Show) { s.Cam2cam.On, s.Audio.On = cam2cam, audio })
}

// End implements domain.Shows.
func (b *Backend) End(ctx context.Context, id string) (domain.Show, error) {
	return b.step(ctx, id, func(s *domain.Show) {
		s.Reason, s.Ended = "member", b.Now().UnixMilli()
		switch s.State {
		case domain.ShowAsked, domain.ShowWaiting:
			s.State, s.Reason = domain.ShowRefused, "withdrawn"
		default:
			s.State = domain.ShowSettled
		}
	})
}

// Free implements domain.Shows.
func (b *Backend) Free(ctx context.Context, performer string) (domain.Room, error) {
	return b.Room(ctx, performer)
}

func (b *Backend) step(ctx context.Context, id string, change func(*domain.Show)) (domain.Show, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Show{}, err
	}
	s := b.shows[id]
	if s == nil || s.Room != a.Name && s.Member != a.Name {
		return domain.Show{}, domain.Errorf("show", domain.KindNotFound, "There is no such show.")
	}
	change(s)
	return *s, nil
}
