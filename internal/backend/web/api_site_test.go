package web_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestAPI_profilesAndBooks(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	f.backend.Credit("max", 50_000)
	f.backend.CloseIn("anna", "FR")
	const prices = `"prices":{"private_millicredits":3990,"cam2cam_millicredits":0,"audio_millicredits":0}`
	const profile = `{"introduction":"hi","likes":"","dislikes":"","languages":["en"],"category":"boys","appearance":{},"willingness":[],"birthday":false,` + prices + `,"tip_menu":[]}`
	for _, c := range []struct {
		method, path, token, body string
		status                    int
		holds                     string
	}{
		{"PUT", "performers/anna/profile", f.anna, profile, 200, `"introduction":"hi"`},
		{"PUT", "performers/anna/profile", f.max, profile, 403, `"kind":"forbidden"`},
		{"PUT", "performers/anna/profile", f.anna, strings.Replace(profile, "3990", "100", 1), 422, `at least`},
		{"PUT", "performers/anna/profile", f.anna, strings.Replace(profile, `"likes"`, `"like"`, 1), 422, `unknown`},
		{"GET", "performers/anna/profile", "", "", 200, `"price_now_millicredits":3990`},
		{"PUT", "performers/anna/goal", f.anna, `{"title":"a lamp","target_millicredits":5000}`, 200, `"goal":{"title":"a lamp","target_millicredits":5000,"collected_millicredits":0}`},
		{"GET", "browse?category=boys&max_price=4000&q=an", "", "", 200, `{"rooms":[{"name":"anna"`},
		{"GET", "browse?category=girls", "", "", 200, `{"rooms":[]}`},
		{"GET", "browse?max_price=-1", "", "", 422, `max_price`},
		{"GET", "rooms/anna/as?country=FR&role=guest", f.anna, "", 200, `"open":false`},
		{"POST", "rooms/anna/tips", f.max, `{"millicredits":2000,"note":"","key":"12345678"}`, 201, `"balance_millicredits":48000`},
		{"GET", "performers/anna/statement", f.anna, "", 200, `"own_millicents":60000`},
		{"GET", "performers/anna/statement?period=x", f.anna, "", 422, `no such pay period`},
		{"GET", "performers/anna/viewers?order=name", f.anna, "", 200, `"spent_millicredits":2000`},
		{"PUT", "performers/anna/viewers/max", f.anna, `{"note":"kind","favourite":true}`, 200, `"note":"kind"`},
		{"GET", "performers/anna/viewers", f.max, "", 403, `"kind":"forbidden"`},
		{"PUT", "favourites/anna", f.max, `{"favourite":true}`, 200, `{"favourite":true}`},
		{"GET", "favourites", f.max, "", 200, `{"rooms":[{"name":"anna"`},
		{"GET", "favourites", "", "", 401, `"kind":"unauthenticated"`},
		{"GET", "history", f.max, "", 200, `"with":"anna"`},
		{"PUT", "budget", f.max, `{"day":{"max_millicredits":9000},"week":{},"month":{}}`, 200, `"day":{"max_millicredits":9000`},
		{"GET", "budget", f.max, "", 200, `"max_millicredits":9000`},
		{"GET", "performers/anna/pictures", f.anna, "", 200, `{"pictures":[]}`},
		{"GET", "performers/anna/pictures/general?v=x", "", "", 404, `"kind":"not_found"`},
		{"GET", "staff/pictures", staff, "", 200, `{"pictures":[]}`},
		{"GET", "staff/pictures", f.anna, "", 403, `"kind":"forbidden"`},
		{"GET", "staff/audit", staff, "", 200, `{"acts":[]}`},
		{"GET", "staff/performers?online=true&order=status", staff, "", 200, `"name":"anna"`},
	} {
		if a := f.call(c.method, c.path, c.token, c.body); a.StatusCode != c.status || !strings.Contains(a.body, c.holds) {
			t.Errorf("%s %s: status %d, want %d with %s: %s", c.method, c.path, a.StatusCode, c.status, c.holds, a.body)
		}
	}
}

