package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/vault"
)

// deviceName is how a session is called in the account's list of devices.
const deviceName = "JasminCam app"

// door signs accounts in: with the credentials file, else with the device token
// in the keyring, else with a password typed on the terminal.
type door struct {
	file      *credentials // nil without --credentials
	vault     vault.Vault
	transport http.RoundTripper
	ask       func(prompt string) (string, error) // nil without a terminal
	log       *slog.Logger
}

// entry is one signed-in account.
type entry struct {
	account account
	client  *client.Client
	brief   bool // the session is ended with the program
}

// enter signs one account in at its backend.
func (d door) enter(ctx context.Context, a account) (entry, error) {
	base, err := client.New(client.Config{URL: a.backend, Transport: d.transport})
	if err != nil {
		return entry{}, err
	}
	if d.file != nil {
		password, ok := d.file.password(a.email)
		if !ok {
			return entry{}, domain.Errorf("sign in", domain.KindInvalid, "The credentials file does not hold the performer %s. Add her, or choose another with --account.", a.email)
		}
		c, err := d.signIn(ctx, base, a.email, password)
		return entry{a, c, true}, err
	}
	name := strings.ToLower(a.email) + " " + base.URL()
	if token, err := d.vault.Get(name); err == nil {
		c := base.With(token)
		_, err := c.Me(ctx)
		if domain.KindOf(err) != domain.KindUnauthenticated {
			return entry{a, c, false}, err
		}
		d.log.Info("the kept session has ended; sign in again", "account", a.email)
	}
	return d.enterByHand(ctx, base, a, name)
}

// enterByHand asks for the password and keeps the device token.
func (d door) enterByHand(ctx context.Context, base *client.Client, a account, name string) (entry, error) {
	if d.ask == nil {
		return entry{}, domain.Errorf("sign in", domain.KindInvalid, "%s is not signed in. Run jasmincam live in a terminal once, or give --credentials FILE.", a.email)
	}
	password, err := d.ask(fmt.Sprintf("Password of %s at %s: ", a.email, base.URL()))
	if err != nil {
		return entry{}, err
	}
	c, err := d.signIn(ctx, base, a.email, password)
	if err != nil {
		return entry{}, err
	}
	if err := d.vault.Put(name, c.Token()); err != nil {
		d.log.Warn(domain.Sentence(err))
	}
	_, forgets := d.vault.(*vault.Memory)
	return entry{a, c, forgets}, nil
}

func (d door) signIn(ctx context.Context, base *client.Client, email, password string) (*client.Client, error) {
	s, err := base.SignIn(ctx, email, password, deviceName)
	if err != nil {
		return nil, err
	}
	return base.With(s.Token), nil
}

// openVault opens the system's keyring; where there is none, a file sealed with
// a passphrase that she types; without one it remembers until the program ends
// and says so.
func openVault(ctx context.Context, w world, log *slog.Logger) vault.Vault {
	keyring, err := vault.OpenKeyring(w.getenv)
	if err == nil {
		return keyring
	}
	if folder, err := os.UserConfigDir(); err == nil {
		if sealed := openSealed(w.asker(ctx), filepath.Join(folder, "jasmincam", "sealed"), log); sealed != nil {
			return sealed
		}
	}
	log.Warn(domain.Sentence(err))
	return &vault.Memory{}
}

// passphraseTries is how often a wrong passphrase may be typed.
const passphraseTries = 3

// openSealed asks for the passphrase of the sealed file; nil when there is
// nobody to ask, or nothing was typed.
func openSealed(ask func(string) (string, error), path string, log *slog.Logger) vault.Vault {
	if ask == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		log.Warn("The folder for the sealed file cannot be made.", "error", err)
		return nil
	}
	for range passphraseTries {
		phrase, err := ask("This system has no keyring. Passphrase of " + path + " (a new one makes it; Enter keeps nothing): ")
		if err != nil {
			return nil
		}
		sealed, err := vault.OpenSealed(path, phrase)
		if err == nil {
			return sealed
		}
		log.Warn(domain.Sentence(err))
	}
	return nil
}

// asker returns how to ask for a password until ctx ends, or nil without a
// terminal.
func (w world) asker(ctx context.Context) func(string) (string, error) {
	if w.in == nil || !term.IsTerminal(int(w.in.Fd())) {
		return nil
	}
	return func(prompt string) (string, error) { return w.readPassphrase(ctx, prompt) }
}

// askTerminal reads a password that is not shown.
func (w world) askTerminal(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(w.err, prompt)
	secret, err := typed(ctx, int(w.in.Fd()))
	fmt.Fprintln(w.err)
	if ctx.Err() != nil {
		return "", domain.Wrap("sign in", domain.KindUnavailable, ctx.Err(), "Ended before a password was typed. Start again when you are ready.")
	}
	if err != nil || len(secret) == 0 {
		return "", domain.Wrap("sign in", domain.KindInvalid, errors.Join(err, os.ErrInvalid), "No password was typed. Try again.")
	}
	return string(secret), nil
}

// typed reads a line that is not shown. Ctrl-C, which ends ctx, ends the wait, and
// the terminal shows again what is typed. The reading itself cannot be interrupted:
// it goes on alone until Enter or the program's end.
func typed(ctx context.Context, fd int) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		read <- line{text, err}
	}()
	select {
	case l := <-read:
		return l.text, l.err
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), term.Restore(fd, before))
	}
}
