package session

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/ring"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// quiet is a broadcast whose camera ran once and never again.
func quiet(t *testing.T) *Broadcast {
	t.Helper()
	b, err := NewBroadcast(Config{Pictures: capture.NewVideoReader(capture.VideoReaderConfig{}), Sound: capture.NewAudioReader(capture.AudioReaderConfig{}),
		Video: encode.DefaultVideo(320, 180, 30), Audio: encode.AudioConfig{Channels: 1, Bitrate: 64_000}})
	if err != nil {
		t.Fatal(err)
	}
	b.ready.saw(encode.KindVideo)
	b.ready.saw(encode.KindAudio)
	return b
}

// down is a backend that answers Begin with one error.
type down struct {
	api
	err   error
	tries chan time.Time
}

func (d down) Begin(context.Context, []string) (domain.Grant, error) {
	d.tries <- time.Now()
	return domain.Grant{}, d.err
}

func TestOutlet_retriesWithGrowingWaitsAndAtOnceWhenTheLinkIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, refuse: map[string]error{}}
		service := down{api{s, "a", "t"}, domain.Errorf("x", domain.KindUnavailable, "The backend is away."), make(chan time.Time, 100)}
		a := NewAccount(AccountConfig{Email: "a", Service: service})
		o, err := quiet(t).Outlet(OutletConfig{Accounts: []*Account{a}, Jitter: func() float64 { return 0.5 }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		last := <-service.tries
		var gaps []time.Duration
		for range 8 {
			at := <-service.tries
			gaps = append(gaps, at.Sub(last))
			last = at
		}
		for i, want := range []float64{.1875, .375, .75, 1.5, 2.25, 2.25, 2.25, 2.25} {
			if gaps[i].Seconds() != want {
				t.Errorf("wait %d is %v, want %v s", i, gaps[i], want)
			}
		}
		if s := a.Snapshot(); s.State != Connecting || s.Trouble != "The backend is away." {
			t.Errorf("she reads %+v", s)
		}
		synctest.Wait()
		o.LinkUp()
		if d := (<-service.tries).Sub(last); d != 0 {
			t.Errorf("the link came back and %v passed", d)
		}
		cancel()
		if err := <-done; err != nil || o.State() != Offline {
			t.Errorf("the end: %v, %s", err, o.State())
		}
	})
}

func TestOutlet_waitsAsLongAsTheBackendAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := &domain.Error{Kind: domain.KindLimited, Message: "Wait.", RetryAfter: 20 * time.Second}
		service := down{api{&stage{t: t}, "a", "t"}, busy, make(chan time.Time, 100)}
		o, err := quiet(t).Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a", Service: service})}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		if d := (<-service.tries).Sub(<-service.tries); d != -20*time.Second {
			t.Errorf("waited %v", -d)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestOutlet_refusalIsNotRetried(t *testing.T) {
	for _, refusal := range []*domain.Error{
		domain.Errorf("x", domain.KindForbidden, "Your account is waiting for approval."),
		domain.Errorf("x", domain.KindUnauthenticated, "Sign in again."),
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &stage{t: t, refuse: map[string]error{}}
			service := down{api{s, "a", "t"}, refusal, make(chan time.Time, 100)}
			a := NewAccount(AccountConfig{Email: "a", Token: "t", Service: service})
			o, err := quiet(t).Outlet(OutletConfig{Accounts: []*Account{a}})
			if err != nil {
				t.Fatal(err)
			}
			if err := o.Run(t.Context()); domain.Sentence(err) != refusal.Message || len(service.tries) != 1 {
				t.Errorf("ended with %v after %d tries", err, len(service.tries))
			}
			if s := a.Snapshot(); s.State != Failed || s.Trouble != refusal.Message {
				t.Errorf("she reads %+v", s)
			}
		})
	}
}

