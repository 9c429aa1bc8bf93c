package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func refused(t *testing.T, what string, err error, kind domain.Kind) {
	t.Helper()
	if err == nil || domain.KindOf(err) != kind || !strings.HasSuffix(domain.Sentence(err), ".") {
		t.Errorf("%s: got %v, want %s", what, err, kind)
	}
}

func open(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// signUp makes an account that acts by the context.
func signUp(t *testing.T, s *store.Store, role domain.Role, name string) (domain.Account, context.Context) {
	t.Helper()
	acc, err := s.AddAccount(context.Background(), domain.Account{Role: role, Name: name, Email: name + "@example.org", State: domain.StateActive}, "hash")
	if err != nil {
		t.Fatal(err)
	}
	return acc, domain.WithActor(context.Background(), domain.Actor{Account: acc})
}

func TestOpen_refusesWhatItCannotUse(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.db")
	if err := os.WriteFile(broken, []byte(strings.Repeat("this is not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	absurd, _ := domain.DefaultTerms()
	absurd.Levels = []domain.Level{{Name: "a", From: 5}}
	for what, c := range map[string]struct {
		config store.Config
		kind   domain.Kind
	}{
		"no URL":            {store.Config{}, domain.KindInvalid},
		"another database":  {store.Config{URL: "mysql://localhost/x"}, domain.KindInvalid},
		"a broken URL":      {store.Config{URL: "postgres://[::1"}, domain.KindInvalid},
		"no directory":      {store.Config{URL: "sqlite:" + filepath.Join(dir, "a", "b.db")}, domain.KindUnavailable},
		"a broken file":     {store.Config{URL: "sqlite:" + broken}, domain.KindUnavailable},
		"no server":         {store.Config{URL: "postgres:///x?host=" + dir}, domain.KindUnavailable},
		"an audit of none":  {store.Config{URL: "sqlite:" + filepath.Join(dir, "none.db"), ReadOnly: true}, domain.KindUnavailable},
		"an absurd table":   {store.Config{URL: "sqlite:" + filepath.Join(dir, "x.db"), Terms: absurd}, domain.KindInvalid},
		"a secret password": {store.Config{URL: "postgres://u:secret@127.0.0.1:1/x?connect_timeout=1"}, domain.KindUnavailable},
	} {
		s, err := store.Open(context.Background(), c.config)
		refused(t, what, err, c.kind)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the password is told: %v", what, err)
		}
		if err == nil {
			t.Errorf("%s: %v", what, s.Close())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("an audit made a database")
	}
}

func TestOpen_keepsTheFileToItsOwner(t *testing.T) {
	dir := t.TempDir()
	s := open(t, store.Config{URL: "sqlite:" + filepath.Join(dir, "x.db")})
	signUp(t, s, domain.RoleMember, "max")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}
}

// TestStore_givenUp: whoever goes away before the turn came gets an answer, and the
// write does not happen.
func TestStore_givenUp(t *testing.T) {
	s := open(t, store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db")})
	_, ctx := signUp(t, s, domain.RolePerformer, "luna")
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err := s.Say(gone, "luna", domain.Line{Text: "hi", Key: "12345678"})
	refused(t, "a line of somebody who went away", err, domain.KindUnavailable)
	if lines, err := s.Messages(ctx, "luna", 0, 0); err != nil || len(lines) != 0 {
		t.Errorf("%v %v", lines, err)
	}
}

// TestStore_forgets what is over: lines, keys, sessions, broadcasts, kicks; and
// keeps what is about money.
func TestStore_forgets(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	clock := func() time.Time { return now }
	s, err := store.Open(context.Background(), store.Config{URL: url, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	acc, ctx := signUp(t, s, domain.RolePerformer, "luna")
	member, _ := signUp(t, s, domain.RoleMember, "max")
	line := domain.Line{Text: "hi", Key: "12345678"}
	first, err := s.Say(ctx, "luna", line)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.AddSession(ctx, acc.ID, []byte("s"), "d", now.Add(time.Hour).UnixMilli())
	if err == nil {
		err = s.AddBroadcast(ctx, []byte("b"), []string{session.ID}, now.Add(time.Hour).UnixMilli())
	}
	if err == nil {
		_, err = s.Ban(ctx, "luna", "max", 10)
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(31 * 24 * time.Hour)
	s = open(t, store.Config{URL: url, Now: clock}) // forgets before anything else is sealed or asked
	again, err := s.Say(ctx, "luna", line)
	for err == nil && again.Seq == first.Seq { // the key is still known
		again, err = s.Say(ctx, "luna", line)
	}
	if err != nil || again.Seq != first.Seq+2 { // the ban was told in between
		t.Errorf("the key after a month: %+v %v", again, err)
	}
	if me, err := s.Me(domain.WithActor(ctx, domain.Actor{Account: member})); err != nil || me.BonusMillicredits != 5000 {
		t.Errorf("the member has %s: %v", me.BonusMillicredits, err)
	}
	for _, table := range []string{"sessions", "broadcasts", "broadcast_sessions", "bans"} {
		if n := count(t, url, table); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	if n := count(t, url, "entries"); n != 1 {
		t.Errorf("%d ledger entries are left", n)
	}
}
