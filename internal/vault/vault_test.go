package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// The D-Bus library keeps one connection for the life of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.(*Conn).inWorker"))
}

// suite is what every vault does.
func suite(t *testing.T, v Vault) {
	t.Helper()
	if _, err := v.Get("nobody"); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("an unknown name: %v", err)
	}
	for _, secret := range []string{"first", strings.Repeat("ű", MaxSecret/2)} {
		if err := v.Put("luna https://x", secret); err != nil {
			t.Fatal(err)
		}
		if got, err := v.Get("luna https://x"); err != nil || got != secret {
			t.Errorf("kept %q, got %q, %v", secret, got, err)
		}
	}
	if err := v.Put("luna", strings.Repeat("x", MaxSecret+1)); domain.KindOf(err) != domain.KindTooLarge {
		t.Errorf("a long secret: %v", err)
	}
	for _, name := range []string{"", strings.Repeat("x", MaxName+1)} {
		if err := v.Put(name, "x"); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("a name of %d bytes: %v", len(name), err)
		}
	}
	if err := v.Put("luna", ""); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("an empty secret: %v", err)
	}
	for range 2 {
		if err := v.Drop("luna https://x"); err != nil {
			t.Errorf("dropped: %v", err)
		}
	}
	if _, err := v.Get("luna https://x"); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("after the drop: %v", err)
	}
}

func TestMemory(t *testing.T) {
	var m Memory
	suite(t, &m)
	if err := errors.Join(m.Put("a", "b"), m.Close()); err != nil {
		t.Error(err)
	}
	if _, err := m.Get("a"); err == nil {
		t.Error("closed memory remembers")
	}
}

func TestKeyring_secretService(t *testing.T) {
	if runtime.GOOS != "linux" {
		testkit.CannotRun(t, "the Secret Service is Linux'")
	}
	testkit.NewKeyring(t)
	k, err := OpenKeyring(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	suite(t, k)
	if err := k.Put("kept", "secret"); err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if _, err := k.Get("kept"); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("a closed keyring: %v", err)
	}
	again, err := OpenKeyring(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Get("kept"); err != nil || got != "secret" {
		t.Errorf("after opening again: %q, %v", got, err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenKeyring_withoutASessionBus(t *testing.T) {
	if runtime.GOOS != "linux" {
		testkit.CannotRun(t, "only Linux has a session bus")
	}
	if _, err := OpenKeyring(func(string) string { return "" }); domain.KindOf(err) != domain.KindUnavailable {
		t.Error(err)
	}
}

// Without a bus the library would start one that outlives the program.
func TestHasBus_onlyWhereNoneWouldBeStarted(t *testing.T) {
	none, some := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(some, "bus"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		address, runtimeDir string
		want                bool
	}{{"unix:path=/x", none, true}, {"", some, true}, {"", none, false}, {"autolaunch:", none, false}, {"autolaunch:", some, true}} {
		env := map[string]string{"DBUS_SESSION_BUS_ADDRESS": c.address, "XDG_RUNTIME_DIR": some}
		if got := hasBus(func(name string) string { return env[name] }, c.runtimeDir); got != c.want {
			t.Errorf("%q with %s: %v", c.address, c.runtimeDir, got)
		}
	}
}

// stuck is a keyring that waits for a person.
type stuck struct{ unlocked chan struct{} }

func (s stuck) Set(string, string, string) error { <-s.unlocked; return nil }

func (s stuck) Get(_, name string) (string, error) {
	if name != probe {
		<-s.unlocked
	}
	return "", keyring.ErrNotFound
}

func (s stuck) Delete(string, string) error { <-s.unlocked; return errors.New("locked") }

func TestKeyring_neverBlocksForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stuck{make(chan struct{})}
		k, err := open(s, Patience)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			began := time.Now()
			if _, err := k.Get("a"); domain.KindOf(err) != domain.KindUnavailable || time.Since(began) != Patience {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		}
		if err := k.Close(); domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("closing a stuck keyring: %v", err)
		}
		close(s.unlocked)
		if err := k.Close(); err != nil {
			t.Errorf("closing an unlocked keyring: %v", err)
		}
	})
}

func TestKeyring_otherErrorsAreUnavailable(t *testing.T) {
	s := stuck{make(chan struct{})}
	close(s.unlocked)
	k, err := open(s, Patience)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Drop("a"); domain.KindOf(err) != domain.KindUnavailable {
		t.Error(err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}

const phrase = "correct horse battery"

func TestSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	s, err := OpenSealed(path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	suite(t, s)
	if err := errors.Join(s.Put("kept", "the secret"), s.Close()); err != nil {
		t.Fatal(err)
	}
	stat, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && stat.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", stat.Mode(), err)
	}
	file, err := os.ReadFile(path)
	if err != nil || bytes.Contains(file, []byte("kept")) || bytes.Contains(file, []byte("secret")) {
		t.Errorf("the file shows what it keeps: %v", err)
	}
	again, err := OpenSealed(path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Get("kept"); err != nil || got != "the secret" {
		t.Errorf("%q, %v", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".vault-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSealed_refusals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "vault")
	s, err := OpenSealed(path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put("a", "b"); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := OpenSealed(path, "another passphrase"); domain.KindOf(err) != domain.KindUnauthenticated {
		t.Errorf("a wrong passphrase: %v", err)
	}
	for _, bad := range []string{"short", strings.Repeat("x", maxPhrase+1)} {
		if _, err := OpenSealed(path, bad); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("a passphrase of %d bytes: %v", len(bad), err)
		}
	}
	for _, at := range []int{len(magic), len(magic) + saltSize, len(file) - 1} { // salt, nonce, seal
		damaged := bytes.Clone(file)
		damaged[at] ^= 1
		write(damaged)
		if _, err := OpenSealed(path, phrase); domain.KindOf(err) != domain.KindUnauthenticated {
			t.Errorf("byte %d changed: %v", at, err)
		}
	}
	for _, other := range [][]byte{nil, []byte("hello"), file[:len(magic)+3], bytes.Repeat([]byte{0}, 2000)} {
		write(other)
		if _, err := OpenSealed(path, phrase); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%d bytes of something else: %v", len(other), err)
		}
	}
	if _, err := OpenSealed(dir, phrase); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("a folder: %v", err)
	}
}

func TestSealed_isNeverFilledBeyondWhatItOpens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	s, err := OpenSealed(path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	s.kept = map[string]string{"first": "1"}
	for i := range maxFile / MaxSecret { // just too much, their names included
		s.kept[strconv.Itoa(i)] = strings.Repeat("x", MaxSecret)
	}
	if err := s.Put("one more", "2"); domain.KindOf(err) != domain.KindTooLarge {
		t.Errorf("a file that could not be opened again: %v", err)
	}
	if _, err := s.Get("one more"); domain.KindOf(err) != domain.KindNotFound {
		t.Error("what was not written is kept")
	}
	s.kept = map[string]string{"first": "1"}
	if err := s.Put("second", "2"); err != nil {
		t.Error(err)
	}
	if _, err := OpenSealed(path, phrase); err != nil {
		t.Error(err)
	}
}

func TestSealed_keepsTheOldFileWhenItCannotWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	s, err := OpenSealed(filepath.Join(dir, "vault"), phrase)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put("a", "b"); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("no folder: %v", err)
	}
	if _, err := s.Get("a"); err == nil {
		t.Error("what was not written is kept")
	}
}
