package reply

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestStatus_oneForEveryKind(t *testing.T) {
	seen := map[int]domain.Kind{}
	for _, kind := range domain.Kinds() {
		status := Status(kind)
		if other, twice := seen[status]; twice || status < 400 {
			t.Errorf("%s and %s both answer %d", kind, other, status)
		}
		seen[status] = kind
	}
	if Status("something new") != 500 {
		t.Error("an unknown kind is a defect of ours")
	}
}

func TestError_tellsTheSentenceAndNotTheCause(t *testing.T) {
	e := domain.Wrap("op", domain.KindLimited, errors.New("secret cause"), "Wait a little.")
	e.RetryAfter = 1500 * time.Millisecond
	w := httptest.NewRecorder()
	Error(w, e)
	if want := `{"error":{"kind":"limited","message":"Wait a little.","retry_after_ms":1500}}`; strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("body %s, want %s", w.Body, want)
	}
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = httptest.NewRecorder()
	Error(w, errors.New("secret cause"))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Retry-After") != "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestJSON_whatCannotBeWrittenIsADefect(t *testing.T) {
	w := httptest.NewRecorder()
	JSON(w, 200, func() {})
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"kind":"internal"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCookies(t *testing.T) {
	w := httptest.NewRecorder()
	c := Cookies{Secure: true}
	c.SetSession(w, "token")
	c.SetGuest(w, "guest")
	c.DropSession(w)
	got := w.Result().Cookies()
	if len(got) != 3 || got[0].Name != "jc_session" || got[0].Value != "token" || got[1].Name != "jc_guest" || got[2].MaxAge >= 0 {
		t.Fatalf("cookies %v", got)
	}
	for _, c := range got {
		if !c.HttpOnly || !c.Secure || c.Path != "/" || c.SameSite == 0 {
			t.Errorf("cookie %v", c)
		}
	}
}

func TestError_asksForAToken(t *testing.T) {
	for kind, want := range map[domain.Kind]string{domain.KindUnauthenticated: "Bearer", domain.KindForbidden: ""} {
		w := httptest.NewRecorder()
		Error(w, domain.Errorf("op", kind, "No."))
		if got := w.Header().Get("WWW-Authenticate"); got != want {
			t.Errorf("%s: WWW-Authenticate is %q, want %q", kind, got, want)
		}
	}
}
