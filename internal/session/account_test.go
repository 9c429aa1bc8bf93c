package session

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/press"
)

// script is a backend whose streams break as told.
type script struct {
	api
	streams chan stream
	opened  chan opening
}

// opening is one call of Events.
type opening struct {
	room  string
	after int64
	at    time.Time
}

// stream is what one opened stream gives: events, then err (nil: nothing more).
type stream struct {
	events []domain.Event
	err    error
}

// Events implements Service: the account's own stream never says anything.
func (s script) Events(ctx context.Context, room string, after int64) (iter.Seq2[domain.Event, error], error) {
	if room == "" {
		return func(yield func(domain.Event, error) bool) {
			<-ctx.Done()
			yield(domain.Event{}, ctx.Err())
		}, nil
	}
	s.opened <- opening{room, after, time.Now()}
	now := <-s.streams
	return func(yield func(domain.Event, error) bool) {
		for _, e := range now.events {
			if !yield(e, nil) {
				return
			}
		}
		if now.err == nil {
			<-ctx.Done()
			yield(domain.Event{}, ctx.Err())
			return
		}
		yield(domain.Event{}, now.err)
	}, nil
}

func TestAccount_comesBackToItsStreamWithoutLossOrRepetition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cut := domain.Errorf("events", domain.KindUnavailable, "The connection was lost.")
		line := func(seq int64) domain.Event { return event(t, seq, domain.EventMessage, domain.Message{Seq: seq}) }
		s := script{api{&stage{t: t}, "a", "t"}, make(chan stream, 10), make(chan opening, 10)}
		var told []int64
		a := NewAccount(AccountConfig{Email: "a", Service: s, Offline: true, Jitter: func() float64 { return 0 },
			Told: func(e domain.Event) { told = append(told, e.Seq) }})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()

		s.streams <- stream{[]domain.Event{line(11), line(12)}, cut}
		s.streams <- stream{[]domain.Event{line(12), line(13)}, cut} // a number that was seen
		s.streams <- stream{[]domain.Event{line(14)}, nil}
		var openings []opening
		for range 3 {
			openings = append(openings, <-s.opened)
		}
		synctest.Wait()
		if openings[0].after != 10 || openings[1].after != 12 || openings[2].after != 13 {
			t.Errorf("resumed after %v", openings)
		}
		if d := openings[2].at.Sub(openings[1].at); d < 250*time.Millisecond/2 {
			t.Errorf("came back after %v", d)
		}
		if n := a.Snapshot(); n.Messages != 4 || n.EarnedCents != 7 || n.State != Offline || a.Wanted() {
			t.Errorf("she reads %+v", n)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if !slices.Equal(told, []int64{11, 12, 13, 14}) {
			t.Errorf("was told of %v", told)
		}
	})
}

func TestAccount_byeEndsItWithTheBackendsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := script{api{&stage{t: t}, "a", "t"}, make(chan stream, 1), make(chan opening, 10)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		s.streams <- stream{nil, domain.Errorf("events", domain.KindUnauthenticated, "You were signed out.")}
		if err := a.Run(t.Context()); domain.Sentence(err) != "You were signed out." {
			t.Errorf("ended with %v", err)
		}
		if n := a.Snapshot(); n.State != Failed || len(s.opened) != 1 {
			t.Errorf("%+v after %d openings", n, len(s.opened))
		}
	})
}

