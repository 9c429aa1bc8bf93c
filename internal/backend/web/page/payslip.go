package page

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/figure"
	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// slipLines is how many lines of a payslip its page shows; its file has all.
const slipLines = 200

type slipView struct {
	domain.Payslip
	Hidden    int                 // lines that only the file has
	Of        string              // whose it is, for staff
	Snapshots *domain.SnapshotSum // what they brought, for the performer herself
}

// slip finds the payslip that the address names: the visitor's own, or for staff
// anybody's.
func (p *Pages) slip(r *http.Request) (v slipView, err error) {
	actor := domain.ActorFrom(r.Context())
	name := actor.Account.Name
	if actor.Role() == domain.RoleStaff {
		v.Of = r.URL.Query().Get("of")
		name = v.Of
	} else if _, err := earner(r); err != nil {
		return v, err
	}
	if v.Payslip, err = p.Payroll.Payslip(r.Context(), name, r.PathValue("period")); err != nil || actor.Role() != domain.RolePerformer {
		return v, err
	}
	book, err := p.Backend.Statement(r.Context(), name, v.Period.ID, "")
	v.Snapshots = book.Snapshots
	return v, err
}

func (p *Pages) payslip(w http.ResponseWriter, r *http.Request) {
	v, err := p.slip(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	if v.Hidden = max(0, len(v.Lines)-slipLines); v.Hidden > 0 {
		v.Lines = v.Lines[v.Hidden:]
	}
	p.show(w, r, "payslip", "payslip.title", v)
}

// payslipFile is the payslip as a table whose amounts are exact and add up; each
// line names its ledger entry.
func (p *Pages) payslipFile(w http.ResponseWriter, r *http.Request) {
	v, err := p.slip(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="payslip-`+v.Payee+"-"+v.Period.ID+`.csv"`)
	if err := figure.Payslip(w, v.Payslip); err != nil {
		reply.Remember(w, err) // whoever asked has gone
	}
}

type payoutsView struct {
	domain.PayoutRun
	Paid          int // how many are, or would be
	Protections   []domain.Protection
	Entry, Reason string // of a refund that was refused
}

func (p *Pages) payoutsView(r *http.Request, run string) (v payoutsView, err error) {
	if _, err = as(r, domain.RoleStaff); err != nil {
		return v, err
	}
	if v.PayoutRun, err = p.Payroll.Payouts(r.Context(), run); err != nil {
		return v, err
	}
	for _, l := range v.Lines {
		if l.Held == "" {
			v.Paid++
		}
	}
	v.Protections, err = p.Payroll.Protections(r.Context())
	return v, err
}

// payouts previews the next run, or tells how one was (domain F2).
func (p *Pages) payouts(w http.ResponseWriter, r *http.Request) { p.payoutsAgain(w, r, nil) }

func (p *Pages) payoutsAgain(w http.ResponseWriter, r *http.Request, cause error) {
	run := r.URL.Query().Get("run")
	v, err := p.payoutsView(r, run)
	v.Entry, v.Reason = r.PostFormValue("entry"), r.PostFormValue("reason")
	switch {
	case err != nil:
		p.problem(w, r, err)
	case cause != nil:
		p.again(w, r, "payouts", "payouts.title", cause, v)
	default:
		p.show(w, r, "payouts", "payouts.title", v)
	}
}

func (p *Pages) runPayouts(w http.ResponseWriter, r *http.Request) {
	_, err := as(r, domain.RoleStaff)
	if err == nil {
		err = form(r)
	}
	order := domain.PayoutOrder{ID: r.PostFormValue("run")}
	if err == nil {
		if order.TotalCents, err = strconv.ParseInt(r.PostFormValue("total"), 10, 64); err != nil {
			err = domain.Errorf("form", domain.KindInvalid, "The form did not arrive whole. Send it again.").Because("form.whole")
		}
	}
	var run domain.PayoutRun
	if err == nil {
		run, err = p.Payroll.RunPayouts(r.Context(), order)
	}
	if err != nil {
		p.payoutsAgain(w, r, err)
		return
	}
	http.Redirect(w, r, "/staff/payouts?"+url.Values{"done": {"paid-out"}, "run": {run.ID}}.Encode(), http.StatusSeeOther)
}

// refund gives back what a ledger entry took, after staff has opened the question.
func (p *Pages) refund(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	if err == nil {
		_, err = p.Payroll.Refund(r.Context(), strings.TrimSpace(r.PostFormValue("entry")), r.PostFormValue("reason"))
	}
	if err != nil {
		p.payoutsAgain(w, r, err)
		return
	}
	done(w, r, "/staff/payouts", "refunded")
}

func (p *Pages) protect(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	if err == nil {
		_, err = p.Payroll.SetProtection(r.Context(), r.PathValue("performer"), domain.ProtectionChange{State: r.PostFormValue("state"), Reason: r.PostFormValue("reason")})
	}
	if err != nil {
		p.payoutsAgain(w, r, err)
		return
	}
	done(w, r, "/staff/payouts", "protection")
}
