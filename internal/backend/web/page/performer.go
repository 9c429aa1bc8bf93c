package page

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type performerView struct {
	Me          domain.Me
	Application domain.Application // what was sent before, or typed and refused
	Action      string             // where the application form goes
	Settings    domain.RoomSettings
	Bans        []domain.Ban
	StreamKey   string // told once
	WHIP        string
	Barred      domain.AccountState // the state in which she may not go online; "" when she may
}

// Autocomplete is of her name's field.
func (performerView) Autocomplete() string { return "name" }

// Editable tells whether an application may be sent now.
func (v performerView) Editable() bool {
	return v.Me.Account.State == domain.StateUnfinished || v.Me.Account.State == domain.StateRejected
}

// Closed is the i-th country that is closed to guests, or "".
func (v performerView) Closed(i int) string {
	if i < len(v.Settings.GuestsClosedIn) {
		return v.Settings.GuestsClosedIn[i]
	}
	return ""
}

func (p *Pages) performerView(r *http.Request) (performerView, error) {
	actor, err := as(r, domain.RolePerformer)
	if err != nil {
		return performerView{}, err
	}
	me, err := p.Backend.Me(r.Context())
	if err != nil {
		return performerView{}, err
	}
	v := performerView{Me: me, Action: "/performer/application", Barred: barred(me.Account), WHIP: p.origin(r) + "/whip"}
	if v.Settings, err = p.Backend.Settings(r.Context(), actor.Account.Name); err != nil {
		return v, err
	}
	if v.Editable() { // so that she corrects what was rejected instead of writing it again
		v.Application, err = p.Backend.Application(r.Context(), actor.Account.Name)
		if err != nil && domain.KindOf(err) != domain.KindNotFound {
			return v, err
		}
	}
	v.Bans, err = p.Backend.Bans(r.Context(), actor.Account.Name)
	return v, err
}

// origin is the site's address as the visitor uses it.
func (p *Pages) origin(r *http.Request) string {
	if p.Cookies.Secure || r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (p *Pages) performer(w http.ResponseWriter, r *http.Request) {
	v, err := p.performerView(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "performer", "performer.title", v)
}

// herForm runs a form of the performer's page: act does the thing, and keep
// puts what was typed back into the page when it was refused.
func (p *Pages) herForm(w http.ResponseWriter, r *http.Request, words string, act func(name string) error, keep func(*performerView)) {
	actor, err := as(r, domain.RolePerformer)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	if err = form(r); err == nil {
		err = act(actor.Account.Name)
	}
	if err == nil {
		done(w, r, "/performer", words)
		return
	}
	v, viewErr := p.performerView(r)
	if viewErr != nil {
		p.problem(w, r, viewErr)
		return
	}
	keep(&v)
	p.again(w, r, "performer", "performer.title", err, v)
}

func applicationOf(r *http.Request) domain.Application {
	return domain.Application{FullName: r.PostFormValue("full_name"), BirthDate: r.PostFormValue("birth_date"), Country: r.PostFormValue("country")}
}

func (p *Pages) apply(w http.ResponseWriter, r *http.Request) {
	p.herForm(w, r, "applied", func(name string) error {
		_, err := p.Backend.Apply(r.Context(), name, applicationOf(r))
		return err
	}, func(v *performerView) { v.Application = applicationOf(r) })
}

func settingsOf(r *http.Request) domain.RoomSettings {
	s := domain.RoomSettings{
		GuestChat: r.PostFormValue("guest_chat") == "yes", HomeClosed: r.PostFormValue("home_closed") == "yes", GuestsClosedIn: []string{},
	}
	for _, code := range r.PostForm["guests_closed_in"] {
		if code != "" {
			s.GuestsClosedIn = append(s.GuestsClosedIn, code)
		}
	}
	return s
}

func (p *Pages) settings(w http.ResponseWriter, r *http.Request) {
	p.herForm(w, r, "saved", func(name string) error {
		return p.Backend.SetSettings(r.Context(), name, settingsOf(r))
	}, func(v *performerView) { v.Settings = settingsOf(r) })
}

func (p *Pages) lift(w http.ResponseWriter, r *http.Request) {
	p.herForm(w, r, "lifted", func(name string) error {
		return p.Backend.Lift(r.Context(), name, r.PostFormValue("viewer"))
	}, func(*performerView) {})
}

// streamKey tells a new key in the answer itself: it is told once.
func (p *Pages) streamKey(w http.ResponseWriter, r *http.Request) {
	v, err := p.performerView(r)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	if v.StreamKey, err = p.Backend.NewStreamKey(r.Context(), v.Me.Account.Name); err != nil {
		p.again(w, r, "performer", "performer.title", err, v)
		return
	}
	p.show(w, r, "performer", "performer.title", v)
}

type broadcastView struct {
	roomView
	Barred domain.AccountState // the state in which she may not go online; "" when she may
}

func barred(a domain.Account) domain.AccountState {
	if a.State.OfflineReason() == "" {
		return ""
	}
	return a.State
}

// broadcast is the page that goes online from the browser (domain A3).
func (p *Pages) broadcast(w http.ResponseWriter, r *http.Request) {
	actor, err := as(r, domain.RolePerformer)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	view, err := p.view(r, actor.Account.Name)
	if err != nil {
		p.problem(w, r, err)
		return
	}
	p.show(w, r, "broadcast", "broadcast.title", broadcastView{view, barred(actor.Account)})
}
