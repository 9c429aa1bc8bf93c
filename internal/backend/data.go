package backend

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// The files of DIR (docs/PROTOCOL.md 6).
const (
	databaseFile = "jasmincam.db"
	demoFile     = "demo.json"
	sandboxFile  = "sandbox.secret"
	originFile   = "origin.key"

	certificateFolder = "certificates"
)

// openData makes the folder with mode 0700. A folder that exists already is
// made private too, unless it is somebody else's: other files in it and open to
// others.
func openData(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return dataError(dir, err)
	}
	stat, err := os.Stat(dir)
	if err != nil {
		return dataError(dir, err)
	}
	if stat.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // Windows keeps rights elsewhere
		if err := makePrivate(dir); err != nil {
			return err
		}
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return dataError(dir, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return dataError(dir, err)
	}
	return nil
}

func makePrivate(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return dataError(dir, err)
	}
	ours := len(entries) == 0
	for _, e := range entries {
		ours = ours || e.Name() == databaseFile || e.Name() == originFile
	}
	if !ours {
		return invalid("The folder %s holds other files and others may read it. Choose a folder of its own for --data.", dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return dataError(dir, err)
	}
	return nil
}

func dataError(dir string, err error) error {
	return domain.Wrap("data folder", domain.KindUnavailable, err,
		"The folder "+dir+" cannot be written. Give this user the right to write there and check that the disk is not full, or choose another --data folder.")
}

// secret reads the key in DIR/name (0600): the file's text without the line's
// end, so that other programs can use it as it stands. When there is none it
// makes one of 32 random bytes in hexadecimal.
func secret(dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var key [32]byte
		rand.Read(key[:])
		text = []byte(hex.EncodeToString(key[:]) + "\n")
		err = writeFile(path, text)
	}
	if err != nil {
		return nil, dataError(dir, err)
	}
	key := bytes.TrimSpace(text)
	if len(key) < minSecret {
		return nil, invalid("The key file %s is damaged. Put its backup there, or delete it and a new one is made.", path)
	}
	return key, nil
}

const minSecret = 16 // bytes

// writeFile writes a whole file with mode 0600 or none at all.
func writeFile(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(tmp.Name()))
	}
	return err
}
