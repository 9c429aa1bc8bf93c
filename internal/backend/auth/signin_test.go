package auth

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func member(name string) domain.SignUp {
	return domain.SignUp{Name: name, Email: " " + strings.ToUpper(name) + "@Example.org ", Password: password, Adult: true}
}

func TestSignUp_rolesAndStates(t *testing.T) {
	f := newFixture(t)
	m, err := f.SignUpMember(t.Context(), member("tom"))
	if err != nil || m.Role != domain.RoleMember || m.State != domain.StateActive || m.Email != "tom@example.org" {
		t.Fatalf("member %+v, %v", m, err)
	}
	p, err := f.SignUpPerformer(t.Context(), member("luna-rose"))
	if err != nil || p.Role != domain.RolePerformer || p.State != domain.StateUnfinished || p.Studio != "" {
		t.Fatalf("performer %+v, %v", p, err)
	}
	_, err = f.SignUpMember(t.Context(), member("tom"))
	wantKind(t, err, domain.KindConflict)
	if strings.Contains(f.repo.passwords[m.ID], password) || !strings.HasPrefix(f.repo.passwords[m.ID], "$argon2id$") {
		t.Fatal("the password was not hashed")
	}
}

func TestSignUp_refusals(t *testing.T) {
	f := newFixture(t)
	for name, change := range map[string]func(*domain.SignUp){
		"minor":            func(s *domain.SignUp) { s.Adult = false },
		"script in name":   func(s *domain.SignUp) { s.Name = "<script>" },
		"a guest's name":   func(s *domain.SignUp) { s.Name = "guest-1234" },
		"the site's name":  func(s *domain.SignUp) { s.Name = "support" },
		"no e-mail":        func(s *domain.SignUp) { s.Email = "tom" },
		"short password":   func(s *domain.SignUp) { s.Password = "short" },
		"huge password":    func(s *domain.SignUp) { s.Password = strings.Repeat("x", 5000) },
		"newline in email": func(s *domain.SignUp) { s.Email = "a\nb@example.org" },
	} {
		up := member("tom")
		change(&up)
		_, err := f.SignUpMember(t.Context(), up)
		if err == nil || domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if len(f.repo.accounts) != 0 {
		t.Fatal("a refused sign-up left an account")
	}
}

func TestAddPerformer_onlyAStudio(t *testing.T) {
	f := newFixture(t)
	_, err := f.AddPerformer(t.Context(), member("amber"))
	wantKind(t, err, domain.KindUnauthenticated)
	_, err = f.AddPerformer(as(t.Context(), f.performer(t, "luna-rose", domain.StateActive, "p")), member("amber"))
	wantKind(t, err, domain.KindForbidden)

	studio, err := f.AddOperated(t.Context(), domain.RoleStudio, member("studio-one"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.AddPerformer(as(t.Context(), domain.Session{Account: studio}), member("amber"))
	if err != nil || got.Studio != studio.ID || got.State != domain.StateUnfinished || got.Role != domain.RolePerformer {
		t.Fatalf("added %+v, %v", got, err)
	}
	_, err = f.AddOperated(t.Context(), domain.RoleMember, member("eve"))
	wantKind(t, err, domain.KindInvalid)
}

func TestSignIn_tokenIsToldOnceAndStoredHashed(t *testing.T) {
	f := newFixture(t)
	f.join(t, "tom")
	s, err := f.SignIn(t.Context(), "TOM@example.org", password, "a\x00 phone\n"+strings.Repeat("é", 200))
	if err != nil || !IsToken(s.Token, SessionPrefix) || s.Account.Name != "tom" {
		t.Fatalf("session %+v, %v", s, err)
	}
	if len(s.Device) > 100 || !strings.HasPrefix(s.Device, "a phoneé") {
		t.Fatalf("device %q", s.Device)
	}
	for hash := range f.repo.sessions {
		if hash != string(HashToken(s.Token)) || strings.Contains(hash, s.Token) {
			t.Fatal("something else than the token's hash is stored")
		}
	}
	got, err := f.Authenticate(t.Context(), s.Token)
	if err != nil || got.ID != s.ID {
		t.Fatalf("authenticated %+v, %v", got, err)
	}
	for _, bad := range []string{"", "x", s.Token + "x", s.Token[:20], BroadcastPrefix + s.Token[4:], SessionPrefix + strings.Repeat("A", 43)} {
		_, err := f.Authenticate(t.Context(), bad)
		wantKind(t, err, domain.KindUnauthenticated)
	}
}

func TestSignIn_sameWordsForUnknownAndWrong(t *testing.T) {
	f := newFixture(t)
	f.join(t, "tom")
	_, wrong := f.SignIn(t.Context(), "tom@example.org", "not the password", "")
	_, unknown := f.SignIn(t.Context(), "nobody@example.org", password, "")
	_, empty := f.SignIn(t.Context(), "nobody@example.org", "", "") // the stand-in hash is of "": it must not open
	_, long := f.SignIn(t.Context(), "tom@example.org", strings.Repeat("x", 1<<20), "")
	for _, err := range []error{wrong, unknown, empty, long} {
		wantKind(t, err, domain.KindUnauthenticated)
		if err.Error() != wrong.Error() {
			t.Fatalf("%q differs from %q", err, wrong)
		}
	}
}

// Work for unknown e-mails: the median of several runs must be that of known ones.
func TestSignIn_sameWorkForUnknownAndWrong(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.Params = Params{Memory: 4 << 10, Time: 1, Threads: 1}; c.Tries = 1000 })
	f.join(t, "tom")
	best := func(email string) time.Duration {
		least := time.Hour
		for range 9 {
			start := time.Now()
			_, err := f.SignIn(t.Context(), email, "not the password", "")
			wantKind(t, err, domain.KindUnauthenticated)
			least = min(least, time.Since(start))
		}
		return least
	}
	known, unknown := best("tom@example.org"), best("nobody@example.org")
	if unknown < known/3 || known < unknown/3 {
		t.Fatalf("known %s, unknown %s: the time tells which e-mails exist", known, unknown)
	}
}

// A stranger who tries passwords locks out himself; many strangers lock out
// strangers; the owner at her usual place signs in all the same.
func TestSignIn_strangersDoNotLockTheOwnerOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.join(t, "tom")
		at := func(origin, password string) error {
			_, err := f.SignIn(from(t.Context(), origin), "tom@example.org", password, "")
			return err
		}
		if err := at("home", password); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			wantKind(t, at("stranger", "not the password"), domain.KindUnauthenticated)
		}
		err := at("stranger", password)
		wantKind(t, err, domain.KindLimited)
		if err := at("away", password); err != nil {
			t.Fatalf("one stranger locked her out elsewhere: %v", err)
		}
		for i := range 90 {
			wantKind(t, at(fmt.Sprint("stranger", i), "not the password"), domain.KindUnauthenticated)
		}
		wantKind(t, at("another stranger", password), domain.KindLimited)
		if err := at("home", password); err != nil {
			t.Fatalf("many strangers locked her out at home: %v", err)
		}
		var e *domain.Error
		if !errors.As(err, &e) || e.RetryAfter <= 0 || e.RetryAfter > 10*minute {
			t.Fatalf("time to wait: %v", err)
		}
		time.Sleep(e.RetryAfter) // the bubble's clock
		if err := at("stranger", password); err != nil {
			t.Fatalf("after the wait: %v", err)
		}
	})
}