func TestAPI_payroll(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	_, studio := f.backend.Add(domain.RoleStudio, "house")
	f.call("POST", "studio/performers", studio, `{"name":"olga","email":"o@example.com","password":"long enough","adult":true}`)
	f.backend.Owe("anna", 15_499_800)
	for _, c := range []struct {
		method, path, token, body string
		status                    int
		holds                     string
	}{
		{"GET", "payees/anna", f.anna, "", 200, `"closed_cents":15499`},
		{"GET", "payees/anna", f.max, "", 403, `"kind":"forbidden"`},
		{"PUT", "payees/anna/limit", f.anna, `{"limit_cents":15000}`, 200, `{"limit_cents":15000}`},
		{"PUT", "payees/anna/limit", f.anna, `{"limit_cents":1}`, 422, `"kind":"invalid"`},
		{"PUT", "payees/anna/method", f.anna, `{"company":false,"holder":"Anna","reference":"HU42"}`, 200, `"reference":"HU42"`},
		{"PUT", "payees/olga/studio-share", studio, `{"studio_percent":30}`, 200, `{"studio_percent":30}`},
		{"GET", "payees/anna/payslips/2026-11-03", f.anna, "", 200, `"left_millicents":15499800`},
		{"GET", "payees/anna/payslips/current", f.anna, "", 200, `"lines":[]`},
		{"GET", "staff/payouts", staff, "", 200, `"total_cents":15499`},
		{"GET", "staff/payouts", f.anna, "", 403, `"kind":"forbidden"`},
		{"POST", "staff/payouts", staff, `{"id":"run-00001","total_cents":1}`, 409, `"kind":"conflict"`},
		{"POST", "staff/payouts", staff, `{"id":"run-00001","total_cents":15499}`, 200, `"done":true`},
		{"GET", "staff/payouts?run=run-00001", staff, "", 200, `"payee":"anna"`},
		{"POST", "payees/anna/payouts", f.anna, `{"cents":15499,"fee_cents":500,"key":"12345678"}`, 409, `"kind":"conflict"`},
		{"POST", "staff/refunds", staff, `{"entry":"nothing","reason":"A complaint."}`, 404, `"kind":"not_found"`},
		{"POST", "staff/refunds", f.anna, `{"entry":"nothing","reason":"A complaint."}`, 403, `"kind":"forbidden"`},
		{"PUT", "staff/protections/anna", staff, `{"state":"protected","reason":"earned"}`, 200, `"state":"protected"`},
		{"GET", "staff/protections", staff, "", 200, `{"protections":[{"performer":"anna"`},
	} {
		if a := f.call(c.method, c.path, c.token, c.body); a.StatusCode != c.status || !strings.Contains(a.body, c.holds) {
			t.Errorf("%s %s: status %d, want %d with %s: %s", c.method, c.path, a.StatusCode, c.status, c.holds, a.body)
		}
	}
	f.backend.Owe("anna", 10_000_000)
	for _, want := range []int{201, 200} { // sent twice, paid once
		if a := f.call("POST", "payees/anna/payouts", f.anna, `{"cents":10000,"fee_cents":500,"key":"12345678"}`); a.StatusCode != want {
			t.Errorf("an immediate payout: %d, want %d: %s", a.StatusCode, want, a.body)
		}
	}
}

// TestAPI_pictures: the file is sent as it is, within its own limit, and comes with a
// tag that asks the door every time.
func TestAPI_pictures(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	send := func(kind string, size int) answer {
		r := f.picture("/api/v1/performers/anna/pictures/general", f.anna, size)
		r.Header.Set("Content-Type", kind)
		return f.do(r)
	}
	f.want(send("text/html", 10), 422, domain.KindInvalid)
	f.want(f.do(f.picture("/api/v1/performers/anna/pictures/general", f.max, 10)), 403, domain.KindForbidden)
	f.want(f.do(f.picture("/api/v1/performers/anna/pictures/general", "", 10)), 401, domain.KindUnauthenticated)
	f.want(send("image/png", domain.MaxPicture+1), 413, domain.KindTooLarge)
	a := send("image/png", 1<<20)
	f.want(a, 200, "")
	_, path, _ := strings.Cut(a.body, `"path":"/api/v1/`)
	path, _, _ = strings.Cut(path, `"`)
	_, version, _ := strings.Cut(path, "v=")
	got := f.call("GET", path, f.max, "")
	tag := got.Header.Get("ETag")
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != "image/jpeg" || got.Header.Get("Cache-Control") != "private, no-cache" || tag == "" {
		t.Errorf("GET %s: %d %v", path, got.StatusCode, got.Header)
	}
	again := f.request("GET", "/api/v1/"+path, f.max, "")
	again.Header.Set("If-None-Match", tag)
	f.want(f.do(again), http.StatusNotModified, "")
	a = f.call("POST", "staff/pictures/anna/general/review", staff, `{"version":"`+version+`","approve":false,"reason":"blurred"}`)
	if f.want(a, 200, ""); !strings.Contains(a.body, `"state":"rejected","reason":"blurred"`) {
		t.Error(a.body)
	}
	if a := f.call("GET", "staff/audit?of=anna", staff, ""); !strings.Contains(a.body, `"act":"picture review"`) {
		t.Error(a.body)
	}
}

func (f *fixture) picture(path, token string, size int) *http.Request {
	r := f.request("PUT", path, token, string(bytes.Repeat([]byte("x"), size)))
	r.Header.Set("Content-Type", "image/png")
	return r
}

