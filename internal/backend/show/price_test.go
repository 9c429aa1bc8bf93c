package show_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// offers sets luna's prices.
func (h *theatre) offers(p domain.Prices) {
	h.t.Helper()
	must(h.store.SetProfile(as(h.her), "luna", domain.ProfileEdit{Category: "girls", Prices: p}))(h.t)
}

// costs plays on for d, and checks that all that was delivered costs price a minute.
func (h *theatre) costs(who domain.Account, id, what string, d time.Duration, price domain.Millicredits) {
	h.t.Helper()
	h.plane.deliver(d)
	if now := h.show(who, id); now.DeliveredMS < 20_000 || now.Charged != price*domain.Millicredits(now.DeliveredMS)/60_000 {
		h.t.Errorf("%s: %d ms cost %s at %s a minute", what, now.DeliveredMS, now.Charged, price)
	}
}

// A show costs what it cost when it was asked for, whatever becomes of each price
// meanwhile: what she sets while it is asked for or runs, the hour, the promotion.
func TestStage_pricesAreFrozen(t *testing.T) {
	const own, quiet = domain.Millicredits(6000), domain.Millicredits(3000)
	hours := &domain.OffPeak{Price: quiet, FromHour: 1, ToHour: 2}
	in(t, func(t *testing.T, h *theatre) { // it begins at 1:00 in the site's zone
		var skipped atomic.Int64 // between shows: to live through a month takes long
		h.close()
		h.now = func() time.Time { return time.Now().Add(time.Duration(skipped.Load())) }
		h.start()
		until := func(day, hour, minute, second int) {
			synctest.Wait()
			skipped.Add(int64(time.Date(2000, 1, day, hour, minute, second, 0, time.UTC).Sub(h.now())))
		}
		mike, eve := h.member("max", "p300"), h.member("eve", "p300")
		quote := func() domain.Quote { return must(h.Quote(as(eve), "luna"))(t) }
		play := func(key string, frozen domain.Millicredits, change func(), then domain.Millicredits, why domain.PriceReason) {
			t.Helper()
			s := must(h.Ask(as(mike), "luna", key))(t)
			change()
			if q := quote(); q.Price != then || q.Why != why {
				t.Errorf("%s: others are offered %s (%q), want %s (%q)", key, q.Price, q.Why, then, why)
			}
			must(h.Answer(as(h.her), s.ID, true))(t)
			must(h.ReadyFor(as(h.her), s.ID))(t)
			h.costs(mike, s.ID, key, 31*time.Second, frozen)
			h.offers(domain.Prices{Private: 9990, Cam2cam: 4000, Audio: 2000})
			h.costs(mike, s.ID, key+", and all prices changed", 20*time.Second, frozen)
			must(h.End(as(mike), s.ID))(t)
			pass(3 * time.Second)
			end := h.show(mike, s.ID)
			if want := frozen * domain.Millicredits(end.DeliveredMS) / 60_000; end.Price != frozen || end.Charged != want || end.State != domain.ShowSettled {
				t.Errorf("%s: the receipt is %+v, want %s", key, end, want)
			}
			if err := h.Free(as(h.her), "luna"); err != nil {
				t.Fatal(err)
			}
			h.plane.mu.Lock()
			h.plane.arrived = 0 // of the next show
			h.plane.mu.Unlock()
		}
		h.offers(domain.Prices{Private: own, OffPeak: hours})
		if q := quote(); q.Why != domain.PricePromotion || q.Until != 0 {
			t.Errorf("in the promotion: %+v", q)
		}
		until(30, 23, 59, 45) // it began at midnight, UTC, of the first
		play("the promotion ends", domain.PromotionPrice, func() { pass(20 * time.Second) }, quiet, domain.PriceOffPeak)
		h.offers(domain.Prices{Private: own, Cam2cam: 1000, Audio: 500, OffPeak: hours})
		if q := quote(); q.Until != time.Date(2000, 1, 31, 1, 0, 0, 0, time.UTC).UnixMilli() || q.Cam2cam != 1000 || q.Audio != 500 {
			t.Errorf("off-peak: %+v", q)
		}
		play("her own price", quiet, func() { h.offers(domain.Prices{Private: 5000}) }, 5000, "")
		h.offers(domain.Prices{Private: own, OffPeak: hours})
		until(31, 0, 59, 50)
		play("the quiet hours end", quiet, func() { pass(5 * time.Second) }, quiet, domain.PriceOffPeak)
		h.offers(domain.Prices{Private: own, OffPeak: hours})
		until(31, 23, 59, 50)
		play("the quiet hours begin", own, func() { pass(15 * time.Second) }, quiet, domain.PriceOffPeak)
	})
}
