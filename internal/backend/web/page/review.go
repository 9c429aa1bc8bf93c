package page

import (
	"net/http"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// pictures are those that wait for staff (domain C5, F1).
func (p *Pages) pictures(w http.ResponseWriter, r *http.Request) { p.picturesAgain(w, r, nil) }

func (p *Pages) picturesAgain(w http.ResponseWriter, r *http.Request, cause error) {
	_, err := as(r, domain.RoleStaff)
	var waiting []domain.Picture
	if err == nil {
		waiting, err = p.Backend.WaitingPictures(r.Context())
	}
	switch {
	case err != nil:
		p.problem(w, r, err)
	case cause != nil:
		p.again(w, r, "pictures", "pictures.title", cause, waiting)
	default:
		p.show(w, r, "pictures", "pictures.title", waiting)
	}
}

func (p *Pages) review(w http.ResponseWriter, r *http.Request) {
	err := form(r)
	if err == nil {
		_, err = p.Backend.ReviewPicture(r.Context(), r.PathValue("performer"), domain.Slot(r.PathValue("slot")), domain.PictureReview{
			Version: r.PostFormValue("version"), Approve: r.PostFormValue("approve") == "yes", Reason: strings.TrimSpace(r.PostFormValue("reason")),
		})
	}
	if err != nil {
		p.picturesAgain(w, r, err)
		return
	}
	done(w, r, "/staff/pictures", "reviewed")
}

type auditView struct {
	domain.AuditTrail
	Of    string // whose acts, "" for all
	Older bool
}

// audit is the log of what was done and by whom (domain F2).
func (p *Pages) audit(w http.ResponseWriter, r *http.Request) {
	_, err := as(r, domain.RoleStaff)
	query := r.URL.Query()
	v := auditView{Of: strings.TrimSpace(query.Get("of")), Older: query.Get("next") != ""}
	if err == nil {
		v.AuditTrail, err = p.Backend.AuditLog(r.Context(), v.Of, query.Get("next"))
	}
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		p.again(w, r, "audit", "audit.title", err, v)
	case err != nil:
		p.problem(w, r, err)
	default:
		p.show(w, r, "audit", "audit.title", v)
	}
}
