package backend

import (
	"os"
	"path/filepath"

	"github.com/jasmincam/jasmincam/internal/domain"
)

const lockFile = "lock"

// occupy makes this program the only server on the data folder until release. The
// system lifts the lock of a program that was killed.
func occupy(dir string) (release func() error, err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, dataError(dir, err)
	}
	if err := lock(f); err != nil {
		_ = f.Close() // the lock's error is the one that counts
		return nil, domain.Wrap("data folder", domain.KindConflict, err,
			"Another server runs on the folder "+dir+". Stop it, or choose another --data folder.")
	}
	return f.Close, nil
}
