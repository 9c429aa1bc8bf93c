package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/domain"
	"golang.org/x/term"
)

type staff struct {
	site   `embed:""`
	Email  string `required:"" placeholder:"ADDRESS" help:"E-mail address to sign in with."`
	Name   string `required:"" placeholder:"NAME" help:"Name: 3 to 30 small letters, digits or dashes."`
	Studio bool   `help:"Make a studio's account instead."`
}

// Run asks for a password and makes the account. The site may be running.
func (s staff) Run(ctx context.Context, c console) error {
	password, err := c.askPassword()
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
	c.tell(fmt.Sprintf("Made the %s account %q for %s.", acc.Role, acc.Name, acc.Email))
	return nil
}

// askPassword reads twice from a terminal without showing it, or one line from
// a pipe. A password is never taken from the command line, where other users of
// the machine could read it.
func (c console) askPassword() (string, error) {
	fd := int(c.in.Fd())
	if !term.IsTerminal(fd) {
		line, err := bufio.NewReader(io.LimitReader(c.in, 2000)).ReadString('\n')
		if line == "" && err != nil {
			return "", domain.Wrap("password", domain.KindInvalid, err, "No password came. Run this in a terminal, or send one line on standard input.")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password:", "Once more:"} {
		c.complain(prompt)
		text, err := term.ReadPassword(fd)
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
