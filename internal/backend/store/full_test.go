package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// pages bounds the size of the file, so that SQLite finds the disk full at it.
func pages(t *testing.T, s *Store, n int) {
	t.Helper()
	err := s.db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, n))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shop is a store with a performer and a member who has credits.
func shop(t *testing.T) (s *Store, performer, member context.Context) {
	t.Helper()
	s, err := Open(context.Background(), Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	as := func(role domain.Role, name string) context.Context {
		acc, err := s.AddAccount(context.Background(), domain.Account{Role: role, Name: name, Email: name + "@x", State: domain.StateActive}, "hash")
		if err != nil {
			t.Fatal(err)
		}
		return domain.WithActor(context.Background(), domain.Actor{Account: acc})
	}
	performer, member = as(domain.RolePerformer, "luna"), as(domain.RoleMember, "max")
	bought, err := s.Buy(member, "p30", "12345678")
	if err == nil {
		err = s.Settle(member, domain.PaymentNotice{ID: "n", Purchase: bought.ID, State: paidState, Cents: bought.Cents})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, performer, member
}

// TestStore_diskFull: nothing half-done is kept, everybody can still read and stays
// signed in, and it goes on when there is room again.
func TestStore_diskFull(t *testing.T) {
	s, p, m := shop(t)
	pages(t, s, 120)
	said, err := 0, error(nil)
	for ; said < 1000; said++ {
		if _, err = s.Say(p, "luna", domain.Line{Text: strings.Repeat("a", 1000), Key: fmt.Sprintf("line-%04d", said)}); err != nil {
			break
		}
	}
	full := func(what string, err error) {
		t.Helper()
		if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(domain.Sentence(err), "disk is full") {
			t.Errorf("%s on a full disk: %v", what, err)
		}
	}
	full("a line", err)
	tip := domain.Tip{Amount: 1000, Note: strings.Repeat("é", 200), Key: "12345678"}
	for range 20 { // small writes may still find a place
		if _, err = s.Tip(m, "luna", tip); err != nil {
			break
		}
		tip.Key += "x"
	}
	full("a tip", err)
	full("readiness", s.Ready(context.Background()))
	if lines, err := s.Messages(m, "luna", 0, 500); err != nil || len(lines) == 0 {
		t.Errorf("reading on a full disk: %d %v", len(lines), err)
	}
	before, err := s.Me(m)
	if err != nil {
		t.Fatal(err)
	}

	pages(t, s, 100_000)
	receipt, err := s.Tip(m, "luna", tip)
	if err != nil || receipt.BalanceMillicredits != before.BalanceMillicredits-1000 {
		t.Errorf("the same tip when there is room again: %+v %v, had %s", receipt, err, before.BalanceMillicredits)
	}
	if r, err := s.Verify(context.Background()); err != nil || !r.OK() {
		t.Errorf("the ledger: %+v %v", r, err)
	}
}

// TestStore_diskFullInAShow: a tick for which there is no room changes nothing, and is
// paid once when there is.
func TestStore_diskFullInAShow(t *testing.T) {
	s, p, m := shop(t)
	var r domain.ShowRecord
	offer, err := s.Quote(m, "luna")
	if err == nil {
		r, err = s.AskShow(m, "luna", "show-key-1", offer.Rates())
	}
	for _, to := range []domain.ShowState{domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning} {
		if err == nil {
			r, err = s.StepShow(p, r.ID, r.State, to, "")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	id, tick := r.ID, r.Price/6
	charge := func(n int) error {
		r, err = s.ChargeShow(p, id, n, domain.Delivered{Base: int64(n) * 10_000}, tick*domain.Millicredits(n), 2*tick)
		return err
	}

	pages(t, s, 120)
	for said := 0; said < 1000; said++ {
		if _, err = s.Say(p, "luna", domain.Line{Text: strings.Repeat("a", 1000), Key: fmt.Sprintf("line-%04d", said)}); err != nil {
			break
		}
	}
	n, last := 1, r
	for ; n < 60 && charge(n) == nil; n++ { // small writes may still find a place
		last = r
	}
	if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(domain.Sentence(err), "disk is full") {
		t.Fatalf("tick %d on a full disk: %v", n, err)
	}
	if now, err := s.ShowRecord(p, id); err != nil || now.Charged != last.Charged || now.Ticks != last.Ticks || now.Held != last.Held || now.State != domain.ShowRunning {
		t.Errorf("after a tick without room: %+v %v, was %+v", now, err, last)
	}

	pages(t, s, 100_000)
	for range 2 {
		if err := charge(n); err != nil || r.Ticks != n || r.Charged != tick*domain.Millicredits(n) {
			t.Errorf("the same tick when there is room again: %+v %v", r, err)
		}
	}
	if r, err = s.StepShow(p, id, domain.ShowRunning, domain.ShowEnded, "member"); err == nil {
		r, err = s.SettleShow(p, id, domain.Delivered{Base: int64(n) * 10_000}, r.Charged)
	}
	if free, locked, e := s.Credits(context.Background(), domain.ActorFrom(m).Account.ID); err != nil || e != nil || r.Held != 0 || free+r.Charged != 30_000+6_000+5_000 {
		t.Errorf("settled: %+v %v, %s free and %s locked, %v", r, err, free, locked, e)
	}
	if report, err := s.Verify(context.Background()); err != nil || !report.OK() {
		t.Errorf("the ledger: %+v %v", report, err)
	}
}

const paidState = "paid"
