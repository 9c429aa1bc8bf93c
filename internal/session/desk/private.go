package desk

import (
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
)

// Private tells of the private show that the desk gives; zero while there is none.
type Private struct {
	Show, Email string
	Cleared     bool  // nothing goes to any other service: her own one is told that she is ready
	Trouble     error // why it cannot be: another service has not confirmed that she left
}

// BeginPrivate gives a private show by an account: uploads to every other service
// end in order, and when the last of those services has confirmed it, her own is
// told that she is ready (domain rule 1). If one does not confirm, there is no show.
// Accounts of her own service stay on the upload: their rooms are closed there.
func (d *Desk) BeginPrivate(email, show string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.private = Private{Show: show, Email: email}
	d.ring()
}

// EndPrivate ends it: those who wanted to be online elsewhere come back.
func (d *Desk) EndPrivate() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.members {
		if m.entry.Email == d.private.Email {
			m.account.LeaveShow()
		}
	}
	d.private = Private{}
	d.ring()
}

// barred tells whether a member is with another service than the show; d.mu is
// held.
func (d *Desk) barred(m *member) bool {
	if d.private.Show == "" {
		return false
	}
	for _, o := range d.members {
		if o.entry.Email == d.private.Email {
			return o.entry.URL != m.entry.URL
		}
	}
	return true
}

// aside tells whether a room of the show's own service is lost in the words for others
// alone: the room beside a show may be shown as away, and her line is not broken. d.mu
// is held.
func (d *Desk) aside(s session.Snapshot) bool {
	return d.private.Show != "" && d.private.Email != s.Email && s.Flows && (s.State == session.Reconnecting || s.State == session.Away)
}

// pictured are the accounts of which pictures may be sent: a show bars those of other
// services.
func (d *Desk) pictured(members []*member) (accounts []*session.Account) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range members {
		if !d.barred(m) {
			accounts = append(accounts, m.account)
		}
	}
	return accounts
}

// clear tells her service that she is ready as soon as no upload goes elsewhere.
func (c *conductor) clear() {
	d := c.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.private.Show == "" || d.private.Cleared || d.private.Trouble != nil {
		return
	}
	for _, u := range c.uploads {
		for _, m := range u.members {
			if d.barred(m) {
				return
			}
		}
	}
	for _, m := range d.members {
		if m.entry.Email == d.private.Email {
			d.private.Cleared = true
			m.account.EnterShow(d.private.Show)
		}
	}
}

// left notes whether an upload that a show ended is known to be over; d.mu is held.
func (d *Desk) left(u *upload) {
	if d.private.Show == "" || d.private.Cleared || u.outlet.Left() {
		return
	}
	for _, m := range u.members {
		if d.barred(m) {
			d.private.Trouble = domain.Errorf("show", domain.KindUnavailable,
				"The other site has not confirmed that your picture has ended there, so the private show cannot begin. End the show, and try again in a minute.").Because("show.elsewhere")
		}
	}
}

// away is how a member looks who is kept from her service by a show.
func away(s session.Snapshot) session.Snapshot {
	s.State, s.Trouble = session.Away, ""
	return s
}
