package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of an Argon2id hash (RFC 9106).
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultParams cost about 28 ms and 32 MiB on a small server (C); above the
// 19 MiB and 2 passes that OWASP asks for.
func DefaultParams() Params { return Params{Memory: 32 << 10, Time: 2, Threads: 1} }

// What a stored hash may ask for at most, so that a damaged row cannot exhaust
// the server.
const (
	maxMemory  = 1 << 20 // KiB
	maxPasses  = 16
	maxThreads = 16
	saltBytes  = 16
	keyBytes   = 32
)

var errHash = errors.New("auth: not an Argon2id hash in PHC format")

// phc is a parsed "$argon2id$v=19$m=…,t=…,p=…$salt$key".
type phc struct {
	Params
	salt, key []byte
}

func (h phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.Memory, h.Time, h.Threads,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

func newPHC(password string, p Params) phc {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return phc{p, salt, argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, keyBytes)}
}

// matches does the same work whatever the password.
func (h phc) matches(password string) bool {
	key := argon2.IDKey([]byte(password), h.salt, h.Time, h.Memory, h.Threads, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return phc{}, errHash
	}
	p, err := parseParams(parts[3])
	if err != nil {
		return phc{}, err
	}
	salt, err := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	if err != nil || len(salt) < 8 || len(salt) > 64 {
		return phc{}, errHash
	}
	key, err := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err != nil || len(key) < 16 || len(key) > 64 {
		return phc{}, errHash
	}
	return phc{p, salt, key}, nil
}

func parseParams(s string) (Params, error) {
	var n [3]uint64
	fields := strings.Split(s, ",")
	if len(fields) != len(n) {
		return Params{}, errHash
	}
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(fields[i], name)
		v, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil {
			return Params{}, errHash
		}
		n[i] = v
	}
	if n[0] < 8 || n[0] > maxMemory || n[1] < 1 || n[1] > maxPasses || n[2] < 1 || n[2] > maxThreads {
		return Params{}, errHash
	}
	return Params{Memory: uint32(n[0]), Time: uint32(n[1]), Threads: uint8(n[2])}, nil
}
