package backend

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Verify audits the ledger of the site in the folder data, or of the PostgreSQL
// database when one is given; the site may be running. A ledger that does not
// hold is an error that names the first bad entry.
func Verify(ctx context.Context, data, database string) (store.Report, error) {
	st, err := openExisting(ctx, data, database, true)
	if err != nil {
		return store.Report{}, err
	}
	report, err := st.Verify(ctx)
	if err = errors.Join(err, st.Close()); err != nil {
		return report, err
	}
	if !report.OK() && report.BadEntry == "" {
		return report, domain.Errorf("verify", domain.KindConflict, "The ledger does not hold: %s", report.Problem)
	}
	if !report.OK() {
		return report, domain.Errorf("verify", domain.KindConflict, "The ledger does not hold at entry %s: %s", report.BadEntry, report.Problem)
	}
	return report, nil
}

// AddOperated makes a staff or studio account of the site in the folder data, or
// of the database.
func AddOperated(ctx context.Context, data, database string, role domain.Role, up domain.SignUp) (domain.Account, error) {
	st, err := openExisting(ctx, data, database, false)
	if err != nil {
		return domain.Account{}, err
	}
	acc, err := auth.New(auth.Config{Repository: st}).AddOperated(ctx, role, up)
	return acc, errors.Join(err, st.Close())
}

// openExisting refuses to make a new, empty database where somebody mistyped a folder.
func openExisting(ctx context.Context, data, database string, readOnly bool) (*store.Store, error) {
	if database == "" {
		if _, err := os.Stat(filepath.Join(data, databaseFile)); errors.Is(err, fs.ErrNotExist) {
			return nil, invalid("There is no %s in %s. Give the folder that the site was started with.", databaseFile, data)
		}
	}
	return store.Open(ctx, store.Config{URL: databaseURL(data, database), ReadOnly: readOnly})
}
