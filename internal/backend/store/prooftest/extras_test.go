package prooftest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// seen are the things of extras, notes and deaths of servers that the machine has to meet.
func seen() []string {
	return []string{"switched on", "switched off", "switched off by her", "on refused to others", "not offered", "not paid for", "switched out of a show",
		"noted", "noted backwards", "noted out of a show", "left by a server", "noted time paid", "receipts with extras", "receipts of less than all came to"}
}

// tell says how often everything happened; of a whole run nothing may be missing.
func (m *machine) tell() string {
	m.T.Helper()
	counts := make([]string, 0, len(seen()))
	for _, what := range seen() {
		n := 0
		for _, c := range m.cast {
			n += c.saw[what]
		}
		if n == 0 && m.done() >= 20_000 {
			m.T.Errorf("in %d operations never: %s", m.done(), what)
		}
		counts = append(counts, fmt.Sprint(n, " ", what))
	}
	return m.census("shows", "state") + "; extras and notes " + strings.Join(counts, ", ") + "; " + m.census("entries", "kind")
}

// cost is what times of the show come to: floor(sum of price × ms ÷ 60,000).
func (p *performance) cost(d domain.Delivered) domain.Millicredits {
	return (p.Price*domain.Millicredits(d.Base) + p.Cam2cam.Price*domain.Millicredits(d.Cam2cam) + p.Audio.Price*domain.Millicredits(d.Audio)) / 60_000
}

// arrive has picture come for ms, and of what else is on as much or less.
func (p *performance) arrive(c *troupe, ms int64) {
	part := func() int64 { return ms - int64(c.roll(2)*c.roll(int(ms)+1)) }
	p.times.Base += ms
	if p.Cam2cam.On {
		p.times.Cam2cam += part()
	}
	if p.Audio.On {
		p.times.Audio += part()
	}
}

// known are the times that a server finds written down.
func (p *performance) known() domain.Delivered {
	return domain.Delivered{Base: max(p.paid.Base, p.noted.Base), Cam2cam: max(p.paid.Cam2cam, p.noted.Cam2cam), Audio: max(p.paid.Audio, p.noted.Audio)}
}

// on tells whether its extras can be switched.
func (p *performance) on() bool { return p.State == domain.ShowStarting || p.noting() }

// noting tells whether its time is written down.
func (p *performance) noting() bool {
	return p.State == domain.ShowRunning || p.State == domain.ShowInterrupted
}

// stands compares what the book says of a show with its model.
func (p *performance) stands(what string, r domain.ShowRecord, err error) error {
	if err != nil || r.State != p.State || r.Charged != p.charged || r.Held != p.held || r.Ticks != p.ticks || r.Delivered() != p.paid || r.Noted != p.noted ||
		r.Cam2cam.On != p.Cam2cam.On || r.Audio.On != p.Audio.On || r.Price != p.Price || r.Cam2cam.Price != p.Cam2cam.Price || r.Audio.Price != p.Audio.Price {
		return fmt.Errorf("%s: %+v, want %+v: %w", what, r, *p, orNothing(err))
	}
	return nil
}

// offer has her change what extras cost with her, if she has them: shows that were
// asked for keep what was said then.
func (c *troupe) offer(*purse) error { return c.price(one(c, c.couple)) }

func (c *troupe) price(her someone) error {
	v, err := c.Profile(her.Ctx, her.Name)
	if err != nil {
		return err
	}
	e := v.ProfileEdit
	e.Prices.Cam2cam, e.Prices.Audio = one(c, []domain.Millicredits{0, 10, 1490, 5000}), one(c, []domain.Millicredits{0, 10, 730, 2000})
	c.offers[her.Name] = e.Prices
	_, err = c.SetProfile(her.Ctx, her.Name, e)
	return err
}

