package capture

import (
	"errors"
	"fmt"
	"log/slog"
)

// Kind says what sort of trouble a device or a file is in. The list is closed.
type Kind string

// The kinds of Error.
const (
	KindNotFound   Kind = "notfound"   // no such device or file
	KindBusy       Kind = "busy"       // another program holds the device
	KindLost       Kind = "lost"       // it was there and went away, or it stopped delivering
	KindFormat     Kind = "format"     // it delivers nothing that can be used
	KindBroken     Kind = "broken"     // a file or a driver answered with nonsense
	KindPermission Kind = "permission" // the system does not let this user have it
	KindSlept      Kind = "slept"      // the machine slept for longer than MaxSleep: she is asked first
)

// Error is the one error type of this package and those below it. Message is
// one sentence for the person in front of the screen and tells the next step;
// Err is the cause for the log and may be nil.
type Error struct {
	Op      string // what was tried, such as "device.OpenCamera"
	Kind    Kind
	Message string
	Err     error
}

// Error returns the sentence; the cause is reached through errors.Unwrap and
// shown by LogValue.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// LogValue implements slog.LogValuer: the sentence with what was tried and the
// cause, which is of use to nobody but the reader of a log.
func (e *Error) LogValue() slog.Value {
	if e.Err == nil {
		return slog.StringValue(e.Message)
	}
	return slog.StringValue(fmt.Sprintf("%s (%s: %v)", e.Message, e.Op, e.Err))
}

// KindOf returns the kind of the first Error in err's chain, or "".
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}
