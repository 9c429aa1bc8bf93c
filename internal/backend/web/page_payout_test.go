package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// earnings gives the payout pages what people meet there: anna was paid by a run,
// and has something left for another.
func (f *fixture) earnings(staff string) {
	f.t.Helper()
	bank := url.Values{"company": {"no"}, "holder": {"Anna Example"}, "reference": {"HU42 1177 3016"}}
	f.post("/payout/method", f.anna, bank).wantRedirect("/payout?done=saved")
	f.backend.Owe("anna", 20_012_345)
	f.post("/staff/payouts", staff, url.Values{"run": {"run-00001"}, "total": {"20012"}}).wantRedirect("/staff/payouts?done=paid-out&run=run-00001")
	f.backend.Owe("anna", 15_499_800)
	f.backend.Owe("house", 6_299_800)
	f.post("/staff/anna/protection", staff, url.Values{"state": {"protected"}, "reason": {"earned"}}).wantRedirect("/staff/payouts?done=protection")
}

func TestPayout_limitAndMethod(t *testing.T) {
	f := newFixture(t)
	f.post("/payout/limit", f.anna, url.Values{"limit": {"250,50"}}).wantRedirect("/payout?done=saved")
	f.post("/payout/method", f.anna, url.Values{"company": {"yes"}, "holder": {"Anna Ltd"}, "reference": {"HU42"}}).wantRedirect("/payout?done=saved")
	d := f.open("/payout", f.anna)
	if d.value("limit") != "250.50" || d.value("holder") != "Anna Ltd" || d.value("reference") != "HU42" {
		t.Errorf("the forms: %s", text(d.root))
	}
	if _, company := attribute(d.one("option", "value", "yes"), "selected"); !company {
		t.Error("the company is forgotten")
	}
	for typed, words := range map[string]string{"much": "in dollars", "99": "between", "150.505": "in dollars", "": "in dollars"} {
		d := f.post("/payout/limit", f.anna, url.Values{"limit": {typed}})
		d.wantProblem(422, words)
		if d.value("limit") != typed {
			t.Errorf("what was typed is lost: %q", d.value("limit"))
		}
	}
	d = f.post("/payout/method", f.anna, url.Values{"holder": {"Anna Ltd"}, "reference": {""}})
	d.wantProblem(422, "where the money goes")
	for _, path := range []string{"/payout", "/payout/now", "/payslips/2026-11-03"} {
		f.open(path, f.max).wantProblem(403, "performer accounts")
		f.open(path, "").wantRedirect("/signin?next=" + url.QueryEscape(path))
	}
	f.post("/payout/limit", f.max, url.Values{"limit": {"200"}}).wantProblem(403, "performer accounts")
}

// A studio sets its part and the limit of its own performers alone.
func TestPayout_studio(t *testing.T) {
	f := newFixture(t)
	_, studio := f.backend.Add(domain.RoleStudio, "house")
	f.post("/studio/performers", studio, signUp("olga"))
	f.post("/payout/share", studio, url.Values{"of": {"olga"}, "percent": {"35"}}).wantRedirect("/payout?done=saved")
	f.post("/payout/limit", studio, url.Values{"of": {"olga"}, "limit": {"500"}}).wantRedirect("/payout?done=saved")
	d := f.open("/payout", studio)
	if d.value("percent") != "35" || len(d.all("input", "value", "500.00")) != 1 {
		t.Errorf("olga's forms: %s", d.body)
	}
	f.post("/payout/share", studio, url.Values{"of": {"olga"}, "percent": {"51"}}).wantProblem(422, "0 to 50")
	f.post("/payout/share", studio, url.Values{"of": {"olga"}, "percent": {"half"}}).wantProblem(422, "whole number")
	f.post("/payout/share", studio, url.Values{"of": {"anna"}, "percent": {"10"}}).wantProblem(403, "account itself")
}

