package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// BenchmarkTip measures acknowledged tips a second, 32 members at once, on SQLite
// with every commit on the disk.
func BenchmarkTip(b *testing.B) {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + filepath.Join(b.TempDir(), "x.db"), SignUpBonus: 1e9})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	ctx := context.Background()
	if _, err := s.AddAccount(ctx, domain.Account{Role: domain.RolePerformer, Name: "luna", Email: "l@x", State: domain.StateActive}, "h"); err != nil {
		b.Fatal(err)
	}
	var members, tips atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		n := members.Add(1)
		acc, err := s.AddAccount(ctx, domain.Account{Role: domain.RoleMember, Name: fmt.Sprint("max-", n), Email: fmt.Sprint(n, "@x")}, "h")
		if err != nil {
			b.Error(err)
			return
		}
		m := domain.WithActor(ctx, domain.Actor{Account: acc})
		p, err := s.Buy(m, "p10", "12345678")
		if err == nil {
			err = s.Settle(ctx, domain.PaymentNotice{ID: p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents})
		}
		for pb.Next() && err == nil {
			_, err = s.Tip(m, "luna", domain.Tip{Amount: domain.MinTip, Key: fmt.Sprintf("tip-%08d", tips.Add(1))})
		}
		if err != nil {
			b.Error(err)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tips/s")
}
