package vault

import (
	"sync"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Service is the name under which the system's keyring shows our secrets.
const Service = "JasminCam"

// Bounds of what is kept. Windows' store is the narrowest.
const (
	MaxSecret = 512
	MaxName   = 512
)

// Vault keeps secrets by name. Its methods may be called from any goroutine.
type Vault interface {
	// Get returns a secret. KindNotFound; KindUnavailable when the vault cannot answer.
	Get(name string) (string, error)
	// Put keeps a secret, replacing an older one. KindTooLarge, KindInvalid.
	Put(name, secret string) error
	// Drop forgets a secret; one that is not there is no error.
	Drop(name string) error
	// Close gives the vault back.
	Close() error
}

func check(name, secret string) error {
	switch {
	case name == "" || len(name) > MaxName:
		return domain.Errorf("vault", domain.KindInvalid, "A secret needs a name of at most %d bytes.", MaxName)
	case secret == "":
		return domain.Errorf("vault", domain.KindInvalid, "There is nothing to keep.")
	case len(secret) > MaxSecret:
		return domain.Errorf("vault", domain.KindTooLarge, "A secret of %d bytes is too long for the system's keyring, which takes %d.", len(secret), MaxSecret)
	}
	return nil
}

func notFound() error {
	return domain.Errorf("vault", domain.KindNotFound, "There is no such secret. Sign in again.")
}

// Memory keeps secrets until the program ends. The zero value is ready for use.
type Memory struct {
	mu   sync.Mutex
	kept map[string]string
}

var _ Vault = (*Memory)(nil)

// Get implements Vault.
func (m *Memory) Get(name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	secret, ok := m.kept[name]
	if !ok {
		return "", notFound()
	}
	return secret, nil
}

// Put implements Vault.
func (m *Memory) Put(name, secret string) error {
	if err := check(name, secret); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]string{}
	}
	m.kept[name] = secret
	return nil
}

// Drop implements Vault.
func (m *Memory) Drop(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, name)
	return nil
}

// Close implements Vault: it forgets everything.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.kept)
	return nil
}
