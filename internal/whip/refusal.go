package whip

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// MaxBody bounds every SDP and every fragment, in bytes, at both ends.
const MaxBody = 64 << 10

// Media types of RFC 9725 and RFC 8840.
const (
	TypeSDP      = "application/sdp"
	TypeFragment = "application/trickle-ice-sdpfrag"
)

// Refusal is an answer other than success: what a Peer returns to have a
// certain status sent, and what a Client returns when it was refused.
type Refusal struct {
	Status     int           // HTTP status, 3xx to 5xx
	Kind       string        // one word for programs, may be empty
	Message    string        // one sentence for a person
	RetryAfter time.Duration // 0 = not told
}

// Error prints the status and the sentence.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused with %d: %s", r.Status, r.Message)
}

// refuse makes a Refusal of the wire rules themselves.
func refuse(status int, kind, message string) *Refusal {
	return &Refusal{Status: status, Kind: kind, Message: message}
}

// NoSession is the answer to a request about a session that is not there.
func NoSession() *Refusal {
	return refuse(http.StatusNotFound, "not_found", "There is no such session; it may have ended. Start a new one.")
}

// Replaced is the answer to a request about an upload whose room is fed by a newer
// one. Whoever reads it stops: two programs that both came back would replace each
// other in turn.
func Replaced() *Refusal {
	return refuse(http.StatusConflict, "conflict", "Another program or page of yours went online in this room, and viewers see that one now. Go online here again if you want this one back.")
}

// Mismatch is the answer to an If-Match that names another ICE session.
func Mismatch() *Refusal {
	return refuse(http.StatusPreconditionFailed, "conflict", "If-Match names another ICE session; use the newest ETag.")
}

// asRefusal tells what to send for err; everything that is not a Refusal is a
// defect whose words stay inside.
func asRefusal(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) && r.Status >= 300 {
		return r
	}
	return refuse(http.StatusInternalServerError, "internal", "Something went wrong on our side. Please try again.")
}
