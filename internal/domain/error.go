package domain

import (
	"errors"
	"fmt"
	"time"
)

// Kind is the closed list of ways in which an operation can fail. The web room
// maps a Kind to a status, the client maps the status back, and the UI maps it
// to a sentence that says what to do next.
type Kind string

// The kinds. Nothing else is ever returned to a caller.
const (
	KindInvalid         Kind = "invalid"         // the request is malformed or breaks a limit: change it
	KindUnauthenticated Kind = "unauthenticated" // no valid session: sign in again
	KindPayment         Kind = "payment"         // not enough credits: buy some
	KindForbidden       Kind = "forbidden"       // signed in, but not allowed
	KindCountry         Kind = "country"         // closed in the viewer's country (domain C8)
	KindNotFound        Kind = "not_found"       // there is no such thing
	KindConflict        Kind = "conflict"        // the state or an idempotency key contradicts the request
	KindTooLarge        Kind = "too_large"       // a size limit was passed
	KindLimited         Kind = "limited"         // too many requests: wait RetryAfter
	KindUnavailable     Kind = "unavailable"     // a part is down or full: try again later
	KindInternal        Kind = "internal"        // a defect of ours
)

// Kinds lists every Kind, for tables and tests.
func Kinds() []Kind {
	return []Kind{KindInvalid, KindUnauthenticated, KindPayment, KindForbidden, KindCountry, KindNotFound,
		KindConflict, KindTooLarge, KindLimited, KindUnavailable, KindInternal}
}

// Error is the only error type that crosses a room's border. Message is one
// sentence for a person, with the next step; Err is the cause for the log.
type Error struct {
	Op         string
	Kind       Kind
	Message    string
	RetryAfter time.Duration // only for KindLimited and KindUnavailable
	Reason     string        // which sentence Message is, for programs that say it in another language; "" = only the Kind is told
	Args       []string      // what the sentence names, in its order
	Err        error
}

// Because names the sentence: "refused."+reason in the catalogues, with args in
// its places.
func (e *Error) Because(reason string, args ...any) *Error {
	e.Reason, e.Args = reason, nil
	for _, a := range args {
		e.Args = append(e.Args, fmt.Sprint(a))
	}
	return e
}

// Errorf makes an Error whose sentence is formatted like fmt.Sprintf.
func Errorf(op string, kind Kind, format string, args ...any) *Error {
	return &Error{Op: op, Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error around a cause; the cause is for the log, not for people.
func Wrap(op string, kind Kind, err error, message string) *Error {
	return &Error{Op: op, Kind: kind, Message: message, Err: err}
}

// Error prints as one sentence.
func (e *Error) Error() string {
	s := e.Message
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Err != nil {
		s += " (" + e.Err.Error() + ")"
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf tells the Kind of err; KindInternal when it bears none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// ReasonOf tells which sentence err is, and what it names; "" when only its Kind
// is known.
func ReasonOf(err error) (reason string, args []string) {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason, e.Args
	}
	return "", nil
}

// Sentence tells what a person may read of err. Causes stay in the log.
func Sentence(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return "Something went wrong on our side. Please try again."
}
