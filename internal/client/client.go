package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits and times of every call. A stream of events lives longer; it ends
// when nothing, not even a comment, came for StreamSilence.
const (
	CallTimeout   = 15 * time.Second
	UploadTimeout = 3 * time.Minute // of a picture: 15 MB over a slow line
	StreamSilence = 45 * time.Second
	maxAnswer     = 4 << 20
	apiPath       = "/api/v1/"
)

// Config says whom to reach.
type Config struct {
	// URL is the backend's address, such as https://example.com. Plain http is
	// accepted for this machine and the local network only: a password would
	// be readable on the way.
	URL string
	// Token is the session of the account that calls; empty before SignIn.
	Token string
	// Transport is shared by the clients of one program; nil makes one.
	Transport http.RoundTripper
}

// Client is one account's way to one backend. It implements domain.Backend.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

var _ domain.Backend = (*Client)(nil)

// New checks the address; it connects to nothing. KindInvalid.
func New(cfg Config) (*Client, error) {
	base, err := CheckURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if cfg.Transport == nil {
		cfg.Transport = NewTransport(nil)
	}
	return &Client{base: base, token: cfg.Token, http: &http.Client{
		Transport:     cfg.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Times after which a line without an answer is given up. A change of network
// leaves lines behind that nobody closes, and HTTP/2 sends every call over the
// same one: without a limit it would keep her offline for a quarter of an hour.
const (
	lineSilence = 5 * time.Second // then the other side is asked
	lineAnswer  = 3 * time.Second // within which it has to answer
)

// NewTransport returns a pool of connections with bounded times; roots may be
// nil for the system's certificates.
func NewTransport(roots *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: lineSilence, Interval: lineAnswer / 3, Count: 3}}
	return &http.Transport{
		HTTP2: &http.HTTP2Config{SendPingTimeout: lineSilence, PingTimeout: lineAnswer},
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSClientConfig: roots,
		TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: CallTimeout,
		MaxIdleConnsPerHost: 8, MaxConnsPerHost: 32, IdleConnTimeout: 90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
	}
}

// With returns a client of the same backend and connections for another token.
func (c *Client) With(token string) *Client {
	return &Client{base: c.base, token: token, http: c.http}
}

// URL is the backend's address without a slash at its end.
func (c *Client) URL() string { return c.base.String() }

// Token is the session token that the client calls with.
func (c *Client) Token() string { return c.token }

// CloseIdle closes the connections that are not in use.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }

// CheckURL accepts http and https addresses without a password, query or
// fragment, and plain http only where nobody outside can listen. KindInvalid.
func CheckURL(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if strings.Contains(address, "@") { // what is before it is shown to nobody
		return nil, domain.Errorf("backend", domain.KindInvalid, "Write the backend's address without a name and password, like https://example.com.").Because("address.password")
	}
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, domain.Errorf("backend", domain.KindInvalid, "%q is not an address of a backend. Write it like https://example.com.", address).Because("address.form", address)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, domain.Errorf("backend", domain.KindInvalid, "Write the backend's address without \"?\" and \"#\", like https://example.com.").Because("address.query")
	}
	if u.Scheme == "http" && !local(u.Hostname()) {
		return nil, domain.Errorf("backend", domain.KindInvalid, "Passwords could be read on the way to %s. Use https://%s.", u.Host, u.Host).Because("address.plain", u.Host)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// local tells whether a host is this machine or on the local network.
func local(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || !strings.Contains(host, ".")
}

// seg escapes one segment of a path.
func seg(s string) string {
	if s == "." || s == ".." {
		// Escaped by hand: a dot segment would change the path.
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}

// endpoint is the address of an API path whose segments are escaped already.
func (c *Client) endpoint(path string) string { return c.base.String() + apiPath + path }

// call sends in as JSON (nothing when nil) and reads the answer into out (not
// read when nil).
func (c *Client) call(ctx context.Context, op, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return domain.Wrap(op, domain.KindInvalid, err, "This cannot be sent. Please change it and try again.")
		}
	}
	answer, err := c.send(ctx, op, method, path, "application/json", body, maxAnswer)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return c.nonsense(op, err)
	}
	return nil
}

// send makes one exchange within CallTimeout and returns a body of at most
// limit bytes, or what the status and body of a refusal say.
func (c *Client) send(ctx context.Context, op, method, path, contentType string, body []byte, limit int64) ([]byte, error) {
	return c.sendWithin(ctx, CallTimeout, op, method, path, contentType, body, limit)
}

func (c *Client) sendWithin(ctx context.Context, timeout time.Duration, op, method, path, contentType string, body []byte, limit int64) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(bounded, method, c.endpoint(path), bytes.NewReader(body))
	if err != nil {
		return nil, domain.Wrap(op, domain.KindInvalid, err, "This cannot be sent. Please change it and try again.")
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", contentType)
	}
	from, err := c.exchange(ctx, op, req)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	answer, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, c.unreachable(ctx, op, err)
	}
	if int64(len(answer)) > limit {
		return nil, c.nonsense(op, errors.New("the answer is too long"))
	}
	return answer, nil
}

// exchange sends req with the token and turns every status but 2xx into an
// error. The caller closes the body that it returns.
func (c *Client) exchange(ctx context.Context, op string, req *http.Request) (io.ReadCloser, error) {
	req.Header.Set("User-Agent", "JasminCam")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(ctx, op, err)
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	return nil, c.refusal(op, resp)
}
