package whip

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxRedirects bounds the 307 and 308 answers that are followed.
const maxRedirects = 5

// Client speaks WHIP or WHEP to one endpoint. It never retries: whoever calls
// knows better when to come back (a Refusal tells RetryAfter).
type Client struct {
	Endpoint  string            // absolute http or https address
	Token     string            // sent as Bearer to the endpoint's own host only; may be empty
	Transport http.RoundTripper // nil = http.DefaultTransport
}

// Session is one upload or view that a server has granted. Its methods may be
// called from several goroutines.
type Session struct {
	Answer string // the server's SDP

	client   *Client
	location *url.URL

	mu   sync.Mutex
	etag string
}

// ErrNoPatch says that the server takes no PATCH (RFC 9725 section 4.3 lets
// it): send complete offers, and start a new session instead of a restart.
var ErrNoPatch = errors.New("this server takes neither trickled candidates nor ICE restarts")

// Publish offers an upload (WHIP). A refusal is a *Refusal.
func (c *Client) Publish(ctx context.Context, offer string) (*Session, error) {
	return c.offer(ctx, offer)
}

// View offers to receive (WHEP). A refusal is a *Refusal.
func (c *Client) View(ctx context.Context, offer string) (*Session, error) {
	return c.offer(ctx, offer)
}

func (c *Client) offer(ctx context.Context, sdp string) (*Session, error) {
	endpoint, err := url.Parse(c.Endpoint)
	if err != nil || endpoint.Host == "" {
		return nil, fmt.Errorf("the address %q is not a WHIP endpoint; write it as https://host/path", c.Endpoint)
	}
	answer, err := c.do(ctx, http.MethodPost, endpoint, TypeSDP, sdp, http.Header{"Accept": {TypeSDP}})
	if err != nil {
		return nil, err
	}
	if answer.status != http.StatusCreated {
		return nil, answer.refusal()
	}
	if kind, _, _ := mime.ParseMediaType(answer.header.Get("Content-Type")); kind != TypeSDP || !strings.HasPrefix(answer.body, "v=0") {
		return nil, errors.New("the server answered 201 without an SDP; it is probably no WHIP server")
	}
	location, err := answer.from.Parse(answer.header.Get("Location"))
	if err != nil || answer.header.Get("Location") == "" || location.Scheme != "http" && location.Scheme != "https" {
		return nil, errors.New("the server answered without a usable Location, so the session could not be ended; use another server")
	}
	return &Session{Answer: answer.body, client: c, location: location, etag: unquote(answer.header.Get("ETag"))}, nil
}

// URL is the session's address.
func (s *Session) URL() string { return s.location.String() }

// ETag names the current ICE session; empty when the server gave none.
func (s *Session) ETag() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.etag
}

// Trickle sends more candidates of the current ICE session. ErrNoPatch says
// that the server does not want them.
func (s *Session) Trickle(ctx context.Context, f Fragment) error {
	match := s.ETag()
	if match == "" {
		return ErrNoPatch // RFC 9725 section 4.3.2: no ETag, no trickle
	}
	answer, err := s.patch(ctx, quote(match), f)
	if err != nil {
		return err
	}
	if answer.status != http.StatusNoContent && answer.status != http.StatusOK {
		return answer.refusal()
	}
	return nil
}

// Restart asks for an ICE restart with the new credentials in f and returns the
// server's. After ErrNoPatch start a new session.
func (s *Session) Restart(ctx context.Context, f Fragment) (Fragment, error) {
	answer, err := s.patch(ctx, "*", f)
	if err != nil {
		return Fragment{}, err
	}
	if answer.status != http.StatusOK {
		return Fragment{}, answer.refusal()
	}
	theirs, err := ParseFragment(answer.body)
	if err != nil || theirs.Ufrag == "" {
		return Fragment{}, errors.New("the server restarted ICE without telling its new credentials; start a new session")
	}
	s.mu.Lock()
	s.etag = unquote(answer.header.Get("ETag"))
	s.mu.Unlock()
	return theirs, nil
}

