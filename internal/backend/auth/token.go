package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// The prefixes tell people and leak scanners what a token is for.
const (
	SessionPrefix   = "jcs_"
	BroadcastPrefix = "jcb_"
	StreamKeyPrefix = "jck_"
)

const tokenBytes = 32

// newToken mints 256 random bits as prefix + base64url, and its hash.
func newToken(prefix string) (token string, hash []byte) {
	var secret [tokenBytes]byte
	rand.Read(secret[:]) // never fails: the runtime ends the process instead
	token = prefix + base64.RawURLEncoding.EncodeToString(secret[:])
	return token, HashToken(token)
}

// HashToken is what is stored of a token: its SHA-256. A fast hash is enough,
// since 256 random bits cannot be guessed.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// IsToken tells whether s has the form of a token with that prefix.
func IsToken(s, prefix string) bool {
	body, ok := strings.CutPrefix(s, prefix)
	return ok && len(body) == base64.RawURLEncoding.EncodedLen(tokenBytes)
}
