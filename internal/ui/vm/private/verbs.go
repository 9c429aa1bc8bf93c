package private

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Accept begins a show: every room of hers is closed before her backend answers.
// It does nothing while another show goes on or is being accepted, nor in a panic:
// nothing would be shown, and the member would wait for it.
func (p *Private) Accept(show string) { p.answer(show, true) }

// Decline refuses one.
func (p *Private) Decline(show string) { p.answer(show, false) }

func (p *Private) answer(show string, accept bool) {
	panicked := p.cfg.Desk.Status().Panic
	p.mu.Lock()
	defer p.mu.Unlock()
	r, s := p.find(show)
	if _, current := p.current(); s == nil || s.State != domain.ShowAsked || accept && (current != nil || panicked || p.mustFree() || p.answering) {
		return
	}
	p.trouble = base.Notice{}
	p.answering = p.answering || accept
	ok := p.do(r, func(ctx context.Context) error {
		one, err := r.Backend.Answer(ctx, show, accept)
		p.mu.Lock()
		defer p.mu.Unlock()
		if accept {
			p.answering = false
		}
		if err == nil {
			p.heard(r, one)
		}
		return err
	}, func(err error) base.Notice {
		if domain.KindOf(err) == domain.KindConflict {
			return base.Notice{Key: "private.trouble.answer", Text: session.Sentence(err)}
		}
		return base.Told(err)
	})
	if !ok && accept {
		p.answering = false
	}
}

// End ends the show that goes on. then, where there is one, is called when the
// backend has answered or could not be reached, on a goroutine of the model's; at
// once without a show.
func (p *Private) End(then func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, s := p.current()
	if s == nil || !p.end(r, s.ID, then) {
		if then != nil {
			p.work.Do("then", func(context.Context) { then() })
		}
	}
}

// end ends a show; p.mu is held. One that has to end, because another service may
// show her, is ended again until her backend answers; meanwhile it is that service
// which she reads of, not the failures.
func (p *Private) end(r *room, show string, then func()) bool {
	return p.do(r, func(ctx context.Context) error {
		if then != nil {
			defer then()
		}
		bounded, cancel := context.WithTimeout(ctx, endWithin)
		defer cancel()
		one, err := r.Backend.End(bounded, show)
		p.mu.Lock()
		if err == nil {
			p.heard(r, one)
		}
		again := err != nil && p.stopping == show
		if again {
			r.due = time.Time{} // the order may have arrived all the same
		}
		p.mu.Unlock()
		if !again {
			return err
		}
		if base.Pause(ctx, time.Second) {
			p.mu.Lock()
			p.stopping = ""
			p.mu.Unlock()
		}
		return nil // told now, it would outlive the repeat that is ordered already
	}, base.Told)
}

// Free says that she has read that the show is over: her rooms open again as she
// wants. It does nothing while a show goes on.
func (p *Private) Free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, s := p.current(); s != nil || !p.mustFree() || p.busy > 0 {
		return
	}
	p.trouble = base.Notice{}
	var closed []*room
	for _, r := range p.sorted() {
		if r.closed {
			closed = append(closed, r)
		}
	}
	if len(closed) == 0 {
		closed = p.sorted()
	}
	p.order("free", func(ctx context.Context) error {
		for i, r := range closed {
			_, err := r.Backend.Free(ctx, r.Name)
			if err != nil && (i == 0 || domain.KindOf(err) != domain.KindConflict) { // freed with the first, and asked for anew
				return err
			}
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, r := range p.rooms {
			r.closed, r.due = false, time.Time{} // and read anew
			r.news++
		}
		p.release, p.over = true, nil
		return nil
	}, base.Told)
}

// find returns an open show; p.mu is held.
func (p *Private) find(show string) (*room, *play) {
	for _, r := range p.rooms {
		if s := r.shows[show]; s != nil {
			return r, s
		}
	}
	return nil, nil
}

// heard notes what a backend answered; p.mu is held.
func (p *Private) heard(r *room, s domain.Show) {
	if p.rooms[r.Email] == r {
		r.news++
		p.take(r, s, 0)
	}
}

// do makes a call in the account's lane; p.mu is held. What failed is read anew:
// the order may have arrived all the same.
func (p *Private) do(r *room, call func(ctx context.Context) error, told func(error) base.Notice) bool {
	return p.order("order "+r.lane, func(ctx context.Context) error {
		err := call(ctx)
		if err != nil {
			p.mu.Lock()
			r.due = time.Time{}
			p.mu.Unlock()
		}
		return err
	}, told)
}

// order makes a call, and says what it was refused with; p.mu is held.
func (p *Private) order(lane string, call func(ctx context.Context) error, told func(error) base.Notice) bool {
	ok := p.work.Do(lane, func(ctx context.Context) {
		err := call(ctx)
		p.mu.Lock()
		if p.busy--; err != nil && ctx.Err() == nil {
			p.trouble = told(err)
		}
		p.mu.Unlock()
		p.stirs.Ring()
	})
	if ok {
		p.busy++
	}
	p.changed.Ring()
	return ok
}
