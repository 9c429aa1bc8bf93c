package synthetic

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Outage is one scripted absence: the device is pulled, or taken by another
// program, After the script began, and there again For later (0: never).
type Outage struct {
	After, For time.Duration
	Busy       bool // another program has it
}

// Plug is the cable of a synthetic device. It can be pulled by script, whose
// time begins with the first use, and by hand. A nil *Plug is always in.
type Plug struct {
	outages []Outage

	mu      sync.Mutex
	begin   time.Time
	pulled  bool
	changed chan struct{} // closed and replaced by Pull and PutBack
}

// NewPlug returns a plug that follows the outages, in any order.
func NewPlug(outages ...Outage) *Plug {
	return &Plug{outages: slices.Clone(outages), changed: make(chan struct{})}
}

// Pull takes the device away until PutBack.
func (p *Plug) Pull() { p.set(true) }

// PutBack undoes Pull; scripted outages stay.
func (p *Plug) PutBack() { p.set(false) }

func (p *Plug) set(pulled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pulled = pulled
	close(p.changed)
	p.changed = make(chan struct{})
}

// check returns the error of a device that is not there, or nil.
func (p *Plug) check(op, what string) error {
	in, _, _ := p.look()
	switch {
	case in:
		return nil
	case p.taken():
		return &capture.Error{Op: op, Kind: capture.KindBusy,
			Message: "Another program holds the synthetic " + what + ". Close that program, or choose another " + what + "."}
	}
	return &capture.Error{Op: op, Kind: capture.KindNotFound,
		Message: "The synthetic " + what + " is unplugged; plug it in again."}
}

// taken tells whether another program has the device now.
func (p *Plug) taken() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	since := time.Since(p.begin)
	return slices.ContainsFunc(p.outages, func(o Outage) bool {
		return o.Busy && since >= o.After && (o.For == 0 || since < o.After+o.For)
	})
}

// look tells whether the plug is in, when the script next pulls it (zero:
// never) and the channel that a hand's change closes.
func (p *Plug) look() (in bool, pullAt time.Time, changed <-chan struct{}) {
	if p == nil {
		return true, time.Time{}, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.begin.IsZero() {
		p.begin = now
	}
	in = !p.pulled
	for _, o := range p.outages {
		at := p.begin.Add(o.After)
		switch {
		case now.Before(at):
			if pullAt.IsZero() || at.Before(pullAt) {
				pullAt = at
			}
		case o.For == 0 || now.Before(at.Add(o.For)):
			in = false
		}
	}
	return in, pullAt, p.changed
}

// hold returns a context that ends when the plug is pulled; stop frees it.
// Which of the two ended it is told by check.
func (p *Plug) hold(ctx context.Context) (held context.Context, stop func()) {
	held, cancel := context.WithCancel(ctx)
	in, pullAt, changed := p.look()
	if !in {
		cancel()
		return held, cancel
	}
	if changed == nil {
		return held, cancel
	}
	var done sync.WaitGroup
	done.Go(func() {
		var script <-chan time.Time
		if !pullAt.IsZero() {
			t := time.NewTimer(time.Until(pullAt))
			defer t.Stop()
			script = t.C
		}
		select {
		case <-script:
		case <-changed:
		case <-held.Done():
		}
		cancel()
	})
	return held, func() { cancel(); done.Wait() }
}

// lost is the error of a device that was pulled while it ran, or nil when it
// was its user who ended it.
func lost(ctx context.Context, op, what string) error {
	if ctx.Err() != nil {
		return nil
	}
	return &capture.Error{Op: op, Kind: capture.KindLost,
		Message: "The synthetic " + what + " was unplugged; plug it in again."}
}
