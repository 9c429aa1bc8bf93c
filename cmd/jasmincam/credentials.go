package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxCredentials bounds a credentials file.
const maxCredentials = 64 << 10

// credentials is what live reads of a credentials file; the backend's demo.json
// is one.
type credentials struct {
	Performers []struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	} `json:"performers"`
}

// readCredentials reads a file that nobody else on this machine can read.
func readCredentials(path string) (credentials, error) {
	var c credentials
	stat, err := os.Stat(path)
	if err == nil && !stat.Mode().IsRegular() { // opening a pipe would wait for its other end
		return c, domain.Errorf("credentials", domain.KindInvalid, "%s is not a file. Give a credentials file with --credentials.", path)
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return c, domain.Errorf("credentials", domain.KindInvalid, "There is no file %s. Check what you gave with --credentials.", path)
	}
	if err != nil {
		return c, domain.Wrap("credentials", domain.KindInvalid, err, "The file "+path+" cannot be read. Check that it is yours.")
	}
	defer func() { _ = f.Close() }() // it was only read
	if runtime.GOOS != "windows" && stat.Mode().Perm()&0o077 != 0 {
		return c, domain.Errorf("credentials", domain.KindInvalid, "Others on this machine can read the passwords in %s. Run: chmod 600 %s", path, path)
	}
	if err := json.NewDecoder(io.LimitReader(f, maxCredentials)).Decode(&c); err != nil {
		return c, domain.Wrap("credentials", domain.KindInvalid, err, "The file "+path+" is not a credentials file. It looks like {\"performers\":[{\"email\":\"…\",\"password\":\"…\"}]}.")
	}
	return c, nil
}

// password finds the password of an account.
func (c credentials) password(email string) (string, bool) {
	for _, p := range c.Performers {
		if strings.EqualFold(p.Email, email) {
			return p.Password, true
		}
	}
	return "", false
}

// first returns the accounts that go online when none was named.
func (c credentials) first(n int) []account {
	var out []account
	for _, p := range c.Performers[:min(n, len(c.Performers))] {
		out = append(out, account{email: p.Email})
	}
	return out
}
