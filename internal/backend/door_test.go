package backend

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// register is a registry in maps, by token.
type register struct {
	broadcasts map[string][]domain.Session
	keys       map[string]domain.Account
	shared     bool
}

func (r *register) BroadcastSessions(_ context.Context, hash []byte) ([]domain.Session, error) {
	for token, sessions := range r.broadcasts {
		if string(auth.HashToken(token)) == string(hash) {
			return sessions, nil
		}
	}
	return nil, domain.Errorf("", domain.KindUnauthenticated, "unknown")
}

func (r *register) AccountByStreamKey(_ context.Context, hash []byte) (domain.Account, error) {
	for key, acc := range r.keys {
		if string(auth.HashToken(key)) == string(hash) {
			return acc, nil
		}
	}
	return domain.Account{}, domain.Errorf("", domain.KindUnauthenticated, "unknown")
}

func (r *register) SharePerson(context.Context, ...domain.AccountID) (bool, error) {
	return r.shared, nil
}

func (r *register) Door(_ context.Context, performer string) error {
	if performer == "closed" {
		return domain.Errorf("", domain.KindCountry, "not in your country")
	}
	return nil
}

func token(prefix, letter string) string {
	return prefix + base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat(letter, 32)))
}

func performer(name string, state domain.AccountState) domain.Account {
	return domain.Account{ID: domain.AccountID("id-" + name), Role: domain.RolePerformer, Name: name, State: state}
}

func TestDoor_streamKey(t *testing.T) {
	key := token(auth.StreamKeyPrefix, "k")
	for _, state := range domain.AccountStates() {
		d := door{&register{keys: map[string]domain.Account{key: performer("luna-rose", state)}}}
		upload, err := d.AdmitUpload(t.Context(), key)
		if state == domain.StateActive {
			if err != nil || !upload.AutoOnline || !slices.Equal(upload.Rooms, []string{"luna-rose"}) {
				t.Fatalf("%+v, %v", upload, err)
			}
			if upload.ID == "" || strings.Contains(upload.ID, key) {
				t.Fatalf("ID %q", upload.ID)
			}
			continue
		}
		if domain.KindOf(err) != domain.KindForbidden || domain.Sentence(err) != state.OfflineReason() {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestDoor_broadcastToken(t *testing.T) {
	tok := token(auth.BroadcastPrefix, "b")
	r := &register{shared: true}
	d := door{r}
	admit := func(accounts ...domain.Account) ([]string, bool, error) {
		var sessions []domain.Session
		for _, a := range accounts {
			sessions = append(sessions, domain.Session{Account: a})
		}
		r.broadcasts = map[string][]domain.Session{tok: sessions}
		upload, err := d.AdmitUpload(t.Context(), tok)
		return upload.Rooms, upload.AutoOnline, err
	}
	active, other := performer("luna-rose", domain.StateActive), performer("velvet-sky", domain.StateActive)
	suspended := performer("velvet-sky", domain.StateSuspended)

	rooms, auto, err := admit(active, other)
	if err != nil || auto || !slices.Equal(rooms, []string{"luna-rose", "velvet-sky"}) {
		t.Fatalf("%v, %v, %v", rooms, auto, err)
	}
	rooms, _, err = admit(active, suspended)
	if err != nil || !slices.Equal(rooms, []string{"luna-rose"}) {
		t.Fatalf("the suspended one has to go, the other stays: %v, %v", rooms, err)
	}
	_, _, err = admit(suspended)
	if domain.KindOf(err) != domain.KindForbidden || domain.Sentence(err) != domain.StateSuspended.OfflineReason() {
		t.Fatalf("%v", err)
	}
	_, _, err = admit()
	if domain.KindOf(err) != domain.KindUnauthenticated {
		t.Fatalf("no session left: %v", err)
	}
	r.shared = false
	_, _, err = admit(active, other)
	if domain.KindOf(err) != domain.KindForbidden {
		t.Fatalf("two persons: %v", err)
	}
}

func TestDoor_otherTokens(t *testing.T) {
	d := door{&register{}}
	for _, tok := range []string{"", "x", token(auth.SessionPrefix, "s"), token(auth.BroadcastPrefix, "b"), token(auth.StreamKeyPrefix, "k"), token(auth.StreamKeyPrefix, "k") + "\x00"} {
		if _, err := d.AdmitUpload(t.Context(), tok); domain.KindOf(err) != domain.KindUnauthenticated {
			t.Errorf("%q: %v", tok, err)
		}
	}
	if err := d.AdmitView(t.Context(), "closed"); domain.KindOf(err) != domain.KindCountry {
		t.Errorf("view: %v", err)
	}
}

func TestKeepDoors_atTheBellAndEveryFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell := bus.New()
		asked := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			keepDoors(ctx, bell, func() { asked <- struct{}{} })
		}()
		synctest.Wait()
		begin := time.Now() // the bubble's clock
		bell.Ring(bus.Doors)
		<-asked
		if waited := time.Since(begin); waited != 0 {
			t.Errorf("asked %s after the bell", waited)
		}
		<-asked
		if waited := time.Since(begin); waited != recheckEvery {
			t.Errorf("asked again after %s without a bell", waited)
		}
		cancel()
		<-ended
		if bell.Listening() != 0 {
			t.Fatal("still listening")
		}
	})
}

// Rings without an end are few looks, and the last one is heard.
func TestKeepDoors_manyRingsAreFewLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell := bus.New()
		looks, last := 0, time.Time{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			keepDoors(ctx, bell, func() { looks, last = looks+1, time.Now() })
		}()
		synctest.Wait()
		for range 1000 { // for a second
			bell.Ring(bus.Doors)
			time.Sleep(time.Millisecond) // the bubble's clock
		}
		lastRing := time.Now()
		time.Sleep(recheckPause)
		synctest.Wait()
		if looks < 5 || looks > 6 || last.Before(lastRing.Add(-recheckPause)) {
			t.Errorf("%d looks, the last %s before the last ring", looks, lastRing.Sub(last))
		}
		cancel()
		<-ended
	})
}
