package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type tokenKey struct{}

// tokenFrom is the session token that the request came with; "" for guests. An
// open event stream asks with it whether the session still lives.
func tokenFrom(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token
}

// identify puts the actor into the request's context. A request that changes
// something and comes from another site's page is refused, or, for WHEP, loses
// its cookies.
func (s *Site) identify(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	addr := s.clientAddr(r)
	actor := domain.Actor{Country: s.Country(addr), Origin: s.origin(addr)}
	if isUpload(r) && !isReturn(r) || isAsset(r) {
		return r.WithContext(domain.WithActor(r.Context(), actor)), nil
	}
	token, bearer := bearerToken(r)
	cookies := !bearer
	if cookies && s.origins.Check(r) != nil {
		if !isMedia(r) {
			return r, domain.Errorf("request", domain.KindForbidden, "This request came from another site's page. Open this site itself and try again.")
		}
		cookies = false
	}
	if cookies {
		if c, err := r.Cookie(reply.SessionCookie); err == nil {
			token = c.Value
		}
	}
	var err error
	if actor, token, err = s.authenticate(w, r, actor, token, cookies); err != nil {
		return r, err
	}
	if actor.Session == "" {
		actor.Guest = s.guest(w, r, cookies)
	}
	ctx := context.WithValue(domain.WithActor(r.Context(), actor), tokenKey{}, token)
	return r.WithContext(ctx), nil
}

// authenticate looks a token up. A dead cookie makes its owner a guest on a
// page and where one signs in; anywhere else it is an error, so that nobody
// unwittingly goes on as somebody else.
func (s *Site) authenticate(w http.ResponseWriter, r *http.Request, actor domain.Actor, token string, cookies bool) (domain.Actor, string, error) {
	if token == "" {
		return actor, "", nil
	}
	session, err := s.Authenticate(domain.WithActor(r.Context(), actor), token)
	if err != nil {
		if cookies && domain.KindOf(err) == domain.KindUnauthenticated {
			s.cookies.DropSession(w)
			if opensSession(r) || (!isAPI(r) && !isMedia(r)) {
				return actor, "", nil
			}
		}
		return actor, "", err
	}
	actor.Account, actor.Session = session.Account, session.ID
	return actor, token, nil
}

// isReturn tells whether the request is about what a member sends in a show: then the
// token is the session's, or its cookie counts.
func isReturn(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/whip/shows/") }

func opensSession(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return false
	}
	switch r.URL.Path {
	case apiRoot + "sessions", apiRoot + "members", apiRoot + "performers":
		return true
	}
	return false
}

// isAsset tells what is the same for everybody and may be kept by caches: no
// cookie belongs to it.
func isAsset(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/assets/") || r.URL.Path == "/favicon.ico"
}

// bearerToken tells the token of an Authorization header, and whether there is
// such a header at all: then cookies do not count.
func bearerToken(r *http.Request) (token string, present bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", false
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(token) == "" {
		return "not a bearer token", true // known to nobody
	}
	return strings.TrimSpace(token), true
}

// clientAddr is the address that the request came from: the right-most one in
// X-Forwarded-For that no trusted proxy bears.
func (s *Site) clientAddr(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap().WithZone("")
	}
	return addr
}

func (s *Site) trusts(addr netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// origin hashes an address; one IPv6 customer has a whole /64.
func (s *Site) origin(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			addr = p.Addr()
		}
	}
	return s.keyed("origin", addr.String())[:24]
}

// keyed is HMAC-SHA256 under OriginKey in hexadecimal; use keeps the uses apart.
func (s *Site) keyed(use, text string) string {
	mac := hmac.New(sha256.New, s.OriginKey)
	mac.Write([]byte(use + "\x00" + text))
	return hex.EncodeToString(mac.Sum(nil))
}

// guest is the random id in the guest's cookie. The cookie is signed, so that
// nobody takes over the name of another guest.
func (s *Site) guest(w http.ResponseWriter, r *http.Request, cookies bool) string {
	if c, err := r.Cookie(reply.GuestCookie); cookies && err == nil {
		id, sign, _ := strings.Cut(c.Value, ".")
		if id != "" && subtle.ConstantTimeCompare([]byte(sign), []byte(s.keyed("guest", id)[:32])) == 1 {
			return id
		}
	}
	id := strings.ToLower(rand.Text()[:10])
	if cookies {
		s.cookies.SetGuest(w, id+"."+s.keyed("guest", id)[:32])
	}
	return id
}
