package backend

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/backend/portrait"
	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Server is a whole backend. Open it once, then Close it.
type Server struct {
	cfg  Config
	log  *slog.Logger
	bell bus.Bell
	url  string

	store    *store.Store
	auth     *auth.Service
	engine   *media.Engine
	services *services
	stage    *show.Stage
	herald   *herald
	metrics  *metrics
	site     *web.Site
	bookOf   func(*store.Store) show.Book // the store itself; a test may look at each call

	health  readiness
	closers []func() // run by Close, last first
	tasks   sync.WaitGroup
	failed  chan error
}

// New returns a Server that is not open yet.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Server{cfg: cfg, log: cfg.Log, bell: bus.New(), metrics: newMetrics(), failed: make(chan error, 1), bookOf: func(st *store.Store) show.Book { return st }}
}

// URL is where the site is, without a slash at its end; known after Open.
func (s *Server) URL() string { return s.url }

// DemoFile is where --demo writes its accounts.
func (s *Server) DemoFile() string { return filepath.Join(s.cfg.Data, demoFile) }

// Failed tells, once, if a part of the open server ended by itself.
func (s *Server) Failed() <-chan error { return s.failed }

// Open takes the ports, opens the database and serves. When it fails nothing is
// left open. The error's sentence says what to change.
func (s *Server) Open(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	s.log.Info("backend open", "url", s.url, "demo", s.cfg.Demo, "bundled", s.cfg.Bundled)
	if !s.cfg.Demo && !s.cfg.Bundled {
		s.log.Warn("payments are by the sandbox: whoever buys credits here pays nothing for them")
	}
	return nil
}

func (s *Server) open(ctx context.Context) error {
	if err := s.cfg.Check(); err != nil {
		return err
	}
	if err := openData(s.cfg.Data); err != nil {
		return err
	}
	release, err := occupy(s.cfg.Data)
	if err != nil {
		return err
	}
	s.onClose(func() { _ = release() }) // the system does it for us when this cannot
	if err := s.openStore(ctx); err != nil {
		return err
	}
	s.auth = auth.New(auth.Config{Repository: s.store, Params: s.cfg.Passwords, Now: s.cfg.Now, Log: s.log})
	stills := newStills()
	s.herald = newHerald(s.log, s.store, s.bell, stills)
	live, err := s.store.LiveRooms(ctx) // when the last server ended
	if err != nil {
		return err
	}
	listener, err := s.openPorts(ctx)
	if err != nil {
		return err
	}
	s.stage = show.New(show.Config{Book: s.bookOf(s.store), Plane: s.engine, Drop: stills.drop, PauseTold: s.herald.pauseTold, Now: s.cfg.Now, Log: s.log})
	s.services = &services{Service: s.auth, Store: s.store, Stage: s.stage, plane: s.engine, stills: stills, pauseTold: s.herald.pauseTold, pictures: portrait.NewDesk(), darkroom: newDarkroom(s.store, s.log)}
	if err := s.stage.Open(ctx); err != nil { // before any room can be seen
		return err
	}
	s.runMedia(live)
	if s.cfg.Demo {
		maker := demoMaker{Backend: s.services, payments: s.store, operate: s.auth.AddOperated}
		if err := maker.make(ctx, s.cfg.Data); err != nil {
			return err
		}
	}
	if err := s.openSite(ctx, listener); err != nil {
		return err
	}
	return s.openAdmin(ctx)
}

// Close ends everything in the reverse order of Open and waits for every
// goroutine. It may be called twice.
func (s *Server) Close() error {
	for len(s.closers) > 0 {
		last := len(s.closers) - 1
		s.closers[last]()
		s.closers = s.closers[:last]
	}
	s.tasks.Wait()
	return nil
}

// onClose has f run by Close.
func (s *Server) onClose(f func()) { s.closers = append(s.closers, f) }

// start runs task until Close, which waits for it before it closes what was
// opened earlier.
func (s *Server) start(task func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.tasks.Go(func() {
		defer close(done)
		task(ctx)
	})
	s.onClose(func() {
		cancel()
		<-done
	})
}

func (s *Server) openStore(ctx context.Context) (err error) {
	s.store, err = store.Open(ctx, store.Config{URL: databaseURL(s.cfg.Data, s.cfg.Database), Terms: s.cfg.Terms, Bell: s.bell, Now: s.cfg.Now, Log: s.log})
	if err != nil {
		return err
	}
	s.onClose(func() {
		if err := s.store.Close(); err != nil {
			s.log.Error("database not closed cleanly", "err", err)
		}
	})
	return s.store.KeepTerms(ctx)
}

func databaseURL(data, database string) string {
	if database != "" {
		return database
	}
	return "sqlite:" + filepath.Join(data, databaseFile)
}

// openPorts takes the site's port and makes the media engine on its own. With
// port 0 it looks for one whose neighbours are free too.
func (s *Server) openPorts(ctx context.Context) (net.Listener, error) {
	_, port, _ := net.SplitHostPort(s.cfg.Listen)
	for try := 1; ; try++ {
		listener, err := listen(ctx, "--listen", s.cfg.Listen)
		if err != nil {
			return nil, err
		}
		if err = s.newEngine(listener.Addr()); err == nil {
			s.onClose(func() { _ = listener.Close() }) // the site closes it too, once it is open
			return listener, nil
		}
		_ = listener.Close() // the engine's error is the one that counts
		if port != "0" || try == portTries || !errors.Is(err, syscall.EADDRINUSE) {
			return nil, err
		}
	}
}

