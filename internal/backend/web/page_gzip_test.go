package web_test

import (
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// A page is packed for who takes it, and never when another site's page may
// have asked for it with guesses in the address.
func TestPages_packedWhereItIsSafe(t *testing.T) {
	f := newFixture(t)
	plain := f.open("/r/anna", f.max).body
	for _, c := range []struct {
		path, accept, from string
		packed             bool
	}{
		{"/r/anna", "gzip, deflate, br", "same-origin", true},
		{"/r/anna", "br;q=1.0, gzip;q=0.8", "none", true},
		{"/r/anna", "gzip", "", true},
		{"/?q=anna", "gzip", "same-origin", true},
		{"/?q=anna", "gzip", "", false},
		{"/r/anna", "gzip", "cross-site", false},
		{"/r/anna", "gzip", "same-site", false},
		{"/account?guess=max", "gzip", "cross-site", false},
		{"/r/anna", "br", "same-origin", false},
		{"/r/anna", "gzip;q=0, br", "same-origin", false},
		{"/r/anna", "gzip; q=0.0", "same-origin", false},
		{"/nothing", "gzip", "same-origin", true},
	} {
		r := cookie(f.request("GET", c.path, "", ""), "jc_session", f.max)
		r.Header.Set("Accept-Encoding", c.accept)
		if c.from != "" {
			r.Header.Set("Sec-Fetch-Site", c.from)
		}
		a := f.do(r)
		if got := a.Header.Get("Content-Encoding") == "gzip"; got != c.packed {
			t.Errorf("%s for %q asked by %q: packed is %v", c.path, c.accept, c.from, got)
		}
		if vary := a.Header.Get("Vary"); !strings.Contains(vary, "Accept-Encoding") || !strings.Contains(vary, "Sec-Fetch-Site") {
			t.Errorf("%s: Vary is %q", c.path, vary)
		}
		if c.packed && c.path == "/r/anna" {
			if got := unpacked(t, a.body); len(got) != len(plain) || !strings.HasSuffix(got, "</html>\n") {
				t.Errorf("unpacked it is another page: %d bytes, want %d", len(got), len(plain))
			}
		}
	}
	stream := f.request("GET", "/api/v1/packages", "", "") // what scripts and programs read travels as it is
	stream.Header.Set("Accept-Encoding", "gzip")
	if a := f.do(stream); a.Header.Get("Content-Encoding") != "" {
		t.Error("the API packs")
	}
}

func unpacked(t *testing.T, body string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Whatever goes wrong on the way to a page, people read a page, which offers to
// try again where that may help; programs read JSON.
func TestPages_everyRefusalIsAPage(t *testing.T) {
	f := newFixture(t)
	again := func(d document) bool { return len(d.all("a", "href", "/r/anna")) == 1 }
	for _, c := range []struct {
		kind   domain.Kind
		status int
		again  bool
	}{
		{domain.KindUnavailable, 503, true}, {domain.KindLimited, 429, true}, {domain.KindInternal, 500, true},
		{domain.KindNotFound, 404, false}, {domain.KindCountry, 451, false},
	} {
		f.backend.Fail(domain.Errorf("test", c.kind, "Words about it."))
		d := f.open("/r/anna", "")
		if d.StatusCode != c.status || !strings.Contains(text(d.root), "Words about it.") || again(d) != c.again {
			t.Errorf("%s: %d, try again is %v: %s", c.kind, d.StatusCode, again(d), text(d.root))
		}
	}
	f.backend.Fail(nil)
}

// broken is a backend with a defect.
type broken struct{ domain.Backend }

func (broken) Profile(context.Context, string) (domain.Profile, error) { panic("a defect") }

func TestPages_aDefectIsAPageToo(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Backend = broken{c.Backend} })
	f.open("/r/anna", f.max).wantProblem(500, "Something went wrong on our side")
	f.want(f.call("GET", "performers/anna/profile", f.max, ""), 500, domain.KindInternal)
	if log := f.log.String(); !strings.Contains(log, "a defect") || !strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("the defect is not in the log: %s", log)
	}
}