func TestAccount_takesEvents(t *testing.T) {
	a := NewAccount(AccountConfig{Email: "a"})
	a.p.confirmed, a.upload = true, func() State { return Live }
	a.take(event(t, 1, domain.EventRoom, domain.RoomNotice{State: domain.RoomLive}), inRoom)
	a.take(event(t, 1, domain.EventEarnings, domain.EarningsNotice{EarnedCents: 350}), ofHerOwn)
	a.take(event(t, 0, domain.EventViewers, domain.ViewersNotice{Viewers: 5}), ofHerOwn)
	a.take(domain.Event{Seq: 2, Kind: domain.EventEarnings, Data: []byte(`"x"`)}, ofHerOwn)
	a.take(domain.Event{Seq: 2, Kind: "unknown"}, inRoom)
	if n := a.Snapshot(); n.State != Live || n.EarnedCents != 350 || n.Viewers != 5 {
		t.Errorf("she reads %+v", n)
	}
	a.take(event(t, 3, domain.EventRoom, domain.RoomNotice{State: domain.RoomReconnecting}), inRoom)
	if n := a.Snapshot(); n.State != Reconnecting {
		t.Errorf("the room is reconnecting, she reads %s", n.State)
	}
	a.take(event(t, 4, domain.EventRoom, domain.RoomNotice{State: domain.RoomOffline}), inRoom)
	select {
	case <-a.wish: // the gate's keeper looks at the truth
	default:
		t.Error("a room was closed that she wants open, and nobody was woken")
	}
	a.take(event(t, 3, domain.EventAccount, domain.AccountNotice{State: domain.StateSuspended, Reason: "Rules."}), ofHerOwn)
	if n := a.Snapshot(); n.State != Failed || n.Trouble != "This account is suspended. Contact support. Reason given: Rules." || a.Err() == nil {
		t.Errorf("she reads %+v", n)
	}
	a.SetOnline(true)
	if n := a.Snapshot(); n.State == Failed || a.Err() != nil {
		t.Errorf("tried again she reads %+v", n)
	}
}

func TestAccount_identifyRefusesOthersThanActivePerformers(t *testing.T) {
	for _, tt := range []struct {
		account domain.Account
		words   string
	}{
		{domain.Account{Role: domain.RoleMember, State: domain.StateActive}, "e@x is not a performer's account. Sign in with one that is."},
		{domain.Account{Role: domain.RolePerformer, State: domain.StateSubmitted}, domain.StateSubmitted.OfflineReason()},
		{domain.Account{Role: domain.RolePerformer, State: domain.StateRejected, Reason: "Blurred."}, domain.StateRejected.OfflineReason() + " Reason given: Blurred."},
	} {
		a := NewAccount(AccountConfig{Email: "e@x", Service: somebody{me: domain.Me{Account: tt.account}}})
		if _, err := a.identify(t.Context()); !fatal(err) || domain.Sentence(err) != tt.words {
			t.Errorf("%+v: %v", tt.account, err)
		}
	}
}

// somebody is a backend for gates: Me and SetOnline as told.
type somebody struct {
	api
	me    domain.Me
	gates chan error
	asked chan bool
}

func (s somebody) Me(context.Context) (domain.Me, error) { return s.me, nil }

func (s somebody) SetOnline(_ context.Context, _ string, online bool) (domain.Room, error) {
	s.asked <- online
	return domain.Room{State: domain.RoomLive}, <-s.gates
}

func TestAccount_gateIsTriedAgainUntilThePictureIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := somebody{gates: make(chan error, 10), asked: make(chan bool, 10)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		for range 3 {
			s.gates <- domain.Errorf("online", domain.KindConflict, "No upload feeds the room.")
		}
		s.gates <- nil
		began := time.Now()
		go func() { a.keepGate(ctx); close(done) }()
		for range 4 {
			<-s.asked
		}
		synctest.Wait()
		if d := time.Since(began); d != 7*gateWait || !a.p.confirmed {
			t.Errorf("open after %v: %v", d, a.p.confirmed)
		}
		s.gates <- nil
		a.SetOnline(false)
		if <-s.asked {
			t.Error("asked to open what she wants closed")
		}
		s.gates <- domain.Errorf("online", domain.KindForbidden, "Your studio has deactivated this account.")
		a.SetOnline(true)
		<-done // a refusal ends it
		if n := a.Snapshot(); n.State != Failed {
			t.Errorf("refused she reads %+v", n)
		}
		cancel()
	})
}

