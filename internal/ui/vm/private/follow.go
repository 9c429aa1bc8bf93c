package private

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Told implements Follower.
func (p *Private) Told(email string, e domain.Event) {
	if e.Kind != domain.EventShow && e.Kind != domain.EventRoom {
		return
	}
	p.mu.Lock()
	r := p.rooms[email]
	var news []base.Notice
	switch {
	case r == nil:
	case e.Kind == domain.EventShow:
		var n domain.ShowNotice
		if json.Unmarshal(e.Data, &n) == nil && n.Show.Room == r.Name {
			r.news++
			news = p.take(r, n.Show, time.Duration(e.At-n.Show.Asked)*time.Millisecond)
		}
	default:
		var n struct {
			State domain.RoomState `json:"state"`
		}
		if json.Unmarshal(e.Data, &n) == nil {
			r.news++
			if n.State == domain.RoomAway || n.State == domain.RoomReconnecting { // behind a curtain, perhaps: only the backend knows
				r.due = time.Time{}
			} else {
				r.closed = n.State == domain.RoomPrivate
			}
		}
	}
	p.mu.Unlock()
	p.tell(email, news)
	p.stirs.Ring()
}

func (p *Private) tell(email string, news []base.Notice) {
	for _, n := range news {
		if p.cfg.Tell != nil {
			p.cfg.Tell(email, n)
		}
	}
}

// stage orders the states of a show: nothing that is heard takes it back.
func stage(s domain.ShowState) int {
	switch s {
	case domain.ShowWaiting, domain.ShowAsked:
		return 0
	case domain.ShowAccepted:
		return 1
	case domain.ShowStarting:
		return 2
	case domain.ShowRunning, domain.ShowInterrupted:
		return 3
	case domain.ShowEnded:
		return 4
	}
	return 5
}

// older tells whether news of a show are not the newest.
func older(news, known domain.Show) bool {
	a, b := stage(news.State), stage(known.State)
	return a < b || a == b && news.DeliveredMS < known.DeliveredMS
}

// take notes how a show stands; age is how long ago it was asked. What it returns
// is worth a word to her. p.mu is held.
func (p *Private) take(r *room, s domain.Show, age time.Duration) []base.Notice {
	before := r.shows[s.ID]
	if slices.Contains(p.past, s.ID) || before != nil && older(s, before.Show) {
		return nil
	}
	if s.State.Over() {
		return p.finish(r, before, s)
	}
	now := p.cfg.Now()
	next := &play{Show: s, heard: now, seen: s.Cam2cam.On || s.Cam2cam.DeliveredMS > 0, heardOf: s.Audio.On || s.Audio.DeliveredMS > 0}
	if before != nil {
		next.seen, next.heardOf = next.seen || before.seen, next.heardOf || before.heardOf
		next.byHer.camera = before.byHer.camera && (before.Cam2cam.On || !s.Cam2cam.On)
		next.byHer.voice = before.byHer.voice && (before.Audio.On || !s.Audio.On)
	}
	if before != nil && before.State == s.State && before.DeliveredMS == s.DeliveredMS {
		next.heard = before.heard // read again: nothing is new
	}
	r.shows[s.ID] = next
	if s.State.Closed() {
		r.closed, p.over = true, nil
	}
	if s.State == domain.ShowAsked {
		if before != nil && before.State == domain.ShowAsked {
			next.until = before.until
			return nil
		}
		if age < 0 || age >= domain.AnswerWithin { // by a clock that is not the backend's
			age = 0
		}
		next.until, p.rings = now.Add(domain.AnswerWithin-age), now
		p.meet(r)
	}
	if s.State == domain.ShowWaiting && before != nil && before.State == domain.ShowAsked {
		return []base.Notice{base.Say("private.toast.waits", s.Member)}
	}
	return nil
}

// finish notes that a show is over; p.mu is held.
func (p *Private) finish(r *room, before *play, s domain.Show) []base.Notice {
	delete(r.shows, s.ID)
	if p.past = append(p.past, s.ID); len(p.past) > maxPast {
		p.past = slices.Delete(p.past, 0, len(p.past)-maxPast)
	}
	if before != nil && before.State.Closed() || s.ID == p.begun {
		p.over, r.closed = r.receipt(s), true
		return nil
	}
	if before == nil || s.Reason == "declined" {
		return nil
	}
	key := "private.toast.gone"
	if s.State == domain.ShowExpired {
		key = "private.toast.expired"
	}
	return []base.Notice{base.Say(key, s.Member)}
}

// meet reads what she knows of those who ask; p.mu is held.
func (p *Private) meet(r *room) {
	p.work.Do("meet "+r.lane, func(ctx context.Context) {
		people, err := r.Backend.Viewers(ctx, r.Name, domain.ByLastSpent)
		if err != nil {
			return // the card says that it is not known
		}
		known := make(map[string]domain.Acquaintance, len(people))
		for _, a := range people {
			known[a.Viewer] = a
		}
		p.mu.Lock()
		r.people, r.met = known, true
		p.mu.Unlock()
		p.stirs.Ring()
	})
}

// read reads what is open in a room, and whether it is closed; p.mu is held.
func (p *Private) read(r *room, now time.Time) {
	if r.reading || now.Before(r.due) {
		return
	}
	news := r.news
	r.reading = p.work.Do("read "+r.lane, func(ctx context.Context) {
		open, mine, err := p.look(ctx, r)
		p.mu.Lock()
		r.reading, r.due = false, p.cfg.Now().Add(readEvery)
		var words []base.Notice
		switch {
		case ctx.Err() != nil || p.rooms[r.Email] != r:
		case err != nil || r.news != news:
			r.due = p.cfg.Now().Add(readAgain)
		default:
			r.closed = mine.State == domain.RoomPrivate
			for _, s := range open {
				words = append(words, p.take(r, s, p.cfg.Now().Sub(base.Time(s.Asked)))...)
			}
		}
		p.mu.Unlock()
		p.tell(r.Email, words)
		p.stirs.Ring()
	})
}

// look reads the open shows, and those that were open before.
func (p *Private) look(ctx context.Context, r *room) ([]domain.Show, domain.Room, error) {
	open, err := r.Backend.OpenShows(ctx)
	if err != nil {
		return nil, domain.Room{}, err
	}
	open = slices.DeleteFunc(open, func(s domain.Show) bool { return s.Room != r.Name })
	var gone []string
	p.mu.Lock()
	for id := range r.shows {
		if !slices.ContainsFunc(open, func(s domain.Show) bool { return s.ID == id }) {
			gone = append(gone, id)
		}
	}
	p.mu.Unlock()
	for _, id := range gone {
		s, err := r.Backend.Show(ctx, id)
		if err != nil {
			return nil, domain.Room{}, err
		}
		open = append(open, s)
	}
	mine, err := r.Backend.Room(ctx, r.Name)
	return open, mine, err
}
