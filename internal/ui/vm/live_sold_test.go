package vm

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
)

// seller is a backend in which snapshots were sold.
type seller struct {
	Backend
	mu      sync.Mutex
	list    []domain.Snapshot
	fetched map[string]int
	fail    error
}

func (s *seller) sell(id, who string, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append([]domain.Snapshot{{ID: id, Member: who, State: domain.SnapshotSold, Price: 1500, Ended: at, Thumbnail: "/" + id}}, s.list...)
}

func (s *seller) SoldSnapshots(context.Context, string) ([]domain.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]domain.Snapshot{}, s.list...), s.fail
}

func (s *seller) SnapshotPicture(_ context.Context, id string, small bool) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !small || id == "lost" {
		return nil, away()
	}
	if s.fetched == nil {
		s.fetched = map[string]int{}
	}
	s.fetched[id]++
	var file bytes.Buffer
	err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 32, 18)), nil)
	return file.Bytes(), err
}

func soldEvent(t *testing.T, state domain.SnapshotState) domain.Event {
	t.Helper()
	return event(t, domain.EventSnapshot, domain.SnapshotNotice{Snapshot: domain.Snapshot{ID: "x", Member: "max", State: state, Price: 1500}})
}

// The last ones of both accounts are shown, newest first, each picture fetched once;
// what was deleted is told without one; whoever leaves takes hers along.
func TestLive_showsWhatWasSold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, _ := newLive(t, nil)
		running(t, l.Run)
		a, b := &seller{}, &seller{}
		a.sell("a1", "max", 1000)
		a.sell("lost", "eve", 2000)
		b.sell("b1", "tom", 1500)
		l.Enter(Account{Email: anna, Name: "anna", Letter: "A", Backend: a})
		l.Enter(Account{Email: bella, Name: "bella", Letter: "B", Backend: b})
		synctest.Wait()
		told := func() (all string) {
			synctest.Wait()
			for _, s := range l.View().Sold {
				all += fmt.Sprintf("%s%s%s%t ", s.Letter, s.Who, s.Millicredits, s.Small != nil)
			}
			return all
		}
		if got := told(); got != "Aeve1.50false Btom1.50true Amax1.50true " {
			t.Errorf("at first: %s", got)
		}
		for n := range 10 {
			b.sell(fmt.Sprint("more", n), "ina", int64(3000+n))
		}
		l.Told(bella, soldEvent(t, domain.SnapshotAsked))
		l.Told(bella, soldEvent(t, domain.SnapshotFailed))
		if got := told(); got != "Aeve1.50false Btom1.50true Amax1.50true " {
			t.Errorf("before another was sold: %s", got)
		}
		l.Told(bella, soldEvent(t, domain.SnapshotSold))
		l.Told(bella, soldEvent(t, domain.SnapshotSold))
		if got := told(); got != "Bina1.50true Bina1.50true Bina1.50true Bina1.50true Bina1.50true Bina1.50true " {
			t.Errorf("afterwards: %s", got)
		}
		if b.fetched["more9"] != 1 {
			t.Errorf("fetched %d times", b.fetched["more9"])
		}
		b.mu.Lock()
		b.fail = away()
		b.mu.Unlock()
		l.Told(bella, soldEvent(t, domain.SnapshotSold))
		if len(l.View().Sold) != MaxSold {
			t.Error("a failure takes them away")
		}
		l.Leave(bella)
		if got := told(); got != "Aeve1.50false Amax1.50true " {
			t.Errorf("without bella: %s", got)
		}
	})
}

// A snapshot has a toast of its own, with the sound of a tip, and tips do not take
// it in.
func TestToasts_aSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toasts, _, played := newToasts(t)
		running(t, toasts.Run)
		toasts.Told(anna, soldEvent(t, domain.SnapshotAsked))
		if v := toasts.View(); len(v) != 0 {
			t.Errorf("an order is told: %+v", v)
		}
		toasts.Told(anna, soldEvent(t, domain.SnapshotSold))
		for range 5 {
			toasts.Told(anna, event(t, domain.EventTip, domain.TipNotice{From: "eve", Millicredits: 1000}))
		}
		v := toasts.View()
		if len(v) < 2 || !v[0].Snapshot || v[0].Who != "max" || v[0].Millicredits != 1500 || v[0].Sound != settings.SoundTip || v[0].Tips > 1 {
			t.Errorf("%+v", v)
		}
		if got := played(); got == "" {
			t.Error("it is silent")
		}
	})
}
