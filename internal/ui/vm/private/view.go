package private

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// view is how it is now; p.mu is held.
func (p *Private) view(now time.Time, panicked bool) View {
	v := View{Panic: panicked, Busy: p.busy > 0, Trouble: p.trouble}
	if r, s := p.current(); s != nil {
		v.Current, v.Visitor = p.running(r, s, now), p.visitor(s, now)
	} else if v.MustFree = p.mustFree(); v.MustFree && p.over != nil {
		over := *p.over
		v.Over = &over
	}
	for _, r := range p.sorted() {
		for _, s := range r.shows {
			switch {
			case s.State == domain.ShowWaiting, s.State == domain.ShowAsked && (v.Current != nil || v.MustFree):
				v.InLine++
			case s.State == domain.ShowAsked && now.Before(s.until):
				v.Requests = append(v.Requests, r.request(s, now))
			}
		}
	}
	slices.SortFunc(v.Requests, func(a, b Request) int { // by when they first asked; all of a line are called in one moment
		return cmp.Or(strings.Compare(a.Show, b.Show), strings.Compare(a.Letter, b.Letter))
	})
	return v
}

// sorted are the rooms by their letters; p.mu is held.
func (p *Private) sorted() []*room {
	list := make([]*room, 0, len(p.rooms))
	for _, r := range p.rooms {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *room) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	return list
}

// current is the show that closes her rooms; p.mu is held.
func (p *Private) current() (in *room, one *play) {
	for _, r := range p.sorted() {
		for _, s := range r.shows {
			if s.State.Closed() && (one == nil || s.ID == p.begun) {
				in, one = r, s
			}
		}
	}
	return in, one
}

// mustFree tells whether rooms of hers are closed though no show goes on; p.mu is
// held.
func (p *Private) mustFree() bool {
	if p.release {
		return false
	}
	for _, r := range p.rooms {
		if r.closed {
			return true
		}
	}
	return p.begun != "" || p.over != nil
}

func (r *room) request(s *play, now time.Time) Request {
	q := Request{Show: s.ID, Email: r.Email, Account: r.Name, Letter: r.Letter, Member: s.Member, Price: s.Price,
		Left: whole(s.until.Sub(now) + time.Second - 1), Known: r.met}
	if known, ok := r.people[s.Member]; ok {
		q.Note, q.Favourite, q.Spent = known.Note, known.Favourite, known.Spent
	}
	return q
}

func (p *Private) running(r *room, s *play, now time.Time) *Current {
	c := &Current{Show: s.ID, Email: r.Email, Account: r.Name, Letter: r.Letter, Member: s.Member, State: s.State, Price: s.Price, Rate: s.Rate(),
		Delivered: ms(s.DeliveredMS), Charged: s.Charged, EarnedCents: s.EarnedCents, Started: base.Time(s.Started),
		Interrupted: s.State == domain.ShowInterrupted, Offline: p.offline[r.Email]}
	c.Time = c.Delivered
	if s.State == domain.ShowRunning { // until the next tick tells better
		c.Time += min(max(0, now.Sub(s.heard)), domain.TickEvery)
	}
	c.Time = whole(c.Time)
	return c
}

func (r *room) receipt(s domain.Show) *Receipt {
	own, camera, voice := s.Lines()
	delivered, paused := s.Times()
	return &Receipt{Base: own, Camera: camera, Voice: voice, Seen: ms(s.Cam2cam.DeliveredMS), Heard: ms(s.Audio.DeliveredMS), Show: s.ID, Email: r.Email, Account: r.Name, Letter: r.Letter, Member: s.Member, State: s.State, Reason: s.Reason,
		Price: s.Price, Delivered: ms(delivered), Paused: ms(paused), Charged: s.Charged, EarnedCents: s.EarnedCents}
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func whole(d time.Duration) time.Duration { return max(0, d.Truncate(time.Second)) }
