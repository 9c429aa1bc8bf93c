package backend

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// ask calls the API with a session's token, wants a status, and reads the answer.
func (f *fixture) ask(t testing.TB, method, path, token, body string, status int, answer any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, f.URL()+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && answer != nil && resp.StatusCode < 300 {
		err = json.NewDecoder(bytes.NewReader(text)).Decode(answer)
	}
	if err != nil || resp.StatusCode != status {
		t.Fatalf("%s %s: %d %s %v, want %d", method, path, resp.StatusCode, text, err, status)
	}
}

func (f *fixture) token(t testing.TB, acc DemoAccount) string {
	t.Helper()
	session, err := f.http.SignIn(t.Context(), acc.Email, acc.Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	return session.Token
}

// From a personal link to a payslip, through a whole server: a member comes by it,
// buys twice, one purchase is charged back, he tips, and two months later staff pays.
func TestServer_paysWhatItOwes(t *testing.T) {
	var later atomic.Int64
	f := open(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) } })
	her := f.token(t, f.demo.Performers[0])
	var payee domain.Payee
	f.ask(t, "GET", "payees/"+demoFirst, her, "", 200, &payee)
	period := must(f.http.With(her).Me(t.Context()))(t).Period.ID
	f.ask(t, "PUT", "payees/"+demoFirst+"/method", her, `{"company":false,"holder":"Luna Rose","reference":"HU42"}`, 200, nil)
	f.ask(t, "POST", "members", "", `{"name":"brought","email":"b@example.org","password":"long enough","adult":true,"referral":"`+payee.Referral.Code+`"}`, 201, nil)
	member := f.as(t, DemoAccount{Email: "b@example.org", Password: "long enough"})
	for _, key := range []string{"buy-00001", "buy-00002"} {
		f.pay(t, must(member.Buy(t.Context(), "p300", key))(t))
	}
	back := must(member.Buy(t.Context(), "p300", "buy-00002"))(t)
	for range 2 {
		if status := f.notify(t, domain.PaymentNotice{ID: "back-1", Purchase: back.ID, State: "charged_back", Cents: back.Cents}, ""); status != 200 {
			t.Fatalf("the chargeback was answered with %d", status)
		}
	}
	must(member.Tip(t.Context(), demoFirst, domain.Tip{Amount: 250_000, Key: "tip-00001"}))(t)

	later.Store(int64(60 * 24 * time.Hour)) // everybody's session has ended
	her, staff := f.token(t, f.demo.Performers[0]), f.token(t, f.demo.Staff)
	var slip domain.Payslip
	f.ask(t, "GET", "payees/"+demoFirst+"/payslips/"+period, her, "", 200, &slip)
	// 35 % of 250.00 and 20 % of 299.99, and 20 % of the one that was taken back.
	if slip.Referral.Cents() != 11_999 || slip.Taken.Cents() != -5_999 || slip.Earned < 8_750_000 {
		t.Errorf("the payslip: %+v", slip)
	}
	var run domain.PayoutRun
	f.ask(t, "GET", "staff/payouts", staff, "", 200, &run)
	f.ask(t, "POST", "staff/payouts", staff, `{"id":"run-00001","total_cents":1}`, 409, nil)
	order, _ := json.Marshal(domain.PayoutOrder{ID: "run-00001", TotalCents: run.TotalCents})
	for range 2 {
		f.ask(t, "POST", "staff/payouts", staff, string(order), 200, &run)
		if len(run.Lines) != 1 || run.Lines[0].Payee != demoFirst || run.TotalCents != slip.Left.Cents() || !run.Done {
			t.Errorf("the run: %+v, she has %d", run, slip.Left)
		}
	}
	f.ask(t, "GET", "payees/"+demoFirst+"/payslips/"+period, her, "", 200, &slip)
	if slip.Left < 0 || slip.Left >= 1000 || slip.Paid.Cents() != -run.TotalCents {
		t.Errorf("afterwards: %+v", slip)
	}
	if report := must(Verify(t.Context(), f.cfg.Data, ""))(t); !report.OK() {
		t.Errorf("the ledger: %+v", report)
	}
}

// The books of a site are kept by one calendar.
func TestServer_keepsItsCalendar(t *testing.T) {
	f := open(t)
	must(f.as(t, f.demo.Members[0]).Tip(t.Context(), demoFirst, domain.Tip{Amount: 1_000, Key: "tip-00001"}))(t)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	terms, err := domain.ReadTerms([]byte(`{"periods":{"half_months":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	cfg := f.cfg
	cfg.Terms = terms
	other := New(cfg)
	if err := other.Open(t.Context()); err == nil || domain.KindOf(err) != domain.KindInvalid || !strings.Contains(domain.Sentence(err), "14 days from 2020-09-01") {
		t.Errorf("another calendar: %v, %v", err, other.Close())
	}
	cfg.Terms.Calendar.HalfMonths = false
	same := New(cfg)
	if err := same.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := same.Close(); err != nil {
		t.Error(err)
	}
}
