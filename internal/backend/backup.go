package backend

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Backup copies the SQLite database of the site in the folder data, which may be
// running, to a new file (mode 0600), and audits the copy: the file appears under its
// name only when it is whole. progress gets pages, copied and in all. KindConflict
// when there is such a file already, or when the ledger in the copy does not hold.
func Backup(ctx context.Context, data, to string, progress func(done, total int)) (report store.Report, err error) {
	const op = "backup"
	from := filepath.Join(data, databaseFile)
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return report, invalid("There is no %s in %s. Give the folder that the site was started with. A site on PostgreSQL is saved with pg_dump; the guide for operators tells how.", databaseFile, data)
	}
	if from, err = filepath.Abs(from); err != nil {
		return report, database.Fail(op, err)
	}
	if to, err = filepath.Abs(to); err != nil {
		return report, database.Fail(op, err)
	}
	if _, err := os.Lstat(to); err == nil {
		return report, errThere(to)
	}
	// A folder of its own, so that whatever SQLite puts beside the copy goes with it.
	dir, err := os.MkdirTemp(filepath.Dir(to), ".backup-*")
	if err != nil {
		return report, domain.Wrap(op, domain.KindUnavailable, err, "The folder "+filepath.Dir(to)+" cannot be written. Choose another place for the copy.")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	part := filepath.Join(dir, databaseFile)
	if err := writeFile(part, nil); err != nil { // 0600, before anything is in it
		return report, database.Fail(op, err)
	}
	if err := database.Copy(ctx, from, part, progress); err != nil {
		return report, err
	}
	if report, err = Verify(ctx, dir, ""); err != nil {
		return report, err
	}
	return report, place(part, to)
}

// place puts a whole file under its name, and never over another one.
func place(part, to string) error {
	err := os.Link(part, to)
	switch {
	case errors.Is(err, fs.ErrExist):
		return errThere(to)
	case err != nil: // this disk knows no links
		if _, err := os.Lstat(to); err == nil {
			return errThere(to)
		}
		err = os.Rename(part, to)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(to))
	}
	if err != nil {
		return domain.Wrap("backup", domain.KindUnavailable, err, "The copy cannot be put at "+to+". Choose another place.")
	}
	return nil
}

// syncFolder takes a new name to the disk, where the system can.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // Windows cannot, and needs not
	return f.Close()
}

func errThere(path string) error {
	return domain.Errorf("backup", domain.KindConflict, "There is %s already, and nothing is written over it. Choose another name.", path)
}

// Beside lists what a backup of the site in the folder data does not have: its keys and
// certificates, which are secrets of their own.
func Beside(data string) (names []string) {
	for _, name := range []string{originFile, sandboxFile, certificateFolder} {
		if _, err := os.Stat(filepath.Join(data, name)); err == nil {
			names = append(names, filepath.Join(data, name))
		}
	}
	return names
}
