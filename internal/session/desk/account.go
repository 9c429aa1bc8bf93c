package desk

import (
	"slices"

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

// member is an account at the desk; Desk.mu guards its wish.
type member struct {
	entry   Entry
	account *session.Account
	wish    bool // she wants to be online; her account forgets it while an upload ends
}

// want passes on what she wants.
func (m *member) want(online bool) {
	m.wish = online
	m.account.SetOnline(online)
}

// snapshot is her account's, but on the way from the moment she wishes.
func (m *member) snapshot() session.Snapshot {
	s := m.account.Snapshot()
	if m.wish && s.State == session.Offline {
		s.State = session.Connecting
	}
	return s
}

// Add takes an account in, offline, and follows its streams while Run works. An
// account of the same address at the same backend is replaced.
func (d *Desk) Add(e Entry) *session.Account {
	a := session.NewAccount(session.AccountConfig{Email: e.Email, Token: e.Token, Service: e.Service, Told: e.Told,
		Offline: true, Log: d.log, Now: d.cfg.Now})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drop(func(m *member) bool { return m.entry.Email == e.Email && m.entry.URL == e.URL })
	a.SetPaused(d.panicked)
	d.members = append(d.members, &member{entry: e, account: a})
	d.ring()
	return a
}

// Remove takes the accounts of an address offline and away.
func (d *Desk) Remove(email string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drop(func(m *member) bool { return m.entry.Email == email })
	d.ring()
}

// drop takes members away; d.mu is held.
func (d *Desk) drop(which func(*member) bool) {
	for _, m := range d.members {
		if which(m) {
			m.want(false)
		}
	}
	d.members = slices.DeleteFunc(slices.Clone(d.members), which)
}

// GoOnline takes the accounts with these addresses online, all when none is
// given, and tries again what could not be opened. It never blocks.
func (d *Desk) GoOnline(emails ...string) { d.wish(true, emails) }

// GoOffline takes the accounts with these addresses offline, all when none is
// given. It never blocks.
func (d *Desk) GoOffline(emails ...string) { d.wish(false, emails) }

func (d *Desk) wish(online bool, emails []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.members {
		if len(emails) > 0 && !slices.Contains(emails, m.entry.Email) {
			continue
		}
		m.want(online)
		if online {
			d.err = nil
		}
	}
	d.ring()
}

// refused tells whether her account failed: somebody has to act.
func (m *member) refused() bool { return m.account.Err() != nil }
