package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web/page"
	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
)

// Site is the whole web face. It is safe for concurrent use.
type Site struct {
	Config
	cookies  reply.Cookies
	mux      *http.ServeMux
	pages    *page.Pages
	origins  *http.CrossOriginProtection
	signIns  throttle
	signUps  throttle
	notices  throttle
	seats    *seats
	intake   *intake
	darkroom *intake // of snapshots, beside other pictures: somebody waits for them

	closing   chan struct{} // closed by Close: event streams end
	closeOnce sync.Once
}

// New wires the routes. The error names what is missing in c.
func New(c Config) (*Site, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	s := &Site{
		Config:   c,
		cookies:  reply.Cookies{Secure: c.Secure},
		mux:      http.NewServeMux(),
		origins:  http.NewCrossOriginProtection(),
		signIns:  newThrottle(c.Limits.SignIns),
		signUps:  newThrottle(c.Limits.SignUps),
		notices:  newThrottle(c.Limits.Webhooks),
		seats:    newSeats(c.Limits),
		intake:   newIntake(),
		darkroom: newIntake(),
		closing:  make(chan struct{}),
	}
	pages, err := page.New(page.Config{
		Backend: c.Backend, Payroll: c.Payroll, Cookies: s.cookies, Now: c.Now, Key: c.OriginKey,
		SignInAllowed: s.signIns.check, SignUpAllowed: s.signUps.check, Pay: s.sandboxPays,
	})
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s.routeAPI()
	s.routeHealth()
	s.pages = pages
	pages.Route(s.mux)
	s.mux.Handle("/whip", c.WHIP)
	s.mux.Handle("/whip/", c.WHIP)
	s.mux.Handle("/whep/", c.WHEP)
	return s, nil
}

// Close ends every event stream and waits until they are gone. Their clients
// come back and resume. Call it before http.Server.Shutdown, which would wait for
// them.
func (s *Site) Close() {
	s.closeOnce.Do(func() { close(s.closing) })
	s.seats.wait()
}

// How long a client may take to send a request's body, and to read the answer.
// An event stream bounds each of its writes itself.
const (
	readWithin  = 30 * time.Second
	writeWithin = time.Minute
)

// ServeHTTP implements http.Handler: headers, who acts, the route, one log line.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := time.Now() // durations are measured on the machine's monotonic clock
	out := &response{ResponseWriter: w, say: func(err error) (string, string) { return s.pages.Sentence(r, err) }}
	s.setHeaders(w.Header(), r)
	boundClient(w, r)
	defer func() { s.finish(recover(), out, r, begin) }()
	r, err := s.identify(out, r)
	switch {
	case err == nil:
		s.mux.ServeHTTP(out, r)
	case isAPI(r) || isMedia(r):
		reply.Error(out, err)
	default:
		s.pages.Refuse(out, r, err)
	}
}

// boundClient sets the deadlines. A ResponseWriter without any (a recorder in a
// test) has no slow client either.
func boundClient(w http.ResponseWriter, r *http.Request) {
	now, control := time.Now(), http.NewResponseController(w)
	_ = control.SetWriteDeadline(now.Add(writeWithin))
	if r.ContentLength != 0 || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		_ = control.SetReadDeadline(now.Add(readWithin)) // without a body it would end an event stream
	}
}

// finish answers for a route that panicked (cause is nil when none did) and
// writes the request's log line.
func (s *Site) finish(cause any, out *response, r *http.Request, begin time.Time) {
	if cause == http.ErrAbortHandler {
		panic(cause) // net/http's own way to drop a connection
	}
	broken := cause != nil && out.wrote()
	if cause != nil {
		out.err, out.panicked = fmt.Errorf("panic: %v\n%s", cause, debug.Stack()), true
		if !broken {
			reply.JSON(out, http.StatusInternalServerError, reply.ErrorBody{Error: reply.Note(out.err)})
		}
	}
	s.logRequest(r, out, time.Since(begin))
	if broken {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
}

func (s *Site) logRequest(r *http.Request, out *response, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case out.panicked || out.code() == http.StatusInternalServerError: // a defect; being full or closing is none
		level = slog.LevelError
	case out.err == nil && r.Method == http.MethodGet:
		level = slog.LevelDebug // the many reads of pages, pictures and probes
	}
	attrs := []slog.Attr{
		slog.String("route", r.Pattern), slog.String("method", r.Method),
		slog.Int("status", out.code()), slog.Duration("took", took),
	}
	if out.err != nil {
		attrs = append(attrs, slog.String("error", out.err.Error()))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"media-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (s *Site) setHeaders(h http.Header, r *http.Request) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
	if isMedia(r) { // open to other sites, which may read refusals too
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	} else {
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func isMedia(r *http.Request) bool {
	return isUpload(r) || strings.HasPrefix(r.URL.Path, "/whep/")
}

func isUpload(r *http.Request) bool {
	return r.URL.Path == "/whip" || strings.HasPrefix(r.URL.Path, "/whip/")
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// response notes the status and the error of a request for its log line.
type response struct {
	http.ResponseWriter
	status   int
	err      error
	panicked bool
	say      func(err error) (sentence, lang string)
}

// WriteHeader implements http.ResponseWriter.
func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *response) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController flush and set deadlines.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Remember implements reply.Rememberer.
func (w *response) Remember(err error) { w.err = err }

// Sentence implements reply.Speaker.
func (w *response) Sentence(err error) (sentence, lang string) { return w.say(err) }

func (w *response) wrote() bool { return w.status != 0 }

func (w *response) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
