package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// sse is one server-sent event as it came.
type sse struct {
	id, kind, data string
	comment        bool
}

// tail is an open event stream.
type tail struct {
	t    *testing.T
	conn net.Conn
	body *bufio.Reader
	resp *http.Response
}

// follow opens a stream on a connection of its own.
func (f *fixture) follow(t *testing.T, query, token string, lastID int64) *tail {
	t.Helper()
	u, err := url.Parse(f.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	r := f.request("GET", "/api/v1/events"+query, token, "")
	r.Header.Set("Accept-Language", "ru")
	if lastID >= 0 {
		r.Header.Set("Last-Event-ID", strconv.FormatInt(lastID, 10))
	}
	if err := r.Write(conn); err != nil {
		_ = conn.Close()
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	resp, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		_ = conn.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = resp.Body.Close() // reads on to the end, which the closed connection is
	})
	return &tail{t: t, conn: conn, body: bufio.NewReader(resp.Body), resp: resp}
}

// next reads one event or comment.
func (s *tail) next() (sse, error) {
	var e sse
	for {
		line, err := s.body.ReadString('\n')
		if err != nil {
			return e, err
		}
		line = strings.TrimSuffix(line, "\n")
		field, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && (e.kind != "" || e.comment):
			return e, nil
		case line == "": // the end of a block that was neither, such as retry
		case field == "":
			e.comment = true
		case field == "id":
			e.id = value
		case field == "event":
			e.kind = value
		case field == "data":
			e.data = value
		}
	}
}

// want reads until an event of a kind comes.
func (s *tail) want(kind string) sse {
	s.t.Helper()
	for {
		e, err := s.next()
		if err != nil {
			s.t.Fatalf("waiting for %s: %v", kind, err)
		}
		if e.kind == kind {
			return e
		}
	}
}

// reset closes the connection with RST, wherever the reader stands.
func (s *tail) reset() {
	_ = s.conn.(*net.TCPConn).SetLinger(0)
	_ = s.conn.Close()
}

func TestEvents_resumeIsExactAcrossCuts(t *testing.T) {
	f := newFixture(t)
	f.backend.Add(domain.RolePerformer, "bella")
	const lines, cuts = 1500, 20
	var wait sync.WaitGroup
	for _, room := range []string{"anna", "bella"} {
		wait.Go(func() {
			for i := range lines {
				a := f.call("POST", "rooms/"+room+"/messages", f.max, fmt.Sprintf(`{"text":"line %d","key":"key-%08d"}`, i, i))
				if a.StatusCode != 201 {
					t.Errorf("line %d: %s", i, a.body)
					return
				}
			}
		})
		wait.Go(func() {
			last, cut := int64(0), 0
			s := f.follow(t, "?room="+room, "", 0)
			for seen := 0; seen < lines; {
				if cut < cuts && seen > cut*lines/cuts {
					// Half an event is in the client's hands when the line is cut.
					_, _ = io.ReadFull(s.body, make([]byte, rand.IntN(90)))
					s.reset()
					cut++
					s = f.follow(t, "?room="+room, "", last)
				}
				e, err := s.next()
				if err != nil {
					t.Error(err)
					return
				}
				if e.comment {
					continue
				}
				id, _ := strconv.ParseInt(e.id, 10, 64)
				if id != last+1 {
					t.Errorf("%s: event %d after %d", room, id, last)
					return
				}
				last = id
				if e.kind == "message" {
					var event struct{ Data domain.Message }
					if err := json.Unmarshal([]byte(e.data), &event); err != nil || event.Data.Text != fmt.Sprintf("line %d", seen) {
						t.Errorf("%s: line %d is %s", room, seen, e.data)
						return
					}
					seen++
				}
			}
			if cut != cuts {
				t.Errorf("%d cuts, want %d", cut, cuts)
			}
			s.reset()
		})
	}
	wait.Wait()
}

