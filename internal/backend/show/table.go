package show

import "github.com/jasmincam/jasmincam/internal/domain"

// signal is what can happen to a show.
type signal string

const (
	called    signal = "called"    // its turn in the waiting line has come
	accepted  signal = "accepted"  // by her
	declined  signal = "declined"  // by her, or taken back by the member
	overtaken signal = "overtaken" // she accepted another one first
	overdue   signal = "overdue"   // nobody answered, or her program was not ready
	ready     signal = "ready"     // her program shows PRIVATE
	arrived   signal = "arrived"   // the payer's browser has confirmed picture
	stalled   signal = "stalled"   // nothing arrives any more
	failed    signal = "failed"    // it cannot be paid when its turn comes, or the server ends before it began
	finished  signal = "finished"  // by a party, the end of credit, loss, or the server's end
	settled   signal = "settled"   // the last entry is booked, the rest voided
)

// signals lists every signal, for tests.
func signals() []signal {
	return []signal{called, accepted, declined, overtaken, overdue, ready, arrived, stalled, failed, finished, settled}
}

// step is one line of the table: in state from, sig leads to state to.
type step struct {
	from domain.ShowState
	sig  signal
	to   domain.ShowState
}

// steps is the whole life of a show. What is not in it does not happen.
func steps() []step {
	return []step{
		{domain.ShowWaiting, called, domain.ShowAsked},
		{domain.ShowWaiting, declined, domain.ShowRefused},
		{domain.ShowWaiting, failed, domain.ShowFailed},

		{domain.ShowAsked, accepted, domain.ShowAccepted},
		{domain.ShowAsked, declined, domain.ShowRefused},
		{domain.ShowAsked, overtaken, domain.ShowWaiting},
		{domain.ShowAsked, overdue, domain.ShowExpired},
		{domain.ShowAsked, failed, domain.ShowFailed},

		{domain.ShowAccepted, ready, domain.ShowStarting},
		{domain.ShowAccepted, overdue, domain.ShowExpired},
		{domain.ShowAccepted, failed, domain.ShowFailed},
		{domain.ShowAccepted, finished, domain.ShowEnded},

		{domain.ShowStarting, arrived, domain.ShowRunning},
		{domain.ShowStarting, stalled, domain.ShowInterrupted},
		{domain.ShowStarting, finished, domain.ShowEnded},

		{domain.ShowRunning, stalled, domain.ShowInterrupted},
		{domain.ShowRunning, finished, domain.ShowEnded},

		{domain.ShowInterrupted, arrived, domain.ShowRunning},
		{domain.ShowInterrupted, finished, domain.ShowEnded},

		{domain.ShowEnded, settled, domain.ShowSettled},
	}
}

// next tells the state after sig; false when the table has no such step.
func next(from domain.ShowState, sig signal) (domain.ShowState, bool) {
	for _, s := range steps() {
		if s.from == from && s.sig == sig {
			return s.to, true
		}
	}
	return from, false
}
