package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestFail_tellsWhatToDo(t *testing.T) {
	if Fail("op", nil) != nil {
		t.Error("no error became one")
	}
	code := func(c string) error { return fmt.Errorf("query: %w", &pgconn.PgError{Code: c, Message: "in SQL"}) }
	for what, c := range map[string]struct {
		err  error
		kind domain.Kind
		says string
	}{
		"disk full":         {code("53100"), domain.KindUnavailable, "disk is full"},
		"shutting down":     {code("57P01"), domain.KindUnavailable, "cannot be reached"},
		"lock timeout":      {code("55P03"), domain.KindUnavailable, "cannot be reached"},
		"deadlock for ever": {code("40P01"), domain.KindUnavailable, "cannot be reached"},
		"a zero byte":       {code("22021"), domain.KindInvalid, "characters"},
		"a wrong query":     {code("42601"), domain.KindInternal, "our side"},
		"bad connection":    {driver.ErrBadConn, domain.KindUnavailable, "cannot be reached"},
		"no network":        {&net.OpError{Op: "dial", Err: errors.New("refused")}, domain.KindUnavailable, "cannot be reached"},
		"given up":          {context.Canceled, domain.KindUnavailable, "cannot be reached"},
		"anything else":     {errors.New("boom"), domain.KindInternal, "our side"},
	} {
		err := Fail("tip", c.err)
		var e *domain.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Op != "tip" || !strings.Contains(e.Message, c.says) || !errors.Is(err, c.err) {
			t.Errorf("%s: %v", what, err)
		} else if (e.Kind == domain.KindUnavailable) != (e.RetryAfter > 0) {
			t.Errorf("%s: come back after %v", what, e.RetryAfter)
		}
	}
	shared := domain.Errorf("", domain.KindPayment, "Get credits.")
	if err := Fail("tip", fmt.Errorf("inside: %w", shared)); domain.KindOf(err) != domain.KindPayment || shared.Op != "" || !strings.HasPrefix(err.Error(), "tip: ") {
		t.Errorf("a domain error became %v, and itself %v", err, shared)
	}
	if err := Fail("tip", domain.Errorf("door", domain.KindCountry, "Closed.")); !strings.HasPrefix(err.Error(), "door: ") {
		t.Errorf("an op was replaced: %v", err)
	}
}
