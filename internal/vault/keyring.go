package vault

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Patience is how long a caller waits for the system's keyring.
const Patience = 4 * time.Second

// probe is a name that is never kept.
const probe = "probe"

// system is the part of a keyring library that is used.
type system interface {
	Set(service, user, secret string) error
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

// Keyring is the system's own store of secrets.
type Keyring struct {
	system   system
	patience time.Duration
	jobs     chan func()
	quit     chan struct{}
	done     chan struct{}
	closing  sync.Once
}

var _ Vault = (*Keyring)(nil)

// OpenKeyring returns the system's keyring, or KindUnavailable where there is
// none: no session bus, no Secret Service, or one that does not answer. getenv
// is os.Getenv.
func OpenKeyring(getenv func(string) string) (*Keyring, error) {
	if runtime.GOOS == "linux" && !hasBus(getenv, "/run/user/"+strconv.Itoa(os.Getuid())) {
		return nil, none(errors.New("no session bus"))
	}
	return open(libraryKeyring{}, Patience)
}

// hasBus tells whether there is a session bus, by the places where the library
// looks before it starts one of its own with dbus-launch and leaves it behind.
func hasBus(getenv func(string) string, runtimeDir string) bool {
	if address := getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return true
	}
	_, err := os.Stat(filepath.Join(runtimeDir, "bus"))
	return err == nil
}

func open(s system, patience time.Duration) (*Keyring, error) {
	k := &Keyring{system: s, patience: patience, jobs: make(chan func()), quit: make(chan struct{}), done: make(chan struct{})}
	go k.work()
	if _, err := k.Get(probe); err != nil && domain.KindOf(err) != domain.KindNotFound {
		_ = k.Close()
		return nil, err
	}
	return k, nil
}

// work is the one goroutine that talks to the system.
func (k *Keyring) work() {
	defer close(k.done)
	for {
		select {
		case job := <-k.jobs:
			job()
		case <-k.quit:
			return
		}
	}
}

// Get implements Vault.
func (k *Keyring) Get(name string) (string, error) {
	if name == "" || len(name) > MaxName {
		return "", check(name, "x")
	}
	secret, err := ask(k, func() (string, error) { return k.system.Get(Service, name) })
	return secret, answer(err)
}

// Put implements Vault.
func (k *Keyring) Put(name, secret string) error {
	if err := check(name, secret); err != nil {
		return err
	}
	_, err := ask(k, func() (struct{}, error) { return struct{}{}, k.system.Set(Service, name, secret) })
	return answer(err)
}

// Drop implements Vault.
func (k *Keyring) Drop(name string) error {
	_, err := ask(k, func() (struct{}, error) { return struct{}{}, k.system.Delete(Service, name) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return answer(err)
}

// Close ends the goroutine; it waits at most Patience for a keyring that hangs,
// and answers KindUnavailable then.
func (k *Keyring) Close() error {
	k.closing.Do(func() { close(k.quit) })
	timer := time.NewTimer(k.patience)
	defer timer.Stop()
	select {
	case <-k.done:
		return nil
	case <-timer.C:
		return unavailable(errSlow)
	}
}

var errSlow = errors.New("no answer in time")

// ask runs one job on the keyring's goroutine and waits at most Patience. A job
// that is late goes on alone; its answer is thrown away.
func ask[T any](k *Keyring, job func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	answer := make(chan result, 1)
	timer := time.NewTimer(k.patience)
	defer timer.Stop()
	var none T
	select {
	case k.jobs <- func() {
		value, err := job()
		answer <- result{value, err}
	}:
	case <-k.quit:
		return none, errors.New("closed")
	case <-timer.C:
		return none, errSlow
	}
	select {
	case r := <-answer:
		return r.value, r.err
	case <-timer.C:
		return none, errSlow
	}
}

func answer(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return notFound()
	case errors.Is(err, errSlow) || locked(err):
		return unavailable(err)
	default:
		return none(err)
	}
}

// locked tells whether a keyring that is there was not opened: she, or the system
// for her, did not unlock it.
func locked(err error) bool {
	said := strings.ToLower(err.Error())
	return slices.ContainsFunc([]string{"lock", "prompt", "dismiss", "cancel"}, func(word string) bool { return strings.Contains(said, word) })
}

func none(err error) error {
	return domain.Wrap("vault", domain.KindUnavailable, err,
		"This system has no keyring that could be used. Choose a passphrase, or keep nothing and sign in again after each start.").Because("keyring.none")
}

func unavailable(err error) error {
	return domain.Wrap("vault", domain.KindUnavailable, err,
		"The keyring of this system does not answer. Unlock it and ask it again, or choose a passphrase.").Because("keyring.away")
}

// libraryKeyring is the keyring library.
type libraryKeyring struct{}

func (libraryKeyring) Set(service, user, secret string) error {
	return keyring.Set(service, user, secret)
}

func (libraryKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }

func (libraryKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }
