package auth

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestPHC_roundTripAndSalt(t *testing.T) {
	a, b := newPHC(password, cheap).String(), newPHC(password, cheap).String()
	if a == b {
		t.Fatal("two hashes of one password are equal: no salt")
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Fatalf("not in PHC format: %s", a)
	}
	p, err := parsePHC(a)
	if err != nil || p.String() != a {
		t.Fatalf("round trip gives %v, %v", p, err)
	}
	if !p.matches(password) || p.matches(password+" ") {
		t.Fatal("the hash has to fit its password and no other")
	}
}

// The vector was made with the reference tool: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32.
func TestPHC_knownVector(t *testing.T) {
	p, err := parsePHC("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	if err != nil || !p.matches("password") {
		t.Fatalf("the reference implementation's hash does not fit: %v", err)
	}
}

func TestPHC_refusesDamageAndGreed(t *testing.T) {
	good := newPHC(password, cheap).String()
	for _, bad := range []string{
		"", "$", good[1:], strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=8", "m=99999999", 1), strings.Replace(good, "m=8", "m=0", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "m=8,t=1", "t=1,m=8", 1), good + "!", good[:len(good)-40],
		strings.Replace(good, "t=1", "t=-1", 1), good + "$x",
	} {
		if _, err := parsePHC(bad); err == nil {
			t.Errorf("accepted %q", bad)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(newPHC(password, cheap).String())
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parsePHC(s); err == nil && (p.Memory > maxMemory || p.Time > maxPasses || p.Threads > maxThreads) {
			t.Fatalf("%q asks for too much", s)
		}
	})
}

func TestHasher_boundsWorkAndQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(cheap, 1, 1)
		release, err := h.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		waited := make(chan error)
		go func() {
			_, err := h.hash(t.Context(), password)
			waited <- err
		}()
		synctest.Wait() // the second waits for the only slot
		_, err = h.hash(t.Context(), password)
		wantKind(t, err, domain.KindLimited)
		if e, ok := err.(*domain.Error); !ok || e.RetryAfter <= 0 {
			t.Fatalf("no time to wait in %v", err)
		}
		release()
		if err := <-waited; err != nil {
			t.Fatal(err)
		}
		if len(h.queue) != 0 || len(h.slots) != 0 {
			t.Fatal("places leaked")
		}
	})
}
