package snaptest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Run runs the whole suite; fresh makes an empty database and returns its URL.
func Run(t *testing.T, fresh func(testing.TB) string) {
	for name, story := range map[string]func(*testing.T, *world){
		"sold":                  sold,
		"refunded":              refunded,
		"not offered":           notOffered,
		"too late":              tooLate,
		"what stands against":   whatStandsAgainst,
		"limits":                limits,
		"deleted":               deleted,
		"before a private":      beforePrivate,
		"in a private":          inPrivate,
		"where she is away":     whereSheIsAway,
		"accepted meanwhile":    acceptedMeanwhile,
		"the last credit":       lastCredit,
		"one delivery of many":  oneDelivery,
		"a show of many stills": manyStills,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

type world struct{ *worldtest.World }

func newWorld(t testing.TB, url string) *world {
	w := &world{worldtest.New(t, store.Config{URL: url}, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))}
	t.Cleanup(func() { w.Audit() })
	return w
}

type someone = worldtest.Someone

// member has so many credits.
func (w *world) member(credits domain.Millicredits) someone {
	w.T.Helper()
	m := w.Rich("")
	if rest := w.Balance(m) - credits; rest > 0 {
		must(w.Tip(m.Ctx, w.performer(0, "").Name, domain.Tip{Amount: rest, Key: w.Key()}))(w.T)
	}
	return m
}

// performer sells snapshots at a price; person is another account's, or "".
func (w *world) performer(price domain.Millicredits, person domain.PersonID) someone {
	w.T.Helper()
	p := w.Performer(domain.Account{}, person)
	w.price(p, price)
	return p
}

func (w *world) price(p someone, price domain.Millicredits) {
	w.T.Helper()
	e := must(w.Profile(p.Ctx, p.Name))(w.T).ProfileEdit
	e.Prices.Snapshot = price
	must(w.SetProfile(p.Ctx, p.Name, e))(w.T)
}

func there() error { return nil }

func (w *world) ask(m, p someone) (domain.Snapshot, error) {
	return w.OrderSnapshot(m.Ctx, p.Name, domain.SnapshotOrder{Key: w.Key()}, there)
}

// still is a picture that shows what it is told to.
func still(what string) domain.StillPicture {
	return domain.StillPicture{JPEG: []byte("\xff\xd8" + what), Small: []byte("\xff\xd8small " + what), Width: 1920, Height: 1080}
}

// notices are the snapshots that an account was told of, oldest first.
func (w *world) notices(who someone) (list []domain.Snapshot) {
	w.T.Helper()
	for _, e := range must(w.OwnEvents(who.Ctx, 0, 1000))(w.T) {
		var n domain.SnapshotNotice
		if e.Kind == domain.EventSnapshot && json.Unmarshal(e.Data, &n) == nil {
			list = append(list, n.Snapshot)
		}
	}
	return list
}

// last is the newest of them.
func (w *world) last(who someone) domain.Snapshot {
	w.T.Helper()
	list := w.notices(who)
	if len(list) == 0 {
		w.T.Fatal("nobody was told of a snapshot")
	}
	return list[len(list)-1]
}

// unsold checks that an order failed for a reason and cost nothing.
func (w *world) unsold(s domain.Snapshot, m someone, reason string, left domain.Millicredits) {
	w.T.Helper()
	got := must(w.Snapshot(m.Ctx, s.ID))(w.T)
	if got.State != domain.SnapshotFailed || got.Reason != reason || got.Picture != "" || got.Thumbnail != "" {
		w.T.Errorf("it is %+v, want it to fail: %s", got, reason)
	}
	if told := w.last(m); told.ID != s.ID || told.State != domain.SnapshotFailed || told.Reason != reason {
		w.T.Errorf("the member was told %+v", told)
	}
	if _, err := w.SnapshotPicture(m.Ctx, s.ID, false); domain.KindOf(err) != domain.KindNotFound {
		w.T.Errorf("its picture: %v", err)
	}
	if b := w.Balance(m); b != left {
		w.T.Errorf("%s credits are left, want %s", b, left)
	}
}

func must[T any](v T, err error) func(testing.TB) T { return worldtest.Must(v, err) }