// extras: somebody wants them on or off, mostly he who pays.
func (c *troupe) extras(m *purse) error {
	s, by := m.show, m.someone
	cam2cam, audio := c.roll(2) == 0, c.roll(2) == 0
	who := c.roll(6)
	if who == 0 {
		by = c.couple[slices.IndexFunc(c.couple, func(p someone) bool { return p.Name == s.Room })]
		cam2cam, audio = cam2cam && c.roll(3) == 0, audio && c.roll(3) == 0 // she has them off, if anything
	}
	adds := cam2cam && !s.Cam2cam.On || audio && !s.Audio.On
	if who == 1 && adds { // no stranger comes as far as the book with anything else
		by = c.members[0].someone
		if by.ID == m.ID {
			by = c.members[1].someone
		}
	}
	if s.State == domain.ShowRunning {
		s.arrive(c, int64(c.roll(2_000)))
	}
	rate := s.Price
	if cam2cam {
		rate += s.Cam2cam.Price
	}
	if audio {
		rate += s.Audio.Price
	}
	due := s.cost(s.times) - s.charged
	need, ahead := due+rate/6, due+rate/3
	if c.roll(8) == 0 { // more than he has
		need, ahead = need+s.held+m.credits, need+s.held+m.credits
	}
	kind := c.mayAdd(m, by, cam2cam, audio, need, ahead)
	r, err := c.SwitchShow(by.Ctx, s.ID, cam2cam, audio, need, ahead)
	if kind != "" {
		if err := wantKind(fmt.Sprintf("%s wants %v and %v in %+v", by.Name, cam2cam, audio, *s), err, kind); err != nil {
			return err
		}
		return c.untouched(m, "what was refused")
	}
	switch {
	case adds:
		c.saw["switched on"]++
	case s.Cam2cam.On == cam2cam && s.Audio.On == audio:
	case by.ID == m.ID:
		c.saw["switched off"]++
	default:
		c.saw["switched off by her"]++
	}
	s.Cam2cam.On, s.Audio.On = cam2cam, audio
	return s.stands("switched", r, err)
}

// mayAdd foretells how a wish for extras is answered, and sets aside what it takes.
func (c *troupe) mayAdd(m *purse, by someone, cam2cam, audio bool, need, ahead domain.Millicredits) domain.Kind {
	s := m.show
	switch {
	case !s.on():
		c.saw["switched out of a show"]++
		return domain.KindConflict
	case (s.Cam2cam.On || !cam2cam) && (s.Audio.On || !audio):
		return ""
	case by.ID != m.ID:
		c.saw["on refused to others"]++
		return domain.KindForbidden
	case cam2cam && s.Cam2cam.Price == 0 || audio && s.Audio.Price == 0:
		c.saw["not offered"]++
		return domain.KindInvalid
	}
	credits, spent, held := m.credits, m.spent, s.held
	m.extend(ahead)
	if s.held < need {
		c.saw["not paid for"]++
		m.credits, m.spent, s.held = credits, spent, held
		return domain.KindPayment
	}
	return ""
}

// untouched asks the book for a show and its member's credits.
func (c *troupe) untouched(m *purse, what string) error {
	r, err := c.ShowRecord(m.Ctx, m.show.ID)
	if err := m.show.stands(what, r, err); err != nil {
		return err
	}
	if free, _, err := c.Credits(context.Background(), m.ID); err != nil || free != m.credits {
		return fmt.Errorf("%s left him %s, want %s: %w", what, free, m.credits, orNothing(err))
	}
	return nil
}

