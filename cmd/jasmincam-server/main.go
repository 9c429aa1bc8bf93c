// Command jasmincam-server is the backend alone, for a server without a screen.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// commands are what the program understands.
type commands struct {
	Serve   serve       `cmd:"" help:"Run the site."`
	Verify  verify      `cmd:"" help:"Audit the ledger: exit status 1 and the first bad entry if it does not hold."`
	Backup  backup      `cmd:"" help:"Copy the database of a running site to a file, and audit the copy. PostgreSQL: see the guide for operators."`
	Staff   staff       `cmd:"" help:"Make a staff account, which approves performers; the password is asked on the terminal."`
	Version showVersion `cmd:"" help:"Print the version."`
}

// console is where people type and read. What cannot be printed is lost: there
// is nowhere else to say so.
type console struct {
	in       *os.File
	out, err io.Writer
}

func (c console) tell(words ...any)     { _, _ = fmt.Fprintln(c.out, words...) }
func (c console) complain(words ...any) { _, _ = fmt.Fprintln(c.err, words...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr}))
}

// run parses the words and runs one command; it returns the exit status: 2 for
// words that were not understood, 1 when the command failed.
func run(ctx context.Context, args []string, c console) int {
	asked := false // --help prints and asks to exit
	parser, err := kong.New(&commands{}, kong.Name("jasmincam-server"), kong.Description("The backend of a JasminCam site."),
		kong.Writers(c.out, c.err), kong.Exit(func(int) { asked = true }), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c))
	if err != nil {
		c.complain("jasmincam-server:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if asked {
		return 0
	}
	if err != nil {
		c.complain("jasmincam-server:", err)
		c.complain("Run jasmincam-server --help to see the commands.")
		return 2
	}
	if err := command.Run(); err != nil {
		c.complain("jasmincam-server:", sentence(err))
		return 1
	}
	return 0
}

// sentence is what whoever runs the site reads: the sentence and its cause.
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
func (s serve) Run(ctx context.Context, c console) error {
	cfg, err := s.Config()
	if err != nil {
		return err
	}
	cfg.Log = logger(c.err)
	server := backend.New(cfg)
	if err := server.Open(ctx); err != nil {
		return err
	}
	c.tell("Site:", server.URL())
	if cfg.Demo {
		c.tell("Demo accounts:", server.DemoFile())
	}
	select {
	case <-ctx.Done():
		return server.Close()
	case err := <-server.Failed():
		return errors.Join(err, server.Close())
	}
}

// logger writes text in a terminal, JSON anywhere else.
func logger(w io.Writer) *slog.Logger {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

// site tells which site's database a command is about.
type site struct {
	Data     string `placeholder:"DIR" xor:"where" required:"" help:"Folder of a site with SQLite."`
	Database string `placeholder:"URL" xor:"where" required:"" help:"PostgreSQL address."`
}

type verify struct {
	site `embed:""`
}

// Run audits and tells what was read.
func (v verify) Run(ctx context.Context, c console) error {
	report, err := backend.Verify(ctx, v.Data, v.Database)
	if err != nil {
		return err
	}
	c.tell(fmt.Sprintf("The ledger holds: %d entries, %d of them not sealed yet, head %s.", report.Entries, report.Unsealed, report.Head))
	return nil
}

type showVersion struct{}

// Run prints the version.
func (showVersion) Run(c console) error {
	_, err := fmt.Fprintln(c.out, "jasmincam-server", version)
	return err
}
