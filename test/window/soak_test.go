//go:build torture

package window

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
	"github.com/jasmincam/jasmincam/internal/ui/vm/chat"
)

// An evening runs six times as fast as a real one.
const (
	hurry        = 6
	linesAMinute = 100 // of the evening, in both rooms
	warmUp       = 3   // one part in so many comes before what is judged
	leastJudged  = 8 * time.Minute
)

// What the window may grow by, in an hour of the evening, after the warm-up;
// and how far the number of goroutines may move.
const (
	mostGrowth     = 1.0 // MB of 1,000,000 bytes
	mostGoroutines = 6
)

// soak is a window at work with its own backend, and the people of an evening.
type soak struct {
	*screen.Screen
	*stage.Stage
	t     *testing.T
	guest *client.Client
	app   *testkit.Process
	dice  *rand.Rand
	crowd *crowd
	meter *meter
}

// TestTortureWindow_evening lives through an evening: two live accounts, lines,
// tips, people who come and go, pages that are turned, a sign-in that expires.
// What keeps the newest of something, and what keeps a part of the book at hand, is
// full before it is measured. With DURATION=20m it is two hours of 100 lines a minute,
// after one of warm-up; less than 8m tells nothing, and is as long as that.
func TestTortureWindow_evening(t *testing.T) {
	f := testkit.Torture(t)
	s := openSoak(t, f.Seed)
	s.meter = newMeter(s)
	s.meter.start = s.meter.now()
	s.expires(1)
	s.meter.empty()
	s.crowd = gather(t, s.Stage, f.Seed)
	s.fill(chat.MaxLines + 200)
	s.evening(max(f.Duration, leastJudged) * warmUp / (warmUp - 1))
	s.expires(1)
	s.crowd.leave()
	s.meter.over()
	s.Verify()
	s.meter.judge(t)
	if err := s.app.Stop(patience); err != nil {
		t.Errorf("Ctrl-C ended it with %v", err)
	}
}

// openSoak starts the window with its own backend, live on both accounts.
func openSoak(t *testing.T, seed uint64) *soak {
	t.Helper()
	testkit.NewSound(t)
	profile := t.TempDir()
	site, admin := testkit.Loopback(testkit.FreePort(t)), testkit.Loopback(testkit.FreePort(t))
	s := &soak{Screen: screen.Open(t, 1180, 760), t: t, dice: rand.New(rand.NewPCG(seed, 1))}
	env := append(s.Env, "XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile,
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(profile, "none")) // sign-ins stay in memory
	s.app = testkit.Start(t, testkit.Spec{Path: testkit.Build(t, "jasmincam", false), Env: env,
		Args: []string{"--profile", profile, "--listen", site, "--admin", admin, "--demo", "--online"}})
	testkit.Until(t, patience, "two live rooms", func() bool {
		select {
		case <-s.app.Done():
			t.Fatalf("the window ended:\n%s", s.app.Log())
		default:
		}
		return strings.Contains(s.app.Output(), "Live:")
	})
	s.Stage = stage.Visit(t, "http://"+site, "http://"+admin, filepath.Join(profile, "backend"))
	s.guest = s.Guest()
	s.Focus("JasminCam")
	return s
}