// Delete ends the session. A session that is gone already is no error.
func (s *Session) Delete(ctx context.Context) error {
	answer, err := s.client.do(ctx, http.MethodDelete, s.location, "", "", nil)
	if err != nil {
		return err
	}
	if answer.status/100 == 2 || answer.status == http.StatusNotFound || answer.status == http.StatusGone {
		return nil
	}
	return answer.refusal()
}

func (s *Session) patch(ctx context.Context, match string, f Fragment) (reply, error) {
	answer, err := s.client.do(ctx, http.MethodPatch, s.location, TypeFragment, f.String(), http.Header{"If-Match": {match}})
	if err != nil {
		return reply{}, err
	}
	switch answer.status {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return reply{}, ErrNoPatch
	}
	return answer, nil
}

// reply is a whole HTTP answer.
type reply struct {
	status int
	header http.Header
	body   string
	from   *url.URL // after redirects
}

// do sends one request and follows 307 and 308 (RFC 9725 section 4.5). The
// token goes to the host that it was given for, and nowhere else.
func (c *Client) do(ctx context.Context, method string, to *url.URL, kind, body string, extra http.Header) (reply, error) {
	transport := c.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	for range maxRedirects + 1 {
		req, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(body))
		if err != nil {
			return reply{}, err
		}
		for name, values := range extra {
			req.Header[name] = values
		}
		if kind != "" {
			req.Header.Set("Content-Type", kind)
		}
		if c.Token != "" && c.sameHost(to) {
			req.Header.Set("Authorization", "Bearer "+c.Token)
		}
		answer, err := roundTrip(transport, req)
		if err != nil {
			return reply{}, err
		}
		if answer.status != http.StatusTemporaryRedirect && answer.status != http.StatusPermanentRedirect {
			return answer, nil
		}
		next, err := to.Parse(answer.header.Get("Location"))
		if err != nil || answer.header.Get("Location") == "" || next.Scheme != "https" && next.Scheme != to.Scheme {
			return reply{}, errors.New("the server redirects to nowhere; check the address")
		}
		to = next
	}
	return reply{}, errors.New("the server redirects in a circle; check the address")
}

// sameHost tells whether the token may be sent to u: the endpoint's host and
// port, and never from https down to http.
func (c *Client) sameHost(u *url.URL) bool {
	endpoint, err := url.Parse(c.Endpoint)
	return err == nil && strings.EqualFold(endpoint.Host, u.Host) && (u.Scheme == "https" || endpoint.Scheme == u.Scheme)
}

func roundTrip(t http.RoundTripper, req *http.Request) (reply, error) {
	resp, err := t.RoundTrip(req)
	if err != nil {
		return reply{}, fmt.Errorf("%s could not be reached; check the address and the network: %w", req.URL.Host, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxBody+1))
	if err != nil {
		return reply{}, fmt.Errorf("the answer of %s did not arrive whole: %w", req.URL.Host, err)
	}
	if len(body) > MaxBody {
		return reply{}, fmt.Errorf("the answer of %s is larger than 64 KiB; it is probably no WHIP server", req.URL.Host)
	}
	return reply{status: resp.StatusCode, header: resp.Header, body: string(body), from: req.URL}, nil
}

// refusal makes the error of an answer that is no success.
func (a reply) refusal() *Refusal {
	r := &Refusal{Status: a.status, Message: http.StatusText(a.status)}
	var told refusalBody
	if json.Unmarshal([]byte(a.body), &told) == nil && told.Error.Message != "" {
		r.Kind, r.Message, r.RetryAfter = told.Error.Kind, told.Error.Message, told.Error.retryAfter()
	} else if text := strings.TrimSpace(a.body); text != "" && len(text) <= 300 && strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		r.Message = text
	}
	if s, err := strconv.Atoi(a.header.Get("Retry-After")); err == nil && s > 0 && s <= 86400 {
		r.RetryAfter = max(r.RetryAfter, time.Duration(s)*time.Second)
	}
	return r
}
