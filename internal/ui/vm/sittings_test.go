package vm

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// doorman keeps one account's sessions.
type doorman struct {
	Backend // what is not below is never called

	mu   sync.Mutex
	list []domain.Session
	fail error
}

func (d *doorman) Sessions(context.Context) ([]domain.Session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.list), d.fail
}

func (d *doorman) RevokeSession(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.list)
	d.list = slices.DeleteFunc(d.list, func(s domain.Session) bool { return s.ID == id })
	if len(d.list) == n {
		return domain.Errorf("session", domain.KindNotFound, "It has ended already.")
	}
	return nil
}

func TestSittings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doorman{list: []domain.Session{{ID: "1", Device: "this", Current: true, Seen: 2000}, {ID: "2", Device: "phone", Seen: 1000}, {ID: "3", Device: "old", Seen: 1}}}
		s := NewSittings()
		running(t, s.Run)
		s.Enter(Account{Email: bella, Name: "bella", Letter: "B", Backend: &doorman{fail: away()}})
		s.Enter(Account{Email: anna, Name: "anna", Letter: "A", Backend: d})
		ids := func() string {
			synctest.Wait()
			var out []string
			for _, x := range s.View()[0].Sittings {
				out = append(out, x.ID)
			}
			return strings.Join(out, " ")
		}
		if got := ids(); got != "" || s.View()[0].Known {
			t.Errorf("read before anybody asked: %s", got)
		}
		d.mu.Lock() // the backend takes its time
		s.Refresh()
		if !s.View()[0].Busy {
			t.Error("not busy")
		}
		d.mu.Unlock()
		if got, v := ids(), s.View(); got != "1 2 3" || v[0].Busy || !v[0].Known || v[1].Known || v[1].Trouble.Key != "error.unavailable" {
			t.Errorf("%s %+v", got, v)
		}
		if x := s.View()[0].Sittings[0]; !x.Current || x.Seen.UnixMilli() != 2000 || x.Device != "this" {
			t.Errorf("%+v", x)
		}
		s.End(anna, "3")
		if got := ids(); got != "1 2" {
			t.Error(got)
		}
		s.EndOthers(anna)
		s.End("nobody", "1")
		if got := ids(); got != "1" || !s.View()[0].Trouble.Empty() {
			t.Errorf("%s %+v", got, s.View()[0])
		}
		s.Told(anna, domain.Event{})
		s.Leave(anna)
		if v := s.View(); len(v) != 1 || v[0].Letter != "B" {
			t.Errorf("%+v", v)
		}
	})
}
