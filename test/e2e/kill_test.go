package e2e

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const (
	kills   = 30
	backIn  = 15 * time.Second
	aTip    = domain.MinTip
	between = 700 * time.Millisecond // of talk between two kills
)

// talker does one thing again and again, each with a key of its own, and
// repeats it after a lost reply until it is acknowledged.
type talker struct {
	mu    sync.Mutex
	acked int
}

func (k *talker) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.acked
}

func (k *talker) talk(ctx context.Context, t *testing.T, do func(n int) error) {
	for n := 0; ctx.Err() == nil; n++ {
		for {
			err := do(n)
			if err == nil {
				break
			}
			if kind := domain.KindOf(err); kind != domain.KindUnavailable && kind != domain.KindLimited && ctx.Err() == nil {
				t.Errorf("number %d was refused: %v", n, err)
				return
			}
			if ctx.Err() != nil {
				return // not acknowledged, so it may be there or not
			}
			testkit.Pause(50 * time.Millisecond)
		}
		k.mu.Lock()
		k.acked++
		k.mu.Unlock()
		testkit.Pause(12 * time.Millisecond) // the member's credits are to last for the whole story
	}
}

// The backend is killed thirty times while a member tips and the performer
// talks: app and page are back within fifteen seconds each time, and what was
// acknowledged is there exactly once.
func TestKill_losesNothingAndEverybodyComesBack(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--size", "640x360")
	her := s.Performers[0]
	page := chrome.Open(t, chrome.Options{}).Incognito(s.URL + "/r/" + her.Name)
	page.WaitForPicture(t, "video[data-room]", 20*time.Second)
	member, _ := s.SignIn(s.Members[0])
	speaker, _ := s.SignIn(her)
	before := balance(t, member)

	ctx, stop := context.WithCancel(t.Context())
	var tips, lines talker
	var work sync.WaitGroup
	work.Go(func() {
		tips.talk(ctx, t, func(n int) error {
			_, err := member.Tip(context.Background(), her.Name, domain.Tip{Amount: aTip, Key: fmt.Sprintf("kill-tip-%d", n)})
			return err
		})
	})
	work.Go(func() {
		lines.talk(ctx, t, func(n int) error {
			_, err := speaker.Say(context.Background(), her.Name, domain.Line{Text: fmt.Sprint(n), Key: fmt.Sprintf("kill-line-%d", n)})
			return err
		})
	})
	var app, viewer []float64
	for range kills {
		testkit.Pause(between)
		s.Kill()
		killed := time.Now()
		s.Start()
		testkit.Until(t, backIn-time.Since(killed), "the app to be back", func() bool {
			line, _ := live.Line()
			return line.Live() && liveRooms(t, s) == 2
		})
		app = append(app, time.Since(killed).Seconds())
		decodes(t, page, backIn-time.Since(killed))
		viewer = append(viewer, time.Since(killed).Seconds())
	}
	stop()
	work.Wait()
	t.Logf("%d tips, %d lines; the app was back after %.1f s, the page after %.1f s", tips.count(), lines.count(), app, viewer)
	if got, want := before-balance(t, member), aTip*domain.Millicredits(tips.count()); got != want {
		t.Errorf("%d millicredits are gone for %d acknowledged tips, want %d", got, tips.count(), want)
	}
	inTurn(t, speaker, her.Name, lines.count())
	s.Verify()
}

// saidIn is how long after the backend's death she may still read that she is
// live: two seconds, and the second between two lines of the app.
const saidIn = 3 * time.Second

// A backend that was killed is said while the path still waits for it.
func TestKill_isSaidAtOnce(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--size", "640x360")
	var said []float64
	for range 4 {
		s.Kill()
		killed := time.Now()
		testkit.Until(t, backIn, "the app to say so", func() bool {
			line, _ := live.Line()
			return !line.Live()
		})
		if after := time.Since(killed); after > saidIn {
			t.Errorf("it was said after %v, %v are allowed", after, saidIn)
		}
		said = append(said, time.Since(killed).Seconds())
		s.Start()
		live.UntilLive(backIn)
	}
	t.Logf("said after %.1f s", said)
}

// decodes waits until the page decodes frames again, after the backend's restart.
func decodes(t *testing.T, page *chrome.Page, limit time.Duration) {
	t.Helper()
	page.Until(limit, `(async () => {
		const video = document.querySelector("video[data-room]"), pc = video.jcPeer;
		if (!pc || pc.connectionState !== "connected" || video.dataset.state !== "live") return false;
		const count = async () => { for (const [, s] of await pc.getStats()) if (s.type === "inbound-rtp" && s.kind === "video") return s.framesDecoded; return 0; };
		const first = await count();
		await new Promise((done) => setTimeout(done, 200));
		return await count() > first;
	})().then(Boolean)`)
}

// liveRooms is how many rooms the backend itself has live.
func liveRooms(t *testing.T, s *stage.Stage) int {
	t.Helper()
	rooms, err := s.Guest().OnlineRooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range rooms {
		if r.State == domain.RoomLive {
			n++
		}
	}
	return n
}

func balance(t *testing.T, c *client.Client) domain.Millicredits {
	t.Helper()
	me, err := c.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return me.BalanceMillicredits
}

// inTurn checks that the lines 0, 1, 2 … are in the room once each.
func inTurn(t *testing.T, c *client.Client, room string, n int) {
	t.Helper()
	var all []domain.Message
	for after := int64(0); ; {
		events, err := c.RoomEvents(t.Context(), room, after, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		all = append(all, messages(t, events)...)
		after = events[len(events)-1].Seq
	}
	for i, m := range all {
		if m.Text != fmt.Sprint(i) {
			t.Fatalf("line %d of the room reads %q", i, m.Text)
		}
	}
	if len(all) != n {
		t.Errorf("%d lines are in the room for %d acknowledged", len(all), n)
	}
}
