package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestUpgrade_SQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	upgrade(t, "sqlite:"+path, func() (*goose.Provider, func() error) {
		db, err := sql.Open("sqlite", "file://"+path+"?_pragma=foreign_keys(1)")
		return provider(t, goose.DialectSQLite3, db, err)
	})
}

func provider(t *testing.T, dialect goose.Dialect, db *sql.DB, err error) (*goose.Provider, func() error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, db, store.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	return p, db.Close
}

// upgrade: a site that was there before profiles and relations has them after the
// upgrade, with what its members have spent, and its ledger holds.
func upgrade(t *testing.T, url string, schema func() (*goose.Provider, func() error)) {
	ctx := context.Background()
	s := open(t, store.Config{URL: url})
	_, luna := signUp(t, s, domain.RolePerformer, "luna")
	signUp(t, s, domain.RolePerformer, "sky")
	_, staff := signUp(t, s, domain.RoleStaff, "desk")
	for _, name := range []string{"max", "tom"} {
		_, m := signUp(t, s, domain.RoleMember, name)
		p, err := s.Buy(m, "p30", "buying-one")
		if err == nil {
			err = s.Settle(ctx, domain.PaymentNotice{ID: "n-" + name, Purchase: p.ID, State: "paid", Cents: p.Cents})
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, amount := range []domain.Millicredits{3000, 1000} {
			receipt, err := s.Tip(m, "luna", domain.Tip{Amount: amount, Key: "tipping-" + strings.Repeat("x", i)})
			if err == nil && name == "tom" && i == 1 {
				_, err = s.Refund(staff, receipt.Entry, "by mistake")
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	before, err := s.Viewers(luna, "luna", domain.ByName)
	if err != nil || len(before) != 2 || before[0].Spent != 4000 || before[1].Spent != 3000 {
		t.Fatalf("before: %+v %v", before, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	older, shut := schema()
	if _, err := older.DownTo(ctx, 2); err != nil {
		t.Fatal(err)
	}
	if err := shut(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Config{URL: url})
	after, err := s.Viewers(luna, "luna", domain.ByName)
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("after the upgrade: %+v %v, before %+v", after, err, before)
	}
	if p, err := s.Profile(luna, "luna"); err != nil || p.Prices.Private != domain.MinPrice || p.Promoted {
		t.Errorf("her profile: %+v %v", p, err)
	}
	if list, err := s.Performers(staff, domain.PerformerFilter{}); err != nil || len(list) != 2 {
		t.Errorf("the list: %+v %v", list, err)
	}
	if r, err := s.Verify(ctx); err != nil || !r.OK() {
		t.Errorf("the ledger: %+v %v", r, err)
	}
}
