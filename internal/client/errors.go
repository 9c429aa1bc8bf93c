package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxWait bounds what a backend may tell us to wait.
const maxWait = time.Hour

// KindOf maps a status to a Kind by the table of docs/PROTOCOL.md, section 1.
func KindOf(status int) domain.Kind {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return domain.KindInvalid
	case http.StatusUnauthorized:
		return domain.KindUnauthenticated
	case http.StatusPaymentRequired:
		return domain.KindPayment
	case http.StatusForbidden:
		return domain.KindForbidden
	case http.StatusUnavailableForLegalReasons:
		return domain.KindCountry
	case http.StatusNotFound:
		return domain.KindNotFound
	case http.StatusConflict:
		return domain.KindConflict
	case http.StatusRequestEntityTooLarge:
		return domain.KindTooLarge
	case http.StatusTooManyRequests:
		return domain.KindLimited
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return domain.KindUnavailable
	default:
		return domain.KindInternal
	}
}

// refusal reads the error of a response that is not 2xx.
func (c *Client) refusal(op string, resp *http.Response) error {
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return domain.Errorf(op, domain.KindUnavailable, "The backend at %s sends us to another address. Enter that address in the settings.", c.URL()).Because("service.moved", c.URL())
	}
	var body struct {
		Error struct {
			Kind         domain.Kind `json:"kind"`
			Message      string      `json:"message"`
			RetryAfterMS int64       `json:"retry_after_ms"`
			Reason       string      `json:"reason"`
			Args         []string    `json:"args"`
		} `json:"error"`
	}
	// A refusal without a readable body still has its status.
	_ = json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&body)
	e := &domain.Error{Op: op, Kind: body.Error.Kind, Message: body.Error.Message}
	if !slices.Contains(domain.Kinds(), e.Kind) {
		e.Kind = KindOf(resp.StatusCode)
	}
	if fitting(body.Error.Reason, body.Error.Args) {
		e.Reason, e.Args = body.Error.Reason, body.Error.Args
	}
	if len(e.Message) > 1000 {
		e.Message = ""
	}
	if e.Message == "" {
		e.Message = words(e.Kind)
		e.Err = errors.New(resp.Status)
	}
	wait := time.Duration(body.Error.RetryAfterMS) * time.Millisecond
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && wait <= 0 && s < int(maxWait/time.Second) {
		wait = time.Duration(s) * time.Second
	}
	e.RetryAfter = min(max(wait, 0), maxWait)
	return e
}

// fitting tells whether a reason and what it names are such as a backend sends.
func fitting(reason string, args []string) bool {
	long := func(s string) bool { return len(s) > 200 }
	return len(reason) <= 60 && len(args) <= 9 && !slices.ContainsFunc(args, long)
}

// words are for refusals whose body says nothing.
func words(k domain.Kind) string {
	switch k {
	case domain.KindInvalid:
		return "The backend does not accept this. Check what you entered; if it is right, update JasminCam."
	case domain.KindUnauthenticated:
		return "You are not signed in any more. Sign in again."
	case domain.KindPayment:
		return "There are not enough credits. Get some first."
	case domain.KindForbidden:
		return "This account may not do that. Ask support if you think it should."
	case domain.KindCountry:
		return "This is closed in your country."
	case domain.KindNotFound:
		return "The backend does not know this. Check the name and the address."
	case domain.KindConflict:
		return "This does not fit what happened in between. Look again and retry."
	case domain.KindTooLarge:
		return "This is too large. Make it smaller and try again."
	case domain.KindLimited:
		return "Too many tries. Wait a moment and try again."
	case domain.KindUnavailable:
		return "The backend is busy or restarting. Try again in a moment."
	default:
		return "Something went wrong on the backend. Please try again."
	}
}

// unreachable gives the sentence for an exchange that had no answer. A caller
// who ended it himself gets his own context's error.
func (c *Client) unreachable(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var notTLS tls.RecordHeaderError
	switch {
	case errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		return domain.Wrap(op, domain.KindUnavailable, err, "The backend at "+c.URL()+" does not speak HTTPS. Check the address, it may begin with http:// or have another port.").Because("service.plain", c.URL())
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid):
		return domain.Wrap(op, domain.KindUnavailable, err, "The certificate of the backend at "+c.URL()+" is not valid, so nothing was sent. Check the address and this machine's clock.").Because("service.certificate", c.URL())
	}
	return domain.Wrap(op, domain.KindUnavailable, err, "The backend at "+c.URL()+" does not answer. Check the address and your network.").Because("service.away", c.URL())
}

// nonsense is for answers that no JasminCam backend gives.
func (c *Client) nonsense(op string, err error) error {
	return domain.Wrap(op, domain.KindUnavailable, err, "The answer from "+c.URL()+" makes no sense. Check that this is the address of a JasminCam backend.").Because("service.nonsense", c.URL())
}
