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

func TestClassifyLite(t *testing.T) {
	for code, want := range map[int]struct {
		kind domain.Kind
		says string
	}{
		13:   {domain.KindUnavailable, "disk is full"},      // SQLITE_FULL
		4874: {domain.KindUnavailable, "disk is full"},      // SQLITE_IOERR_SHMSIZE: how a start on a full disk ends
		778:  {domain.KindUnavailable, "cannot be reached"}, // SQLITE_IOERR_WRITE
		517:  {domain.KindUnavailable, "cannot be reached"}, // SQLITE_BUSY_SNAPSHOT
		26:   {domain.KindUnavailable, "damaged"},           // SQLITE_NOTADB
		779:  {domain.KindUnavailable, "damaged"},           // SQLITE_CORRUPT_INDEX
		1:    {domain.KindInternal, "our side"},             // SQLITE_ERROR
	} {
		if kind, says := classifyLite(code); kind != want.kind || !strings.Contains(says, want.says) {
			t.Errorf("code %d: %s, %s", code, kind, says)
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		" hello \n you\u202e ":             "hello   you",
		"\u200b":                           "",
		" \u200b\u2060\ufeff\u3164 \u2800": "",
		"\ufe0f\U000e0100":                 "",
		"a\u200bb":                         "a\u200bb",
		"❤\ufe0f":                          "❤\ufe0f",
		"שלום":                             "שלום",
		"\xff":                             "\ufffd",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

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
