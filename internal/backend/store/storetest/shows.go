package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// couple are two accounts of one person.
func (w *world) couple() (a, b someone) {
	w.T.Helper()
	a = w.performer("")
	return a, w.Performer(domain.Account{}, a.Person)
}

func (w *world) ask(m, p someone) domain.ShowRecord {
	w.T.Helper()
	return must(w.AskShow(m.Ctx, p.Name, w.Key()))(w.T)
}

// showStories: the price is frozen, each tick is paid once, what the credits do not
// reach is nobody's debt, and the rooms of the person are closed until she is free.
func showStories(t *testing.T, w *world) {
	ctx := context.Background()
	a, b := w.couple()
	m := w.Rich("")
	s := w.ask(m, a)
	price := s.Price
	if s.State != domain.ShowAsked || price != domain.PromotionPrice || s.Held != price || w.me(m).BalanceMillicredits != worldtest.RichCredits-price {
		t.Errorf("asked: %+v", s)
	}
	_, err := w.AskShow(m.Ctx, b.Name, w.Key())
	w.Refused("a second show of one member", err, domain.KindConflict)
	_, err = w.AskShow(a.Ctx, b.Name, w.Key())
	w.Refused("a performer asks", err, domain.KindForbidden)
	_, err = w.StepShow(ctx, s.ID, domain.ShowRunning, domain.ShowEnded, "")
	w.Refused("a step from another state", err, domain.KindConflict)
	s = w.Step(s, domain.ShowAccepted)
	if closed := must(w.Closed(ctx))(t)[s.ID].All(); len(closed) != 2 {
		t.Errorf("closed are %v", closed)
	}
	_, _, err = w.Freeable(a.Ctx, a.Name)
	w.Refused("free in a show", err, domain.KindConflict)
	s = w.Step(s, domain.ShowStarting)
	w.Pass(time.Minute)
	s = w.Step(s, domain.ShowRunning)
	if s.Started != w.Now().UnixMilli() {
		t.Errorf("started at %d", s.Started)
	}
	for range 2 { // the same tick twice
		s = must(w.ChargeShow(ctx, s.ID, 1, domain.Delivered{Base: 10_000}, 163, 400))(t)
	}
	if s.Charged != 163 || s.DeliveredMS != 10_000 || s.Ticks != 1 || s.Held < 400 || w.me(m).BalanceMillicredits != worldtest.RichCredits-163-s.Held {
		t.Errorf("after a tick: %+v, %s left", s, w.me(m).BalanceMillicredits)
	}
	w.bell.heard(t, "account/"+string(m.ID), "account/"+string(a.ID))
	for _, ms := range []int64{12_000, 11_000} { // time does not go back
		if err := w.NoteShow(ctx, s.ID, domain.Delivered{Base: ms}); err != nil {
			t.Fatal(err)
		}
	}
	if noted := must(w.ShowRecord(m.Ctx, s.ID))(t); noted.Noted.Base != 12_000 || noted.DeliveredMS != 10_000 || noted.Charged != s.Charged || noted.Held != s.Held {
		t.Errorf("after a note: %+v", noted)
	}
	if _, err := w.Tip(m.Ctx, a.Name, domain.Tip{Amount: w.me(m).BalanceMillicredits, Key: w.Key()}); err != nil {
		t.Fatal(err)
	}
	held := s.Held
	s = must(w.ChargeShow(ctx, s.ID, 2, domain.Delivered{Base: 20_000}, 5000, 400))(t)
	if s.Charged != 163+held || s.Held != 0 || w.me(m).BalanceMillicredits != 0 {
		t.Errorf("beyond the credit: %+v", s)
	}
	_, err = w.SettleShow(ctx, s.ID, domain.Delivered{Base: 20_000}, s.Charged)
	w.Refused("settling what runs", err, domain.KindConflict)
	s = w.Step(s, domain.ShowEnded)
	for range 2 {
		s = must(w.SettleShow(ctx, s.ID, domain.Delivered{Base: 20_000}, s.Charged))(t)
	}
	if s.State != domain.ShowSettled || s.Charged != 163+held {
		t.Errorf("settled: %+v", s)
	}
	show, rooms, err := w.Freeable(b.Ctx, b.Name)
	if err != nil || show != s.ID || len(rooms.All()) != 2 {
		t.Errorf("freeable: %s %v %v", show, rooms, err)
	}
	if err := w.OpenRooms(ctx, show); err != nil {
		t.Fatal(err)
	}
	if len(must(w.Unsettled(ctx))(t)) != 0 || len(must(w.Closed(ctx))(t)) != 0 {
		t.Error("something is left of the show")
	}
	w.Audit()
}

