package backend

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// fixture is an open server and what its demo says.
type fixture struct {
	*Server
	demo Demo
	http *client.Client // a guest's
}

// open opens a whole server with demo accounts on free loopback ports; it is
// closed with the test.
func open(t testing.TB, change ...func(*Config)) *fixture {
	t.Helper()
	cfg := Config{Listen: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), Demo: true, Passwords: auth.Params{Memory: 8, Time: 1, Threads: 1}}
	for _, c := range change {
		c(&cfg)
	}
	s := New(cfg)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{Server: s}
	if cfg.Demo {
		var err error
		if f.demo, err = readDemo(s.DemoFile()); err != nil {
			t.Fatal(err)
		}
	}
	f.http = newClient(t, s.URL())
	return f
}

func newClient(t testing.TB, url string) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdle)
	return c
}

// as signs one of the demo's accounts in over HTTP.
func (f *fixture) as(t testing.TB, acc DemoAccount) *client.Client {
	t.Helper()
	session, err := f.http.SignIn(t.Context(), acc.Email, acc.Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	return f.http.With(session.Token)
}

// pay sends the sandbox's signed notice for a purchase, as the provider does.
func (f *fixture) pay(t testing.TB, p domain.Purchase) {
	t.Helper()
	if status := f.notify(t, domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents, At: time.Now().UnixMilli()}, ""); status != http.StatusOK {
		t.Fatalf("the notice was answered with %d", status)
	}
}

// notify posts a notice, signed with the secret in DIR unless sign is set.
func (f *fixture) notify(t testing.TB, n domain.PaymentNotice, sign string) int {
	t.Helper()
	body, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(f.cfg.Data, sandboxFile))
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprint(time.Now().Unix())
	if sign == "" {
		mac := hmac.New(sha256.New, bytes.TrimSpace(key))
		mac.Write([]byte(at + "." + string(body)))
		sign = hex.EncodeToString(mac.Sum(nil))
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.URL()+"/api/v1/webhooks/sandbox", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sandbox-Signature", "t="+at+",v1="+sign)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	resp.Body.Close()
	return resp.StatusCode
}

func wantKind(t testing.TB, what string, err error, kind domain.Kind) {
	t.Helper()
	if err == nil || domain.KindOf(err) != kind {
		t.Errorf("%s: got %v, want %s", what, err, kind)
	}
	if err != nil && domain.Sentence(err) == "" {
		t.Errorf("%s: no sentence in %v", what, err)
	}
}
