package prooftest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/domain"
)

const (
	workers = 64
	hot     = 4 // members, and as many performers
)

// TestHot has 64 workers move credits between the same few accounts.
func TestHot(t *testing.T) {
	onBoth(t, func(_ *testing.T, w *world) {
		n := 5_000
		if raced {
			n = 1_000
		}
		w.hot(1, n)
	})
}

// hot has all workers tip from few members to few performers, and give some of it
// back: no update is lost, and none is made twice.
func (w *world) hot(seed uint64, transfers int) {
	w.T.Helper()
	began := time.Now()
	var members, performers []someone
	for range hot {
		members = append(members, w.Add(domain.Account{Role: domain.RoleMember}))
		performers = append(performers, w.performer("", ""))
	}
	start := make([]domain.Millicredits, hot)
	var moved [hot]atomic.Int64 // by each member, net
	var gross [hot]atomic.Int64 // to each performer, net
	for i, m := range members {
		for n := range 1 + transfers/100_000 {
			if _, err := w.pay(m, "p300", fmt.Sprint("package-", n)); err != nil {
				w.T.Fatal(err)
			}
		}
		start[i] = w.Balance(m)
	}
	var left atomic.Int64
	left.Store(int64(transfers))
	var all errgroup.Group
	for n := range workers {
		dice := rand.New(rand.NewPCG(seed, uint64(n)))
		all.Go(func() error {
			for left.Add(-1) >= 0 {
				from, to := dice.IntN(hot), dice.IntN(hot)
				tip := domain.Tip{Amount: domain.MinTip, Key: w.Key()}
				r, err := w.Tip(members[from].Ctx, performers[to].Name, tip)
				if err != nil {
					return err
				}
				if dice.IntN(4) == 0 && left.Add(-1) >= 0 {
					if _, err := w.Refund(w.staff.Ctx, r.Entry, "because"); err != nil {
						return err
					}
					continue
				}
				moved[from].Add(int64(tip.Amount))
				gross[to].Add(int64(tip.Amount))
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		w.T.Fatal(err)
	}
	for i, m := range members {
		if got, want := w.Balance(m), start[i]-domain.Millicredits(moved[i].Load()); got != want {
			w.T.Errorf("%s has %s, want %s", m.Name, got, want)
		}
	}
	period := w.PeriodAt(w.Now()).ID
	for i, p := range performers {
		_, level, err := w.Earned(p.Ctx, p.ID, period)
		if want := domain.Millicredits(gross[i].Load()).Face().Cents(); err != nil || level.GrossCents != want {
			w.T.Errorf("%s has %d cents gross, want %d: %v", p.Name, level.GrossCents, want, err)
		}
	}
	if err := w.audit(); err != nil {
		w.T.Error(err)
	}
	took := time.Since(began).Seconds()
	w.T.Logf("%d transfers by %d workers in %.1f s, %.0f a second", transfers, workers, took, float64(transfers)/took)
}

// TestLastCredit starts races for a member's last credit from a barrier: two tips and
// a private show, of which exactly one gets it. Sixteen members race side by side, so
// that on SQLite contenders share a commit.
func TestLastCredit(t *testing.T) {
	onBoth(t, func(_ *testing.T, w *world) {
		races := 10_000
		if raced {
			races = 320
		}
		w.lastCredits(races)
	})
}

const tracks = 16

func (w *world) lastCredits(races int) {
	w.T.Helper()
	began := time.Now()
	var won [3]atomic.Int64
	var all errgroup.Group
	for range tracks {
		r := w.race()
		all.Go(func() error {
			for n := range races / tracks {
				winner, err := r.run(n)
				if err != nil {
					return fmt.Errorf("race %d: %w", n, err)
				}
				won[winner].Add(1)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		w.T.Fatal(err)
	}
	if err := w.audit(); err != nil {
		w.T.Error(err)
	}
	w.T.Logf("%d races in %.1f s; the tips won %d and %d, the show %d", races, time.Since(began).Seconds(), won[0].Load(), won[1].Load(), won[2].Load())
	for i := range won {
		if won[i].Load() == 0 {
			w.T.Errorf("contender %d has never won", i)
		}
	}
}

// race is a member with the price of one minute, and two performers.
type race struct {
	*world
	member     someone
	performers []someone
	price      domain.Millicredits
}

func (w *world) race() *race {
	w.T.Helper()
	r := &race{world: w, member: w.Add(domain.Account{Role: domain.RoleMember}), performers: []someone{w.performer("", ""), w.performer("", "")}}
	_, err := w.pay(r.member, "p10", w.Key())
	if err == nil {
		var quote domain.Quote
		quote, err = w.Quote(r.member.Ctx, r.performers[1].Name)
		r.price = quote.Price
	}
	if err == nil {
		_, err = w.Tip(r.member.Ctx, r.performers[0].Name, domain.Tip{Amount: w.Balance(r.member) - r.price, Key: w.Key()})
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return r
}

// run tells which contender got the credit, and gives it back.
func (r *race) run(n int) (winner int, err error) {
	var entry [2]string
	var asked domain.ShowRecord
	offer, err := r.Quote(r.member.Ctx, r.performers[1].Name)
	if err != nil {
		return -1, err
	}
	var failed [3]error
	tip := func(i int) error {
		receipt, err := r.Tip(r.member.Ctx, r.performers[i].Name, domain.Tip{Amount: r.price, Key: r.Key()})
		entry[i] = receipt.Entry
		return err
	}
	contenders := []func() error{
		func() error { return tip(0) }, func() error { return tip(1) },
		func() (err error) {
			asked, err = r.Store.AskShow(r.member.Ctx, r.performers[1].Name, r.Key(), offer.Rates())
			return err
		},
	}
	barrier := make(chan struct{})
	var all sync.WaitGroup
	for i := range contenders {
		i = (i + n) % len(contenders) // no contender is always the first
		all.Go(func() {
			<-barrier
			failed[i] = contenders[i]()
		})
	}
	close(barrier)
	all.Wait()
	winner = -1
	for i, err := range failed {
		switch {
		case err == nil && winner >= 0:
			return 0, fmt.Errorf("contenders %d and %d both got the last credit", winner, i)
		case err == nil:
			winner = i
		case domain.KindOf(err) != domain.KindPayment:
			return 0, fmt.Errorf("contender %d: %w", i, err)
		}
	}
	switch winner {
	case -1:
		return 0, fmt.Errorf("nobody got the last credit: %w", failed[0])
	case 2:
		_, err = r.StepShow(r.member.Ctx, asked.ID, domain.ShowAsked, domain.ShowRefused, "withdrawn")
	default:
		_, err = r.Refund(r.staff.Ctx, entry[winner], "because")
	}
	return winner, err
}
