package guests

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	anna  = "anna@example.com"
	bella = "bella@example.com"
)

// circle keeps whom one account knows.
type circle struct {
	base.Backend // what is not below is never called

	mu     sync.Mutex
	people []domain.Acquaintance
	err    error
}

func (c *circle) Viewers(context.Context, string, domain.AcquaintanceOrder) ([]domain.Acquaintance, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.people), c.err
}

func (c *circle) SetRemark(_ context.Context, _, viewer string, r domain.Remark) (domain.Acquaintance, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if viewer == "nobody" {
		return domain.Acquaintance{}, domain.Errorf("note", domain.KindNotFound, "There is no member of this name.")
	}
	one := domain.Acquaintance{Viewer: viewer, Note: r.Note, Favourite: r.Favourite}
	for i, a := range c.people {
		if a.Viewer == viewer {
			one.Spent, one.Last = a.Spent, a.Last
			c.people[i] = one
			return one, c.err
		}
	}
	c.people = append(c.people, one)
	return one, c.err
}

func names(v View) string {
	var out []string
	for _, g := range v.Guests {
		out = append(out, g.Name)
	}
	return strings.Join(out, " ")
}

func TestGuests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &circle{people: []domain.Acquaintance{{Viewer: "max", Spent: 10, Last: 300}, {Viewer: "otto", Spent: 30, Last: 100, Favourite: true},
			{Viewer: "emil", Spent: 20, Last: 200}, {Viewer: "noted", Note: "nice"}}}
		marked := map[string]domain.Acquaintance{}
		g := New(Config{Known: func(email string, people []domain.Acquaintance) {
			for _, p := range people {
				marked[email+" "+p.Viewer] = p
			}
		}})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- g.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}()
		if v := g.View(); v.Email != "" || v.Known {
			t.Errorf("%+v", v)
		}
		g.Enter(base.Account{Email: bella, Name: "bella", Letter: "B", Backend: &circle{err: domain.Errorf("viewers", domain.KindUnavailable, "away")}})
		a.mu.Lock() // the backend takes its time
		g.Enter(base.Account{Email: anna, Name: "anna", Letter: "A", Backend: a})
		if !g.View().Busy {
			t.Error("not busy")
		}
		a.mu.Unlock()
		synctest.Wait()
		if v := g.View(); v.Email != anna || !v.Known || v.Busy || len(v.Rooms) != 2 || !v.Guests[3].Last.IsZero() || v.Guests[0].Last.UnixMilli() != 300 {
			t.Errorf("%+v", v)
		}
		for by, want := range map[domain.AcquaintanceOrder]string{
			domain.ByLastSpent: "max emil otto noted", domain.ByFavourite: "otto max emil noted",
			domain.ByMostSpent: "otto emil max noted", domain.ByName: "emil max noted otto",
		} {
			if g.Sort(by); names(g.View()) != want {
				t.Errorf("%s: %s", by, names(g.View()))
			}
		}
		g.Sort(domain.ByFavourite)
		g.Remark(anna, "emil", "likes cats", true)
		g.Remark(anna, "new", "came today", false)
		g.Remark("x", "emil", "", false)
		synctest.Wait()
		if v := g.View(); names(v) != "emil otto max new noted" || v.Guests[0].Note != "likes cats" || v.Guests[0].Spent != 20 || v.Kept != 2 || !v.Trouble.Empty() {
			t.Errorf("%s %+v", names(v), v)
		}
		if m := marked[anna+" emil"]; !m.Favourite || m.Note != "likes cats" || len(marked) != 5 {
			t.Errorf("%+v", marked)
		}
		g.Remark(anna, "nobody", "", true)
		synctest.Wait()
		if v := g.View(); v.Trouble.Key != "error.not_found" || v.Kept != 2 {
			t.Errorf("%+v", v)
		}
		g.Open("x")
		g.Open(bella)
		synctest.Wait()
		if v := g.View(); v.Email != bella || v.Known || v.Trouble.Key != "error.unavailable" || len(g.Changed()) != 1 {
			t.Errorf("%+v", v)
		}
		g.Told(anna, domain.Event{})
		g.Leave(bella)
		if v := g.View(); v.Email != anna || len(v.Rooms) != 1 {
			t.Errorf("%+v", v)
		}
	})
}
