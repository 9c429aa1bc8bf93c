package whip

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Offer is what a POST asks for.
type Offer struct {
	Resource string     // the path below the base: empty for WHIP, the performer for WHEP
	Token    string     // of Authorization: Bearer; empty when none was sent
	SDP      string     // at most MaxBody bytes
	Query    url.Values // of the address that was offered to
}

// Answer grants an Offer.
type Answer struct {
	Session string // unguessable, URL-safe: the last element of the session's address
	ETag    string // names the ICE session, without quotes
	SDP     string // with all candidates
}

// Patch is what a PATCH asks for.
type Patch struct {
	Session  string
	Match    string // the ETag that If-Match names, without quotes; "*" = whichever is current
	Fragment Fragment
}

// Patched grants a Patch. Fragment is nil after a trickle; after an ICE restart
// it holds the server's new credentials, and ETag the new ICE session.
type Patched struct {
	Fragment *Fragment
	ETag     string
}

// Peer is what stands behind the server's addresses. Its errors should be (or
// wrap) *Refusal: NoSession for an unknown session, Mismatch for a Match that
// is not current; anything else becomes a 500. Calls come from many goroutines.
type Peer interface {
	Offer(ctx context.Context, o Offer) (Answer, error)
	Patch(ctx context.Context, p Patch) (Patched, error)
	Close(ctx context.Context, session string) error
}

// Server answers WHIP or WHEP requests below one base path.
type Server struct {
	base     string
	resource bool
	peer     Peer
}

// NewServer serves WHIP at base: POST base, then base/SESSION.
func NewServer(base string, p Peer) *Server {
	return &Server{base: strings.TrimSuffix(base, "/"), peer: p}
}

// NewPlayback serves WHEP below base: POST base/RESOURCE, then
// base/RESOURCE/SESSION.
func NewPlayback(base string, p Peer) *Server {
	return &Server{base: strings.TrimSuffix(base, "/"), peer: p, resource: true}
}

const (
	endpointMethods = "POST, OPTIONS"
	sessionMethods  = "PATCH, DELETE, OPTIONS"
)

// ServeHTTP routes by the depth of the path and the method.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*") // never with credentials: other sites have no cookies here
	h.Set("Access-Control-Expose-Headers", "Location, ETag, Accept-Post, Accept-Patch, Retry-After")
	h.Set("Cache-Control", "no-store")
	resource, session, ok := s.split(r.URL.Path)
	if !ok {
		send(w, refuse(http.StatusNotFound, "not_found", "There is nothing at this address."))
		return
	}
	if session == "" {
		s.endpoint(w, r, resource)
		return
	}
	s.session(w, r, session)
}

// split takes the resource and the session out of a path.
func (s *Server) split(path string) (resource, session string, ok bool) {
	rest, found := strings.CutPrefix(path, s.base)
	if !found || rest != "" && rest[0] != '/' {
		return "", "", false
	}
	rest = strings.Trim(rest, "/")
	if s.resource {
		resource, session, _ = strings.Cut(rest, "/")
		ok = resource != ""
	} else {
		session, ok = rest, true
	}
	return resource, session, ok && !strings.Contains(session, "/")
}

// endpoint serves the address that offers go to.
func (s *Server) endpoint(w http.ResponseWriter, r *http.Request, resource string) {
	switch r.Method {
	case http.MethodPost:
		s.post(w, r, resource)
	case http.MethodOptions:
		w.Header().Set("Accept-Post", TypeSDP)
		preflight(w, endpointMethods)
	default:
		w.Header().Set("Accept-Post", TypeSDP)
		notAllowed(w, endpointMethods)
	}
}

// session serves the address of one session.
func (s *Server) session(w http.ResponseWriter, r *http.Request, session string) {
	switch r.Method {
	case http.MethodPatch:
		s.patch(w, r, session)
	case http.MethodDelete:
		if err := s.peer.Close(r.Context(), session); err != nil {
			send(w, err)
			return
		}
		w.WriteHeader(http.StatusOK)
	case http.MethodOptions:
		w.Header().Set("Accept-Patch", TypeFragment)
		preflight(w, sessionMethods)
	default:
		notAllowed(w, sessionMethods)
	}
}

