package vm

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// loudest orders the states by how much she has to know of them: the first that
// any account is in is the big one.
func loudest() []session.State {
	return []session.State{session.Panic, session.Private, session.Live, session.Reconnecting, session.Away,
		session.Connecting, session.Failed, session.Offline}
}

// bigState is the state that cannot be overlooked, and who is in it.
func bigState(cards []Card) (session.State, []string) {
	for _, state := range loudest() {
		var to []string
		for _, c := range cards {
			if c.State == state {
				to = append(to, cmp.Or(c.Name, c.Email))
			}
		}
		if len(to) > 0 {
			return state, to
		}
	}
	return session.Offline, nil
}

// show makes the view of a status; l.mu is held.
func (l *Live) show(s desk.Status, kept settings.Values) {
	v := &l.v
	v.Accounts = make([]Card, 0, len(s.Accounts))
	for _, a := range s.Accounts {
		c := l.card(a)
		c.Closed = s.Private.Show != "" && s.Private.Email != a.Email && a.State == session.Away
		v.Accounts = append(v.Accounts, c)
	}
	slices.SortStableFunc(v.Accounts, func(a, b Card) int { return strings.Compare(a.Letter, b.Letter) })
	v.State, v.To = bigState(v.Accounts)
	if v.Panic = s.Panic; v.Panic {
		v.State = session.Panic // also while nobody is online
	}
	v.Online = slices.ContainsFunc(v.Accounts, func(c Card) bool { return c.Online })
	if v.Look = kept.Look; l.choosing == 0 {
		v.Choice = s.Choice
	}
	v.Width, v.Height, v.FPS, v.Kbps, v.Dropped = s.Stats.Width, s.Stats.Height, math.Round(s.FPS*10)/10, s.Kbps, s.Stats.Dropped
	if v.Width == 0 {
		v.Width, v.Height = s.Camera.Format.Width, s.Camera.Format.Height
	}
	v.HealthWord, v.HealthReason = cmp.Or(s.Health.Word, desk.HealthOff), s.Health.Reason
	v.Sold, v.Advice = l.lastSold(), nil
	for _, a := range s.Advice {
		v.Advice = append(v.Advice, string(a))
	}
	v.Muted, v.Watching = s.Muted, s.Watching
	v.CameraLost, v.MicLost = lost("device.lost.camera", s.Camera), lost("device.lost.microphone", s.Microphone)
	v.Trouble = base.Told(s.Err)
	switch {
	case v.Choice.Camera.Kind == "" && !v.Online: // nothing is wrong: she has not chosen yet
		v.Trouble, v.HealthWord, v.HealthReason = Notice{}, desk.HealthOff, ""
	case s.Err != nil && v.HealthWord == desk.HealthGood: // the error says why it is not
		v.HealthWord, v.HealthReason = desk.HealthPoor, ""
	}
}

// lost tells that a device is away.
func lost(key string, s capture.ReaderState) Notice {
	if !s.Lost {
		return Notice{}
	}
	return Notice{Key: key, Text: s.Err}
}

func (l *Live) card(s session.Snapshot) Card {
	a := l.accounts[s.Email]
	c := Card{Email: s.Email, Name: cmp.Or(s.Name, a.Name), Letter: a.Letter, State: s.State, Viewers: s.Viewers,
		TimeOnline: l.online[s.Email].Truncate(1e9), EarnedCents: s.EarnedCents, PriceMillicredits: int64(l.prices[s.Email].Private),
		SnapshotMillicredits: int64(l.prices[s.Email].Snapshot),
		Online:               s.State != session.Offline && s.State != session.Failed}
	if s.Trouble != "" {
		c.Trouble = troubleOf(s)
	}
	return c
}

// troubleOf is an account's trouble: why staff or her studio keeps it off, with
// the reason that they gave, else what its state means.
func troubleOf(s session.Snapshot) Notice {
	for _, state := range domain.AccountStates() {
		if reason := state.OfflineReason(); reason != "" && strings.HasPrefix(s.Trouble, reason) {
			given := strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(s.Trouble, reason)), "Reason given: ")
			return Notice{Key: "account." + string(state), Said: given}
		}
	}
	n := Notice{Key: "trouble." + string(s.State), Text: s.Trouble}
	if why := base.Told(s.Why); why.Or != "" {
		n.Key, n.Args, n.Or = why.Key, why.Args, n.Key
	}
	return n
}

// trouble of an account, or of all; it is news when it begins.
type trouble struct {
	email string
	Notice
}

// news are the troubles that were not told yet; l.mu is held.
func (l *Live) news() []trouble {
	now := []trouble{{"", l.v.Trouble}, {"", l.v.CameraLost}, {"", l.v.MicLost}}
	for _, c := range l.v.Accounts {
		now = append(now, trouble{c.Email, c.Trouble})
	}
	said := make(map[string]Notice, len(now))
	var out []trouble
	for _, n := range now {
		if n.Empty() {
			continue
		}
		id := n.email + " " + cmp.Or(n.Text, n.Key) + n.Said // the words tell more than their kind
		said[id] = n.Notice
		if _, before := l.said[id]; !before {
			out = append(out, n)
		}
	}
	l.said = said
	return out
}