func TestEvents_startWithWhatComesNext(t *testing.T) {
	f := newFixture(t)
	f.backend.Credit("max", 100_000)
	tip := func(n int) {
		f.want(f.call("POST", "rooms/anna/tips", f.max, fmt.Sprintf(`{"millicredits":1000,"note":"","key":"tip-%05d"}`, n)), 201, "")
	}
	for n := range 13 {
		tip(n)
		own, room := f.follow(t, "", f.max, -1), f.follow(t, "?room=anna", "", -1)
		tip(100 + n)
		if e := own.want("balance"); e.id != strconv.Itoa(2*n+2) {
			t.Errorf("own stream began with %s, want %d", e.id, 2*n+2)
		}
		if e := room.want("tip"); !strings.Contains(e.data, `"from":"max","millicredits":1000`) || e.id != strconv.Itoa(2*n+3) {
			t.Errorf("room stream began with %+v", e)
		}
		own.reset()
		room.reset()
	}
	s := f.follow(t, "?room=anna&after=3", "", -1)
	if e := s.want("tip"); e.id != "4" {
		t.Errorf("after=3 began with %s", e.id)
	}
}

func TestEvents_refused(t *testing.T) {
	f := newFixture(t)
	f.want(f.call("GET", "events", "", ""), 401, domain.KindUnauthenticated)
	f.want(f.call("GET", "events?room=nobody", "", ""), 404, domain.KindNotFound)
	f.want(f.call("GET", "events?room=anna&after=x", "", ""), 422, domain.KindInvalid)
	r := f.request("GET", "/api/v1/events?room=anna", "", "")
	r.Header.Set("Last-Event-ID", "yesterday")
	f.want(f.do(r), 422, domain.KindInvalid)
	f.backend.CloseIn("anna", "")
	f.want(f.call("GET", "events?room=anna", "", ""), 451, domain.KindCountry)
}

// Whatever closes a door says bye and ends the stream within a second.
func TestEvents_byeWhenADoorCloses(t *testing.T) {
	for name, c := range map[string]struct {
		query string
		close func(f *fixture)
		kind  domain.Kind
	}{
		"ban":             {"?room=anna", func(f *fixture) { f.call("POST", "rooms/anna/bans", f.anna, `{"viewer":"max","minutes":0}`) }, domain.KindForbidden},
		"country":         {"?room=anna", func(f *fixture) { f.backend.CloseIn("anna", "") }, domain.KindCountry},
		"session in room": {"?room=anna", func(f *fixture) { f.call("DELETE", "sessions/current", f.max, "") }, domain.KindUnauthenticated},
		"own session":     {"", func(f *fixture) { f.call("DELETE", "sessions/current", f.max, "") }, domain.KindUnauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			s := f.follow(t, c.query, f.max, 0)
			begin := time.Now()
			c.close(f)
			var bye struct {
				Kind                  domain.Kind
				Message, Reason, Said string
			}
			e := s.want("bye")
			if err := json.Unmarshal([]byte(e.data), &bye); err != nil || bye.Kind != c.kind || bye.Message == "" || e.id != "" {
				t.Errorf("bye %+v", e)
			}
			if c.kind == domain.KindUnauthenticated && (bye.Reason != "session.ended" || bye.Said == "" || bye.Said == bye.Message) {
				t.Errorf("bye is not said in the visitor's language: %+v", bye)
			}
			if _, err := s.next(); err != io.EOF {
				t.Errorf("after bye: %v", err)
			}
			if took := time.Since(begin); took > time.Second {
				t.Errorf("bye after %s", took)
			}
		})
	}
}

// Whoever changes something all the time makes nobody else's stream ask all the
// time; the last ring is heard all the same.
func TestEvents_manyRingsAreFewLooks(t *testing.T) {
	var looks atomic.Int64
	f := newFixture(t, func(c *web.Config) {
		authenticate := c.Authenticate
		c.Authenticate = func(ctx context.Context, token string) (domain.Session, error) {
			looks.Add(1)
			return authenticate(ctx, token)
		}
	})
	s := f.follow(t, "?room=anna", f.max, 0)
	s.want("room")
	before, begin := looks.Load(), time.Now()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for time.Since(begin) < 600*time.Millisecond {
		f.backend.Bell.Ring("doors")
		<-tick.C
	}
	if n := looks.Load() - before; n < 1 || n > 4 {
		t.Errorf("600 rings made a stream look %d times", n)
	}
	f.backend.CloseIn("anna", "")
	s.want("bye")
	if took := time.Since(begin); took > 1600*time.Millisecond {
		t.Errorf("the door was noticed after %s", took)
	}
}

