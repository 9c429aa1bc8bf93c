package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// streaming answers every stream with text, then does as told by after.
func streaming(t *testing.T, text string, after func(http.ResponseWriter, *http.Request)) *Client {
	t.Helper()
	return server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, text)
		_ = http.NewResponseController(w).Flush()
		if after != nil {
			after(w, r)
		}
	})
}

// cut breaks the connection as a dying backend does.
func cut(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func message(seq int) string {
	return fmt.Sprintf("id: %d\nevent: message\ndata: {\"seq\":%d,\"kind\":\"message\",\"data\":{\"text\":\"hello\"}}\n\n", seq, seq)
}

func TestStream_resumesWhereItIsTold(t *testing.T) {
	for _, tt := range []struct {
		room  string
		after int64
		query string
		last  string
	}{
		{"n", 12, "after=12&room=n", "12"}, {"", 0, "after=0", "0"}, {"n", FromNow, "room=n", ""},
	} {
		var query, last string
		c := server(t, func(_ http.ResponseWriter, r *http.Request) {
			query, last = r.URL.RawQuery, r.Header.Get("Last-Event-ID")
		})
		_ = c.Stream(t.Context(), tt.room, tt.after, nil)
		if query != tt.query || last != tt.last {
			t.Errorf("%+v: asked %q, %q", tt, query, last)
		}
	}
}

func TestStream_eventsComeInOrderAndAHalfOneNever(t *testing.T) {
	c := streaming(t, ": hello\n\n"+message(1)+message(2)+strings.TrimSuffix(message(3), "\n"), cut)
	var got []int64
	err := c.Stream(t.Context(), "n", 0, func(e domain.Event) error { got = append(got, e.Seq); return nil })
	if fmt.Sprint(got) != "[1 2]" || domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v, then %v", got, err)
	}
}

func TestStream_byeTellsWhy(t *testing.T) {
	c := streaming(t, message(1)+"event: bye\ndata: {\"kind\":\"forbidden\",\"message\":\"You were banned.\",\"reason\":\"room.removed\",\"args\":[\"5\"]}\n\n"+message(2), nil)
	n := 0
	err := c.Stream(t.Context(), "n", 0, func(domain.Event) error { n++; return nil })
	if n != 1 || domain.KindOf(err) != domain.KindForbidden || domain.Sentence(err) != "You were banned." {
		t.Errorf("%d events, then %v", n, err)
	}
	if reason, args := domain.ReasonOf(err); reason != "room.removed" || len(args) != 1 || args[0] != "5" {
		t.Errorf("the reason is %q %q", reason, args)
	}
}

func TestStream_refusals(t *testing.T) {
	c := server(t, refuse(403, `{"error":{"kind":"forbidden","message":"You are banned from this room."}}`))
	if err := c.Stream(t.Context(), "n", 0, nil); domain.Sentence(err) != "You are banned from this room." {
		t.Error(err)
	}
	for name, text := range map[string]string{
		"not JSON":    "data: hello\n\n",
		"bad bye":     "event: bye\ndata: {}\n\n",
		"long line":   "data: " + strings.Repeat("x", maxStreamLine+1),
		"large event": strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", maxStreamEvent/1000+1),
	} {
		c := streaming(t, text, nil)
		if err := c.Stream(t.Context(), "n", 0, func(domain.Event) error { return nil }); !strings.Contains(domain.Sentence(err), "makes no sense") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStream_endsWithItsCallerAndItsSink(t *testing.T) {
	block := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	c := streaming(t, message(1), block)
	enough := errors.New("enough")
	if err := c.Stream(t.Context(), "n", 0, func(domain.Event) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := c.Stream(ctx, "n", 0, func(domain.Event) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// mute is a backend that accepts a stream and then says nothing.
type mute struct{}

func (mute) RoundTrip(r *http.Request) (*http.Response, error) {
	body, in := io.Pipe()
	context.AfterFunc(r.Context(), func() { _ = in.CloseWithError(r.Context().Err()) })
	return &http.Response{StatusCode: http.StatusOK, Body: body, Header: http.Header{}}, nil
}

func TestStream_silenceIsALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{URL: "http://localhost", Transport: mute{}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		err = c.Stream(t.Context(), "n", 0, nil)
		if domain.KindOf(err) != domain.KindUnavailable || time.Since(began) != StreamSilence {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestEventLog_listsWhatIsThere(t *testing.T) {
	c := streaming(t, message(3)+"data: {\"kind\":\"viewers\",\"data\":{}}\n\n"+message(4)+message(5), func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	for _, tt := range []struct{ limit, want int }{{2, 2}, {100, 3}, {0, 0}} {
		events, err := c.RoomEvents(t.Context(), "n", 2, tt.limit)
		if err != nil || len(events) != tt.want {
			t.Errorf("limit %d: %d events, %v", tt.limit, len(events), err)
		}
	}
	if events, err := c.OwnEvents(t.Context(), 0, 1); err != nil || len(events) != 1 {
		t.Errorf("%v, %v", events, err)
	}
}

// TestParser_isReadBack writes random events with every kind of line end and
// reads them back.
func TestParser_isReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var names, all []string
		for range rapid.IntRange(0, 5).Draw(t, "events") {
			end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "end")
			name := rapid.SampledFrom([]string{"", "message", "bye"}).Draw(t, "name")
			lines := rapid.SliceOfN(rapid.StringMatching(`[a-z :{}"]{0,20}`), 1, 3).Draw(t, "data")
			if name != "" {
				text.WriteString("event: " + name + end)
			}
			text.WriteString(": a comment" + end + "unknown: field" + end + "alone" + end)
			for _, l := range lines {
				text.WriteString("data: " + l + end)
			}
			text.WriteString(end)
			names, all = append(names, name), append(all, strings.Join(lines, "\n"))
		}
		p := parser{in: bufio.NewReader(strings.NewReader(text.String()))}
		for i := range names {
			name, data, err := p.next()
			if err != nil || name != names[i] || string(data) != all[i] {
				t.Fatalf("event %d: %q %q %v, want %q %q", i, name, data, err, names[i], all[i])
			}
		}
		if _, _, err := p.next(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
	})
}

func FuzzParser(f *testing.F) {
	f.Add("id: 1\r\nevent: message\r\ndata: {}\r\n\r\n")
	f.Add("\ufeffdata\n\n\r\r:\n")
	f.Fuzz(func(t *testing.T, text string) {
		p := parser{in: bufio.NewReader(strings.NewReader(text))}
		for range len(text) + 1 {
			_, data, err := p.next()
			if err != nil {
				return
			}
			if len(data) > maxStreamEvent {
				t.Fatal("a large event")
			}
		}
		t.Fatal("more events than bytes")
	})
}