func TestSignIn_limitPerOriginAndNotForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.join(t, "tom")
		for range 20 { // right passwords are not limited
			if _, err := f.SignIn(from(t.Context(), "bad"), "tom@example.org", password, ""); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 10 {
			_, err := f.SignIn(from(t.Context(), "bad"), fmt.Sprintf("nobody%d@example.org", i), password, "")
			wantKind(t, err, domain.KindUnauthenticated)
		}
		_, err := f.SignIn(from(t.Context(), "bad"), "tom@example.org", password, "")
		wantKind(t, err, domain.KindLimited)
		if _, err := f.SignIn(from(t.Context(), "good"), "tom@example.org", password, ""); err != nil {
			t.Fatalf("another origin: %v", err)
		}
	})
}

func TestSignIn_parallelTriesDoNotSlipBy(t *testing.T) {
	f := newFixture(t)
	f.join(t, "tom")
	var tried sync.WaitGroup
	var mu sync.Mutex
	limited := 0
	for range 50 {
		tried.Go(func() {
			_, err := f.SignIn(t.Context(), "tom@example.org", "not the password", "")
			mu.Lock()
			defer mu.Unlock()
			if domain.KindOf(err) == domain.KindLimited {
				limited++
			}
		})
	}
	tried.Wait()
	if limited != 40 {
		t.Fatalf("%d of 50 parallel tries were limited, want 40", limited)
	}
}

