package backend

import (
	"bytes"
	"image/color"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Who may not call what: every call that acts or tells something private, made
// by everybody whom docs/PROTOCOL.md does not name for it.
func TestAuthorization_everyCallRefusesTheOthers(t *testing.T) {
	f := open(t)
	owner := f.as(t, f.demo.Members[0])
	purchase := must(owner.Buy(t.Context(), "p10", "12345678"))(t)
	session := must(owner.Sessions(t.Context()))(t)[0]
	application := `{"full_name":"Some Body","birth_date":"1990-01-01","country":"HU"}`
	signUp := `{"name":"never-made","email":"never@example.org","password":"long enough","adult":true}`
	tokens := map[string]string{
		"guest": "", "member": f.as(t, f.demo.Members[1]).Token(), "herself": f.as(t, f.demo.Performers[0]).Token(),
		"another performer": f.as(t, f.demo.Performers[1]).Token(), "a studio": f.as(t, f.demo.Studio).Token(), "staff": f.as(t, f.demo.Staff).Token(),
	}
	const room = "rooms/" + demoFirst
	for _, c := range []struct {
		call, body string
		refused    string // who is refused with 403; guests always are, with 401 unless told otherwise
		guest      int
		others     int // instead of 403
	}{
		{call: "GET me"}, {call: "GET sessions"}, {call: "DELETE sessions/current"}, {call: "GET events"},
		{call: "DELETE sessions/" + session.ID, refused: "member, herself, another performer, a studio, staff", others: 404},
		{call: "PUT performers/" + demoFirst + "/application", body: application, refused: "member, another performer, a studio, staff"},
		{call: "GET performers/" + demoFirst + "/application", refused: "member, another performer, a studio, staff"},
		{call: "PUT performers/" + demoFirst + "/activation", body: `{"active":false}`, refused: "member, herself, another performer, a studio, staff"},
		{call: "POST studio/performers", body: signUp, refused: "member, herself, another performer, staff"},
		{call: "GET studio/performers", refused: "member, herself, another performer, staff"},
		{call: "GET staff/performers", refused: "member, herself, another performer, a studio"},
		{call: "POST staff/performers/" + demoUnfinished + "/decision", body: `{"state":"closed","reason":"none","person":""}`, refused: "member, herself, another performer, a studio"},
		{call: "POST broadcasts", body: `{"accounts":[]}`, refused: "member, a studio, staff"},
		{call: "PUT " + room + "/online", body: `{"online":false}`, refused: "member, another performer, a studio, staff"},
		{call: "GET " + room + "/settings", refused: "member, another performer, a studio, staff"},
		{call: "PUT " + room + "/settings", body: `{"guest_chat":true,"home_closed":true,"guests_closed_in":[]}`, refused: "member, another performer, a studio, staff"},
		{call: "POST " + room + "/stream-key", refused: "member, another performer, a studio, staff"},
		{call: "PUT " + room + "/thumbnail", body: string(picture(t, 32, 32, color.White)), refused: "member, another performer, a studio, staff"},
		{call: "GET " + room + "/bans", refused: "member, another performer, a studio, staff"},
		{call: "POST " + room + "/bans", body: `{"viewer":"guest-x","minutes":1}`, refused: "member, another performer, a studio, staff"},
		{call: "DELETE " + room + "/bans/guest-x", refused: "member, another performer, a studio, staff"},
		{call: "POST " + room + "/messages", body: `{"text":"hello","key":"12345678"}`, refused: "another performer, a studio", guest: 403},
		{call: "POST " + room + "/tips", body: `{"millicredits":1000,"note":"","key":"12345678"}`, refused: "herself, another performer, a studio, staff"},
		{call: "POST purchases", body: `{"package":"p10","key":"12345678"}`, refused: "herself, another performer, a studio, staff"},
		{call: "GET purchases/" + purchase.ID, refused: "herself, another performer, a studio, staff"},
		{call: "GET purchases/" + purchase.ID, refused: "member", others: 404},
		{call: "POST webhooks/sandbox", body: `{"id":"n","purchase":"` + purchase.ID + `","state":"paid","cents":1199,"at":1}`,
			refused: "member, herself, another performer, a studio, staff", others: 401},
	} {
		if c.guest == 0 {
			c.guest = 401
		}
		if c.others == 0 {
			c.others = 403
		}
		f.wantRefused(t, c.call, c.body, "a guest", tokens["guest"], c.guest)
		for who := range strings.SplitSeq(c.refused, ", ") {
			if who != "" {
				f.wantRefused(t, c.call, c.body, who, tokens[who], c.others)
			}
		}
	}
	if left := must(owner.Purchase(t.Context(), purchase.ID))(t); left.State != "pending" {
		t.Errorf("the purchase is %s", left.State)
	}
	if me := must(f.http.With(tokens["herself"]).Settings(t.Context(), demoFirst))(t); me.GuestChat || me.HomeClosed {
		t.Errorf("somebody changed her settings: %+v", me)
	}
}

// wantRefused makes a call over HTTP and demands its status and a sentence.
func (f *fixture) wantRefused(t *testing.T, call, body, who, token string, status int) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, f.URL()+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if strings.HasSuffix(path, "thumbnail") {
		r.Header.Set("Content-Type", "image/jpeg")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	told, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != status || !bytes.Contains(told, []byte(`"message":"`)) {
		t.Errorf("%s by %s: %d, want %d: %s %v", call, who, resp.StatusCode, status, told, err)
	}
}

// What a broadcast token, a stream key and a session's token are not good for.
func TestAuthorization_tokensAreNotEachOther(t *testing.T) {
	f := open(t)
	luna := f.as(t, f.demo.Performers[0])
	grant := must(luna.Begin(t.Context(), nil))(t)
	for name, token := range map[string]string{"a broadcast token": grant.Token, "a stream key": f.demo.Performers[0].StreamKey} {
		f.wantRefused(t, "GET me", "", name, token, http.StatusUnauthorized)
		f.wantRefused(t, "PUT rooms/"+demoFirst+"/online", `{"online":false}`, name, token, http.StatusUnauthorized)
		_, err := f.http.Begin(t.Context(), []string{token})
		wantKind(t, "a grant by "+name, err, domain.KindUnauthenticated)
	}
	_, err := luna.Begin(t.Context(), []string{luna.Token(), f.as(t, f.demo.Members[0]).Token()})
	wantKind(t, "one upload with a member", err, domain.KindForbidden)
	_, err = luna.Begin(t.Context(), []string{luna.Token(), luna.Token(), luna.Token()})
	wantKind(t, "three accounts", err, domain.KindInvalid)
}