func TestAccount_closeGateForgivesARoomThatIsClosed(t *testing.T) {
	for _, tt := range []struct {
		answer error
		want   bool
	}{{nil, true}, {domain.Errorf("x", domain.KindConflict, "No upload."), true}, {errors.New("away"), false}} {
		s := somebody{gates: make(chan error, 1), asked: make(chan bool, 1)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		a.p.confirmed = true
		s.gates <- tt.answer
		if err := a.closeGate(t.Context()); (err == nil) != tt.want || a.Snapshot().State != Offline {
			t.Errorf("%v: %v, %s", tt.answer, err, a.Snapshot().State)
		}
	}
}

// TestStills_differ sends stills of two rooms that show the very same picture.
func TestStills_differ(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	var stills press.Press
	slot := x.broadcast.cfg.Pictures.Subscribe()
	frame, err := slot.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x.broadcast.cfg.Pictures.Unsubscribe(slot)
	one, err1 := stills.Small(frame, 70)
	one = bytes.Clone(one)
	two, err2 := stills.Small(frame, 74)
	frame.Release()
	if err := errors.Join(err1, err2); err != nil || bytes.Equal(one, two) {
		t.Errorf("equal bytes, or %v", err)
	}
	for i, a := range x.accounts {
		small := func(f *capture.Frame) ([]byte, error) { return stills.Small(f, 70+4*i) }
		if err := x.broadcast.still(t.Context(), small, a.showStill); err != nil {
			t.Error(err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, room := range []string{"a", "b"} {
		if len(s.stills[room]) != 1 || len(s.stills[room][0]) > domain.MaxThumbnail {
			t.Fatalf("%d stills of %s", len(s.stills[room]), room)
		}
		picture, err := jpeg.Decode(bytes.NewReader(s.stills[room][0]))
		if err != nil || picture.Bounds().Dx() != press.SmallWidth || picture.Bounds().Dy() != press.SmallHeight {
			t.Errorf("%s: %v", room, err)
		}
	}
}

func TestStills_takeTurns(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.broadcast.Stills(ctx, x.accounts) }()
	until(t, "the first still", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.stills["a"]) == 1 })
	s.mu.Lock()
	if len(s.stills["b"]) != 0 {
		t.Error("both rooms show the same moment")
	}
	s.mu.Unlock()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestStills_keepNoBeat: neither the wait between two stills nor the moment of the
// next look is one that two rooms share.
func TestStills_keepNoBeat(t *testing.T) {
	for what, w := range map[string]struct {
		wait     func() time.Duration
		from, to time.Duration
	}{
		"still": {stillWait, 7500 * time.Millisecond, 12500 * time.Millisecond},
		"look":  {tickWait, time.Second, 2 * time.Second},
	} {
		shortest, longest := w.wait(), time.Duration(0)
		for range 1000 {
			d := w.wait()
			shortest, longest = min(shortest, d), max(longest, d)
		}
		if shortest < w.from || longest >= w.to || longest-shortest < (w.to-w.from)/2 {
			t.Errorf("the next %s comes after %v to %v, want any time from %v to %v", what, shortest, longest, w.from, w.to)
		}
	}
}

// What ends an account on this side alone, such as a proxy that refuses her event
// stream, closes her room, too: she would be seen while she reads that she is not
// online. A backend that refuses even that has closed it.
func TestAccount_failedIsSeenByNobody(t *testing.T) {
	refusal := domain.Errorf("events", domain.KindForbidden, "A proxy refuses this.")
	for what, answers := range map[string][]error{
		"closed": {nil}, "closed at the second try": {domain.Errorf("x", domain.KindUnavailable, "Away."), nil}, "refused": {refusal},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := somebody{gates: make(chan error, 2), asked: make(chan bool, 10)}
			a := NewAccount(AccountConfig{Email: "a", Service: s})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			s.gates <- nil
			go func() { a.keepGate(ctx); close(done) }()
			<-s.asked
			synctest.Wait()
			for _, err := range answers {
				s.gates <- err
			}
			a.fail(refusal)
			for range answers {
				if <-s.asked {
					t.Errorf("%s: opened", what)
				}
			}
			synctest.Wait()
			if n := a.Snapshot(); n.State != Failed || n.Trouble != "A proxy refuses this." || len(s.asked) != 0 || a.isOpen() != (what == "refused") {
				t.Errorf("%s: %+v, asked %d times more", what, n, len(s.asked))
			}
			cancel()
			<-done
		})
	}
}

