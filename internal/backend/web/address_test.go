package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The address for uploads is the one that the caller can reach: TLS when it came
// through a proxy that has it, and as it came when it came straight.
func TestSite_uploadAddressFollowsTheWayIn(t *testing.T) {
	for _, test := range []struct {
		name, forwardedFor, proto, want string
		secure                          bool
	}{
		{"straight", "", "", "http://example.test/whip", false},
		{"straight, with a proxy for others", "", "", "http://example.test/whip", true},
		{"by the proxy", "192.0.2.1", "", "https://example.test/whip", true},
		{"by a proxy without TLS", "192.0.2.1", "http", "http://example.test/whip", true},
		{"a header that no proxy bears", "192.0.2.1", "https", "http://example.test/whip", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://example.test/api/v1/broadcasts", http.NoBody)
		r.Header.Set("X-Forwarded-For", test.forwardedFor)
		r.Header.Set("X-Forwarded-Proto", test.proto)
		s := &Site{Config: Config{Secure: test.secure}}
		if got := s.absolute(r, "/whip"); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
