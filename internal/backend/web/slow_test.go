package web_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// A body that breaks off is a log line without anybody's address: the errors of
// connections bear both ends'.
func TestSite_logHoldsNoAddressOfABrokenBody(t *testing.T) {
	f := newFixture(t)
	server := strings.TrimPrefix(f.url, "http://")
	for _, to := range []struct{ method, path, kind string }{
		{"POST", "/api/v1/rooms/anna/messages", "application/json"},
		{"PUT", "/api/v1/rooms/anna/thumbnail", "image/jpeg"},
		{"POST", "/api/v1/webhooks/sandbox", "application/json"},
		{"POST", "/signin", "application/x-www-form-urlencoded"},
		{"POST", "/r/anna/messages", "application/x-www-form-urlencoded"},
	} {
		conn, err := net.Dial("tcp", server)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
			to.method, to.path, f.anna, to.kind)
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // the body is being read
			t.Fatalf("%s: %q, %v", to.path, line, err)
		}
		fmt.Fprint(conn, "half")
		_ = conn.(*net.TCPConn).SetLinger(0) // RST
		_ = conn.Close()
	}
	testkit.Until(t, soon, "five log lines", func() bool { return strings.Count(f.log.String(), `"msg":"request"`) == 5 })
	if log := f.log.String(); strings.Contains(log, "127.0.0.1") {
		t.Errorf("the log holds an address:\n%s", log)
	}
}

// clock is a ResponseWriter that notes the deadlines that were set.
type clock struct {
	*httptest.ResponseRecorder
	read, write []time.Time
}

func (c *clock) SetReadDeadline(at time.Time) error {
	c.read = append(c.read, at)
	return nil
}

func (c *clock) SetWriteDeadline(at time.Time) error {
	c.write = append(c.write, at)
	return nil
}

// Who sends a body slowly, or does not read the answer, is cut off; an event
// stream, which has no body and no end, bounds each of its writes itself.
func TestSite_slowClientsAreBounded(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct {
		method, body string
		read         bool
	}{{"GET", "", false}, {"GET", "a body where none belongs", true}, {"POST", "{}", true}, {"DELETE", "", true}} {
		w := &clock{ResponseRecorder: httptest.NewRecorder()}
		begin := time.Now()
		f.site.ServeHTTP(w, httptest.NewRequest(c.method, "/api/v1/rooms", strings.NewReader(c.body)))
		if (len(w.read) > 0) != c.read {
			t.Errorf("%s %q: read deadlines %v", c.method, c.body, w.read)
		}
		if len(w.write) == 0 || w.write[0].Before(begin.Add(5*time.Second)) || w.write[0].After(begin.Add(3*time.Minute)) {
			t.Errorf("%s %q: write deadlines %v", c.method, c.body, w.write)
		}
	}
}
