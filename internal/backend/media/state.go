package media

import (
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// signal is what can happen to a room.
type signal int

const (
	told    signal = iota // the gate was opened: by the app, or at once by a stream key
	picture               // the gate is open and the upload's packets flow
	lost                  // the upload ended or fell silent
	away                  // domain.ReconnectingFor has passed since then
	ended                 // domain.AwayFor has passed since then
	closed                // told to go offline, or no longer allowed
	drawn                 // the curtain of a private show of her person
	hidden                // the same, where she chose to be away meanwhile: as lost, for all to see
	lifted                // it is gone, and the gate is open
)

// after is the table of a room's states: what a room in state s becomes. A
// state without an entry for the signal stays as it is.
func after(s domain.RoomState, what signal) domain.RoomState {
	next, ok := map[signal]map[domain.RoomState]domain.RoomState{
		told: {
			domain.RoomOffline: domain.RoomConnecting,
		},
		picture: {
			domain.RoomOffline:      domain.RoomLive,
			domain.RoomConnecting:   domain.RoomLive,
			domain.RoomReconnecting: domain.RoomLive,
			domain.RoomAway:         domain.RoomLive,
		},
		lost: {
			domain.RoomConnecting: domain.RoomReconnecting,
			domain.RoomLive:       domain.RoomReconnecting,
			domain.RoomPrivate:    domain.RoomReconnecting, // once the curtain is gone: see permits
		},
		away: {
			domain.RoomReconnecting: domain.RoomAway,
		},
		ended: {
			domain.RoomReconnecting: domain.RoomOffline,
			domain.RoomAway:         domain.RoomOffline,
		},
		closed: {
			domain.RoomConnecting:   domain.RoomOffline,
			domain.RoomLive:         domain.RoomOffline,
			domain.RoomReconnecting: domain.RoomOffline,
			domain.RoomAway:         domain.RoomOffline,
			domain.RoomPrivate:      domain.RoomOffline,
		},
		drawn: {
			domain.RoomOffline:      domain.RoomPrivate,
			domain.RoomConnecting:   domain.RoomPrivate,
			domain.RoomLive:         domain.RoomPrivate,
			domain.RoomReconnecting: domain.RoomPrivate,
			domain.RoomAway:         domain.RoomPrivate,
		},
		hidden: { // as when it is lost; one that is offline stays so
			domain.RoomConnecting: domain.RoomReconnecting,
			domain.RoomLive:       domain.RoomReconnecting,
			domain.RoomPrivate:    domain.RoomAway,
		},
		lifted: {
			domain.RoomPrivate: domain.RoomConnecting,
		},
	}[what][s]
	if !ok {
		return s
	}
	return next
}

// permits tells whether a room may be in state s: behind a curtain it is what she
// chose or offline, whatever its upload does. One that is to be away gets there as a
// lost one does.
func permits(behind, s domain.RoomState) bool {
	return behind == "" || s == behind || s == domain.RoomOffline || behind == domain.RoomAway && s == domain.RoomReconnecting
}

// overdue tells which signal time itself gives to a room that was lost.
func overdue(s domain.RoomState, lostFor time.Duration) (signal, bool) {
	waiting := s == domain.RoomReconnecting || s == domain.RoomAway
	switch {
	case waiting && lostFor >= domain.AwayFor:
		return ended, true
	case s == domain.RoomReconnecting && lostFor >= domain.ReconnectingFor:
		return away, true
	default:
		return 0, false
	}
}