func (s *Server) newEngine(site net.Addr) error {
	udp, tcp, err := mediaAddresses(s.cfg, site)
	if err != nil {
		return err
	}
	var public []netip.Addr
	if s.cfg.PublicIP.IsValid() {
		public = append(public, s.cfg.PublicIP)
	}
	s.engine, err = media.New(media.Config{
		UDP: udp, TCP: tcp, PublicIPs: public, Doorman: door{s.store},
		Changed: s.herald.changed, Now: s.cfg.Now, Log: s.log,
	})
	if err != nil {
		return listenError("--media", udp+" (UDP) or "+tcp+" (TCP)", err)
	}
	return nil
}

// runMedia runs the engine, the doorkeeper and the herald; the rooms begin as
// reconnecting.
func (s *Server) runMedia(rooms []string) {
	s.start(func(ctx context.Context) {
		if err := s.engine.Run(ctx); err != nil && ctx.Err() == nil {
			s.fail("media", err)
		}
	})
	s.start(s.herald.run) // ended before the engine: what the engine's end closes is no news
	s.start(func(ctx context.Context) { keepDoors(ctx, s.bell, s.engine.Recheck) })
	s.engine.Restore(rooms)
	s.start(s.stage.Run)
	s.start(s.services.darkroom.run)
}

// openSite serves the API, the pages, WHIP and WHEP on the listener.
func (s *Server) openSite(ctx context.Context, listener net.Listener) error {
	sandbox, err := secret(s.cfg.Data, sandboxFile)
	if err != nil {
		return err
	}
	origin, err := secret(s.cfg.Data, originFile)
	if err != nil {
		return err
	}
	s.site, err = web.New(web.Config{
		Backend: s.services, Payments: s.store, Payroll: s.store, Authenticate: s.auth.Authenticate, Country: country, Bell: s.bell,
		WHIP: s.engine.WHIP(), WHEP: s.engine.WHEP(), TrustedProxies: s.cfg.TrustedProxies,
		SandboxSecret: sandbox, OriginKey: origin, Secure: s.cfg.TLS.On() || len(s.cfg.TrustedProxies) > 0,
		Ready: s.ready, Now: s.cfg.Now, Log: s.log,
	})
	if err != nil {
		return domain.Wrap("site", domain.KindInternal, err, "The site could not be put together.")
	}
	conf, stop, err := certificates(ctx, s.cfg)
	if err != nil {
		return err
	}
	s.onClose(stop)
	s.url = siteURL(s.cfg, listener.Addr())
	s.serve(&http.Server{Handler: s.metrics.measured(s.site), TLSConfig: conf}, listener, s.site.Close)
	return nil
}

func (s *Server) openAdmin(ctx context.Context) error {
	if s.cfg.Admin == "" {
		return nil
	}
	listener, err := listen(ctx, "--admin", s.cfg.Admin)
	if err != nil {
		return err
	}
	s.metrics.watch(s.engine.Stats)
	s.serve(&http.Server{Handler: s.metrics.endpoint()}, listener, func() {})
	return nil
}

// shutdownWithin is how long requests may take to end at Close.
const shutdownWithin = 5 * time.Second

// serve runs an HTTP server until Close; quiesce ends its long requests first.
func (s *Server) serve(server *http.Server, listener net.Listener, quiesce func()) {
	server.ReadHeaderTimeout = 10 * time.Second
	server.IdleTimeout = 2 * time.Minute
	server.MaxHeaderBytes = 64 << 10
	server.ErrorLog = log.New(io.Discard, "", 0) // its lines bear visitors' addresses
	requests := newInFlight(server.Handler)
	server.Handler = requests
	done := make(chan struct{})
	s.tasks.Go(func() {
		defer close(done)
		if err := serveOn(server, listener); !errors.Is(err, http.ErrServerClosed) {
			s.fail("http", err)
		}
	})
	s.onClose(func() {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownWithin)
		defer cancel()
		quiesce()
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // cuts those that are left; their handlers then end, and are waited for
		}
		<-done
		requests.wait()
	})
}

func serveOn(server *http.Server, listener net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}

// readyFor is how long an answer about readiness holds: anybody may ask, and each
// look writes to the disk.
const (
	readyFor    = time.Second
	readyWithin = 3 * time.Second
)

// readiness remembers the last look.
type readiness struct {
	mu   sync.Mutex
	at   time.Time
	last error
}

// ready tells whether the database takes what is written.
func (s *Server) ready(ctx context.Context) error {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if time.Since(s.health.at) >= readyFor { // the machine's clock: it is about asking too often
		// Who asks may leave: the next one is told the same answer.
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWithin)
		defer cancel()
		s.health.last = s.store.Ready(bounded)
		s.health.at = time.Now()
	}
	return s.health.last
}

// fail tells Failed, or the log when Failed has been told of another one, that a
// part ended by itself.
func (s *Server) fail(part string, err error) {
	err = domain.Wrap(part, domain.KindInternal, err, "The server's "+part+" part ended by itself. Start the server again.")
	select {
	case s.failed <- err:
	default:
		s.log.Error("one more part of the backend ended", "err", err)
	}
}

// siteURL is how people reach the site.
func siteURL(cfg Config, addr net.Addr) string {
	scheme := "http://"
	if cfg.TLS.On() {
		scheme = "https://"
	}
	host, _, _ := net.SplitHostPort(cfg.Listen)
	port := portOf(addr)
	if cfg.TLS.Domain != "" {
		host = cfg.TLS.Domain
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	if cfg.TLS.On() && port == "443" {
		return scheme + host
	}
	return scheme + net.JoinHostPort(host, port)
}
