package media

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

func TestTCP_viewerWatches(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	v := h.view(ctx, "a", func(w *peer.Watch) { w.TCP = true })
	if err := v.Wait(ctx, 40); err != nil {
		t.Fatal(err)
	}
	pair, err := v.PC.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || !strings.EqualFold(pair.Remote.Protocol.String(), "tcp") {
		t.Fatalf("the path is %v %v", pair, err)
	}
	if lost, matched := missing(pub.Sent(), v.Units()); lost != 0 || matched < 35 {
		t.Errorf("%d lost of %d", lost, matched)
	}
}

func TestRestart_keepsTheMediaGoing(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 40*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 10); err != nil {
		t.Fatal(err)
	}
	etag := v.Session.ETag()
	if err := v.Restart(ctx); err != nil {
		t.Fatalf("restart of the view: %v", err)
	}
	if v.Session.ETag() == etag {
		t.Error("the ETag did not change")
	}
	if err := v.Wait(ctx, len(v.Units())+30); err != nil {
		t.Fatalf("after the view's restart: %v", err)
	}
	if err := pub.Restart(ctx); err != nil {
		t.Fatalf("restart of the upload: %v", err)
	}
	n := len(pub.Sent())
	h.wait(ctx, func() bool {
		_, matched := missing(pub.Sent()[n:], v.Units())
		return matched > 20
	}, "no picture came after the upload's restart")
	if s := h.Room("a").State; s != domain.RoomLive {
		t.Errorf("the room is %s", s)
	}
}

func TestSilence_isALossAndEndsWithAKeyFrame(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 40*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	pub.Mute(true)
	h.until(ctx, "a", domain.RoomReconnecting)
	pub.Mute(false)
	h.until(ctx, "a", domain.RoomLive)
}

func TestTime_movesALostRoomAndForgetsOffers(t *testing.T) {
	var skew atomic.Int64
	h := open(t, func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(skew.Load())) }
	})
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	v := h.view(ctx, "a", nil)
	if err := pub.Close(ctx); err != nil {
		t.Fatal(err)
	}
	h.until(ctx, "a", domain.RoomReconnecting)
	h.Restore([]string{"a", "b"})
	if a, b := h.Room("a").State, h.Room("b").State; a != domain.RoomReconnecting || b != domain.RoomReconnecting {
		t.Fatalf("restored: a is %s, b is %s", a, b)
	}
	skew.Store(int64(domain.ReconnectingFor))
	h.until(ctx, "a", domain.RoomAway)
	if names := h.Online(); len(names) != 2 || names[0] != "a" {
		t.Errorf("online are %v", names)
	}
	skew.Store(int64(domain.AwayFor))
	h.until(ctx, "a", domain.RoomOffline)
	h.until(ctx, "b", domain.RoomOffline)
	select {
	case <-v.Gone():
	case <-ctx.Done():
		t.Fatal("the view outlived the room")
	}
	if names := h.Online(); len(names) != 0 {
		t.Errorf("online are %v", names)
	}
	h.mu.Lock()
	var states []domain.RoomState
	for _, c := range h.told {
		if c.room == "a" && (len(states) == 0 || states[len(states)-1] != c.status.State) {
			states = append(states, c.status.State)
		}
	}
	h.mu.Unlock()
	want := []domain.RoomState{domain.RoomConnecting, domain.RoomLive, domain.RoomReconnecting, domain.RoomAway, domain.RoomOffline}
	if len(states) != len(want) {
		t.Fatalf("told %v, not %v", states, want)
	}
	for i := range want {
		if states[i] != want[i] {
			t.Fatalf("told %v, not %v", states, want)
		}
	}
}

func TestNew_portInUseIsASentence(t *testing.T) {
	taken, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	_, err = New(Config{UDP: taken.LocalAddr().String()})
	if err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("the error is %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if _, err = New(Config{UDP: "127.0.0.1:0", TCP: l.Addr().String()}); err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("the error is %v", err)
	}
}

func TestAfter_isTheTableOfStates(t *testing.T) {
	const (
		off, con, live    = domain.RoomOffline, domain.RoomConnecting, domain.RoomLive
		rec, awy, private = domain.RoomReconnecting, domain.RoomAway, domain.RoomPrivate
	)
	all := []domain.RoomState{off, con, live, rec, awy, private}
	for what, want := range map[signal][]domain.RoomState{
		told:    {con, con, live, rec, awy, private},
		picture: {live, live, live, live, live, private},
		lost:    {off, rec, rec, rec, awy, rec}, // behind a curtain it is not heard: see permits
		away:    {off, con, live, awy, awy, private},
		ended:   {off, con, live, off, off, private},
		closed:  {off, off, off, off, off, off},
		drawn:   {private, private, private, private, private, private},
		hidden:  {off, rec, rec, rec, awy, awy},
		lifted:  {off, con, live, rec, awy, con},
	} {
		for i, s := range all {
			if got := after(s, what); got != want[i] {
				t.Errorf("signal %d turns %s into %s, not %s", what, s, got, want[i])
			}
		}
	}
	for _, s := range all {
		for _, behind := range []domain.RoomState{private, awy} {
			if may := permits(behind, s); may != (s == behind || s == off || behind == awy && s == rec) || !permits("", s) {
				t.Errorf("behind a curtain that says %s a room may be %s: %v", behind, s, may)
			}
		}
	}
	for _, c := range []struct {
		state domain.RoomState
		lost  time.Duration
		want  signal
		due   bool
	}{
		{rec, domain.ReconnectingFor - 1, 0, false}, {rec, domain.ReconnectingFor, away, true}, {rec, domain.AwayFor, ended, true},
		{awy, domain.AwayFor - 1, 0, false}, {awy, domain.AwayFor, ended, true}, {live, time.Hour, 0, false}, {off, time.Hour, 0, false},
	} {
		if got, due := overdue(c.state, c.lost); got != c.want || due != c.due {
			t.Errorf("%s after %v: %d %v", c.state, c.lost, got, due)
		}
	}
}
