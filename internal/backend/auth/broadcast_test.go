package auth

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestBegin_twoAccountsOfOnePerson(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	f := newFixture(t, func(c *Config) { c.Now = func() time.Time { return now }; c.WHIPURL = "http://x/whip" })
	a := f.performer(t, "luna-rose", domain.StateActive, "p1")
	b := f.performer(t, "velvet-sky", domain.StateActive, "p1")

	grant, err := f.Begin(t.Context(), []string{a.Token, b.Token})
	if err != nil || !slices.Equal(grant.Rooms, []string{"luna-rose", "velvet-sky"}) || grant.WHIPURL != "http://x/whip" || !IsToken(grant.Token, BroadcastPrefix) {
		t.Fatalf("grant %+v, %v", grant, err)
	}
	hash := HashToken(grant.Token)
	if got := f.repo.broadcasts[string(hash)]; !slices.Equal(got, []string{a.ID, b.ID}) {
		t.Fatalf("kept for sessions %v", got)
	}
	if got := time.UnixMilli(f.repo.expires[string(hash)]).Sub(now); got != 12*time.Hour {
		t.Fatalf("lives %s", got)
	}
	own, err := f.Begin(as(t.Context(), a), nil)
	if err != nil || !slices.Equal(own.Rooms, []string{"luna-rose"}) {
		t.Fatalf("own grant %+v, %v", own, err)
	}
}

func TestBegin_refusesTwoPersons(t *testing.T) {
	f := newFixture(t)
	a := f.performer(t, "luna-rose", domain.StateActive, "p1")
	b := f.performer(t, "amber-day", domain.StateActive, "p2")
	c := f.performer(t, "no-person", domain.StateActive, "")
	d := f.performer(t, "nor-she", domain.StateActive, "")
	for _, pair := range [][]string{{a.Token, b.Token}, {a.Token, c.Token}, {c.Token, d.Token}} {
		_, err := f.Begin(t.Context(), pair)
		wantKind(t, err, domain.KindForbidden)
		if !strings.Contains(err.Error(), "same verified person") {
			t.Fatalf("words: %v", err)
		}
	}
	_, err := f.Begin(t.Context(), []string{a.Token, a.Token})
	wantKind(t, err, domain.KindInvalid)
	_, err = f.Begin(t.Context(), []string{a.Token, b.Token, c.Token})
	wantKind(t, err, domain.KindInvalid)
	if len(f.repo.broadcasts) != 0 {
		t.Fatal("a refused request left a token")
	}
}

func TestBegin_everyStateButActiveIsRefusedWithItsWords(t *testing.T) {
	f := newFixture(t)
	a := f.performer(t, "luna-rose", domain.StateActive, "p1")
	b := f.performer(t, "velvet-sky", domain.StateActive, "p1")
	for _, state := range domain.AccountStates() {
		f.repo.setState("velvet-sky@example.org", state)
		for _, tokens := range [][]string{{b.Token}, {a.Token, b.Token}} {
			_, err := f.Begin(t.Context(), tokens)
			if state == domain.StateActive {
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			wantKind(t, err, domain.KindForbidden)
			if domain.Sentence(err) != state.OfflineReason() {
				t.Fatalf("%s: %v", state, err)
			}
		}
	}
}

func TestBegin_deadSessionsAndOtherRoles(t *testing.T) {
	f := newFixture(t)
	a := f.performer(t, "luna-rose", domain.StateActive, "p1")
	f.join(t, "tom")
	tom, _ := f.SignIn(t.Context(), "tom@example.org", password, "")
	_, err := f.Begin(as(t.Context(), tom), nil)
	wantKind(t, err, domain.KindForbidden)
	_, err = f.Begin(t.Context(), nil)
	wantKind(t, err, domain.KindUnauthenticated)
	if err := f.SignOut(as(t.Context(), a)); err != nil {
		t.Fatal(err)
	}
	_, err = f.Begin(as(t.Context(), a), nil)
	wantKind(t, err, domain.KindUnauthenticated)
	_, err = f.Begin(t.Context(), []string{a.Token})
	wantKind(t, err, domain.KindUnauthenticated)
}

func TestNewStreamKey_herOwnAndReplaced(t *testing.T) {
	f := newFixture(t)
	a := f.performer(t, "luna-rose", domain.StateActive, "p1")
	first, err := f.NewStreamKey(as(t.Context(), a), "luna-rose")
	if err != nil || !IsToken(first, StreamKeyPrefix) || f.repo.keys["luna-rose"] != string(HashToken(first)) {
		t.Fatalf("key %q, %v", first, err)
	}
	second, err := f.NewStreamKey(as(t.Context(), a), "luna-rose")
	if err != nil || second == first || f.repo.keys["luna-rose"] != string(HashToken(second)) {
		t.Fatalf("second key %q, %v", second, err)
	}
	_, err = f.NewStreamKey(as(t.Context(), a), "velvet-sky")
	wantKind(t, err, domain.KindForbidden)
	_, err = f.NewStreamKey(t.Context(), "luna-rose")
	wantKind(t, err, domain.KindUnauthenticated)
}
