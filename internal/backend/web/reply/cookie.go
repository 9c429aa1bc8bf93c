package reply

import (
	"net/http"
	"time"
)

// The cookies of the pages.
const (
	SessionCookie  = "jc_session"
	GuestCookie    = "jc_guest"
	ReferralCookie = "jc_ref"
)

const cookieLife = 30 * 24 * time.Hour

// Cookies sets and drops the cookies; Secure is true under TLS.
type Cookies struct{ Secure bool }

// SetSession keeps a session's token in the browser.
func (c Cookies) SetSession(w http.ResponseWriter, token string) {
	c.set(w, SessionCookie, token, int(cookieLife.Seconds()))
}

// DropSession forgets it.
func (c Cookies) DropSession(w http.ResponseWriter) { c.set(w, SessionCookie, "", -1) }

// SetGuest keeps a guest's signed id in the browser.
func (c Cookies) SetGuest(w http.ResponseWriter, value string) {
	c.set(w, GuestCookie, value, int(cookieLife.Seconds()))
}

// SetReferral remembers by whose link the visitor came.
func (c Cookies) SetReferral(w http.ResponseWriter, code string) {
	c.set(w, ReferralCookie, code, int(cookieLife.Seconds()))
}

// DropReferral forgets it.
func (c Cookies) DropReferral(w http.ResponseWriter) { c.set(w, ReferralCookie, "", -1) }

func (c Cookies) set(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode,
	})
}
