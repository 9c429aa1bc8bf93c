package database

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits of an idempotency key, in bytes.
const (
	minKey = 8
	maxKey = 100
)

// CheckKey accepts an idempotency key of 8 to 100 printable bytes. KindInvalid.
func CheckKey(key string) error {
	if len(key) < minKey || len(key) > maxKey || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl) {
		return domain.Errorf("", domain.KindInvalid, "The key must have %d to %d printable bytes, new for each thing that you send.", minKey, maxKey)
	}
	return nil
}

// Once runs f unless the key was used in the scope before; then it gives the same
// answer again, or KindConflict when the input was another. The key's row comes
// first, so that a second request with it waits for the first to commit.
func Once[T any](ctx context.Context, t *Tx, scope, key string, input any, f func() (T, error)) (answer T, replay bool, err error) {
	if err := CheckKey(key); err != nil {
		return answer, false, err
	}
	text, err := json.Marshal(input)
	if err != nil {
		return answer, false, err
	}
	sum := sha256.Sum256(text)
	hash := Hex(sum[:])
	n, err := t.Exec(ctx, `INSERT INTO keys (scope, key, hash, answer, at) VALUES ($1, $2, $3, '', $4) ON CONFLICT (scope, key) DO NOTHING`,
		scope, key, hash, t.Now)
	if err != nil {
		return answer, false, err
	}
	if n == 0 {
		var before, stored string
		err := t.QueryRowContext(ctx, `SELECT hash, answer FROM keys WHERE scope = $1 AND key = $2`, scope, key).Scan(&before, &stored)
		if err != nil {
			return answer, false, err
		}
		if before != hash {
			return answer, false, domain.Errorf("", domain.KindConflict, "This key was used for something else. Send it again with a new key.")
		}
		return answer, true, json.Unmarshal([]byte(stored), &answer)
	}
	if answer, err = f(); err != nil {
		return answer, false, err
	}
	if text, err = json.Marshal(answer); err != nil {
		return answer, false, err
	}
	_, err = t.Exec(ctx, `UPDATE keys SET answer = $3 WHERE scope = $1 AND key = $2`, scope, key, string(text))
	return answer, false, err
}
