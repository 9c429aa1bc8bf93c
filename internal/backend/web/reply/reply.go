package reply

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// Status is the one table from a Kind to an HTTP status (docs/PROTOCOL.md 1).
func Status(kind domain.Kind) int {
	switch kind {
	case domain.KindInvalid:
		return http.StatusUnprocessableEntity
	case domain.KindUnauthenticated:
		return http.StatusUnauthorized
	case domain.KindPayment:
		return http.StatusPaymentRequired
	case domain.KindForbidden:
		return http.StatusForbidden
	case domain.KindCountry:
		return http.StatusUnavailableForLegalReasons
	case domain.KindNotFound:
		return http.StatusNotFound
	case domain.KindConflict:
		return http.StatusConflict
	case domain.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case domain.KindLimited:
		return http.StatusTooManyRequests
	case domain.KindUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// ErrorBody is an error as the API tells it.
type ErrorBody struct {
	Error ErrorNote `json:"error"`
}

// ErrorNote is the inside of an ErrorBody. Message is one sentence for a
// person; the cause of an error is never in it.
type ErrorNote struct {
	Kind         domain.Kind `json:"kind"`
	Message      string      `json:"message"`
	RetryAfterMS int64       `json:"retry_after_ms"`
	Reason       string      `json:"reason,omitempty"` // which sentence Message is
	Args         []string    `json:"args,omitempty"`   // what it names
	Said         string      `json:"said,omitempty"`   // the sentence in the visitor's language, where that is another one
}

// Note tells what may be told of err.
func Note(err error) ErrorNote {
	note := ErrorNote{Kind: domain.KindOf(err), Message: domain.Sentence(err)}
	note.Reason, note.Args = domain.ReasonOf(err)
	if wait := RetryAfter(err); wait > 0 {
		note.RetryAfterMS = wait.Milliseconds()
	}
	return note
}

// Sentence says why something was refused, in the visitor's language where the
// catalogues have the sentence, else in English; it tells in which.
func Sentence(words *text.Words, err error) (sentence, lang string) {
	reason, told := domain.ReasonOf(err)
	args := make([]any, 0, len(told))
	for _, a := range told {
		args = append(args, a)
	}
	key := "refused." + reason
	if said := words.Say(key, args...); said != key {
		return said, words.Lang()
	}
	return domain.Sentence(err), text.Source
}

// RetryAfter tells how long to wait before trying again; 0 when err does not
// say that waiting helps. A limit or a shortage without a time waits a second.
func RetryAfter(err error) time.Duration {
	var e *domain.Error
	if !errors.As(err, &e) || (e.Kind != domain.KindLimited && e.Kind != domain.KindUnavailable) {
		return 0
	}
	return max(e.RetryAfter, time.Second)
}

// Error answers err as JSON with the status of its Kind.
func Error(w http.ResponseWriter, err error) {
	ErrorStatus(w, err, Status(domain.KindOf(err)))
}

// ErrorStatus answers err as JSON with a status that says more than the Kind's
// own, such as 400 for a body that is not JSON.
func ErrorStatus(w http.ResponseWriter, err error, status int) {
	Remember(w, err)
	Wait(w, err)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110 section 15.5.2
	}
	JSON(w, status, ErrorBody{Told(w, err)})
}

// Told is Note, with the sentence in the visitor's language where w knows it.
func Told(w http.ResponseWriter, err error) ErrorNote {
	note := Note(err)
	if s, ok := w.(Speaker); ok {
		if said, lang := s.Sentence(err); lang != text.Source {
			note.Said = said
		}
	}
	return note
}

// Speaker is a ResponseWriter that knows the visitor's language.
type Speaker interface {
	// Sentence says why something was refused, and tells in which language.
	Sentence(err error) (sentence, lang string)
}

// Wait sets Retry-After, in whole seconds, when err says that waiting helps.
func Wait(w http.ResponseWriter, err error) {
	if wait := RetryAfter(err); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
}

// Rememberer is a ResponseWriter that notes an error for the request's log line.
type Rememberer interface{ Remember(err error) }

// Remember hands err to the log line of the request, if the writer has one.
func Remember(w http.ResponseWriter, err error) {
	if m, ok := w.(Rememberer); ok {
		m.Remember(err)
	}
}

// JSON answers v.
func JSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		Remember(w, err)
		status, body = http.StatusInternalServerError, []byte(`{"error":{"kind":"internal","message":"Something went wrong on our side. Please try again.","retry_after_ms":0}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a client that left is no error of ours
}