// Whoever wants her money at once reads the fee first, and pays no other.
func TestPayout_atOnce(t *testing.T) {
	f := newFixture(t)
	if d := f.open("/payout/now", f.anna); !strings.Contains(text(d.root), "not possible now") || len(d.all("form", "action", "/payout/now")) != 0 {
		t.Errorf("with nothing to pay: %s", text(d.root))
	}
	f.post("/payout/method", f.anna, url.Values{"holder": {"Anna"}, "reference": {"HU42"}})
	f.backend.Owe("anna", 15_499_800)
	if d := f.open("/payout", f.anna); len(d.all("a", "href", "/payout/now")) != 1 {
		t.Error("no way to be paid at once")
	}
	d := f.open("/payout/now", f.anna)
	if words := text(d.root); !strings.Contains(words, "Pay $149.99 out at once, for a fee of $5.00?") || !strings.Contains(words, "Yes, pay me and keep $5.00") {
		t.Errorf("the question: %s", words)
	}
	order := url.Values{"key": {d.value("key")}, "cents": {d.value("cents")}, "fee": {d.value("fee")}}
	f.post("/payout/now", f.anna, url.Values{"key": {"another-key"}, "cents": {"15498"}, "fee": {"0"}}).wantProblem(409, "has changed")
	f.post("/payout/now", f.anna, url.Values{"key": {"another-key"}}).wantProblem(422, "did not arrive whole")
	for range 2 { // a form sent twice
		f.post("/payout/now", f.anna, order).wantRedirect("/payout?done=paid-out")
	}
	if d := f.open("/payout", f.anna); strings.Count(text(d.root), "$154.99") != 1 || len(d.all("a", "href", "/payout/now")) != 0 {
		t.Errorf("afterwards: %s", text(d.root))
	}
}

// A payslip's lines add up on the page and in its file, and name their entries.
func TestPayslip(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	f.backend.Add(domain.RoleStudio, "house")
	f.earnings(staff)
	d := f.open("/payslips/2026-11-03", f.anna)
	if left := text(d.one("strong", "data-left", "*")); left != "$154.99800" || len(elements(d.root, "code")) != 4 {
		t.Errorf("left %s, %d entries: %s", left, len(elements(d.root, "code")), text(d.root))
	}
	for path, token := range map[string]string{"/payslips/2026-11-03/payslip.csv": f.anna, "/payslips/2026-11-03/payslip.csv?of=anna": staff} {
		r := f.request("GET", path, "", "")
		cookie(r, "jc_session", token)
		a := f.do(r)
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if err != nil || len(rows) != 5 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") || !strings.Contains(a.Header.Get("Content-Disposition"), "payslip-anna-2026-11-03.csv") {
			t.Fatalf("%s: %v %v", path, a, err)
		}
		sum := int64(0)
		for i, row := range rows[1:] {
			n, err := strconv.ParseInt(strings.Replace(row[6], ".", "", 1), 10, 64)
			if err != nil || (row[0] == "") != (i == 3) {
				t.Errorf("%q: %v", row, err)
			}
			if i == 3 {
				if n != sum || row[6] != "154.99800" {
					t.Errorf("the lines sum to %d, the file says %s", sum, row[6])
				}
				break
			}
			sum += n
		}
	}
	f.open("/payslips/2026-11-04", f.anna).wantProblem(422, "no such pay period")
	f.open("/payslips/2026-11-03/payslip.csv", f.max).wantProblem(403, "performer accounts")
	for i := range 205 {
		f.backend.Owe("anna", domain.Millicents(i))
	}
	if d := f.open("/payslips/2026-11-03", f.anna); len(elements(d.root, "tr")) != 2+1+200 || !strings.Contains(text(d.root), "8 older lines") {
		t.Errorf("%d rows: %.300s", len(elements(d.root, "tr")), text(d.root))
	}
}