// TestAPI_picturesOneAtATime: who sends a picture slowly keeps nobody else from it.
func TestAPI_picturesOneAtATime(t *testing.T) {
	f := newFixture(t)
	_, eva := f.backend.Add(domain.RolePerformer, "eva")
	body, feed := io.Pipe()
	slow := f.request("PUT", "/api/v1/performers/anna/pictures/general", f.anna, "")
	slow.Body, slow.ContentLength = body, 100
	slow.Header.Set("Content-Type", "image/png")
	slow.Header.Set("Expect", "100-continue") // the body is asked for once it is let in
	sent := make(chan answer, 1)
	go func() { sent <- f.do(slow) }()
	if _, err := feed.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	f.want(f.do(f.picture("/api/v1/performers/anna/pictures/general", f.anna, 10)), http.StatusTooManyRequests, domain.KindLimited)
	f.want(f.do(f.picture("/api/v1/performers/eva/pictures/general", eva, 10)), 200, "")
	if _, err := feed.Write(bytes.Repeat([]byte("x"), 96)); err != nil {
		t.Fatal(err)
	}
	if err := feed.Close(); err != nil {
		t.Fatal(err)
	}
	f.want(<-sent, 200, "")
	f.want(f.do(f.picture("/api/v1/performers/anna/pictures/general", f.anna, 10)), 200, "")
}

// holds checks an answer's status, and that its body has a text.
func (f *fixture) holds(a answer, status int, text string) {
	f.t.Helper()
	if a.StatusCode != status || !strings.Contains(a.body, text) {
		f.t.Errorf("%s: status %d, want %d with %s: %s", a.Request.URL, a.StatusCode, status, text, a.body)
	}
}

// The calls about snapshots: asked, delivered by her, seen by the buyer, deleted.
func TestAPI_snapshots(t *testing.T) {
	f := newFixture(t)
	f.backend.Credit("max", 5_000)
	_, eve := f.backend.Add(domain.RoleMember, "eve")
	const order = `{"key":"snapshot-1","price_millicredits":1500}`
	f.holds(f.call("POST", "rooms/anna/snapshots", f.max, order), 409, `"kind":"conflict"`)
	f.backend.Sell("anna", 1500)
	f.holds(f.call("GET", "rooms/anna", f.max, ""), 200, `"snapshot_millicredits":1500`)
	f.holds(f.call("POST", "rooms/anna/snapshots", "", order), 401, `"kind":"unauthenticated"`)
	f.holds(f.call("POST", "rooms/anna/snapshots", eve, order), 402, `"kind":"payment"`)
	f.holds(f.call("POST", "rooms/anna/snapshots", f.max, `{"key":"snapshot-1","price":1}`), 422, `unknown`)
	f.holds(f.call("POST", "rooms/anna/snapshots", f.max, strings.Replace(order, "1500", "1400", 1)), 409, `1.50 credits now`)
	f.holds(f.call("POST", "rooms/anna/snapshots", f.max, order), 201, `"state":"asked"`)
	id := f.backend.Ordered("anna")
	send := func(token, kind string, body []byte) answer {
		r := f.request("PUT", "/api/v1/snapshots/"+id+"/picture", token, string(body))
		r.Header.Set("Content-Type", kind)
		return f.do(r)
	}
	f.holds(send(f.anna, "text/plain", []byte("x")), 422, `image/jpeg`)
	f.holds(send(eve, "image/jpeg", []byte("x")), 404, `"kind":"not_found"`)
	f.holds(send(f.anna, "image/jpeg", make([]byte, domain.MaxStill+1)), 413, `"kind":"too_large"`)
	f.holds(send(f.anna, "image/jpeg", []byte("a picture")), 200, `"state":"sold"`)
	for _, c := range []struct {
		method, path, token string
		status              int
		holds               string
	}{
		{"GET", "snapshots/" + id, f.max, 200, `"picture":"/api/v1/snapshots/` + id + `/picture"`},
		{"GET", "snapshots/" + id, f.anna, 200, `"thumbnail":"/api/v1/snapshots/` + id + `/thumbnail"}`},
		{"GET", "snapshots/" + id + "/picture", f.max, 200, `a picture`},
		{"GET", "snapshots/" + id + "/thumbnail", f.anna, 200, `a picture`},
		{"GET", "snapshots/" + id + "/picture", f.anna, 404, `"kind":"not_found"`},
		{"GET", "snapshots/" + id + "/picture", eve, 404, `"kind":"not_found"`},
		{"GET", "snapshots/" + id + "/picture", "", 401, `"kind":"unauthenticated"`},
		{"GET", "performers/anna/snapshots", f.anna, 200, `"member":"max"`},
		{"GET", "performers/anna/snapshots", f.max, 403, `"kind":"forbidden"`},
		{"DELETE", "snapshots/" + id, eve, 404, `"kind":"not_found"`},
		{"DELETE", "snapshots/" + id, f.max, 204, ``},
		{"GET", "snapshots/" + id + "/picture", f.max, 404, `"kind":"not_found"`},
	} {
		f.holds(f.call(c.method, c.path, c.token, ""), c.status, c.holds)
	}
}