// slow is a backend that opens a room before its picture is there.
type slow struct {
	elsewhere
	open chan domain.RoomState // what the answer to SetOnline tells
}

func (s slow) SetOnline(_ context.Context, _ string, online bool) (domain.Room, error) {
	s.asked <- online
	return domain.Room{State: <-s.open}, nil
}

// Her room became live, and no event says so: the program finds out by itself
// instead of telling for ever that she is on her way back.
func TestAccount_findsOutThatTheRoomIsLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow{elsewhere{somebody{asked: make(chan bool, 10)}, make(chan domain.RoomState, 2)}, make(chan domain.RoomState, 1)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		a.upload = func() State { return Live }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		s.open <- domain.RoomReconnecting
		s.truth <- domain.RoomReconnecting // at the first look
		s.truth <- domain.RoomLive
		go func() { a.keepGate(ctx); close(done) }()
		synctest.Wait()
		if got := a.Snapshot().State; got != Connecting {
			t.Errorf("before the picture she reads %s", got)
		}
		<-time.After(2*lookAgain + time.Millisecond)
		synctest.Wait()
		if got := a.Snapshot().State; got != Live || len(s.asked) != 1 {
			t.Errorf("the room is live, she reads %s after %d wishes", got, len(s.asked))
		}
		<-time.After(10 * lookAgain) // a live room is not asked about: nobody would answer
		cancel()
		<-done
	})
}

// An event may overtake the answer that told of the time before it.
func TestAccount_newerEventBeatsAnOlderAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow{elsewhere{somebody{asked: make(chan bool, 10)}, make(chan domain.RoomState)}, make(chan domain.RoomState)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		a.upload = func() State { return Live }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { a.keepGate(ctx); close(done) }()
		<-s.asked
		a.take(event(t, 1, domain.EventRoom, domain.RoomNotice{State: domain.RoomLive}), inRoom)
		s.open <- domain.RoomConnecting
		synctest.Wait()
		if got := a.Snapshot().State; got != Live {
			t.Errorf("the event said live, she reads %s", got)
		}
		cancel()
		<-done
	})
}

// elsewhere is a backend on which another of her devices switches the room.
type elsewhere struct {
	somebody
	truth chan domain.RoomState
}

func (s elsewhere) Room(context.Context, string) (domain.Room, error) {
	return domain.Room{State: <-s.truth}, nil
}

// A room that she closed on another device stays closed: no camera goes live by
// surprise. One that she opened there is shown as live. An event that came late
// changes nothing.
func TestAccount_followsHerOtherDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := elsewhere{somebody{gates: make(chan error, 1), asked: make(chan bool, 10)}, make(chan domain.RoomState, 1)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		a.upload = func() State { return Live }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		s.gates <- nil
		go func() { a.keepGate(ctx); close(done) }()
		if !<-s.asked {
			t.Fatal("the gate was not opened")
		}
		synctest.Wait()
		seq := int64(0)
		for _, tt := range []struct {
			said, truth domain.RoomState
			want        State
		}{
			{domain.RoomOffline, domain.RoomLive, Live}, // late: she is live
			{domain.RoomOffline, domain.RoomOffline, Offline},
			{domain.RoomLive, domain.RoomReconnecting, Offline}, // not open
			{domain.RoomLive, domain.RoomLive, Live},
		} {
			seq++
			s.truth <- tt.truth
			a.take(event(t, seq, domain.EventRoom, domain.RoomNotice{State: tt.said}), inRoom)
			synctest.Wait()
			if got := a.Snapshot().State; got != tt.want || len(s.truth) != 0 {
				t.Errorf("told %s while the truth is %s she reads %s, want %s", tt.said, tt.truth, got, tt.want)
			}
		}
		if len(s.asked) != 0 {
			t.Error("the program switched a room that another device had switched")
		}
		cancel()
		<-done
	})
}
