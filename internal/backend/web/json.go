package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxBody bounds every body but thumbnails.
const maxBody = 64 << 10

// errNotJSON marks a body that is no JSON at all: status 400 instead of 422.
var errNotJSON = errors.New("not JSON")

// readBody reads at most limit bytes. KindTooLarge.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, domain.Errorf("body", domain.KindTooLarge, "This is too large: at most %d kB can be sent here. Send less.", limit>>10)
	case err != nil: // without its cause: a connection's error bears the visitor's address
		return nil, domain.Errorf("body", domain.KindInvalid, "The request did not arrive whole. Send it again.").Because("form.whole")
	}
	return body, nil
}

// decode reads one JSON object into v and refuses unknown fields and whatever follows.
func decode(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errNotJSON
		}
	}
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errNotJSON):
		return domain.Wrap("body", domain.KindInvalid, errNotJSON, "The body is not one JSON object. Correct it and send it again.")
	default:
		return domain.Wrap("body", domain.KindInvalid, err, "A field is unknown or of the wrong type. Compare the request with docs/PROTOCOL.md.")
	}
}

// fail answers an error as the API does.
func fail(w http.ResponseWriter, err error) {
	if errors.Is(err, errNotJSON) {
		reply.ErrorStatus(w, err, http.StatusBadRequest)
		return
	}
	reply.Error(w, err)
}

// call is an API route with a JSON body of type In; status is that of success.
func call[In, Out any](status int, f func(r *http.Request, in In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		body, err := readBody(w, r, maxBody)
		if err == nil {
			err = decode(body, &in)
		}
		if err != nil {
			fail(w, err)
			return
		}
		ctx, replayed := domain.WithReplay(r.Context())
		out, err := f(r.WithContext(ctx), in)
		if err != nil {
			fail(w, err)
			return
		}
		if replayed() {
			reply.JSON(w, http.StatusOK, out)
			return
		}
		reply.JSON(w, status, out)
	}
}

// show is an API route without a body that answers JSON.
func show[Out any](f func(r *http.Request) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := f(r)
		if err != nil {
			fail(w, err)
			return
		}
		reply.JSON(w, http.StatusOK, out)
	}
}

// do is an API route without a body and without an answer.
func do(f func(r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := f(r); err != nil {
			fail(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// number reads a query's whole number from 0 on; missing is 0. KindInvalid.
func number(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, domain.Errorf(name, domain.KindInvalid, "Write %s as a whole number from 0 on.", name)
	}
	return n, nil
}

// list keeps an empty list from becoming null.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
