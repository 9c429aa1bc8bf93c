package backend

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// A member signs up, buys, tips; she earns; the ledger holds; the server starts
// again and everything is still there.
func TestServer_aTipFromSignUpToAudit(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	f := open(t, func(c *Config) { c.Data = data })
	if _, err := f.http.SignUpMember(t.Context(), signUp("story-member")); err != nil {
		t.Fatal(err)
	}
	member := f.as(t, DemoAccount{Email: "story-member@example.org", Password: suitePassword})
	order := must(member.Buy(t.Context(), "p10", "story-key-1"))(t)
	for what, n := range map[string]domain.PaymentNotice{
		"unknown purchase": {ID: "n1", Purchase: "nothing", State: "paid", Cents: order.Cents, At: 1},
		"another amount":   {ID: "n2", Purchase: order.ID, State: "paid", Cents: 1, At: 1},
	} {
		if status := f.notify(t, n, ""); status != http.StatusNotFound && status != http.StatusConflict {
			t.Errorf("%s: %d", what, status)
		}
	}
	forged := domain.PaymentNotice{ID: "n3", Purchase: order.ID, State: "paid", Cents: order.Cents, At: 1}
	if status := f.notify(t, forged, strings.Repeat("0", 64)); status != http.StatusUnauthorized {
		t.Errorf("forged signature: %d", status)
	}
	if me := must(member.Me(t.Context()))(t); me.BalanceMillicredits != 0 {
		t.Fatalf("%s before payment", me.BalanceMillicredits)
	}
	f.pay(t, order)
	must(member.Tip(t.Context(), demoFirst, domain.Tip{Amount: 2000, Key: "story-key-2"}))(t)
	luna := f.as(t, f.demo.Performers[0])
	if me := must(luna.Me(t.Context()))(t); me.EarnedCents != 60 || me.Level.Name != "Newcomer" || me.Room.Name != demoFirst {
		t.Errorf("she: %+v", me)
	}
	if report := must(Verify(t.Context(), data, ""))(t); !report.OK() || report.Entries == 0 {
		t.Errorf("while it runs: %+v", report)
	}

	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := member.Me(t.Context()); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("after Close: %v", err)
	}
	again := open(t, func(c *Config) { c.Data = data })
	if again.demo.Staff != f.demo.Staff || again.demo.Performers[0] != f.demo.Performers[0] {
		t.Error("the demo was made twice")
	}
	back := newClient(t, again.URL()).With(member.Token())
	if me := must(back.Me(t.Context()))(t); me.BalanceMillicredits != 10_000+2_000+5_000-2_000 {
		t.Errorf("%s after the restart", me.BalanceMillicredits)
	}
}

func TestServer_demoFileIsAsThePapersSay(t *testing.T) {
	f := open(t)
	text, err := os.ReadFile(f.DemoFile())
	if err != nil {
		t.Fatal(err)
	}
	wantMode(t, f.DemoFile(), 0o600)
	var demo map[string]any
	if err := json.Unmarshal(text, &demo); err != nil {
		t.Fatal(err)
	}
	count := func(key string) int { list, _ := demo[key].([]any); return len(list) }
	if count("performers") != 2 || count("members") != 3 || len(demo) != 4 {
		t.Errorf("%s", text)
	}
	for _, acc := range append(append([]DemoAccount{f.demo.Studio, f.demo.Staff}, f.demo.Performers...), f.demo.Members...) {
		me := must(f.as(t, acc).Me(t.Context()))(t)
		if me.Account.Name != acc.Name || me.Account.State != domain.StateActive || len(acc.Password) < 20 || domain.CheckName(acc.Name) != nil {
			t.Errorf("%+v: %+v", acc, me.Account)
		}
		if (me.Account.Role == domain.RolePerformer) != auth.IsToken(acc.StreamKey, auth.StreamKeyPrefix) {
			t.Errorf("stream key of %+v", acc)
		}
		if me.Account.Role == domain.RoleMember && me.BalanceMillicredits < 100_000 {
			t.Errorf("%s has %s", acc.Name, me.BalanceMillicredits)
		}
		if list := must(f.as(t, acc).Sessions(t.Context()))(t); len(list) != 2 {
			t.Errorf("%s has %d sessions, two of them this test's", acc.Name, len(list))
		}
	}
	if _, err := os.Stat(f.DemoFile() + ".draft"); err == nil {
		t.Error("the draft is still there")
	}
}

