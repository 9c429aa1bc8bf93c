package vm

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Sitting is a device on which an account is signed in.
type Sitting struct {
	ID            string
	Device        string
	Created, Seen time.Time
	Current       bool // this program
}

// Seats are an account's sittings.
type Seats struct {
	Email, Name, Letter string
	Sittings            []Sitting // newest use first
	Known, Busy         bool
	Trouble             Notice
}

// Sittings shows where her accounts are signed in, and ends that. It is a
// Follower.
type Sittings struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work
	seats   map[string]*seats
}

var _ Follower = (*Sittings)(nil)

// seats are an account's; Sittings.mu guards them.
type seats struct {
	Account
	now Seats
}

// NewSittings returns a model without accounts.
func NewSittings() *Sittings { return &Sittings{changed: base.NewBell(), seats: map[string]*seats{}} }

// Changed holds at most one wake: after it, View is worth another look.
func (s *Sittings) Changed() <-chan struct{} { return s.changed }

// View lists the accounts in the order of their letters.
func (s *Sittings) View() []Seats {
	s.mu.Lock()
	defer s.mu.Unlock()
	var v []Seats
	for _, a := range s.seats {
		now := a.now
		now.Sittings = slices.Clone(now.Sittings)
		v = append(v, now)
	}
	slices.SortFunc(v, func(a, b Seats) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	return v
}

// Enter implements Follower.
func (s *Sittings) Enter(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seats[a.Email] = &seats{Account: a, now: Seats{Email: a.Email, Name: a.Name, Letter: a.Letter}}
	s.changed.Ring()
}

// Told implements Follower: no event tells of sittings.
func (s *Sittings) Told(string, domain.Event) {}

// Leave implements Follower.
func (s *Sittings) Leave(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seats, email)
	s.changed.Ring()
}

// Refresh reads the lists anew.
func (s *Sittings) Refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.seats {
		s.do(a, func(context.Context) error { return nil })
	}
}

// End signs an account out on one device.
func (s *Sittings) End(email, id string) {
	s.end(email, func(x Sitting) bool { return x.ID == id })
}

// EndOthers signs an account out everywhere but here.
func (s *Sittings) EndOthers(email string) {
	s.end(email, func(x Sitting) bool { return !x.Current })
}

func (s *Sittings) end(email string, which func(x Sitting) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.seats[email]
	if a == nil {
		return
	}
	s.do(a, func(ctx context.Context) error {
		list, err := a.Backend.Sessions(ctx)
		for _, x := range list {
			if !which(sitting(x)) {
				continue
			}
			if gone := a.Backend.RevokeSession(ctx, x.ID); gone != nil && domain.KindOf(gone) != domain.KindNotFound {
				err = cmp.Or(err, gone)
			}
		}
		return err
	})
}

// do has something done with an account's sittings and reads them then; s.mu is
// held.
func (s *Sittings) do(a *seats, change func(ctx context.Context) error) {
	a.now.Busy = true
	s.changed.Ring()
	s.work.Do("sittings "+a.Email, func(ctx context.Context) {
		err := change(ctx)
		list, unread := a.Backend.Sessions(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		if a.now.Busy = false; ctx.Err() != nil {
			return
		}
		a.now.Trouble = base.Told(cmp.Or(err, unread))
		if unread == nil {
			a.now.Known, a.now.Sittings = true, nil
			for _, x := range list {
				a.now.Sittings = append(a.now.Sittings, sitting(x))
			}
		}
		s.changed.Ring()
	})
}

func sitting(x domain.Session) Sitting {
	return Sitting{ID: x.ID, Device: x.Device, Created: base.Time(x.Created), Seen: base.Time(x.Seen), Current: x.Current}
}

// Run does what the verbs ask for until ctx ends.
func (s *Sittings) Run(ctx context.Context) error {
	s.work.Run(ctx)
	return nil
}
