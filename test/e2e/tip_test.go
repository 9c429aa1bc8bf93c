package e2e

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// atOnce is how soon a tip must be with the performer.
const atOnce = time.Second

func TestTip_reachesHerEarningsAtOnce_SQLite(t *testing.T) {
	tipStory(t, stage.Open(t, stage.Options{}))
}

func TestTip_reachesHerEarningsAtOnce_PostgreSQL(t *testing.T) {
	tipStory(t, stage.Open(t, stage.Options{Database: postgres.New(t).Fresh(t)}))
}

// A member signs in on the page, tips 10 credits, and the performer sees her
// share in the program's line and in her event stream within a second.
func tipStory(t *testing.T, s *stage.Stage) {
	live := s.GoLive("--size", "640x360")
	her, member := s.Performers[0], s.Members[0]
	earnings := followEarnings(t, s, her)

	page := signInPage(t, s, member, "/r/"+her.Name)
	page.Eval(`(() => {
		document.querySelector("form[data-tip] [name=credits]").value = "10";
		document.querySelector("form[data-tip] [name=note]").value = "thank you";
	})()`, nil)
	pressed := time.Now()
	page.Eval(`document.querySelector("form[data-tip] button[type=submit]").click()`, nil)

	e := testkit.Receive(t, 5*time.Second, earnings, "her earnings event")
	byEvent := time.Since(pressed)
	live.Until(5*time.Second, "her earnings in the line", func(l stage.Line) bool { return l.Accounts[0].Earned == 300 })
	byLine := time.Since(pressed)
	t.Logf("the event came after %v, the line after %v", byEvent, byLine)
	if byEvent > atOnce || byLine-byEvent > atOnce+50*time.Millisecond {
		t.Errorf("the event came after %v and the line after %v, want %v and the next line", byEvent, byLine, atOnce)
	}
	if e.EarnedCents != 300 {
		t.Errorf("10 credits at 30 %% earned %d cents, want 300", e.EarnedCents)
	}
	page.Until(5*time.Second, `document.querySelector("[data-balance]").textContent.trim() === "175.00"`)
	s.Verify()
}

// followEarnings sends each earnings notice of her own stream.
func followEarnings(t *testing.T, s *stage.Stage, her stage.Person) <-chan domain.EarningsNotice {
	t.Helper()
	c, _ := s.SignIn(her)
	ctx, cancel := context.WithCancel(t.Context())
	events, err := c.Events(ctx, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	out, done := make(chan domain.EarningsNotice, 16), make(chan struct{})
	go func() {
		defer close(done)
		for e, err := range events {
			var notice domain.EarningsNotice
			if err != nil || e.Kind != domain.EventEarnings || json.Unmarshal(e.Data, &notice) != nil {
				continue
			}
			out <- notice
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return out
}

// signInPage signs somebody in by the form, in a browser of her own, and goes on to a path.
func signInPage(t *testing.T, s *stage.Stage, p stage.Person, path string) *chrome.Page {
	t.Helper()
	page := chrome.Open(t, chrome.Options{}).Page(s.URL + "/signin?next=" + path)
	signInHere(t, page, p)
	page.Until(10*time.Second, "location.pathname === "+string(must(json.Marshal(path)))+` && document.readyState === "complete"`)
	return page
}

// signInHere fills in the sign-in form that the page shows.
func signInHere(t *testing.T, page *chrome.Page, p stage.Person) {
	t.Helper()
	login, err := json.Marshal([2]string{p.Email, p.Password})
	if err != nil {
		t.Fatal(err)
	}
	page.Eval(`((email, password) => {
		document.querySelector("[name=email]").value = email;
		document.querySelector("[name=password]").value = password;
		document.querySelector("main form").requestSubmit();
	})(...`+string(login)+`)`, nil)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
