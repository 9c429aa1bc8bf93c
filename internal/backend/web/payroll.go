package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (s *Site) payee(r *http.Request) (domain.Payee, error) {
	return s.Payroll.Payee(r.Context(), r.PathValue("payee"))
}

type limitBody struct {
	Cents int64 `json:"limit_cents"`
}

func (s *Site) setPayoutLimit(r *http.Request, in limitBody) (limitBody, error) {
	return in, s.Payroll.SetPayoutLimit(r.Context(), r.PathValue("payee"), in.Cents)
}

func (s *Site) setPayoutMethod(r *http.Request, in domain.PayoutMethod) (domain.PayoutMethod, error) {
	return in, s.Payroll.SetPayoutMethod(r.Context(), r.PathValue("payee"), in)
}

type shareBody struct {
	Percent int64 `json:"studio_percent"`
}

func (s *Site) setStudioShare(r *http.Request, in shareBody) (shareBody, error) {
	return in, s.Payroll.SetStudioShare(r.Context(), r.PathValue("payee"), in.Percent)
}

func (s *Site) payNow(r *http.Request, in domain.Immediate) (domain.Payout, error) {
	return s.Payroll.PayNow(r.Context(), r.PathValue("payee"), in)
}

// payslip of "current" is the present period's.
func (s *Site) payslip(r *http.Request) (domain.Payslip, error) {
	period := r.PathValue("period")
	if period == "current" {
		period = ""
	}
	return s.Payroll.Payslip(r.Context(), r.PathValue("payee"), period)
}

func (s *Site) payouts(r *http.Request) (domain.PayoutRun, error) {
	return s.Payroll.Payouts(r.Context(), r.URL.Query().Get("run"))
}

func (s *Site) runPayouts(r *http.Request, in domain.PayoutOrder) (domain.PayoutRun, error) {
	return s.Payroll.RunPayouts(r.Context(), in)
}

type refundBody struct {
	Entry  string `json:"entry"`
	Reason string `json:"reason"`
}

type refundAnswer struct {
	Entry string `json:"entry"` // the reversing one
}

func (s *Site) refund(r *http.Request, in refundBody) (refundAnswer, error) {
	entry, err := s.Payroll.Refund(r.Context(), in.Entry, in.Reason)
	return refundAnswer{entry}, err
}

type protectionList struct {
	Protections []domain.Protection `json:"protections"`
}

func (s *Site) protections(r *http.Request) (protectionList, error) {
	all, err := s.Payroll.Protections(r.Context())
	return protectionList{Protections: list(all)}, err
}

func (s *Site) setProtection(r *http.Request, in domain.ProtectionChange) (domain.Protection, error) {
	return s.Payroll.SetProtection(r.Context(), r.PathValue("performer"), in)
}
