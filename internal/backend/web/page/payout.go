package page

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/figure"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// payoutView is how a performer or a studio is paid (domain B10, B11).
type payoutView struct {
	domain.Payee
	Link  string // the personal one
	Limit string // as it stands, or was typed and refused
}

// earner lets performers and studios in.
func earner(r *http.Request) (domain.Actor, error) {
	actor := domain.ActorFrom(r.Context())
	if slices.Contains([]domain.Role{domain.RolePerformer, domain.RoleStudio}, actor.Role()) {
		return actor, nil
	}
	_, err := as(r, domain.RolePerformer)
	return actor, err
}

func (p *Pages) payoutView(r *http.Request) (payoutView, error) {
	actor, err := earner(r)
	if err != nil {
		return payoutView{}, err
	}
	payee, err := p.Payroll.Payee(r.Context(), actor.Account.Name)
	return payoutView{Payee: payee, Link: p.origin(r) + "/?ref=" + payee.Referral.Code, Limit: figure.Plain(payee.LimitCents)}, err
}

func (p *Pages) payout(w http.ResponseWriter, r *http.Request) {
	v, err := p.payoutView(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "payout", "payout.title", v)
}

// payForm runs a form of the payout page for the visitor's own account, or for the
// performer whom a studio's form names; keep puts back what was typed and refused.
func (p *Pages) payForm(w http.ResponseWriter, r *http.Request, act func(name string) error, keep func(*payoutView)) {
	actor, err := earner(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	if err = form(r); err == nil {
		name := actor.Account.Name
		if of := r.PostFormValue("of"); of != "" {
			name = of
		}
		err = act(name)
	}
	if err == nil {
		done(w, r, "/payout", "saved")
		return
	}
	v, viewErr := p.payoutView(r)
	if viewErr != nil {
		p.problem(w, r, viewErr)
		return
	}
	keep(&v)
	p.again(w, r, "payout", "payout.title", err, v)
}

func (p *Pages) setLimit(w http.ResponseWriter, r *http.Request) {
	p.payForm(w, r, func(name string) error {
		cents, err := figure.ParseDollars(r.PostFormValue("limit"))
		if err != nil {
			return err
		}
		return p.Payroll.SetPayoutLimit(r.Context(), name, cents)
	}, func(v *payoutView) {
		if r.PostFormValue("of") == "" {
			v.Limit = r.PostFormValue("limit")
		}
	})
}

func methodOf(r *http.Request) domain.PayoutMethod {
	return domain.PayoutMethod{Company: r.PostFormValue("company") == "yes", Holder: r.PostFormValue("holder"), Reference: r.PostFormValue("reference")}
}

func (p *Pages) setMethod(w http.ResponseWriter, r *http.Request) {
	p.payForm(w, r, func(name string) error {
		return p.Payroll.SetPayoutMethod(r.Context(), name, methodOf(r))
	}, func(v *payoutView) { v.Method = methodOf(r) })
}

func (p *Pages) setShare(w http.ResponseWriter, r *http.Request) {
	p.payForm(w, r, func(name string) error {
		percent, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue("percent")), 10, 64)
		if err != nil {
			return domain.Errorf("percent", domain.KindInvalid, "Write the studio's part as a whole number of percent.")
		}
		return p.Payroll.SetStudioShare(r.Context(), name, percent)
	}, func(*payoutView) {})
}

// payNowForm asks whether to be paid at once, and names the fee.
func (p *Pages) payNowForm(w http.ResponseWriter, r *http.Request) {
	v, err := p.payoutView(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "payout-now", "payout.now_title", v)
}

func (p *Pages) payNow(w http.ResponseWriter, r *http.Request) {
	actor, err := earner(r)
	if err == nil {
		err = form(r)
	}
	if err != nil {
		p.problem(w, r, err)
		return
	}
	ask := domain.Immediate{Key: r.PostFormValue("key")}
	for name, cents := range map[string]*int64{"cents": &ask.Cents, "fee": &ask.FeeCents} {
		if *cents, err = strconv.ParseInt(r.PostFormValue(name), 10, 64); err != nil {
			p.problem(w, r, domain.Errorf("form", domain.KindInvalid, "The form did not arrive whole. Send it again.").Because("form.whole"))
			return
		}
	}
	if _, err = p.Payroll.PayNow(r.Context(), actor.Account.Name, ask); err == nil {
		done(w, r, "/payout", "paid-out")
		return
	}
	v, viewErr := p.payoutView(r)
	if viewErr != nil {
		p.problem(w, r, viewErr)
		return
	}
	p.again(w, r, "payout-now", "payout.now_title", err, v)
}
