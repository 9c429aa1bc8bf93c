package webtest

import (
	"context"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Profile implements domain.Profiles.
func (b *Backend) Profile(ctx context.Context, performer string) (domain.Profile, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Profile{}, err
	}
	return r.profile, nil
}

// SetProfile implements domain.Profiles; it knows the price's floor and no other limit.
func (b *Backend) SetProfile(ctx context.Context, performer string, e domain.ProfileEdit) (domain.Profile, error) {
	defer b.Bell.Ring(bus.Room(performer))
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Profile{}, err
	}
	if e.Prices.Private < domain.MinPrice {
		return domain.Profile{}, domain.Errorf("profile", domain.KindInvalid, "The price of a private show is %s credits a minute at least.", domain.MinPrice)
	}
	r.profile.ProfileEdit, r.profile.PriceNow = e, e.Prices.Private
	b.post(r, domain.EventProfile, domain.ProfileNotice{TipMenu: e.TipMenu, PriceNow: e.Prices.Private})
	return r.profile, nil
}

// SetGoal implements domain.Profiles.
func (b *Backend) SetGoal(ctx context.Context, performer, title string, target domain.Millicredits) (domain.Profile, error) {
	defer b.Bell.Ring(bus.Room(performer))
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Profile{}, err
	}
	if r.profile.Goal = nil; target > 0 {
		r.profile.Goal = &domain.Goal{Title: title, Target: target}
	}
	b.post(r, domain.EventProfile, domain.ProfileNotice{Goal: &domain.Goal{Title: title, Target: target}})
	return r.profile, nil
}

// Browse implements domain.Profiles, by category, price and name.
func (b *Backend) Browse(ctx context.Context, f domain.Filter) ([]domain.Card, error) {
	return b.cards(ctx, func(r *room) bool {
		p := r.profile
		return r.State != domain.RoomOffline && (f.Category == "" || f.Category == p.Category) &&
			(f.MaxPrice == 0 || p.PriceNow <= f.MaxPrice) && strings.Contains(p.Name, f.Query)
	})
}

func (b *Backend) cards(ctx context.Context, fits func(*room) bool) ([]domain.Card, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []domain.Card
	for _, a := range b.accounts {
		if r, err := b.door(ctx, a.Name); err == nil && fits(r) {
			out = append(out, domain.Card{Room: r.Room, Category: r.profile.Category, Languages: r.profile.Languages,
				PriceNow: r.profile.PriceNow, Promoted: r.profile.Promoted, Picture: r.profile.Picture})
		}
	}
	return out, b.failure
}

// RoomAs implements domain.Sights, for countries that CloseIn closed.
func (b *Backend) RoomAs(ctx context.Context, performer, country string, _ domain.Role) (domain.Sight, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Sight{}, err
	}
	if r.closedIn[country] {
		return domain.Sight{Message: "This room is not open in your country."}, nil
	}
	return domain.Sight{Open: true, Chat: r.settings.GuestChat}, nil
}

// SetPicture implements domain.Pictures; any bytes will do.
func (b *Backend) SetPicture(ctx context.Context, performer string, slot domain.Slot, raw []byte) (domain.Picture, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Picture{}, err
	}
	if len(raw) == 0 {
		return domain.Picture{}, domain.Errorf("picture", domain.KindInvalid, "This picture is empty. Send another one.")
	}
	p := domain.Picture{Performer: performer, Slot: slot, State: domain.PictureWaiting, Version: b.id("picture"), At: b.Now().UnixMilli()}
	p.Path = "/api/v1/performers/" + performer + "/pictures/" + string(slot) + "?v=" + p.Version
	r.pictures = append(r.pictures, p)
	if r.files == nil {
		r.files = map[string][]byte{}
	}
	r.files[p.Version] = raw
	return p, nil
}

// Pictures implements domain.Pictures.
func (b *Backend) Pictures(ctx context.Context, performer string) ([]domain.Picture, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return nil, err
	}
	return slices.Clone(r.pictures), nil
}

// Picture implements domain.Pictures: the file as it came.
func (b *Backend) Picture(ctx context.Context, performer string, slot domain.Slot, version string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(r.pictures, func(p domain.Picture) bool { return p.Slot == slot && p.Version == version }) {
		return nil, domain.Errorf("picture", domain.KindNotFound, "There is no such picture.")
	}
	return r.files[version], nil
}

// WaitingPictures implements domain.Pictures.
func (b *Backend) WaitingPictures(ctx context.Context) ([]domain.Picture, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return nil, err
	}
	var out []domain.Picture
	for _, a := range b.accounts {
		if r := b.rooms[a.Name]; r != nil {
			for _, p := range r.pictures {
				if p.State == domain.PictureWaiting {
					out = append(out, p)
				}
			}
		}
	}
	return out, nil
}

// ReviewPicture implements domain.Pictures.
func (b *Backend) ReviewPicture(ctx context.Context, performer string, slot domain.Slot, review domain.PictureReview) (domain.Picture, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.staffOnly(ctx); err != nil {
		return domain.Picture{}, err
	}
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Picture{}, err
	}
	for i, p := range r.pictures {
		if p.Slot != slot || p.Version != review.Version || p.State != domain.PictureWaiting {
			continue
		}
		if p.State = domain.PictureApproved; !review.Approve {
			p.State, p.Reason, p.Path = domain.PictureRejected, review.Reason, ""
		}
		r.pictures[i] = p
		b.acts = append(b.acts, domain.Act{ID: b.id("act"), At: b.Now().UnixMilli(), Actor: domain.ActorFrom(ctx).Name(), Act: "picture review", Subject: performer, Reason: review.Reason})
		return p, nil
	}
	return domain.Picture{}, domain.Errorf("picture", domain.KindConflict, "This picture does not wait any more.")
}

func (b *Backend) staffOnly(ctx context.Context) error {
	a, err := b.actor(ctx)
	if err == nil && a.Role != domain.RoleStaff {
		err = domain.Errorf("staff", domain.KindForbidden, "Only staff may do this.")
	}
	return err
}
