package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const password = "correct horse 7"

// performerIn makes a performer and brings it into a state, by the ways that
// people have.
func performerIn(t *testing.T, s *stage.Stage, staff, studio *client.Client, state domain.AccountState) (stage.Person, string) {
	t.Helper()
	p := stage.Person{Name: "p-" + string(state), Email: string(state) + "@demo.example", Password: password}
	up := domain.SignUp{Name: p.Name, Email: p.Email, Password: p.Password, Adult: true}
	done := func(_ domain.Account, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", state, err)
		}
	}
	done(studio.AddPerformer(t.Context(), up))
	own, _ := s.SignIn(p)
	key := ""
	if state != domain.StateUnfinished {
		done(own.Apply(t.Context(), p.Name, domain.Application{FullName: "Ana Pop", BirthDate: "1996-02-03", Country: "RO"}))
	}
	decide := func(to domain.AccountState) {
		t.Helper()
		done(staff.Decide(t.Context(), p.Name, domain.Decision{State: to, Reason: "for the test"}))
	}
	switch state {
	case domain.StateRejected:
		decide(domain.StateRejected)
	case domain.StateInactive, domain.StateSuspended, domain.StateClosed:
		decide(domain.StateActive)
		k, err := own.NewStreamKey(t.Context(), p.Name)
		if err != nil {
			t.Fatal(err)
		}
		key = k
		if state == domain.StateInactive {
			done(studio.SetActivation(t.Context(), p.Name, false))
			break
		}
		decide(state)
	}
	return p, key
}

// An account in any state but Active is refused with its words at every way
// online: the program, a broadcast token, a stream key, the browser page.
func TestAccount_inAnyStateButActiveIsRefusedEverywhere(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	staff, _ := s.SignIn(s.Staff)
	studio, _ := s.SignIn(s.Studio)
	browser := chrome.Open(t, chrome.Options{FakeCamera: true})
	for _, state := range domain.AccountStates() {
		if state == domain.StateActive {
			continue
		}
		t.Run(string(state), func(t *testing.T) {
			p, key := performerIn(t, s, staff, studio, state)
			words := state.OfflineReason()
			refusedByProgram(t, s, p, words)
			own, session := s.SignIn(p)
			if _, err := own.Begin(t.Context(), []string{session.Token}); domain.KindOf(err) != domain.KindForbidden || !strings.Contains(err.Error(), words) {
				t.Errorf("a broadcast token: %v, want forbidden with %q", err, words)
			}
			if key == "" {
				key, _ = own.NewStreamKey(t.Context(), p.Name)
			}
			if key != "" {
				_, err := peer.Publish(t.Context(), peer.Publication{URL: s.URL + "/whip", Token: key})
				if err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("a stream key: %v, want %q", err, words)
				}
			}
			page := browser.Incognito(s.URL + "/signin?next=/broadcast")
			signInHere(t, page, p)
			page.Until(10*time.Second, `location.pathname === "/broadcast" && document.readyState === "complete"`)
			if text := page.Text(); !strings.Contains(text, words) {
				t.Errorf("the browser page says\n%s\nwant %q", text, words)
			}
			page.Close()
		})
	}
}

func refusedByProgram(t *testing.T, s *stage.Stage, p stage.Person, words string) {
	t.Helper()
	body, err := json.Marshal(stage.Cast{Performers: []stage.Person{p}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "credentials.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	live := stage.GoLive(t, "--backend", s.URL, "--credentials", file, "--account", p.Email, "--video", "pattern", "--audio", "silence", "--size", "640x360", "--for", "5s")
	if err := live.Wait(20 * time.Second); err == nil {
		t.Error("the program went live")
	}
	if said := live.Log() + live.Output(); !strings.Contains(said, words) {
		t.Errorf("the program says\n%s\nwant %q", said, words)
	}
}
