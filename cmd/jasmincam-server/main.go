// Command jasmincam-server is the backend alone, for a server without a screen.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // pay periods close in Central European time on every system

	"github.com/alecthomas/kong"
	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/domain"
	"golang.org/x/term"
)

var version = "dev" // set by the linker

type program struct {
	Serve   serve      `cmd:"" help:"Run the site."`
	Verify  verify     `cmd:"" help:"Audit the ledger: exit status 1 and the first bad entry if it does not hold."`
	Staff   staff      `cmd:"" help:"Make a staff account; the password is asked on the terminal."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run parses the words and runs one command; it returns the exit status.
func run(ctx context.Context, args []string) int {
	var p program
	parser, err := kong.New(&p, kong.Name("jasmincam-server"), kong.Description("The backend of a JasminCam site."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "jasmincam-server:", err)
		fmt.Fprintln(os.Stderr, "Run jasmincam-server --help to see the commands.")
		return 2
	}
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "jasmincam-server:", sentence(err))
		return 1
	}
	return 0
}

// sentence is what a person at the terminal reads: the sentence, and the cause
// for whoever runs the site.
func sentence(err error) string {
	var e *domain.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Err == nil {
		return e.Message
	}
	return fmt.Sprintf("%s (%v)", e.Message, e.Err)
}

type serve struct {
	backend.Flags `embed:""`
}

// Run serves until a signal comes.
func (s serve) Run(ctx context.Context) error {
	cfg, err := s.Config()
	if err != nil {
		return err
	}
	cfg.Log = logger()
	server := backend.New(cfg)
	if err := server.Open(ctx); err != nil {
		return err
	}
	fmt.Println("Site:", server.URL())
	if cfg.Demo {
		fmt.Println("Demo accounts:", server.DemoFile())
	}
	select {
	case <-ctx.Done():
		return server.Close()
	case err := <-server.Failed():
		return errors.Join(err, server.Close())
	}
}

// logger writes JSON on a server, text in a terminal.
func logger() *slog.Logger {
	if term.IsTerminal(int(os.Stderr.Fd())) {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, nil))
}

type verify struct {
	Data     string `placeholder:"DIR" xor:"where" required:"" help:"Folder of a site with SQLite."`
	Database string `placeholder:"URL" xor:"where" required:"" help:"PostgreSQL address."`
}

// Run audits and prints what was read.
func (v verify) Run(ctx context.Context) error {
	report, err := backend.Verify(ctx, v.Data, v.Database)
	if err != nil {
		return err
	}
	fmt.Printf("The ledger holds: %d entries, %d of them not sealed yet, head %s.\n", report.Entries, report.Unsealed, report.Head)
	return nil
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Println("jasmincam-server", version)
	return nil
}