func (s *Server) post(w http.ResponseWriter, r *http.Request, resource string) {
	body, err := readBody(w, r, TypeSDP)
	if err != nil {
		send(w, err)
		return
	}
	if !accepts(r.Header.Values("Accept"), TypeSDP) {
		send(w, refuse(http.StatusNotAcceptable, "invalid", "The answer is application/sdp; allow it in Accept."))
		return
	}
	if !strings.HasPrefix(body, "v=0") {
		send(w, refuse(http.StatusBadRequest, "invalid", "The body is not an SDP."))
		return
	}
	token, err := bearer(r)
	if err != nil {
		send(w, err)
		return
	}
	answer, err := s.peer.Offer(r.Context(), Offer{Resource: resource, Token: token, SDP: body, Query: r.URL.Query()})
	if err != nil {
		send(w, err)
		return
	}
	location := s.base + "/" + answer.Session
	if s.resource {
		location = s.base + "/" + resource + "/" + answer.Session
	}
	h := w.Header()
	h.Set("Content-Type", TypeSDP)
	h.Set("Location", location)
	h.Set("ETag", quote(answer.ETag))
	h.Set("Accept-Patch", TypeFragment)
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, answer.SDP) // the caller may be gone; the session then ends by itself
}

func (s *Server) patch(w http.ResponseWriter, r *http.Request, session string) {
	body, err := readBody(w, r, TypeFragment)
	if err != nil {
		send(w, err)
		return
	}
	match := unquote(r.Header.Get("If-Match"))
	if match == "" {
		send(w, refuse(http.StatusPreconditionRequired, "invalid", "Name the ICE session in If-Match: its ETag, or * to restart it."))
		return
	}
	fragment, err := ParseFragment(body)
	if err != nil {
		send(w, refuse(http.StatusBadRequest, "invalid", "The body is "+err.Error()+"."))
		return
	}
	done, err := s.peer.Patch(r.Context(), Patch{Session: session, Match: match, Fragment: fragment})
	switch {
	case err != nil:
		send(w, err)
	case done.Fragment == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", TypeFragment)
		w.Header().Set("ETag", quote(done.ETag))
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, done.Fragment.String())
	}
}

// readBody checks the content type and the length, and reads the body.
func readBody(w http.ResponseWriter, r *http.Request, want string) (string, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != want {
		return "", refuse(http.StatusUnsupportedMediaType, "invalid", "Send the body as "+want+".")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return "", refuse(http.StatusRequestEntityTooLarge, "too_large", "The body is larger than 64 KiB; offer fewer codecs or candidates.")
	case err != nil:
		return "", refuse(http.StatusBadRequest, "invalid", "The body did not arrive whole; send it again.")
	}
	return string(body), nil
}

// bearer takes the token out of the Authorization header.
func bearer(r *http.Request) (string, error) {
	value := r.Header.Get("Authorization")
	if value == "" {
		return "", nil
	}
	scheme, token, _ := strings.Cut(value, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", refuse(http.StatusUnauthorized, "unauthenticated", "Send the token as Authorization: Bearer TOKEN.")
	}
	return token, nil
}

// accepts tells whether an Accept header lets want through; none lets all.
func accepts(values []string, want string) bool {
	if len(values) == 0 {
		return true
	}
	major, _, _ := strings.Cut(want, "/")
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil && q <= 0 {
			continue
		}
		if kind == want || kind == "*/*" || kind == major+"/*" {
			return true
		}
	}
	return false
}

func preflight(w http.ResponseWriter, methods string) {
	h := w.Header()
	h.Set("Allow", methods)
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

func notAllowed(w http.ResponseWriter, methods string) {
	w.Header().Set("Allow", methods)
	send(w, refuse(http.StatusMethodNotAllowed, "invalid", "This address takes "+methods+" only."))
}

// send answers with an error: a status and one JSON object (docs/PROTOCOL.md,
// section 1).
func send(w http.ResponseWriter, err error) {
	r := asRefusal(err)
	h := w.Header()
	if r.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if r.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(r.RetryAfter.Seconds()))))
	}
	body, _ := json.Marshal(refusalBody{Error: refusalWords{ // three plain fields always marshal
		Kind: r.Kind, Message: r.Message, RetryAfterMS: r.RetryAfter.Milliseconds()}})
	h.Set("Content-Type", "application/json")
	w.WriteHeader(r.Status)
	_, _ = w.Write(body)
}

type refusalBody struct {
	Error refusalWords `json:"error"`
}

type refusalWords struct {
	Kind         string `json:"kind"`
	Message      string `json:"message"`
	RetryAfterMS int64  `json:"retry_after_ms"`
}

func (w refusalWords) retryAfter() time.Duration {
	return time.Duration(max(w.RetryAfterMS, 0)) * time.Millisecond
}

func quote(etag string) string { return `"` + etag + `"` }

func unquote(etag string) string {
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(etag), "W/"), `"`)
}