// A crash in the middle of the demo leaves the draft: the next start goes on.
func TestServer_demoIsHealedAfterACrash(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	f := open(t, func(c *Config) { c.Data = data })
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(f.DemoFile(), f.DemoFile()+".draft"); err != nil {
		t.Fatal(err)
	}
	again := open(t, func(c *Config) { c.Data = data })
	for i, acc := range again.demo.Performers {
		if acc.Password != f.demo.Performers[i].Password || acc.StreamKey == f.demo.Performers[i].StreamKey {
			t.Errorf("%+v after %+v", acc, f.demo.Performers[i])
		}
	}
	me := must(again.as(t, again.demo.Members[0]).Me(t.Context()))(t)
	if me.BalanceMillicredits != 150_000+30_000+5_000 {
		t.Errorf("%s: credits came twice or not at all", me.BalanceMillicredits)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(again.DemoFile()); err != nil {
		t.Fatal(err)
	}
	s := New(Config{Listen: "127.0.0.1:0", Data: data, Demo: true})
	wantKind(t, "passwords that are lost", s.Open(t.Context()), domain.KindConflict)
}

func TestServer_portInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	takenUDP, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = takenUDP.Close() }()
	for flag, cfg := range map[string]Config{
		"--listen": {Listen: taken.Addr().String()},
		"--admin":  {Listen: "127.0.0.1:0", Admin: taken.Addr().String()},
		"--media":  {Listen: "127.0.0.1:0", Media: takenUDP.LocalAddr().String()},
	} {
		cfg.Data = t.TempDir()
		s := New(cfg)
		err := s.Open(t.Context())
		wantKind(t, flag, err, domain.KindUnavailable)
		if words := domain.Sentence(err); !strings.Contains(words, flag) || !strings.Contains(words, "in use") {
			t.Errorf("%s: %q", flag, words)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestServer_brokenDatabase(t *testing.T) {
	data := t.TempDir()
	write(t, filepath.Join(data, databaseFile), strings.Repeat("this is no database ", 1000))
	err := New(Config{Listen: "127.0.0.1:0", Data: data}).Open(t.Context())
	wantKind(t, "broken database", err, domain.KindUnavailable)
	if !strings.Contains(domain.Sentence(err), "damaged") {
		t.Errorf("words: %q", domain.Sentence(err))
	}
}

func TestServer_bundledRefusesAPublicAddress(t *testing.T) {
	err := New(Config{Listen: "0.0.0.0:0", Data: t.TempDir(), Bundled: true, TLS: TLS{Cert: "c", Key: "k"}}).Open(t.Context())
	wantKind(t, "public address", err, domain.KindInvalid)
}

func TestServer_ownCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key, roots := selfSigned(t, dir)
	f := open(t, func(c *Config) { c.TLS, c.Demo = TLS{Cert: cert, Key: key}, false })
	if !strings.HasPrefix(f.URL(), "https://127.0.0.1:") {
		t.Fatal(f.URL())
	}
	transport := client.NewTransport(&tls.Config{RootCAs: roots})
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(f.URL() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("HTTP/%d, %v", resp.ProtoMajor, resp.Header)
	}
	for _, c := range resp.Cookies() {
		if !c.Secure || !c.HttpOnly {
			t.Errorf("cookie %v", c)
		}
	}
	if err := New(Config{Listen: "127.0.0.1:0", Data: t.TempDir(), TLS: TLS{Cert: key, Key: cert}}).Open(t.Context()); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("files in the wrong order: %v", err)
	}
}

func TestServer_metricsAndHealth(t *testing.T) {
	admin := testkit.Loopback(testkit.FreePort(t))
	f := open(t, func(c *Config) { c.Admin = admin })
	defer http.DefaultClient.CloseIdleConnections()
	if body := get(t, f.URL()+"/readyz"); !strings.Contains(body, "ready") {
		t.Error(body)
	}
	get(t, f.URL()+"/api/v1/rooms")
	body := get(t, "http://"+admin+"/metrics")
	for _, want := range []string{"jasmincam_media_viewers 0", "jasmincam_media_uploads 0", "jasmincam_media_packets_out_total 0", "jasmincam_media_dropped_total 0",
		`jasmincam_http_seconds_count{method="GET",part="api",status="200"} 1`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in the metrics", want)
		}
	}
	for _, never := range []string{demoFirst, f.demo.Members[0].Name} {
		if strings.Contains(body, never) {
			t.Errorf("%s is in the metrics", never)
		}
	}
}

// An open event stream does not hold Close up.
func TestServer_closeEndsStreams(t *testing.T) {
	f := open(t)
	member := f.as(t, f.demo.Members[0])
	ended, began := make(chan error, 1), make(chan struct{})
	go func() {
		ended <- member.Stream(t.Context(), "", 0, func(domain.Event) error {
			select {
			case <-began:
			default:
				close(began)
			}
			return nil
		})
	}()
	testkit.Receive(t, 10*time.Second, began, "the first event")
	begin := time.Now()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > shutdownWithin {
		t.Errorf("Close took %s", took)
	}
	_ = testkit.Receive(t, 5*time.Second, ended, "the end of the stream") // how it ends is the client's matter
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// selfSigned writes a certificate for 127.0.0.1.
func selfSigned(t *testing.T, dir string) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der := must(x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private))(t)
	pkcs8 := must(x509.MarshalPKCS8PrivateKey(private))(t)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots = x509.NewCertPool()
	roots.AddCert(must(x509.ParseCertificate(der))(t))
	return cert, key, roots
}

// A part that ends by itself is told once: to whoever waits, or to the log.
func TestServer_aFailureIsToldOnce(t *testing.T) {
	var log bytes.Buffer
	s := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	cause := errors.New("the port is gone")
	s.fail("http", cause)
	if log.Len() > 0 {
		t.Errorf("told twice: %s", log.String())
	}
	s.fail("media", errors.New("nobody reads this"))
	if !strings.Contains(log.String(), "nobody reads this") {
		t.Error("the second failure is lost")
	}
	err := <-s.Failed()
	if !errors.Is(err, cause) || !strings.Contains(domain.Sentence(err), "http") {
		t.Errorf("failed with %v", err)
	}
}