func TestOutlet_oneRefusedAccountLeavesTheOtherLive(t *testing.T) {
	s := newStage(t)
	s.refuse["token-b"] = domain.Errorf("x", domain.KindForbidden, "This account is suspended. Contact support.")
	x := start(t, s, "a", "b")
	x.live(Live, Failed)
	if got := x.accounts[1].Snapshot().Trouble; !strings.Contains(got, "suspended") {
		t.Errorf("b reads %q", got)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.begins[len(s.begins)-1]; len(last) != 1 || last[0] != "token-a" {
		t.Errorf("grants asked for: %v", s.begins)
	}
}

func TestOutlet_whipRefusalHasTheServersWords(t *testing.T) {
	s := newStage(t)
	s.refuseTo = &whip.Refusal{Status: 403, Kind: "forbidden", Message: "This account is closed. Contact support."}
	x := start(t, s, "a")
	x.live(Failed)
	err := receive(t, x.ended, "the end")
	x.ended <- err
	if domain.Sentence(err) != "This account is closed. Contact support." {
		t.Error(err)
	}
}

func TestOutlet_expiredGrantIsReplaced(t *testing.T) {
	s := newStage(t)
	s.refuseTo = &whip.Refusal{Status: 401, Kind: "unauthenticated", Message: "This token has expired."}
	x := start(t, s, "a")
	until(t, "two grants", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.begins) >= 2 })
	s.mu.Lock()
	s.refuseTo = nil
	s.mu.Unlock()
	x.live(Live)
}

// TestOutlet_otherAccountsGateIsNotSeen toggles B and looks for a hole in A's
// pictures: each that was coded must arrive by the upload that both share.
func TestOutlet_otherAccountsGateIsNotSeen(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	u := s.upload(0)
	u.picture() // the first key frame: the next one is the tap's
	tap, err := x.broadcast.Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "tap"})}})
	if err != nil {
		t.Fatal(err)
	}
	coded := ring.New()
	tap.queue.Store(coded)
	x.broadcast.attach(tap)
	defer x.broadcast.detach(tap)
	x.broadcast.RequestKeyFrame() // the tap begins with one, too

	var sent, got []time.Duration // since the tap's first picture
	var taps sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	taps.Go(func() {
		var first time.Time
		for ctx.Err() == nil {
			select {
			case <-coded.Ready():
			case <-ctx.Done():
			}
			for u, ok := coded.Take(); ok; u, ok = coded.Take() {
				if u.Kind == encode.KindVideo {
					if first.IsZero() {
						first = u.At
					}
					sent = append(sent, u.At.Sub(first))
				}
			}
		}
	})
	defer cancel()
	var base uint32
	look := func(n int) {
		t.Helper()
		for n += len(got); len(got) < n; {
			p := u.picture()
			if base == 0 && p.key {
				base = p.timestamp
			}
			if base != 0 {
				got = append(got, time.Duration(p.timestamp-base)*time.Second/90_000)
			}
		}
	}
	look(5)
	x.accounts[1].SetOnline(false)
	x.live(Live, Offline)
	look(10)
	x.accounts[1].SetOnline(true)
	x.live(Live, Live)
	look(10)
	cancel()
	taps.Wait()
	if len(sent) < 20 {
		t.Fatalf("only %d pictures were coded", len(sent))
	}
	for i := range min(len(got), len(sent)) {
		if (got[i] - sent[i]).Abs() > time.Millisecond {
			t.Fatalf("picture %d was captured at %v, and %v arrived in its place", i, sent[i], got[i])
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.uploads) != 1 || len(s.puts) != 4 {
		t.Errorf("%d uploads, gates %v", len(s.uploads), s.puts)
	}
}

func TestOutlet_comesBackWithANewUploadAfterALoss(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	s.upload(0).end() // as a backend that dies in order
	x.live(Reconnecting, Reconnecting)
	x.live(Live, Live)
	if p := s.upload(1).picture(); !p.key {
		t.Error("the second upload does not begin with a key frame")
	}
	if n := x.outlet.Dropped(); n > 0 {
		t.Errorf("%d pictures count as dropped", n)
	}
}

