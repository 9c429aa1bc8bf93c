package prooftest

import (
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/domain"
)

const (
	troupes = 8
	batches = 8 // each ends with an audit, most with a new day or a new server
)

// operations is how many the machine does on each database: all of them where the
// race detector is not at work.
func operations() int {
	if raced {
		return 1_200
	}
	return 20_000
}

// TestMachine does what people do in any order, many at once, beside a model that
// foretells every balance, refusal and repeated answer.
func TestMachine(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		began := time.Now()
		m := newMachine(w, 1)
		for m.done() < operations() {
			m.batch(operations() / batches / troupes)
		}
		t.Logf("%d operations in %.1f s: %s", m.done(), time.Since(began).Seconds(), m.tell())
	})
}

// machine is all troupes of a world.
type machine struct {
	*world
	dice  *rand.Rand
	cast  []*troupe
	stars []someone
	turn  int
}

func newMachine(w *world, seed uint64) *machine {
	w.T.Helper()
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	if err := w.SetPayoutMethod(studio.Ctx, studio.Name, domain.PayoutMethod{Holder: "Some Body", Reference: "HU42"}); err != nil {
		w.T.Fatal(err)
	}
	m := &machine{world: w, dice: rand.New(rand.NewPCG(seed, 0)), stars: []someone{w.performer(studio.ID, ""), w.performer("", ""), studio}}
	for n := range troupes {
		her := w.performer("", "")
		c := &troupe{world: w, dice: rand.New(rand.NewPCG(seed, uint64(n+1))), couple: []someone{her, w.performer(studio.ID, her.Person)}, stars: m.stars[:2:2],
			offers: map[string]domain.Prices{}, saw: map[string]int{}}
		for _, p := range c.couple {
			if err := c.price(p); err != nil {
				w.T.Fatal(err)
			}
		}
		for range 2 {
			code := ""
			if n%2 == 0 {
				p, err := w.Payee(m.stars[n%3].Ctx, m.stars[n%3].Name)
				if err != nil {
					w.T.Fatal(err)
				}
				code = p.Referral.Code
			}
			c.members = append(c.members, &purse{someone: w.Add(domain.Account{Role: domain.RoleMember, Referral: code}), locked: 5_000, first: true})
		}
		m.cast = append(m.cast, c)
	}
	return m
}

func (m *machine) done() (n int) {
	for _, c := range m.cast {
		n += c.done
	}
	return n
}

// batch has every troupe act n times, all at once, then holds everything against the
// model and the rules.
func (m *machine) batch(n int) {
	m.T.Helper()
	var all errgroup.Group
	for _, c := range m.cast {
		all.Go(func() error {
			for range n {
				if err := c.act(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		m.T.Fatal(err)
	}
	m.settled()
	switch m.turn++; {
	case m.turn%3 == 0:
		m.restart()
		for _, c := range m.cast {
			if err := c.abandon(); err != nil {
				m.T.Fatalf("%v\n%q", err, c.recent)
			}
		}
		m.settled()
	case m.turn%2 == 0:
		m.run()
	}
	m.Pass(time.Duration(1+m.dice.IntN(20)) * 24 * time.Hour)
	for _, c := range m.cast {
		for _, p := range c.members {
			p.spent = 0
		}
	}
}

// settled holds everything against the model and the rules.
func (m *machine) settled() {
	m.T.Helper()
	for _, c := range m.cast {
		if err := c.check(); err != nil {
			m.T.Fatalf("%v\n%q", err, c.recent)
		}
	}
	if err := m.audit(); err != nil {
		m.T.Fatal(err)
	}
}

// run pays everybody what is due; the same order again pays nobody.
func (m *machine) run() {
	m.T.Helper()
	preview, err := m.Payouts(m.staff.Ctx, "")
	if err != nil {
		m.T.Fatal(err)
	}
	order := domain.PayoutOrder{ID: m.Key(), TotalCents: preview.TotalCents}
	run, err := m.RunPayouts(m.staff.Ctx, order)
	if preview.TotalCents == 0 {
		if err := wantKind("a run for nobody", err, domain.KindConflict); err != nil {
			m.T.Fatal(err)
		}
		return
	}
	if err != nil || !run.Done || run.TotalCents != preview.TotalCents {
		m.T.Fatalf("a run of %d: %+v %v", preview.TotalCents, run, err)
	}
	if again, err := m.RunPayouts(m.staff.Ctx, order); err != nil || again.TotalCents != run.TotalCents || len(again.Lines) != len(run.Lines) {
		m.T.Fatalf("the same run again: %+v %v", again, err)
	}
}
