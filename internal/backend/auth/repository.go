package auth

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Repository keeps accounts, sessions and hashed tokens. Token hashes are
// SHA-256 of the whole token; times are Unix ms.
type Repository interface {
	// AddAccount keeps a new account, gives a member the credits of B1, and remembers who brought him (B11). KindConflict when name or e-mail is taken.
	AddAccount(ctx context.Context, acc domain.Account, passwordHash string) (domain.Account, error)
	// Credentials finds an account by its e-mail in small letters. KindNotFound.
	Credentials(ctx context.Context, email string) (acc domain.Account, passwordHash string, err error)
	// SetPasswordHash replaces the hash of the same password.
	SetPasswordHash(ctx context.Context, id domain.AccountID, passwordHash string) error

	// AddSession keeps a session until it expires or is dropped.
	AddSession(ctx context.Context, id domain.AccountID, tokenHash []byte, device string, expires int64) (domain.Session, error)
	// SessionByToken finds a live session with its account. KindUnauthenticated.
	SessionByToken(ctx context.Context, tokenHash []byte) (domain.Session, error)
	// SessionAlive finds a live session by its id. KindUnauthenticated.
	SessionAlive(ctx context.Context, sessionID string) (domain.Session, error)
	// SessionsOf lists an account's live sessions, newest use first.
	SessionsOf(ctx context.Context, id domain.AccountID) ([]domain.Session, error)
	// DropSession ends a session of the account. KindNotFound.
	DropSession(ctx context.Context, id domain.AccountID, sessionID string) error

	// SetStreamKey replaces a performer's stream key.
	SetStreamKey(ctx context.Context, performer string, keyHash []byte) error
	// AddBroadcast keeps a broadcast token for the sessions until it expires; use prolongs it.
	AddBroadcast(ctx context.Context, tokenHash []byte, sessionIDs []string, expires int64) error
	// SharePerson tells whether all the accounts have one human being in common.
	SharePerson(ctx context.Context, ids ...domain.AccountID) (bool, error)
}
