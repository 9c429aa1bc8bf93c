package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"syscall"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// bundledName stands for the backend in this process, whose port may be another
// one after each start.
const bundledName = "bundled"

// defaultListen is where the bundled backend listens when it can.
const defaultListen = "127.0.0.1:8787"

// ownBackend is a client of the bundled backend, known by its lasting name.
type ownBackend struct{ *client.Client }

// URL is the same after each start.
func (ownBackend) URL() string { return bundledName }

// bundled is the backend in this process, for the demo. A nil one is none.
type bundled struct {
	folder, listen string
	admin          string // address of /metrics, "" for none
	log            *slog.Logger
	ended          chan struct{}
	once           sync.Once

	mu     sync.Mutex
	server *backend.Server // nil until it is open
	err    error           // why it could not be opened
}

func newBundled(folder, listen string, log *slog.Logger) *bundled {
	return &bundled{folder: folder, listen: listen, log: log, ended: make(chan struct{}),
		err: domain.Errorf("backend", domain.KindUnavailable, "The demo on this computer is starting. Wait a moment.").Because("demo.starting")}
}

// run opens it, closes open when that is done or failed, and serves until close
// is called. ctx ends the opening.
func (b *bundled) run(ctx context.Context, open chan<- struct{}) {
	if b == nil {
		close(open)
		return
	}
	server, err := b.start(ctx)
	b.mu.Lock()
	b.server, b.err = server, err
	b.mu.Unlock()
	close(open)
	if err != nil {
		b.log.Error("the backend on this computer did not start", "error", err)
		return
	}
	select {
	case <-b.ended:
	case err := <-server.Failed():
		b.log.Error("the backend on this computer ended", "error", err)
		b.mu.Lock()
		b.server, b.err = nil, domain.Wrap("backend", domain.KindUnavailable, err, "The demo on this computer has ended. Start JasminCam again.").Because("demo.ended")
		b.mu.Unlock()
	}
	if err := server.Close(); err != nil {
		b.log.Warn("closing the backend", "error", err)
	}
}

// start takes the given address, or the usual one, or a free one.
func (b *bundled) start(ctx context.Context) (*backend.Server, error) {
	cfg := backend.Config{Listen: b.listen, Admin: b.admin, Data: b.folder, Demo: true, Bundled: true, Log: b.log}
	if cfg.Listen == "" {
		cfg.Listen = defaultListen
	}
	server := backend.New(cfg)
	err := server.Open(ctx)
	if b.listen == "" && errors.Is(err, syscall.EADDRINUSE) {
		cfg.Listen = "127.0.0.1:0"
		server = backend.New(cfg)
		err = server.Open(ctx)
	}
	if err != nil {
		return nil, err
	}
	return server, nil
}

// close lets run close the server. It may be called twice.
func (b *bundled) close() {
	if b != nil {
		b.once.Do(func() { close(b.ended) })
	}
}

// address is where it serves. KindUnavailable until it is open.
func (b *bundled) address() (string, error) {
	server, err := b.opened()
	if err != nil {
		return "", err
	}
	return server.URL(), nil
}

func (b *bundled) opened() (*backend.Server, error) {
	if b == nil {
		return nil, domain.Errorf("backend", domain.KindUnavailable, "The demo on this computer was not started. Start JasminCam without --backend.")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.server == nil {
		return nil, b.err
	}
	return b.server, nil
}
