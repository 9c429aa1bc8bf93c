package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Costs of the passphrase (RFC 9106, section 4, second choice) and bounds of
// the file.
const (
	argonPasses  = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 4
	saltSize     = 16
	minPhrase    = 8 // bytes
	maxPhrase    = 1000
	maxFile      = 1 << 20
)

// magic begins every sealed file and is sealed with it.
const magic = "jasmincam-vault-1\n"

// Sealed keeps secrets in a file that only a passphrase opens: for systems
// without a keyring.
type Sealed struct {
	path string

	mu   sync.Mutex
	salt []byte
	lock cipher.AEAD
	kept map[string]string
}

var _ Vault = (*Sealed)(nil)

// OpenSealed opens the file at path, or begins a new one, which is written by
// the first Put. KindUnauthenticated for a wrong passphrase, KindInvalid for
// one of another length or a file that is none of ours, KindUnavailable when it
// cannot be read.
func OpenSealed(path, passphrase string) (*Sealed, error) {
	if len(passphrase) < minPhrase || len(passphrase) > maxPhrase {
		return nil, domain.Errorf("vault", domain.KindInvalid, "Choose a passphrase of at least %d and at most %d characters.", minPhrase, maxPhrase).Because("phrase.form", minPhrase, maxPhrase)
	}
	sealed, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		s := &Sealed{path: path, salt: make([]byte, saltSize), kept: map[string]string{}}
		if _, err := rand.Read(s.salt); err != nil {
			return nil, broken(path, err)
		}
		return s, s.key(passphrase)
	}
	if err != nil {
		return nil, domain.Wrap("vault", domain.KindUnavailable, err, "The file "+path+" cannot be read. Check that it is yours.").Because("vault.unreadable", path)
	}
	return unseal(path, passphrase, sealed)
}

func unseal(path, passphrase string, sealed []byte) (*Sealed, error) {
	head := len(magic) + saltSize + chacha20poly1305.NonceSizeX
	if len(sealed) < head || string(sealed[:len(magic)]) != magic {
		return nil, broken(path, errors.New("not a vault"))
	}
	s := &Sealed{path: path, salt: sealed[len(magic) : len(magic)+saltSize]}
	if err := s.key(passphrase); err != nil {
		return nil, err
	}
	plain, err := s.lock.Open(nil, sealed[len(magic)+saltSize:head], sealed[head:], sealed[:len(magic)+saltSize])
	if err != nil {
		return nil, domain.Errorf("vault", domain.KindUnauthenticated, "The passphrase is wrong, or the file %s was damaged. Try again, or delete the file and sign in anew.", path).Because("phrase.wrong", path)
	}
	if err := json.Unmarshal(plain, &s.kept); err != nil || s.kept == nil {
		return nil, broken(path, err)
	}
	return s, nil
}

func (s *Sealed) key(passphrase string) error {
	key := argon2.IDKey([]byte(passphrase), s.salt, argonPasses, argonMemory, argonThreads, chacha20poly1305.KeySize)
	var err error
	if s.lock, err = chacha20poly1305.NewX(key); err != nil {
		return broken(s.path, err)
	}
	return nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(f, maxFile))
}

// Get implements Vault.
func (s *Sealed) Get(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret, ok := s.kept[name]
	if !ok {
		return "", notFound()
	}
	return secret, nil
}

// Put implements Vault. KindTooLarge, too, when the file holds no more.
func (s *Sealed) Put(name, secret string) error {
	if err := check(name, secret); err != nil {
		return err
	}
	return s.change(func(kept map[string]string) { kept[name] = secret })
}

// Drop implements Vault.
func (s *Sealed) Drop(name string) error {
	return s.change(func(kept map[string]string) { delete(kept, name) })
}

// Close implements Vault.
func (s *Sealed) Close() error { return nil }

// change writes the file with what apply makes of its contents, and keeps what
// was there when that fails.
func (s *Sealed) change(apply func(map[string]string)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := make(map[string]string, len(s.kept)+1)
	for k, v := range s.kept {
		kept[k] = v
	}
	apply(kept)
	err := s.save(kept)
	if errors.Is(err, errFull) { // it could not be opened again
		return domain.Wrap("vault", domain.KindTooLarge, err, "The file "+s.path+" is full. Forget accounts that are not used any more.").Because("vault.full", s.path)
	}
	if err != nil {
		return domain.Wrap("vault", domain.KindUnavailable, err, "The file "+s.path+" cannot be written. Make room on the disk and check that the folder is yours.").Because("vault.unwritten", s.path)
	}
	s.kept = kept
	return nil
}

var errFull = errors.New("more than a file may hold")

// save replaces the file by a whole new one; s.mu is held.
func (s *Sealed) save(kept map[string]string) error {
	plain, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	head := append([]byte(magic), s.salt...)
	sealed := s.lock.Seal(append(append([]byte{}, head...), nonce...), nonce, plain, head)
	if len(sealed) > maxFile {
		return errFull
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".vault-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(sealed)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

func broken(path string, err error) error {
	return domain.Wrap("vault", domain.KindInvalid, err, "The file "+path+" is not a vault of JasminCam. Delete it and sign in anew.").Because("vault.broken", path)
}
