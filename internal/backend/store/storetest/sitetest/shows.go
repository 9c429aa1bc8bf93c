package sitetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// show plays a whole show of so many ticks at the price of the moment.
func (w *world) show(m, luna someone, key string, ticks int) domain.ShowRecord {
	w.T.Helper()
	ctx := context.Background()
	s := must(w.AskShow(m.Ctx, luna.Name, key))(w.T)
	s = w.Step(s, domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
	for n := range ticks {
		s = must(w.ChargeShow(ctx, s.ID, n+1, domain.Delivered{Base: int64(n+1) * 10_000}, domain.Millicredits(n+1)*s.Price/6, s.Price/3))(w.T)
	}
	s = must(w.StepShow(ctx, s.ID, s.State, domain.ShowEnded, "member"))(w.T)
	s = must(w.SettleShow(ctx, s.ID, domain.Delivered{Base: int64(ticks) * 10_000}, domain.Millicredits(ticks)*s.Price/6))(w.T)
	show, _, err := w.Freeable(luna.Ctx, luna.Name)
	if err == nil {
		err = w.OpenRooms(ctx, show)
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return s
}

// showBooks: a show is one line in the member's history and one in the performer's
// statement, wherever pages end; behind it stands each of its entries, and they add up.
func showBooks(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben")
	first := w.show(ben, luna, "show-one-1", 8)
	w.tips(ben, 5000)
	refused := must(w.AskShow(ben.Ctx, "luna", "show-two-2"))(t)
	must(w.StepShow(t.Context(), refused.ID, domain.ShowAsked, domain.ShowRefused, "declined"))(t)
	second := w.show(ben, luna, "show-three", 20)

	h := must(w.History(ben.Ctx, ""))(t)
	var said []string
	var sum domain.Millicredits
	for _, l := range h.Lines {
		said = append(said, fmt.Sprint(l.Kind, " ", l.With, " ", l.Credits))
		sum += l.Credits
		var parts domain.Millicredits
		for _, p := range l.Parts {
			if parts += p.Credits; p.Entry == "" || p.At == 0 || p.Kind != "hold" && p.Kind != "void" {
				t.Errorf("part %+v", p)
			}
		}
		if (l.Kind == "show") != (len(l.Parts) > 0) || l.Kind == "show" && parts != l.Credits {
			t.Errorf("%s of %s has parts of %s", l.Kind, l.Credits, parts)
		}
	}
	want := fmt.Sprint([]string{"show luna -" + second.Charged.String(), "show luna 0.00", "tip luna -5.00", "show luna -" + first.Charged.String(), "purchase p300 360.00", "signup  5.00"})
	if fmt.Sprint(said) != want {
		t.Errorf("the history is %q, want %s", said, want)
	}
	if me := must(w.Me(ben.Ctx))(t); me.BalanceMillicredits != sum {
		t.Errorf("the lines sum to %s, the balance is %s", sum, me.BalanceMillicredits)
	}
	if rest := must(w.History(ben.Ctx, h.Lines[0].Entry))(t); len(rest.Lines) != 5 || rest.Lines[0].Entry != h.Lines[1].Entry {
		t.Errorf("the page before the show begins with %+v", rest.Lines)
	}

	s := must(w.Statement(luna.Ctx, "luna", "", ""))(t)
	var gross, own domain.Millicents
	for _, l := range s.Lines {
		gross, own = gross+l.Gross, own+l.Own
		var g, share, o domain.Millicents
		for _, p := range l.Parts {
			if g, share, o = g+p.Gross, share+p.Share, o+p.Own; p.Kind != "capture" || p.From != "ben" || p.Entry == "" || p.Parts != nil {
				t.Errorf("part %+v", p)
			}
		}
		if l.From != "ben" || l.Kind == "show" && (g != l.Gross || share != l.Share || o != l.Own || l.Entry != l.Parts[0].Entry) {
			t.Errorf("line %+v has parts of %d, %d, %d", l, g, share, o)
		}
	}
	if len(s.Lines) != 3 || gross != s.Gross || own != s.Own || s.Lines[0].Kind != "show" || s.Lines[1].Kind != "tip" || len(s.Lines[0].Parts) != 20 ||
		s.Lines[0].Gross != second.Charged.Face() || s.Lines[2].Gross != first.Charged.Face() {
		t.Errorf("the statement of %d: %+v", s.Gross, s.Lines)
	}
	rest := must(w.Statement(luna.Ctx, "luna", "", s.Lines[0].Entry))(t)
	if len(rest.Lines) != 2 || rest.Lines[0].Entry != s.Lines[1].Entry || rest.Gross != s.Gross {
		t.Errorf("before the second show: %+v", rest.Lines)
	}
	for range domain.StatementPage - 10 {
		w.tips(ben, 10)
	}
	page := must(w.Statement(luna.Ctx, "luna", "", ""))(t)
	last := page.Lines[len(page.Lines)-1]
	if last.Kind != "show" || len(last.Parts) != 20 || page.Next != last.Entry {
		t.Errorf("the page ends with %+v, and goes on before %q", last, page.Next)
	}
	if rest := must(w.Statement(luna.Ctx, "luna", "", page.Next))(t); len(rest.Lines) != 2 || rest.Next != "" {
		t.Errorf("the next page: %+v", rest.Lines)
	}
}
