package web_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func sign(key, body string, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(t + "." + body))
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

func TestWebhook(t *testing.T) {
	f := newFixture(t)
	var p domain.Purchase
	if err := json.Unmarshal([]byte(f.call("POST", "purchases", f.max, `{"package":"p10","key":"12345678"}`).body), &p); err != nil {
		t.Fatal(err)
	}
	send := func(body, signature string) answer {
		r := f.request("POST", "/api/v1/webhooks/sandbox", "", body)
		r.Header.Set("Sandbox-Signature", signature)
		return f.do(r)
	}
	now := time.Now()
	good := fmt.Sprintf(`{"id":"n1","purchase":%q,"state":"paid","cents":1199,"at":1}`, p.ID)
	for name, signature := range map[string]string{
		"no signature": "", "another key": sign("a wrong key", good, now), "another body": sign(secret, good+" ", now),
		"too old": sign(secret, good, now.Add(-6*time.Minute)), "from the future": sign(secret, good, now.Add(6*time.Minute)),
		"not hexadecimal": "t=1,v1=zz", "no time": "v1=" + strings.Repeat("0", 64), "half": sign(secret, good, now)[:40],
	} {
		t.Run(name, func(t *testing.T) {
			f := *f
			f.t = t
			f.want(send(good, signature), 401, domain.KindUnauthenticated)
		})
	}
	balance := func() domain.Millicredits {
		var me domain.Me
		if err := json.Unmarshal([]byte(f.call("GET", "me", f.max, "").body), &me); err != nil {
			t.Fatal(err)
		}
		return me.BalanceMillicredits
	}
	if b := balance(); b != 0 {
		t.Fatalf("an unsigned notice paid %d", b)
	}
	for body, want := range map[string]int{
		`{"id":"","purchase":"x","state":"paid","cents":1,"at":1}`:                                 422,
		`{"id":"n0","purchase":"x","state":"stolen","cents":1,"at":1}`:                             422,
		`{"id":"n0","purchase":"x","state":"paid","cents":1,"at":1}`:                               404,
		fmt.Sprintf(`{"id":"n0","purchase":%q,"state":"paid","cents":1,"at":1}`, p.ID):             409,
		fmt.Sprintf(`{"id":"n0","purchase":%q,"state":"paid","cents":1199,"at":1,"more":1}`, p.ID): 422,
		`{`: 400,
	} {
		if a := send(body, sign(secret, body, now)); a.StatusCode != want || a.kind() == "" {
			t.Errorf("%s: %d, want %d: %s", body, a.StatusCode, want, a.body)
		}
	}
	for range 2 { // the same notice twice books once
		f.want(send(good, sign(secret, good, now)), 200, "")
		if b := balance(); b != 12_000 {
			t.Errorf("balance %d, want 12000", b)
		}
	}
}
