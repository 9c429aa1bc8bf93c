//go:build unix

package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/paytest"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/sitetest"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/snaptest"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	server := postgres.New(t)
	storetest.Run(t, server.Fresh)
	sitetest.Run(t, server.Fresh)
	paytest.Run(t, server.Fresh)
	snaptest.Run(t, server.Fresh)
}

func TestUpgrade_PostgreSQL(t *testing.T) {
	url := postgres.New(t).Fresh(t)
	upgrade(t, url, func() (*goose.Provider, func() error) {
		db, err := sql.Open("pgx", url)
		return provider(t, goose.DialectPostgres, db, err)
	})
}

// TestPostgres_away: while the server is gone people are told to try again, and
// afterwards the same store goes on.
func TestPostgres_away(t *testing.T) {
	server := postgres.New(t)
	url := server.Fresh(t)
	s := open(t, store.Config{URL: url})
	_, luna := signUp(t, s, domain.RolePerformer, "luna")
	line := domain.Line{Text: "hi", Key: "12345678"}

	server.Stop(t)
	_, err := s.Say(luna, "luna", line)
	refused(t, "a line while the database is away", err, domain.KindUnavailable)
	_, err = s.Messages(luna, "luna", 0, 0)
	refused(t, "the history", err, domain.KindUnavailable)
	_, err = s.Verify(luna)
	refused(t, "an audit", err, domain.KindUnavailable)

	server.Start(t)
	said, err := s.Say(luna, "luna", line)
	if err != nil || said.Seq != 1 {
		t.Errorf("after it came back: %+v %v", said, err)
	}
}

// TestPostgres_severalServers: two stores on one database start at once, write into
// one room at once and seal one chain.
func TestPostgres_severalServers(t *testing.T) {
	url := postgres.New(t).Fresh(t)
	stores := make([]*store.Store, 3)
	var group errgroup.Group
	for i := range stores {
		group.Go(func() (err error) {
			stores[i], err = store.Open(context.Background(), store.Config{URL: url, SealAfter: time.Millisecond})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	_, luna := signUp(t, stores[0], domain.RolePerformer, "luna")
	const each = 30
	for i, s := range stores {
		group.Go(func() error {
			for n := range each {
				if _, err := s.Say(luna, "luna", domain.Line{Text: "hi", Key: fmt.Sprintf("line-%04d-%04d", i, n)}); err != nil {
					return err
				}
				if _, err := s.AddAccount(luna, domain.Account{Role: domain.RoleMember, Name: fmt.Sprintf("m-%d-%d", i, n), Email: fmt.Sprintf("%d-%d@x", i, n)}, "h"); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	events, err := stores[1].RoomEvents(luna, "luna", 0, 500)
	if err != nil || len(events) != len(stores)*each || events[len(events)-1].Seq != int64(len(events)) {
		t.Errorf("%d events: %v", len(events), err)
	}
	for _, s := range stores {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	last := open(t, store.Config{URL: url, ReadOnly: true})
	if r, err := last.Verify(luna); err != nil || !r.OK() || r.Entries != int64(len(stores)*each) || r.Unsealed != 0 {
		t.Errorf("the ledger: %+v %v", r, err)
	}
}
