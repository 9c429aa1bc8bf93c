package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jasmincam/jasmincam/internal/backend"
)

type serveCmd struct {
	backend.Flags `embed:""`
}

// Run serves until Ctrl-C, within this machine or the local network only.
func (s serveCmd) Run(ctx context.Context, w world) error {
	cfg, err := s.Config()
	if err != nil {
		return err
	}
	cfg.Bundled = true
	if err := cfg.Check(); err != nil {
		return err
	}
	cfg.Log = slog.New(slog.NewTextHandler(w.err, nil))
	server := backend.New(cfg)
	if err := server.Open(ctx); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "Site:", server.URL())
	if cfg.Demo {
		fmt.Fprintln(w.out, "Demo accounts:", server.DemoFile())
	}
	select {
	case <-ctx.Done():
		return server.Close()
	case err := <-server.Failed():
		return errors.Join(err, server.Close())
	}
}