// Another program takes one of the two rooms: this one leaves it to that, instead
// of taking it back and showing two cameras in turn.
func TestOutlet_givesWayToAnotherProgram(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	s.mu.Lock()
	s.taken = "a"
	s.mu.Unlock()
	s.upload(0).end()
	x.live(Failed, Live)
	if n := x.accounts[0].Snapshot(); !strings.Contains(n.Trouble, "went live by another program") || x.accounts[0].Err() == nil {
		t.Errorf("she reads %+v", n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.begins[len(s.begins)-1]; len(last) != 1 || last[0] != "token-b" || s.rooms["a"] != domain.RoomLive {
		t.Errorf("grants asked for: %v, rooms %v", s.begins, s.rooms)
	}
}

func TestOutlet_keyFrameWishReachesTheEncoder(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a")
	x.live(Live)
	u := s.upload(0)
	ssrc := receive(t, u.ssrc, "the picture's SSRC")
	for u.picture(); len(u.units) > 0; {
		<-u.units
	}
	if err := u.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(ssrc)}}); err != nil {
		t.Fatal(err)
	}
	for range 60 { // no key frame comes by itself within two seconds
		if u.picture().key {
			return
		}
	}
	t.Error("no key frame came")
}

func TestOutlet_soundAndPictureShareOneClock(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a")
	x.live(Live)
	u := s.upload(0)
	picture, sound := u.picture(), receive(t, u.sounds, "sound")
	reports := map[uint32]*rtcp.SenderReport{}
	for len(reports) < 2 {
		r := receive(t, u.report, "sender reports")
		reports[r.SSRC] = r
	}
	videoSSRC := uint32(receive(t, u.ssrc, "the picture's SSRC"))
	captured := func(r *rtcp.SenderReport, timestamp uint32, rate float64) float64 {
		at := float64(r.NTPTime>>32) + float64(r.NTPTime&0xffffffff)/(1<<32)
		return at + float64(int32(timestamp-r.RTPTime))/rate
	}
	pictureAt := captured(reports[videoSSRC], picture.timestamp, 90_000)
	soundAt := captured(reports[sound.SSRC], sound.Timestamp, 48_000)
	now := float64(time.Now().UnixMilli())/1000 + 2_208_988_800
	if d := now - pictureAt; d < 0 || d > soon.Seconds() {
		t.Errorf("the picture is %v s old", d)
	}
	// Pictures are taken at n/30, sound at n/50 of a second: both on the grid.
	if off := offGrid(pictureAt, 30); off > 0.002 {
		t.Errorf("picture %v s off", off)
	}
	if off := offGrid(soundAt, 50); off > 0.002 {
		t.Errorf("sound %v s off", off)
	}
}

func offGrid(at, rate float64) float64 {
	n := at * rate
	off := n - float64(int64(n))
	return min(off, 1-off) / rate
}

func TestOutlet_slowUploadNeverHoldsTheEncoderUp(t *testing.T) {
	b := quiet(t)
	o, err := b.Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a"})}})
	if err != nil {
		t.Fatal(err)
	}
	b.attach(o)
	defer b.detach(o)
	b.spread(video(true)) // nothing is uploaded: nothing is lost
	if o.Dropped() != 0 {
		t.Error("pictures without an upload count as dropped")
	}
	o.queue.Store(ring.New())
	for i := range 10 * ring.MostVideo {
		b.spread(video(i == 0)) // nobody takes them
	}
	if o.Dropped() != 10*ring.MostVideo {
		t.Errorf("%d dropped", o.Dropped())
	}
}

func TestBroadcast_outletWantsOneOrTwoAccounts(t *testing.T) {
	for _, n := range []int{0, 3} {
		accounts := make([]*Account, n)
		if _, err := quiet(t).Outlet(OutletConfig{Accounts: accounts}); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%d accounts: %v", n, err)
		}
	}
}

func TestBroadcast_endsWithTheCamerasSentence(t *testing.T) {
	busy := &capture.Error{Kind: capture.KindBusy, Message: "The camera is used by another program. Close that program."}
	b, err := NewBroadcast(Config{
		Pictures: capture.NewVideoReader(capture.VideoReaderConfig{Open: func(context.Context) (capture.Camera, error) { return nil, busy }}),
		Sound:    capture.NewAudioReader(capture.AudioReaderConfig{Open: func(ctx context.Context) (capture.Microphone, error) { <-ctx.Done(); return nil, ctx.Err() }}),
		Video:    encode.DefaultVideo(320, 180, 30), Audio: encode.AudioConfig{Channels: 1, Bitrate: 64_000}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); !errors.Is(err, busy) || Sentence(err) != busy.Message {
		t.Errorf("ended with %v", err)
	}
}
