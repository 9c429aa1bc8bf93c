package sitetest

import (
	"context"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Run runs the whole suite; fresh makes an empty database and returns its URL.
func Run(t *testing.T, fresh func(testing.TB) string) {
	for name, story := range map[string]func(*testing.T, *world){
		"profiles":         profileStories,
		"profile limits":   profileLimits,
		"prices":           priceStories,
		"goals":            goalStories,
		"banned words":     bannedWordStories,
		"banned keys":      bannedKeys,
		"offers":           offerEvents,
		"browsing":         browseStories,
		"time online":      onlineStories,
		"statements":       statementStories,
		"viewers":          viewerStories,
		"favourites":       favouriteStories,
		"budgets":          budgetStories,
		"one last payment": budgetRace,
		"histories":        historyStories,
		"books of shows":   showBooks,
		"pictures":         pictureStories,
		"picture doors":    pictureDoors,
		"audit log":        auditStories,
		"lists":            listStories,
		"from elsewhere":   sightStories,
		"two accounts":     twoAccounts,
		"private words":    privateWords,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

// world is at noon of a Saturday, 21 November 2026, in the site's zone.
type world struct{ *worldtest.World }

func newWorld(t testing.TB, url string) *world {
	w := &world{worldtest.New(t, store.Config{URL: url}, time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC))}
	t.Cleanup(func() { w.Audit() })
	return w
}

type someone = worldtest.Someone

func as(a domain.Actor) context.Context { return domain.WithActor(context.Background(), a) }

// guest comes from Hungary.
func guest() context.Context { return as(domain.Actor{Guest: "g", Country: "HU", Origin: "o"}) }

// performer is an Active one, of a studio or none, as an account of a person or of a
// new one.
func (w *world) performer(name string, person domain.PersonID, studio domain.AccountID) someone {
	w.T.Helper()
	return w.Performer(domain.Account{Name: name, Studio: studio}, person)
}

// two are the accounts of one person.
func (w *world) two() (luna, sky someone) {
	w.T.Helper()
	luna = w.performer("luna", "", "")
	return luna, w.performer("sky", luna.Person, "")
}

func (w *world) tip(m someone, amount domain.Millicredits) (domain.Receipt, error) {
	return w.Tip(m.Ctx, "luna", domain.Tip{Amount: amount, Key: w.Key()})
}

// tips sends a tip to luna that must succeed.
func (w *world) tips(m someone, amount domain.Millicredits) domain.Receipt {
	w.T.Helper()
	return must(w.tip(m, amount))(w.T)
}

func (w *world) is(performer string, state domain.RoomState) {
	w.T.Helper()
	if err := w.PostRoomState(context.Background(), performer, state); err != nil {
		w.T.Fatal(err)
	}
}

func must[T any](v T, err error) func(testing.TB) T { return worldtest.Must(v, err) }