// A database that is away for a moment is no reason to send anybody away.
func TestEvents_noByeForATrouble(t *testing.T) {
	f := newFixture(t)
	s := f.follow(t, "?room=anna", "", 0)
	s.want("room")
	f.backend.Fail(domain.Errorf("db", domain.KindUnavailable, "Try again."))
	f.backend.Bell.Ring("doors")
	if e, err := s.next(); err != io.EOF {
		t.Errorf("%+v %v", e, err)
	}
}

func TestEvents_viewersInThePerformersOwnStream(t *testing.T) {
	f := newFixture(t)
	s := f.follow(t, "", f.anna, -1)
	if e := s.want("viewers"); e.id != "" || !strings.Contains(e.data, `"data":{"viewers":3}`) {
		t.Errorf("at the start: %+v", e)
	}
	for n := 8; n < 11; n++ { // right behind each other: put off a little, not until the next look
		begin := time.Now()
		f.backend.SetRoom("anna", domain.RoomLive, n)
		if e := s.want("viewers"); !strings.Contains(e.data, fmt.Sprintf(`"data":{"viewers":%d}`, n)) {
			t.Errorf("after the change to %d: %+v", n, e)
		}
		if took := time.Since(begin); took > 1200*time.Millisecond {
			t.Errorf("%d viewers were told after %s", n, took)
		}
	}
}

func TestEvents_heartbeat(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Limits.Heartbeat = 20 * time.Millisecond })
	s := f.follow(t, "?room=anna", "", -1)
	for range 3 {
		if e, err := s.next(); err != nil || !e.comment {
			t.Fatalf("%+v %v", e, err)
		}
	}
	if got := s.resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type %q", got)
	}
}

func TestEvents_seats(t *testing.T) {
	f := newFixture(t, func(c *web.Config) {
		c.Limits = web.Limits{StreamsPerAccount: 1, StreamsPerOrigin: 3, Streams: 4}
	})
	from := func(addr, token string) answer {
		r := f.request("GET", "/api/v1/events?room=anna", token, "")
		r.Header.Set("X-Forwarded-For", addr)
		return f.do(r)
	}
	mine := f.follow(t, "?room=anna", f.max, -1)
	f.want(f.call("GET", "events", f.max, ""), 429, domain.KindLimited)
	f.want(from("203.0.113.9", f.max), 429, domain.KindLimited)
	f.follow(t, "?room=anna", "", -1)
	f.follow(t, "?room=anna", "", -1)
	f.want(f.call("GET", "events?room=anna", "", ""), 429, domain.KindLimited)
	f.follow(t, "", f.anna, -1)
	mine.reset()
	testkit.Until(t, soon, "a free seat", func() bool {
		s := f.follow(t, "", f.max, -1)
		defer s.reset()
		return s.resp.StatusCode == http.StatusOK
	})
}

func TestEvents_fullSite(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Limits.Streams = 1 })
	f.follow(t, "?room=anna", "", -1)
	a := f.call("GET", "events?room=anna", "", "")
	f.want(a, 503, domain.KindUnavailable)
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// A client that does not read is dropped, and its seat is free again.
func TestEvents_stuckClientIsDropped(t *testing.T) {
	f := newFixture(t, func(c *web.Config) {
		c.Limits = web.Limits{Streams: 1, WriteAfter: 100 * time.Millisecond}
	})
	text := strings.Repeat("x", 3900)
	for i := range 3000 {
		if i == 0 {
			f.follow(t, "?room=anna", "", 0) // never read again
		}
		f.call("POST", "rooms/anna/messages", f.max, fmt.Sprintf(`{"text":%q,"key":"key-%08d"}`, text, i))
	}
	testkit.Until(t, soon, "a free seat", func() bool {
		s := f.follow(t, "?room=anna", "", -1)
		defer s.reset()
		return s.resp.StatusCode == http.StatusOK
	})
}
