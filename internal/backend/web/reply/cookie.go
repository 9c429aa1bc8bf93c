package reply

import (
	"net/http"
	"time"
)

// The cookies of the pages.
const (
	SessionCookie = "jc_session"
	GuestCookie   = "jc_guest"
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

func (c Cookies) set(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode,
	})
}