// holdStories: a wish sets its first minute aside, once; however the show ends, what was
// not paid comes back, once.
func holdStories(t *testing.T, w *world) {
	ctx, p, m, key := context.Background(), w.performer(""), w.Rich(""), w.Key()
	s := must(w.AskShow(m.Ctx, p.Name, key))(t)
	replayed, noted := domain.WithReplay(m.Ctx)
	if again := must(w.AskShow(replayed, p.Name, key))(t); again.ID != s.ID || !noted() {
		t.Errorf("the same wish again: %+v, noted %v", again, noted())
	}
	_, err := w.AskShow(m.Ctx, w.performer("").Name, key)
	w.Refused("the same key for another room", err, domain.KindConflict)
	_, err = w.AskShow(m.Ctx, "nobody", w.Key())
	w.Refused("a wish for nobody", err, domain.KindNotFound)
	_, err = w.AskShow(w.member().Ctx, p.Name, w.Key())
	w.Refused("a wish without credits", err, domain.KindPayment)
	spent := func(what string, want domain.Millicredits) {
		t.Helper()
		if me := w.me(m); me.BalanceMillicredits != worldtest.RichCredits-want {
			t.Errorf("%s: he has %s beside %s", what, me.BalanceMillicredits, want)
		}
		w.bell.heard(t, "account/"+string(m.ID))
	}
	spent("asked", s.Price)
	for _, end := range []domain.ShowState{domain.ShowRefused, domain.ShowExpired, domain.ShowFailed} {
		s = w.Step(s, end)
		spent(string(end), 0)
		_, err = w.StepShow(ctx, s.ID, domain.ShowAsked, end, "")
		w.Refused(string(end)+" twice", err, domain.KindConflict)
		s = w.ask(m, p)
	}
	s = w.Step(s, domain.ShowWaiting)
	spent("put back in line", 0)
	s = w.Step(s, domain.ShowAsked)
	spent("called", s.Price)
	s = w.Step(s, domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
	s = must(w.ChargeShow(ctx, s.ID, 1, domain.Delivered{Base: 10_000}, 163, 5_000))(t)
	spent("after a tick", 5_163)
	s = w.Step(s, domain.ShowEnded)
	for range 2 {
		must(w.SettleShow(ctx, s.ID, domain.Delivered{Base: 13_000}, 212))(t)
		if me := w.me(m); me.BalanceMillicredits != worldtest.RichCredits-212 {
			t.Errorf("settled: he has %s", me.BalanceMillicredits)
		}
	}
	if me := w.me(p); me.EarnedCents != 6 {
		t.Errorf("she earned %d cents", me.EarnedCents)
	}
	w.Audit()
}

// showPeriods: a show counts in the period in which it starts, also when it was asked
// for before that (domain rule 2).
func showPeriods(t *testing.T, w *world) {
	ctx, p, m := context.Background(), w.performer(""), w.Rich("")
	end := time.UnixMilli(w.me(p).Period.End)
	w.Pass(end.Sub(w.Now()) - time.Minute)
	s := w.Step(w.ask(m, p), domain.ShowAccepted, domain.ShowStarting)
	w.Pass(2 * time.Minute)
	s = w.Step(s, domain.ShowRunning)
	s = must(w.ChargeShow(ctx, s.ID, 1, domain.Delivered{Base: 10_000}, 500, 0))(t)
	if me := w.me(p); me.EarnedCents != 15 || me.Period.Start != end.UnixMilli() {
		t.Errorf("in the period in which it started she has %d cents", me.EarnedCents)
	}
	w.Pass(14 * 24 * time.Hour)
	s = w.Step(s, domain.ShowEnded)
	must(w.SettleShow(ctx, s.ID, domain.Delivered{Base: 20_000}, 1000))(t)
	if me := w.me(p); me.EarnedCents != 0 {
		t.Errorf("the next period has %d cents of it", me.EarnedCents)
	}
	w.Audit()
}

// showRaces: of all who ask and of both of her accounts that accept at once, one
// show begins; a member's last credit is good for one.
func showRaces(t *testing.T, w *world) {
	a, b := w.couple()
	const members = 6
	var shows [members]domain.ShowRecord
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range members {
		m := w.Rich("")
		all.Go(func() {
			<-begin
			var err error
			if shows[i], err = w.AskShow(m.Ctx, []someone{a, b}[i%2].Name, "key-of-"+m.Name); err != nil {
				t.Error(err)
			}
		})
	}
	close(begin)
	all.Wait()
	var accepted, refusals atomic.Int64
	for _, s := range shows {
		all.Go(func() {
			if _, err := w.StepShow(context.Background(), s.ID, domain.ShowAsked, domain.ShowAccepted, ""); err == nil {
				accepted.Add(1)
			} else if domain.KindOf(err) == domain.KindConflict {
				refusals.Add(1)
			}
		})
	}
	all.Wait()
	if accepted.Load() != 1 || refusals.Load() != members-1 {
		t.Errorf("%d shows began, %d were refused", accepted.Load(), refusals.Load())
	}
	poor := w.member()
	w.Pay(poor, "p10")
	if _, err := w.Tip(poor.Ctx, a.Name, domain.Tip{Amount: w.me(poor).BalanceMillicredits - domain.PromotionPrice, Key: w.Key()}); err != nil {
		t.Fatal(err)
	}
	p := w.performer("")
	var won atomic.Int64
	for i := range 8 {
		key := w.Key()
		all.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = w.Tip(poor.Ctx, p.Name, domain.Tip{Amount: domain.PromotionPrice, Key: key})
			} else {
				_, err = w.AskShow(poor.Ctx, p.Name, key)
			}
			switch domain.KindOf(err) {
			case domain.KindPayment, domain.KindConflict:
			default:
				if err != nil {
					t.Error(err)
				}
				won.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("the last credit was spent %d times", won.Load())
	}
	w.Audit()
}