func TestSignIn_defectsAreNotCountedAsTries(t *testing.T) {
	f := newFixture(t)
	f.join(t, "tom")
	f.repo.broken = domain.Errorf("db", domain.KindUnavailable, "down")
	for range 30 {
		_, err := f.SignIn(from(t.Context(), "o"), "tom@example.org", password, "")
		wantKind(t, err, domain.KindUnavailable)
	}
	f.repo.broken = nil
	if _, err := f.SignIn(from(t.Context(), "o"), "tom@example.org", password, ""); err != nil {
		t.Fatal(err)
	}
}

func TestSignIn_renewsTheHashWhenCostsChange(t *testing.T) {
	f := newFixture(t)
	acc := f.join(t, "tom")
	dearer := New(Config{Repository: f.repo, Params: Params{Memory: 16, Time: 2, Threads: 1}})
	for range 2 {
		if _, err := dearer.SignIn(t.Context(), acc.Email, password, ""); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(f.repo.passwords[acc.ID], "$argon2id$v=19$m=16,t=2,p=1$") {
		t.Fatalf("the hash still is %s", f.repo.passwords[acc.ID])
	}
	before := f.repo.passwords[acc.ID]
	_, err := dearer.SignIn(t.Context(), acc.Email, "not the password", "")
	wantKind(t, err, domain.KindUnauthenticated)
	if _, err := dearer.SignIn(t.Context(), acc.Email, password, ""); err != nil {
		t.Fatal(err)
	}
	if f.repo.passwords[acc.ID] != before {
		t.Fatal("a fresh hash was renewed for nothing")
	}
}

func TestSessions_listRevokeSignOut(t *testing.T) {
	f := newFixture(t)
	f.join(t, "tom")
	phone, _ := f.SignIn(t.Context(), "tom@example.org", password, "phone")
	laptop, _ := f.SignIn(t.Context(), "tom@example.org", password, "laptop")
	other := f.performer(t, "luna-rose", domain.StateActive, "p")

	list, err := f.Sessions(as(t.Context(), phone))
	if err != nil || len(list) != 2 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	for _, s := range list {
		if s.Current != (s.ID == phone.ID) || s.Token != "" {
			t.Fatalf("session %+v", s)
		}
	}
	wantKind(t, f.RevokeSession(as(t.Context(), other), laptop.ID), domain.KindNotFound)
	if err := f.RevokeSession(as(t.Context(), phone), laptop.ID); err != nil {
		t.Fatal(err)
	}
	_, err = f.Authenticate(t.Context(), laptop.Token)
	wantKind(t, err, domain.KindUnauthenticated)
	if err := f.SignOut(as(t.Context(), phone)); err != nil {
		t.Fatal(err)
	}
	_, err = f.Authenticate(t.Context(), phone.Token)
	wantKind(t, err, domain.KindUnauthenticated)

	wantKind(t, f.SignOut(t.Context()), domain.KindUnauthenticated)
	wantKind(t, f.RevokeSession(t.Context(), "x"), domain.KindUnauthenticated)
	_, err = f.Sessions(t.Context())
	wantKind(t, err, domain.KindUnauthenticated)
}
