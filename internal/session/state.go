package session

import "github.com/jasmincam/jasmincam/internal/domain"

// State is where an account or an upload is. The words are those of
// docs/PROTOCOL.md, section 4.
type State string

// The states.
const (
	Offline      State = "offline"      // not wanted online, and her room is closed
	Connecting   State = "connecting"   // on the way for the first time
	Live         State = "live"         // seen by whoever may
	Reconnecting State = "reconnecting" // lost and on the way back
	Away         State = "away"         // lost for longer than domain.ReconnectingFor
	Private      State = "private"      // in a private show
	Panic        State = "panic"        // black and silent by her wish
	Failed       State = "failed"       // refused: somebody has to act
)

// signal is what can happen to an upload.
type signal string

const (
	sigStart   signal = "start"   // told to go
	sigUp      signal = "up"      // media flows
	sigLost    signal = "lost"    // an attempt failed, or the upload broke
	sigOverdue signal = "overdue" // domain.ReconnectingFor passed since the loss
	sigRefused signal = "refused" // nothing to be gained by another attempt
	sigStop    signal = "stop"    // told to end
)

// step is one line of the table: in state from, sig leads to state to.
type step struct {
	from State
	sig  signal
	to   State
}

// steps is the whole life of an upload. What is not in it changes nothing.
func steps() []step {
	return []step{
		{Offline, sigStart, Connecting},
		{Connecting, sigUp, Live},
		{Connecting, sigLost, Connecting},
		{Connecting, sigRefused, Failed},
		{Connecting, sigStop, Offline},
		{Live, sigLost, Reconnecting},
		{Live, sigRefused, Failed},
		{Live, sigStop, Offline},
		{Reconnecting, sigUp, Live},
		{Reconnecting, sigLost, Reconnecting},
		{Reconnecting, sigOverdue, Away},
		{Reconnecting, sigRefused, Failed},
		{Reconnecting, sigStop, Offline},
		{Away, sigUp, Live},
		{Away, sigLost, Away},
		{Away, sigRefused, Failed},
		{Away, sigStop, Offline},
		{Failed, sigStart, Connecting},
	}
}

// next tells the state after sig; false when the table has no such step.
func next(from State, sig signal) (State, bool) {
	for _, s := range steps() {
		if s.from == from && s.sig == sig {
			return s.to, true
		}
	}
	return from, false
}

// presence is all that an account's state follows from.
type presence struct {
	wanted    bool             // she wants to be online
	failed    bool             // refused
	upload    State            // of the outlet that carries her
	confirmed bool             // the backend has opened her room for this upload
	unsure    bool             // whether it is open is not known: an answer was lost, or she goes on after a failure
	been      bool             // she was live since she wished to be
	room      domain.RoomState // the backend's newest word, "" before the first
	doubt     bool             // that word contradicts what is confirmed
	paused    bool             // black and silent by her wish (domain A7)
}

// mayBeOpen tells whether her room is open, or nobody knows that it is closed.
func (p presence) mayBeOpen() bool { return p.confirmed || p.unsure }

// open tells whether her gate is to be open. A room that was not seen yet stays
// closed while she is paused.
func (p presence) open() bool {
	return p.wanted && !p.failed && (!p.paused || p.been || p.confirmed)
}

// contradicts tells whether a room in state s was closed or opened by somebody
// else than this program. While her own wish is on its way nothing does, and a
// room that is on its way back is not open.
func contradicts(s domain.RoomState, p presence) bool {
	if p.unsure || p.wanted != p.confirmed {
		return false
	}
	return p.confirmed && s == domain.RoomOffline || !p.confirmed && s == domain.RoomLive
}

// state is the account's own: the upload's, until her room is open; then the
// room's.
func (p presence) state() State {
	switch {
	case p.failed:
		return Failed
	case !p.wanted && !(p.mayBeOpen() && (p.upload == Live || p.upload == Reconnecting)): // until her room is closed she may be seen
		return Offline
	case p.paused: // whatever else there is to say: nobody sees or hears her
		return Panic
	case p.upload != Live:
		return p.upload
	case p.confirmed && p.room == domain.RoomPrivate:
		return Private
	case p.confirmed && p.room == domain.RoomAway:
		return Away
	case p.confirmed && p.room == domain.RoomLive:
		return Live
	case p.been:
		return Reconnecting
	default:
		return Connecting
	}
}