// note writes down what has arrived; it moves no credits and does not go back.
func (c *troupe) note(m *purse) error {
	s, ctx := m.show, context.Background()
	if s.State == domain.ShowRunning {
		s.arrive(c, int64(c.roll(6_000)))
	}
	late := s.times
	if s.noting() {
		c.saw["noted"]++
		s.noted = s.times
	} else { // words that were on their way
		c.saw["noted out of a show"]++
		late.Base += 3_000
	}
	if err := c.NoteShow(ctx, s.ID, late); err != nil {
		return err
	}
	if s.noting() && s.noted.Base > 0 && c.roll(2) == 0 {
		c.saw["noted backwards"]++
		back := domain.Delivered{Base: s.noted.Base + 4_000, Cam2cam: s.noted.Cam2cam + 4_000, Audio: s.noted.Audio + 4_000}
		switch { // one that goes back is enough
		case s.noted.Cam2cam > 0 && c.roll(3) == 0:
			back.Cam2cam = int64(c.roll(int(s.noted.Cam2cam)))
		case s.noted.Audio > 0 && c.roll(2) == 0:
			back.Audio = int64(c.roll(int(s.noted.Audio)))
		default:
			back.Base = int64(c.roll(int(s.noted.Base)))
		}
		if err := c.NoteShow(ctx, s.ID, back); err != nil {
			return err
		}
	}
	return c.untouched(m, "a note")
}

// orphan is the book as a server finds it that has one show to bring to an end.
type orphan struct {
	show.Book
	id string
}

func (o orphan) Unsettled(ctx context.Context) ([]domain.ShowRecord, error) {
	all, err := o.Book.Unsettled(ctx)
	return slices.DeleteFunc(all, func(r domain.ShowRecord) bool { return r.ID != o.id }), err
}

// begin has a server begin that finds the shows of a book.
func begin(w *world, book show.Book) error {
	stage := show.New(show.Config{Book: book, Plane: plane{}, Drop: func(string) {}, PauseTold: func(string) bool { return false }, Now: w.Now, Log: slog.New(slog.DiscardHandler)})
	return stage.Open(context.Background())
}

// die loses the server of his show, with all that was not written down.
func (c *troupe) die(m *purse) error {
	if err := begin(c.world, orphan{c.Store, m.show.ID}); err != nil {
		return err
	}
	return c.left(m)
}

// left brings the model to what a server does that begins: what ran is paid as far as
// it was written down, and what was set aside is given back.
func (c *troupe) left(m *purse) error {
	s := m.show
	c.saw["left by a server"]++
	if !s.on() && s.State != domain.ShowEnded {
		m.back(s.held)
		s.State, s.held = domain.ShowFailed, 0
		r, err := c.ShowRecord(m.Ctx, s.ID)
		m.show = nil
		return s.stands("left before it began", r, err)
	}
	before := s.charged
	s.times, s.Cam2cam.On, s.Audio.On = s.known(), false, false
	c.paidFor(m, s.cost(s.times))
	if s.charged > before {
		c.saw["noted time paid"]++
	}
	r, err := c.ShowRecord(m.Ctx, s.ID)
	return c.receipt(m, r, err)
}

// receipt holds a settled show against its model: all that arrived and was not above
// the credits is charged, its lines add up to it, and the rest comes back.
func (c *troupe) receipt(m *purse, r domain.ShowRecord, err error) error {
	s := m.show
	m.back(s.held)
	s.State, s.held, s.paid, m.show = domain.ShowSettled, 0, s.times, nil
	if err := s.stands("settled", r, err); err != nil {
		return err
	}
	full, all := s.charged == s.cost(s.times), s.Cam2cam.Price*domain.Millicredits(s.times.Cam2cam)/60_000
	voice := s.Audio.Price * domain.Millicredits(s.times.Audio) / 60_000
	base, cam2cam, audio := r.Lines()
	if base+cam2cam+audio != r.Charged || min(base, cam2cam, audio) < 0 || cam2cam > all || audio > voice || full && (cam2cam != all || audio != voice) {
		return fmt.Errorf("the receipt's lines are %s, %s and %s of %+v", base, cam2cam, audio, r)
	}
	if cam2cam > 0 && audio > 0 {
		c.saw["receipts with extras"]++
	}
	if !full {
		c.saw["receipts of less than all came to"]++
	}
	return c.refundable(m, s.ID)
}
