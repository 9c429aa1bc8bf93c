// Command jasmincam is the app: it puts one or two accounts online from one
// camera. This file reads the words of the command line; each command has a
// file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // pay periods close in Central European time on every system

	"github.com/alecthomas/kong"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
)

var version = "dev" // set by the linker

type program struct {
	Window  windowCmd  `cmd:"" default:"withargs" hidden:"" help:"Open the window."`
	Live    liveCmd    `cmd:"" help:"Go online without a window."`
	Devices devicesCmd `cmd:"" help:"List cameras and microphones."`
	Serve   serveCmd   `cmd:"" help:"Run the bundled backend, for demos and a studio's own network."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// world is what a command may touch of the system.
type world struct {
	in             *os.File
	out, err       io.Writer
	getenv         func(string) string
	readPassphrase func(ctx context.Context, prompt string) (string, error)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := world{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv}
	w.readPassphrase = w.askTerminal
	os.Exit(run(ctx, w, os.Args[1:]))
}

// run parses the words and runs one command; it returns the exit status: 2 for
// words that make no sense, 1 for a command that failed.
func run(ctx context.Context, w world, args []string) int {
	var p program
	parser, err := kong.New(&p, kong.Name("jasmincam"), kong.Description("Two accounts online at once, from one camera."),
		kong.Writers(w.out, w.err), kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(w))
	if err != nil {
		fmt.Fprintln(w.err, err)
		return 2
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(w.err, "jasmincam:", err)
		fmt.Fprintln(w.err, "Run jasmincam --help to see the commands and their flags.")
		return 2
	}
	err = command.Run()
	var quiet exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &quiet):
		return int(quiet)
	}
	fmt.Fprintln(w.err, "jasmincam:", session.Sentence(err))
	if domain.KindOf(err) == domain.KindInvalid {
		return 2
	}
	return 1
}

// exitStatus ends the program without another sentence.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(w world) error {
	_, err := fmt.Fprintln(w.out, "jasmincam", version)
	return err
}
