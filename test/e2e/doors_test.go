package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// atMost is how long a closed door may still let anything through.
const atMost = time.Second

// visitor is somebody in a room by every door at once: picture, events, chat.
type visitor struct {
	view   *peer.Viewer
	stream chan error // why the event stream ended
	client *client.Client
	token  string
}

// enter opens the room for a member, or for a guest when p has no name; a
// country comes from the address that a trusted proxy names.
func enter(t *testing.T, s *stage.Stage, p stage.Person, room, address string) *visitor {
	t.Helper()
	v := &visitor{stream: make(chan error, 1), client: s.Guest()}
	if p.Name != "" {
		c, session := s.SignIn(p)
		v.client, v.token = c, session.Token
	}
	ctx, cancel := context.WithCancel(t.Context())
	transport := behind(address)
	view, err := peer.View(ctx, peer.Watch{URL: s.URL + "/whep/" + room, Token: v.token, Transport: transport, Light: true})
	if err != nil {
		t.Fatalf("%s gets no picture: %v", p.Name, err)
	}
	v.view = view
	if address == "" {
		events, err := v.client.Events(ctx, room, client.FromNow)
		if err != nil {
			t.Fatalf("%s gets no events: %v", p.Name, err)
		}
		go func() {
			var last error
			for _, err := range events {
				last = err
			}
			v.stream <- last
		}()
	} else {
		close(v.stream)
	}
	t.Cleanup(func() {
		cancel()
		if err := view.Abandon(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// behind adds the header with which a trusted proxy names its client.
func behind(address string) http.RoundTripper {
	if address == "" {
		return http.DefaultTransport
	}
	return forwarded(address)
}

type forwarded string

func (f forwarded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", string(f))
	return http.DefaultTransport.RoundTrip(r)
}

// out checks that picture and events have ended in time since the door closed.
func (v *visitor) out(t *testing.T, closed time.Time) {
	t.Helper()
	testkit.Receive(t, atMost-time.Since(closed)+50*time.Millisecond, v.view.Gone(), "the picture to end")
	picture := time.Since(closed)
	testkit.Receive(t, atMost-time.Since(closed)+50*time.Millisecond, v.stream, "the events to end")
	t.Logf("the picture ended after %v, the events after %v", picture, time.Since(closed))
}

func say(v *visitor, room, key string) error {
	_, err := v.client.Say(context.Background(), room, domain.Line{Text: "hello", Key: "door-" + key})
	return err
}

// A ban and a kick cut chat, events and the running picture within a second,
// and every way back in is shut; another viewer notices nothing.
func TestDoors_banAndKickCutEverything(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	s.GoLive("--size", "640x360")
	room := s.Performers[0].Name
	her, _ := s.SignIn(s.Performers[0])
	stays := enter(t, s, s.Members[2], room, "")
	for i, minutes := range []int{0, 10} {
		name := s.Members[i].Name
		t.Run(fmt.Sprintf("%d minutes", minutes), func(t *testing.T) {
			v := enter(t, s, s.Members[i], room, "")
			if err := say(v, room, name); err != nil {
				t.Fatalf("before: %v", err)
			}
			closed := time.Now()
			if _, err := her.Ban(t.Context(), room, name, minutes); err != nil {
				t.Fatal(err)
			}
			if err := say(v, room, name+"-2"); domain.KindOf(err) != domain.KindForbidden {
				t.Errorf("chat: %v, want forbidden", err)
			}
			v.out(t, closed)
			if _, err := v.client.Room(t.Context(), room); domain.KindOf(err) != domain.KindForbidden {
				t.Errorf("the room: %v, want forbidden", err)
			}
			if _, err := v.client.Thumbnail(t.Context(), room); domain.KindOf(err) != domain.KindForbidden {
				t.Errorf("the still: %v, want forbidden", err)
			}
			if rooms, err := v.client.OnlineRooms(t.Context()); err != nil || len(rooms) != 1 {
				t.Errorf("the list has %d rooms (%v), want the other one", len(rooms), err)
			}
			if _, err := peer.View(t.Context(), peer.Watch{URL: s.URL + "/whep/" + room, Token: v.token}); err == nil {
				t.Error("WHEP let her back in")
			}
		})
	}
	select {
	case <-stays.view.Gone():
		t.Error("another viewer lost the picture")
	case err := <-stays.stream:
		t.Errorf("another viewer lost the events: %v", err)
	default:
	}
}

// Two addresses whose countries are known, and none.
const (
	inFrance = "212.27.48.10"
	nowhere  = "10.1.2.3"
)

func TestDoors_countryBanCutsRunningViews(t *testing.T) {
	s := stage.Open(t, stage.Options{Args: []string{"--trusted-proxy", "127.0.0.1/32"}})
	s.GoLive("--size", "640x360")
	room := s.Performers[0].Name
	her, _ := s.SignIn(s.Performers[0])
	guest := enter(t, s, stage.Person{}, room, inFrance)
	member := enter(t, s, s.Members[0], room, inFrance)
	unknown := enter(t, s, stage.Person{}, room, nowhere)

	closed := time.Now()
	if err := her.SetSettings(t.Context(), room, domain.RoomSettings{GuestsClosedIn: []string{"FR"}}); err != nil {
		t.Fatal(err)
	}
	guest.out(t, closed)
	unknown.out(t, closed)
	select {
	case <-member.view.Gone():
		t.Error("a country closed to guests shut out a member")
	default:
	}
	for path, want := range map[string]int{
		"/api/v1/rooms/" + room: 451, "/api/v1/rooms/" + room + "/messages": 451, "/api/v1/rooms/" + room + "/thumbnail": 451,
		"/api/v1/events?room=" + room: 451, "/r/" + room: 451,
	} {
		if got := status(t, s.URL+path, inFrance); got != want {
			t.Errorf("GET %s from a closed country answers %d, want %d", path, got, want)
		}
	}
	if _, err := peer.View(t.Context(), peer.Watch{URL: s.URL + "/whep/" + room, Transport: behind(inFrance)}); err == nil {
		t.Error("WHEP let a guest from a closed country in")
	}
}

func status(t *testing.T, url, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := behind(address).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode
}

// A revoked session is dead within a second in API, events, WHEP and WHIP.
func TestDoors_revokedSessionIsDead(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	s.GoLive("--size", "640x360")
	v := enter(t, s, s.Members[0], s.Performers[0].Name, "")
	other, _ := s.SignIn(s.Members[0])
	closed := time.Now()
	revokeOthers(t, other)
	if _, err := v.client.Me(t.Context()); domain.KindOf(err) != domain.KindUnauthenticated {
		t.Errorf("the API: %v, want unauthenticated", err)
	}
	v.out(t, closed)

	her, session := s.SignIn(s.Performers[1])
	grant, err := her.Begin(t.Context(), []string{session.Token})
	if err != nil {
		t.Fatal(err)
	}
	upload, err := peer.Publish(t.Context(), peer.Publication{URL: grant.WHIPURL, Token: grant.Token})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = upload.Abandon() }()
	second, _ := s.SignIn(s.Performers[1])
	closed = time.Now()
	revokeOthers(t, second)
	testkit.Receive(t, atMost-time.Since(closed), upload.Gone(), "the upload to end")
	t.Logf("the upload ended after %v", time.Since(closed))
	if _, err := peer.Publish(t.Context(), peer.Publication{URL: grant.WHIPURL, Token: grant.Token}); err == nil {
		t.Error("the grant of a revoked session still uploads")
	}
}

func revokeOthers(t *testing.T, c *client.Client) {
	t.Helper()
	sessions, err := c.Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range sessions {
		if one.Current {
			continue
		}
		if err := c.RevokeSession(t.Context(), one.ID); err != nil {
			t.Fatal(err)
		}
	}
}
