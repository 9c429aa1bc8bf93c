package session

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// walk applies signals from Offline on.
func walk(signals ...signal) State {
	s := Offline
	for _, sig := range signals {
		s, _ = next(s, sig)
	}
	return s
}

func TestState_ways(t *testing.T) {
	for _, tt := range []struct {
		way  []signal
		want State
	}{
		{nil, Offline},
		{[]signal{sigStart}, Connecting},
		{[]signal{sigStart, sigLost, sigLost}, Connecting},
		{[]signal{sigStart, sigUp}, Live},
		{[]signal{sigStart, sigUp, sigLost}, Reconnecting},
		{[]signal{sigStart, sigUp, sigLost, sigLost, sigUp}, Live},
		{[]signal{sigStart, sigUp, sigLost, sigOverdue}, Away},
		{[]signal{sigStart, sigUp, sigLost, sigOverdue, sigLost}, Away},
		{[]signal{sigStart, sigUp, sigLost, sigOverdue, sigUp}, Live},
		{[]signal{sigStart, sigOverdue}, Connecting},
		{[]signal{sigStart, sigUp, sigOverdue}, Live},
		{[]signal{sigStart, sigUp, sigLost, sigStop}, Offline},
		{[]signal{sigStart, sigRefused}, Failed},
		{[]signal{sigStart, sigRefused, sigUp}, Failed},
		{[]signal{sigStart, sigRefused, sigStop}, Failed},
		{[]signal{sigStart, sigRefused, sigStart}, Connecting},
	} {
		if got := walk(tt.way...); got != tt.want {
			t.Errorf("%v leads to %s, want %s", tt.way, got, tt.want)
		}
	}
}

func TestState_tableIsSound(t *testing.T) {
	seen := map[step]bool{}
	for _, s := range steps() {
		key := step{from: s.from, sig: s.sig}
		if seen[key] {
			t.Errorf("%s has two answers to %s", s.from, s.sig)
		}
		seen[key] = true
	}
	for _, s := range []State{Connecting, Live, Reconnecting, Away} {
		for _, sig := range []signal{sigLost, sigRefused, sigStop} {
			if !seen[step{from: s, sig: sig}] {
				t.Errorf("%s does not know %s", s, sig)
			}
		}
	}
}

func TestPresence_state(t *testing.T) {
	for _, tt := range []struct {
		p    presence
		want State
	}{
		{presence{}, Offline},
		{presence{upload: Live}, Offline},
		{presence{upload: Live, confirmed: true, room: domain.RoomLive}, Live},                 // her room is not closed yet
		{presence{upload: Reconnecting, confirmed: true, room: domain.RoomLive}, Reconnecting}, // the path may be silent one way
		{presence{upload: Reconnecting, room: domain.RoomLive}, Offline},
		{presence{wanted: true, upload: Connecting}, Connecting},
		{presence{wanted: true, upload: Live}, Connecting},
		{presence{wanted: true, upload: Live, confirmed: true}, Connecting},
		{presence{wanted: true, upload: Live, confirmed: true, room: domain.RoomConnecting}, Connecting},
		{presence{wanted: true, upload: Live, confirmed: true, room: domain.RoomLive}, Live},
		{presence{wanted: true, upload: Live, confirmed: true, room: domain.RoomPrivate}, Private},
		{presence{wanted: true, upload: Live, confirmed: true, room: domain.RoomAway}, Away},
		{presence{wanted: true, upload: Live, been: true, room: domain.RoomLive}, Reconnecting},
		{presence{wanted: true, upload: Live, been: true, confirmed: true, room: domain.RoomReconnecting}, Reconnecting},
		{presence{wanted: true, upload: Reconnecting, room: domain.RoomLive}, Reconnecting},
		{presence{wanted: true, upload: Away}, Away},
		{presence{wanted: true, upload: Live, confirmed: true, failed: true, room: domain.RoomLive}, Failed},
		{presence{paused: true}, Offline},
		{presence{wanted: true, paused: true, upload: Connecting}, Panic},
		{presence{wanted: true, paused: true, upload: Live, confirmed: true, room: domain.RoomLive}, Panic},
		{presence{wanted: true, paused: true, upload: Live, confirmed: true, room: domain.RoomPrivate}, Panic},
		{presence{wanted: true, paused: true, upload: Reconnecting}, Panic},
		{presence{wanted: true, paused: true, failed: true}, Failed},
	} {
		if got := tt.p.state(); got != tt.want {
			t.Errorf("%+v is %s, want %s", tt.p, got, tt.want)
		}
	}
}
