package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/domain"
	"golang.org/x/term"
)

type staff struct {
	Email    string `required:"" placeholder:"ADDRESS" help:"E-mail address to sign in with."`
	Name     string `required:"" placeholder:"NAME" help:"Name: 3 to 30 small letters, digits or dashes."`
	Studio   bool   `help:"Make a studio's account instead."`
	Data     string `placeholder:"DIR" xor:"where" required:"" help:"Folder of a site with SQLite."`
	Database string `placeholder:"URL" xor:"where" required:"" help:"PostgreSQL address."`
}

// Run asks for a password and makes the account. The site may be running.
func (s staff) Run(ctx context.Context) error {
	password, err := askPassword()
	if err != nil {
		return err
	}
	role := domain.RoleStaff
	if s.Studio {
		role = domain.RoleStudio
	}
	acc, err := backend.AddOperated(ctx, s.Data, s.Database, role, domain.SignUp{Name: s.Name, Email: s.Email, Password: password, Adult: true})
	if err != nil {
		return err
	}
	fmt.Printf("Made the %s account %q for %s.\n", acc.Role, acc.Name, acc.Email)
	return nil
}

// askPassword reads twice from a terminal without showing it, or one line from
// a pipe. A password is never taken from the command line, where other users of
// the machine could read it.
func askPassword() (string, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if line == "" && err != nil {
			return "", domain.Wrap("password", domain.KindInvalid, err, "No password came. Run this in a terminal, or send one line on standard input.")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(os.Stderr, prompt)
		text, err := term.ReadPassword(in)
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", domain.Wrap("password", domain.KindInvalid, err, "The password could not be read. Try again.")
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", domain.Errorf("password", domain.KindInvalid, "The two passwords differ. Try again.")
	}
	return typed[0], nil
}