// Staff sees who would be paid, is asked, and sees who was.
func TestPayouts_run(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	if d := f.open("/staff/payouts", staff); !strings.Contains(text(d.root), "Nothing is due") || len(d.all("form", "action", "/staff/payouts")) != 0 {
		t.Errorf("nobody: %s", text(d.root))
	}
	f.backend.Owe("anna", 15_499_800)
	if d := f.open("/staff/payouts", staff); !strings.Contains(text(d.one("tr", "data-payee", "anna")), "No place to pay to") || len(d.all("form", "action", "/staff/payouts")) != 0 {
		t.Errorf("without a bank: %s", text(d.root))
	}
	f.post("/payout/method", f.anna, url.Values{"holder": {"Anna"}, "reference": {"HU42"}})
	d := f.open("/staff/payouts", staff)
	if words := text(d.root); !strings.Contains(words, "1 account is paid. This cannot be undone.") || text(d.one("strong", "data-total", "*")) != "$154.99" {
		t.Errorf("the question: %s", words)
	}
	f.post("/staff/payouts", staff, url.Values{"run": {d.value("run")}, "total": {"1"}}).wantProblem(409, "has changed")
	f.post("/staff/payouts", staff, url.Values{"run": {d.value("run")}}).wantProblem(422, "did not arrive whole")
	f.post("/staff/payouts", f.max, url.Values{"run": {d.value("run")}, "total": {"15499"}}).wantProblem(403, "staff accounts")
	result := fmt.Sprintf("/staff/payouts?done=paid-out&run=%s", d.value("run"))
	for range 2 {
		f.post("/staff/payouts", staff, url.Values{"run": {d.value("run")}, "total": {"15499"}}).wantRedirect(result)
	}
	d = f.open(result, staff)
	if line := text(d.one("tr", "data-payee", "anna")); !strings.Contains(line, "$154.99") || !strings.Contains(line, "entry-") || len(d.all("form", "action", "/staff/payouts")) != 0 {
		t.Errorf("the result: %s", text(d.root))
	}
	f.post("/staff/anna/protection", staff, url.Values{"state": {"ended"}}).wantProblem(422, "reason")
	f.open("/staff/payouts", f.anna).wantProblem(403, "staff accounts")
}

// A personal link is remembered until its visitor signs up, and tells nothing.
func TestReferral_linkIsRemembered(t *testing.T) {
	f := newFixture(t)
	link := text(f.open("/payout", f.anna).one("code", "data-copy", "*"))
	_, ref, _ := strings.Cut(link, "/?ref=")
	if !domain.ReferralCode(ref) || strings.Contains(link, "anna") {
		t.Fatalf("her link is %q", link)
	}
	d := f.open("/?ref="+ref, "")
	d.wantRedirect("/")
	var kept *http.Cookie
	for _, c := range d.Cookies() {
		if c.Name == "jc_ref" {
			kept = c
		}
	}
	if kept == nil || kept.Value != ref || !kept.HttpOnly || kept.MaxAge < 86_400 {
		t.Fatalf("the link is not remembered: %+v", kept)
	}
	r := f.request("POST", "/signup", "", signUp("new").Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	cookie(r, "jc_ref", ref)
	if a := f.do(r); a.StatusCode != 303 || !strings.Contains(strings.Join(a.Header["Set-Cookie"], " "), "jc_ref=;") {
		t.Errorf("signing up: %d, %v", a.StatusCode, a.Header["Set-Cookie"])
	}
	f.post("/signup", "", signUp("other"))
	f.want(f.call("POST", "members", "", `{"name":"third","email":"t@example.com","password":"long enough","adult":true,"referral":"`+ref+`"}`), 201, "")
	if words := text(f.open("/payout", f.anna).root); !strings.Contains(words, "Members whom you brought2") {
		t.Errorf("whom she brought: %s", words)
	}
	if d := f.open("/?ref=%3Cscript%3E", ""); d.StatusCode != 200 || strings.Contains(strings.Join(d.Header["Set-Cookie"], " "), "jc_ref") {
		t.Errorf("a code that is none: %d %v", d.StatusCode, d.Header["Set-Cookie"])
	}
}

// Staff gives an entry back; what was typed and refused is still there.
func TestRefund_byItsEntry(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	f.backend.Owe("anna", 15_499_800)
	entry := text(elements(f.open("/payslips/2026-11-03", f.anna).root, "code")[0])
	d := f.post("/staff/refunds", staff, url.Values{"entry": {"no-such-entry"}, "reason": {"A complaint."}})
	d.wantProblem(404, "no such entry")
	if d.value("entry") != "no-such-entry" || d.value("reason") != "A complaint." {
		t.Errorf("what was typed is lost: %s", d.body)
	}
	f.post("/staff/refunds", staff, url.Values{"entry": {entry}}).wantProblem(422, "reason")
	f.post("/staff/refunds", f.max, url.Values{"entry": {entry}, "reason": {"mine"}}).wantProblem(403, "")
	f.post("/staff/refunds", staff, url.Values{"entry": {" " + entry + " "}, "reason": {"A complaint."}}).wantRedirect("/staff/payouts?done=refunded")
	if left := text(f.open("/payslips/2026-11-03", f.anna).one("strong", "data-left", "*")); left != "$0.00000" {
		t.Errorf("after the refund %s is left", left)
	}
}
