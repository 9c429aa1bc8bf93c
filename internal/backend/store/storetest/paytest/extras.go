package paytest

import (
	"context"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// extraStories: their prices are frozen with the show's, only who pays switches them on,
// and only what the credits last for; each is off when the show has ended.
func extraStories(t *testing.T, w *world) {
	ctx, p, m := context.Background(), w.performer("anna", ""), w.Rich("max")
	offer := func(cam2cam, audio domain.Millicredits) {
		e := must(w.Profile(p.Ctx, p.Name))(t).ProfileEdit
		e.Prices.Cam2cam, e.Prices.Audio = cam2cam, audio
		must(w.SetProfile(p.Ctx, p.Name, e))(t)
	}
	offer(1500, 0)
	q := must(w.Quote(m.Ctx, p.Name))(t)
	if q.Price != domain.PromotionPrice || q.Cam2cam != 1500 || q.Audio != 0 {
		t.Errorf("the quote is %+v", q)
	}
	before := w.Balance(m)
	s := must(w.AskShow(m.Ctx, p.Name, w.Key()))(t)
	_, err := w.SwitchShow(m.Ctx, s.ID, true, false, 0, 0)
	w.Refused("an extra before the show", err, domain.KindConflict)
	offer(3000, 500)
	s = w.Step(s, domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
	_, err = w.SwitchShow(m.Ctx, s.ID, false, true, 0, 0)
	w.Refused("an extra that was not offered", err, domain.KindInvalid)
	_, err = w.SwitchShow(p.Ctx, s.ID, true, false, 0, 0)
	w.Refused("the performer switches on", err, domain.KindForbidden)
	_, err = w.SwitchShow(m.Ctx, s.ID, true, false, before+1, before+1)
	w.Refused("an extra beyond the credit", err, domain.KindPayment)
	if back := must(w.ShowRecord(m.Ctx, s.ID))(t); back.Cam2cam.On || back.Held != domain.PromotionPrice {
		t.Errorf("what was refused left %+v", back)
	}
	s = must(w.SwitchShow(m.Ctx, s.ID, true, false, 1000, 2000))(t)
	if !s.Cam2cam.On || s.Cam2cam.Price != 1500 || s.Audio.Price != 0 || s.Held != 2000 {
		t.Errorf("switched on: %+v", s)
	}
	s = must(w.ChargeShow(ctx, s.ID, 1, domain.Delivered{Base: 10_000, Cam2cam: 6_000}, 313, 400))(t)
	if off := must(w.SwitchShow(p.Ctx, s.ID, false, false, 0, 0))(t); off.Cam2cam.On || off.Cam2cam.DeliveredMS != 6_000 || off.Delivered() != s.Delivered() {
		t.Errorf("she switched it off: %+v", off)
	}
	s = must(w.SwitchShow(m.Ctx, s.ID, true, false, 0, 0))(t)
	s = w.Step(s, domain.ShowEnded)
	if s.Cam2cam.On {
		t.Error("an ended show has its extra on")
	}
	s = must(w.SettleShow(ctx, s.ID, domain.Delivered{Base: 12_000, Cam2cam: 8_000}, 396))(t)
	base, cam2cam, audio := s.Lines()
	if base != 196 || cam2cam != 200 || audio != 0 || s.Charged != 396 || w.Balance(m) != before-396 {
		t.Errorf("the receipt: %d + %d + %d of %+v", base, cam2cam, audio, s)
	}
}

// shownStories: nobody asks at a price that he was not shown, whichever of them has
// changed; a wish that is sent again stays the wish that it was.
func shownStories(t *testing.T, w *world) {
	p, m, key := w.performer("anna", ""), w.Rich("max"), w.Key()
	offer := func(cam2cam, audio domain.Millicredits) {
		e := must(w.Profile(p.Ctx, p.Name))(t).ProfileEdit
		e.Prices.Cam2cam, e.Prices.Audio = cam2cam, audio
		must(w.SetProfile(p.Ctx, p.Name, e))(t)
	}
	offer(1000, 500)
	before, seen := w.Balance(m), must(w.Quote(m.Ctx, p.Name))(t).Rates()
	refused := func(what string, shown domain.Rates) {
		t.Helper()
		_, err := w.Store.AskShow(m.Ctx, p.Name, key, shown)
		w.Refused(what, err, domain.KindConflict)
		if reason, _ := domain.ReasonOf(err); reason != "show.price" || w.Balance(m) != before {
			t.Errorf("%s: %v, and he has %s", what, err, w.Balance(m))
		}
	}
	refused("no prices", domain.Rates{})
	refused("another price", domain.Rates{Price: seen.Price - 1, Cam2cam: seen.Cam2cam, Audio: seen.Audio})
	offer(1250, 500)
	refused("cam2cam dearer by now", seen)
	offer(1000, 600)
	refused("audio dearer by now", seen)
	offer(1000, 500)
	s := must(w.Store.AskShow(m.Ctx, p.Name, key, seen))(t)
	offer(1250, 0)
	if again := must(w.Store.AskShow(m.Ctx, p.Name, key, seen))(t); again.ID != s.ID || again.Cam2cam.Price != 1000 || again.Audio.Price != 500 {
		t.Errorf("sent again: %+v, at first %+v", again, s)
	}
}
