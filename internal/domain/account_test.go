package domain

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestOfflineReason_onlyActiveMayGoOnline(t *testing.T) {
	for _, s := range AccountStates() {
		if reason := s.OfflineReason(); (reason == "") != (s == StateActive) {
			t.Errorf("state %s: reason %q", s, reason)
		}
	}
}

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{
		"luna-rose": true, "abc": true, "a1-": false, "-ab": false, "ab": false, "Luna": false, "lu na": false,
		strings.Repeat("a", 30): true, strings.Repeat("a", 31): false, "<script>": false, "é-é": false, "": false,
	} {
		if err := CheckName(name); (err == nil) != ok {
			t.Errorf("name %q: %v", name, err)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	for email, ok := range map[string]bool{
		"a@b": true, "luna@example.org": true, "@b": false, "a@": false, "a b@c": false, "a@b@c": false, "a@b,c": false, "Luna<a@b>": false, "a@b\nBcc: c@d": false, "": false,
		strings.Repeat("a", 260) + "@b": false,
	} {
		if err := CheckEmail(email); (err == nil) != ok {
			t.Errorf("e-mail %q: %v", email, err)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	for _, bad := range []string{"", "short", strings.Repeat("x", 201), strings.Repeat("\U0001F600", 200) + strings.Repeat("x", 300)} {
		if err := CheckPassword(bad); KindOf(err) != KindInvalid {
			t.Errorf("a password of %d bytes: %v", len(bad), err)
		}
	}
	if err := CheckPassword("ten-chars!"); err != nil {
		t.Error(err)
	}
}

func TestAdult_onTheBirthdayAndNotBefore(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for date, want := range map[string]bool{"2008-11-21": true, "2008-11-22": false, "1980-02-29": true} {
		if got, err := Adult(date, now); err != nil || got != want {
			t.Errorf("born %s: %v, %v", date, got, err)
		}
	}
	for _, bad := range []string{"", "21.11.2008", "2008-13-01", "2030-01-01", "1850-01-01"} {
		if _, err := Adult(bad, now); KindOf(err) != KindInvalid {
			t.Errorf("birth date %q: %v", bad, err)
		}
	}
}

func TestError_printsOneSentenceAndKeepsItsCause(t *testing.T) {
	cause := errors.New("disk full")
	err := Wrap("tip", KindUnavailable, cause, "The tip was not sent.")
	if got := err.Error(); got != "tip: The tip was not sent. (disk full)" {
		t.Error(got)
	}
	if !errors.Is(err, cause) || KindOf(err) != KindUnavailable || Sentence(err) != "The tip was not sent." {
		t.Errorf("%v lost a part", err)
	}
	if KindOf(cause) != KindInternal || strings.Contains(Sentence(cause), "disk") {
		t.Error("a foreign error must be internal and its text must stay inside")
	}
}

func TestActor_guestHasANameAndNoAccount(t *testing.T) {
	ctx := WithActor(context.Background(), Actor{Guest: "k3f9"})
	if a := ActorFrom(ctx); a.Role() != RoleGuest || a.Name() != "guest-k3f9" {
		t.Errorf("%+v", a)
	}
	if a := ActorFrom(context.Background()); a.Role() != RoleGuest {
		t.Errorf("nobody acts as %s", a.Role())
	}
	member := Actor{Account: Account{ID: "1", Role: RoleMember, Name: "tom"}}
	if member.Role() != RoleMember || member.Name() != "tom" {
		t.Errorf("%+v", member)
	}
}