// expires ends the app's session of one account, as the backend does with one
// that is too old; she signs in again by the form and goes online.
func (s *soak) expires(room int) {
	s.t.Helper()
	p := s.Performers[room]
	own, mine := s.SignIn(p)
	defer own.CloseIdle()
	list, err := own.Sessions(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, session := range list {
		if session.Device == "JasminCam app" {
			if err := own.RevokeSession(s.t.Context(), session.ID); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	testkit.Until(s.t, patience, "the room without her", func() bool { return s.state(p) != domain.RoomLive })
	s.turn("6", "Accounts")
	s.Keys("ctrl+plus", "ctrl+minus") // all is made anew, and the cursor is in the form
	for try := 1; !s.enters(own, p); try++ {
		if try == 3 { // a screen that is late for its keys makes others of them
			s.Keep("expired")
			s.t.Fatal("she is not signed in again")
		}
		s.Keys("shift+Tab")
	}
	s.Keys("F5")
	testkit.Until(s.t, patience, "both rooms live again", func() bool {
		return s.state(s.Performers[0]) == domain.RoomLive && s.state(p) == domain.RoomLive
	})
	if err := own.RevokeSession(s.t.Context(), mine.ID); err != nil && domain.KindOf(err) != domain.KindUnauthenticated {
		s.t.Fatal(err)
	}
}

// enters fills in the form from its first field, and tells whether the app has
// a session then.
func (s *soak) enters(own *client.Client, p stage.Person) bool {
	s.t.Helper()
	s.Keys("ctrl+a")
	s.Type(p.Email)
	s.Keys("Tab", "ctrl+a")
	s.Type(p.Password)
	s.Keys("Return")
	return testkit.Holds(patience/4, func() bool {
		list, err := own.Sessions(s.t.Context())
		return err == nil && slices.ContainsFunc(list, func(x domain.Session) bool { return x.Device == "JasminCam app" })
	})
}

func (s *soak) state(p stage.Person) domain.RoomState {
	room, err := s.guest.Room(s.t.Context(), p.Name)
	if err != nil {
		return ""
	}
	return room.State
}

// turn shows a page by its number in the navigation.
func (s *soak) turn(number, title string) {
	s.t.Helper()
	s.Keys("ctrl+" + number)
	if !testkit.Holds(patience, func() bool { return s.Titled("JasminCam · " + title) }) {
		s.Keep("no-" + title)
		s.t.Fatalf("waited %v in vain for the page %s", patience, title)
	}
}

// fill has both rooms say as many lines as the window keeps, as fast as they are
// taken, so that none of the evening's lines makes the list longer; and get as many
// tips as a page of the statement tells, which is more of the book than the database
// keeps at hand.
func (s *soak) fill(lines int) {
	s.t.Helper()
	began := time.Now()
	s.turn("7", "Settings") // where no line is drawn: pictures of thousands would stay for a minute
	s.crowd.flood(lines)
	s.t.Logf("%d lines before the evening in %v", lines, time.Since(began).Round(time.Second))
}

// evening goes on for a while: people talk at a steady pace, and she does what
// a person does in front of it.
func (s *soak) evening(length time.Duration) {
	s.t.Helper()
	s.crowd.begin()
	end := time.Now().Add(length)
	steps := []func(){
		func() { s.turn("1", "Live") },
		func() { s.turn("2", "Chat"); s.reads() },
		func() { s.answers() },
		func() { s.turn("3", "Money") },
		func() { s.turn("1", "Live") },
		func() { s.turn("5", "Members") },
		func() { s.turn("2", "Chat"); s.searches() },
		func() { s.turn("7", "Settings") },
		func() { s.turn("1", "Live") },
		func() { s.turn("4", "Profile") },
		func() { s.turn("1", "Live"); s.Keys("F7", "F7", "F8", "F8") }, // mute, mirror, and back
		func() { s.turn("6", "Accounts") },
	}
	s.meter.tour = len(steps)
	next := time.Now()
	for i := 0; time.Now().Before(end); i++ {
		select {
		case <-s.app.Done():
			s.t.Fatalf("the window ended:\n%s", s.app.Log())
		default:
		}
		steps[i%len(steps)]()
		s.crowd.changeOne()
		s.meter.read()
		next = next.Add(readEvery)
		testkit.Pause(time.Until(next))
	}
	s.crowd.rest()
}

// reads scrolls through what was said.
func (s *soak) reads() {
	s.Keys("F10", "shift+Tab", "shift+Tab", "Prior", "Prior", "Prior", "Home", "Next", "Next", "End")
}

// answers writes a line to whichever room is chosen.
func (s *soak) answers() {
	s.Keys("F10")
	s.Type("thank you, all of you " + number(s.dice))
	s.Keys("Return", "F9", "F9", "F9")
}

// searches looks for a word, and shows all again.
func (s *soak) searches() {
	s.Keys("ctrl+f")
	s.Type("good")
	testkit.Pause(time.Second)
	s.Keys("ctrl+a", "BackSpace", "F10")
}
