package persona

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Save replaces what an account says about itself. The words of a refusal name
// the field.
func (p *Persona) Save(email string, e domain.ProfileEdit) {
	p.change(email, func(ctx context.Context, r *room) (domain.Profile, error) {
		return r.Backend.SetProfile(ctx, r.Name, e)
	})
}

// SetGoal begins a goal from zero; target 0 ends it.
func (p *Persona) SetGoal(email, title string, target domain.Millicredits) {
	p.change(email, func(ctx context.Context, r *room) (domain.Profile, error) {
		return r.Backend.SetGoal(ctx, r.Name, title, target)
	})
}

// change makes a change of the profile and shows what became of it.
func (p *Persona) change(email string, call func(ctx context.Context, r *room) (domain.Profile, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[email]
	if r == nil {
		return
	}
	p.try(r, r.lane, func(ctx context.Context) error {
		now, err := call(ctx, r)
		if err != nil {
			return err
		}
		p.mu.Lock()
		r.view.Profile = now
		r.view.Saved++
		p.mu.Unlock()
		p.priced(r, now)
		return nil
	})
}

// Dismiss forgets why the newest change of an account was refused.
func (p *Persona) Dismiss(email string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.rooms[email]; r != nil {
		r.view.Trouble = base.Notice{}
		p.changed.Ring()
	}
}

// SetDoors closes an account's home country to everybody, or not, and countries
// to guests, and says what its room shows while another one has a private show.
func (p *Persona) SetDoors(email string, homeClosed bool, guestsClosedIn []string, aside domain.Aside) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[email]
	if r == nil {
		return
	}
	countries := make([]string, 0, len(guestsClosedIn))
	for _, c := range guestsClosedIn {
		if c = strings.ToUpper(strings.TrimSpace(c)); c != "" && !slices.Contains(countries, c) {
			countries = append(countries, c)
		}
	}
	p.try(r, r.lane, func(ctx context.Context) error {
		now, err := r.Backend.Settings(ctx, r.Name) // the chat's rule may have changed
		if err != nil {
			return err
		}
		now.HomeClosed, now.GuestsClosedIn, now.Aside = homeClosed, countries, aside
		if err := r.Backend.SetSettings(ctx, r.Name, now); err != nil {
			return err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		r.view.Doors, r.view.Sight = now, nil
		r.view.Saved++
		return nil
	})
}

// LookFrom asks what a guest or member in a country sees of an account's room;
// the view's Sight answers.
func (p *Persona) LookFrom(email, country string, role domain.Role) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[email]
	if r == nil {
		return
	}
	country = strings.ToUpper(strings.TrimSpace(country))
	r.view.Sight = nil
	p.try(r, r.lane, func(ctx context.Context) error {
		seen, err := r.Backend.RoomAs(ctx, r.Name, country, role)
		if err != nil {
			return err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		r.view.Sight = &Sight{Country: country, Role: role, Sight: seen}
		return nil
	})
}

// Send sends a picture to staff. open is called by a worker, which reads and
// closes what it returns.
func (p *Persona) Send(email string, slot domain.Slot, open func() (io.ReadCloser, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[email]
	if r == nil || r.view.Sending {
		return
	}
	r.view.Sending = p.try(r, "picture "+r.lane, func(ctx context.Context) error {
		err := p.send(ctx, r, slot, open)
		p.mu.Lock()
		defer p.mu.Unlock()
		if r.view.Sending = false; err == nil {
			r.view.Saved++
			p.read(r)
		}
		return err
	})
}

func (p *Persona) send(ctx context.Context, r *room, slot domain.Slot, open func() (io.ReadCloser, error)) error {
	raw, err := load(open)
	if err != nil {
		return domain.Wrap("picture", domain.KindInvalid, err, "This file cannot be read. Choose another.")
	}
	if len(raw) > domain.MaxPicture {
		return domain.Errorf("picture", domain.KindTooLarge, "A picture may have at most %d MB. Send a smaller one.", domain.MaxPicture>>20).Because("picture.large", domain.MaxPicture>>20)
	}
	_, err = r.Backend.SetPicture(ctx, r.Name, slot, raw)
	return err
}

// load reads one byte more than is allowed at most.
func load(open func() (io.ReadCloser, error)) ([]byte, error) {
	from, err := open()
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(from, domain.MaxPicture+1))
	return raw, errors.Join(err, from.Close())
}
