package backend

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// till has members tip over HTTP until it is closed, and knows what was acknowledged.
type till struct {
	mu    sync.Mutex
	acked map[string]domain.Receipt // by key
	work  sync.WaitGroup
	stop  context.CancelFunc
}

func openTill(t *testing.T, f *fixture) *till {
	t.Helper()
	l := &till{acked: map[string]domain.Receipt{}}
	ctx, cancel := context.WithCancel(context.Background())
	l.stop = cancel
	t.Cleanup(l.close)
	for i, acc := range f.demo.Members {
		member := f.as(t, acc)
		l.work.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				tip := domain.Tip{Amount: domain.MinTip, Key: fmt.Sprintf("till-%d-%d", i, n)}
				r, err := member.Tip(context.Background(), demoFirst, tip)
				if err != nil {
					t.Error(err)
					return
				}
				l.mu.Lock()
				l.acked[tip.Key] = r
				l.mu.Unlock()
			}
		})
	}
	return l
}

func (l *till) close() {
	l.stop()
	l.work.Wait()
}

// sofar is what was acknowledged until now.
func (l *till) sofar() map[string]domain.Receipt {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]domain.Receipt{}
	for k, r := range l.acked {
		out[k] = r
	}
	return out
}

// grows waits for more acknowledged tips.
func (l *till) grows(t *testing.T, by int) {
	t.Helper()
	until := len(l.sofar()) + by
	testkit.Until(t, 30*time.Second, "more tips", func() bool { return len(l.sofar()) >= until })
}

// restored checks that everything acknowledged is in a restored ledger, and that the
// site goes on from there: the same tip again is answered the same.
func restored(t *testing.T, f *fixture, acked map[string]domain.Receipt) {
	t.Helper()
	for i, acc := range f.demo.Members {
		member := f.as(t, acc)
		for key, want := range acked {
			if !strings.HasPrefix(key, fmt.Sprintf("till-%d-", i)) {
				continue
			}
			got, err := member.Tip(t.Context(), demoFirst, domain.Tip{Amount: domain.MinTip, Key: key})
			if err != nil || got != want {
				t.Fatalf("an acknowledged tip is %+v in the copy, was %+v: %v", got, want, err)
			}
		}
		if _, err := member.Tip(t.Context(), demoFirst, domain.Tip{Amount: domain.MinTip, Key: "tip-after-the-restore"}); err != nil {
			t.Error(err)
		}
	}
}

// The drill of the guide for operators: a copy under load is restored, audited, and
// lacks nothing that was acknowledged before it began.
func TestBackup_drill(t *testing.T) {
	f := open(t)
	l := openTill(t, f)
	l.grows(t, 100)
	acked, to := l.sofar(), filepath.Join(t.TempDir(), "copy of the site.db")
	report, err := Backup(t.Context(), f.cfg.Data, to, func(int, int) {})
	if err != nil || int(report.Entries) < len(acked) {
		t.Fatalf("%+v %v", report, err)
	}
	l.grows(t, 20) // the site goes on
	l.close()
	after := must(f.store.Verify(t.Context()))(t)
	if after.Entries <= report.Entries {
		t.Errorf("%d entries in the copy, %d in the site", report.Entries, after.Entries)
	}
	if files, err := os.ReadDir(filepath.Dir(to)); err != nil || len(files) != 1 {
		t.Errorf("beside the copy: %v %v", files, err)
	}
	if stat, err := os.Stat(to); err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", stat, err)
	}
	if beside := Beside(f.cfg.Data); len(beside) != 2 {
		t.Errorf("to be kept beside it: %v", beside)
	}

	data := filepath.Join(t.TempDir(), "restored")
	whole, err := os.ReadFile(to)
	if err == nil {
		err = os.Mkdir(data, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(data, databaseFile), whole, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Verify(t.Context(), data, ""); err != nil || r.Entries != report.Entries {
		t.Fatalf("the restored ledger: %+v %v", r, err)
	}
	again := open(t, func(c *Config) { c.Data, c.Demo = data, false })
	again.demo = f.demo
	restored(t, again, acked)
	if r := must(again.store.Verify(t.Context()))(t); !r.OK() {
		t.Errorf("%+v", r)
	}
}

func TestBackup_refuses(t *testing.T) {
	f := open(t)
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		data, to, says string
	}{
		"over a file":   {f.cfg.Data, there, "nothing is written over it"},
		"no such site":  {dir, filepath.Join(dir, "x"), "no jasmincam.db"},
		"to no folder":  {f.cfg.Data, filepath.Join(dir, "a", "b"), "cannot be written"},
		"over the site": {f.cfg.Data, filepath.Join(f.cfg.Data, databaseFile), "nothing is written over it"},
	} {
		_, err := Backup(t.Context(), c.data, c.to, func(int, int) {})
		if err == nil || !strings.Contains(domain.Sentence(err), c.says) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := place(filepath.Join(f.cfg.Data, databaseFile), there); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("a file that appeared meanwhile: %v", err)
	}
	if text, err := os.ReadFile(there); err != nil || string(text) != "mine" {
		t.Errorf("%q %v", text, err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("left behind: %v %v", files, err)
	}
}

// A copy whose ledger does not hold is not kept.
func TestBackup_auditsTheCopy(t *testing.T) {
	data, to := t.TempDir(), filepath.Join(t.TempDir(), "x.db")
	s, err := store.Open(t.Context(), store.Config{URL: databaseURL(data, "")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddAccount(t.Context(), domain.Account{Role: domain.RoleMember, Name: "max", Email: "m@x"}, "h"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(data, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE postings SET amount = amount + 1 WHERE n = 0`); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Backup(t.Context(), data, to, func(int, int) {}); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("got %v", err)
	}
	if files, err := os.ReadDir(filepath.Dir(to)); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v %v", files, err)
	}
}
