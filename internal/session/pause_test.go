package session

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/ring"
)

// operator is a service that is asked to pass on a pause, and may not answer.
type operator struct {
	Service
	*sync.Mutex
	said []string
	fail error
	hang chan struct{} // nil: it answers at once
}

func (o *operator) SetPaused(ctx context.Context, performer string, paused bool) (domain.Room, error) {
	o.Lock()
	hang, fail := o.hang, o.fail
	o.said = append(o.said, fmt.Sprintf("%s %t", performer, paused))
	o.Unlock()
	if hang == nil {
		return domain.Room{}, fail
	}
	select {
	case <-hang:
		return domain.Room{}, fail
	case <-ctx.Done():
		return domain.Room{}, ctx.Err()
	}
}

// told checks what was passed on since the last look, when all is at rest.
func (o *operator) told(t *testing.T, what string, want ...string) {
	t.Helper()
	synctest.Wait()
	o.Lock()
	defer o.Unlock()
	if !slices.Equal(o.said, want) {
		t.Errorf("%s: told %q, want %q", what, o.said, want)
	}
	o.said = nil
}

// connected runs a test with an account and its operator; upload begins the keeper of
// the pause of a new upload, and the function that it returns ends it.
func connected(t *testing.T, test func(t *testing.T, a *Account, o *operator, upload func() (end func()))) {
	synctest.Test(t, func(t *testing.T) {
		o := &operator{Mutex: &sync.Mutex{}}
		a := NewAccount(AccountConfig{Email: "a", Service: o})
		a.name = "luna"
		test(t, a, o, func() func() {
			ctx, cancel := context.WithCancel(t.Context())
			over := make(chan struct{})
			go func() { defer close(over); a.keepPause(ctx) }()
			return func() { cancel(); <-over }
		})
	})
}

// Her backend is told the truth for each upload, that she has not paused as well: a
// program that was killed while she was hidden has left a pause there. Nothing is told
// twice.
func TestAccount_tellsOfAPauseForEachUpload(t *testing.T) {
	connected(t, func(t *testing.T, a *Account, o *operator, upload func() func()) {
		a.SetPaused(false)
		o.told(t, "before an upload")
		end := upload()
		o.told(t, "the first upload", "luna false")
		a.SetPaused(false)
		o.told(t, "no news")
		a.SetPaused(true)
		o.told(t, "the key", "luna true")
		end()
		if a.PauseHeard() {
			t.Error("without an upload nothing is known of what is told")
		}
		end = upload()
		o.told(t, "the second upload", "luna true")
		end()
		a.SetPaused(false)
		end = upload()
		o.told(t, "undone between two uploads", "luna false")
		end()
		end = upload()
		o.told(t, "the fourth upload", "luna false")
		if !a.PauseHeard() {
			t.Error("it is not known that it was heard")
		}
		end()
	})
}

// While her return cannot be told she reads so, although she is live, and it is tried
// again.
func TestAccount_readsThatItsReturnIsUntold(t *testing.T) {
	connected(t, func(t *testing.T, a *Account, o *operator, upload func() func()) {
		a.p = presence{wanted: true, confirmed: true, room: domain.RoomLive}
		a.upload = func() State { return Live }
		a.SetPaused(true)
		end := upload()
		o.told(t, "the key", "luna true")
		o.fail = domain.Errorf("pause", domain.KindForbidden, "No.")
		a.SetPaused(false)
		o.told(t, "the return", "luna false")
		if s := a.Snapshot(); s.State != Live || a.PauseHeard() || !strings.Contains(s.Trouble, "you are back") || fatal(s.Why) {
			t.Errorf("her backend does not know that she is back, and she reads %+v", s)
		}
		a.SetPaused(true)
		o.told(t, "the key again", "luna true")
		if s := a.Snapshot(); s.State != Panic || !strings.Contains(s.Trouble, "you have paused") {
			t.Errorf("her backend does not know that she has paused, and she reads %+v", s)
		}
		a.SetPaused(false)
		o.told(t, "the return again", "luna false")
		o.Lock()
		o.fail = nil
		o.Unlock()
		<-time.After(gateWaits)
		o.told(t, "after a while", "luna false")
		if s := a.Snapshot(); s.Trouble != "" || s.Why != nil || !a.PauseHeard() {
			t.Errorf("it was told, and she reads %+v", s)
		}
		end()
	})
}

// A call that does not return is given up for what is true now, at once.
func TestAccount_newsOvertakesAPauseThatHangs(t *testing.T) {
	connected(t, func(t *testing.T, a *Account, o *operator, upload func() func()) {
		end := upload()
		o.told(t, "the upload", "luna false")
		o.hang = make(chan struct{})
		a.SetPaused(true)
		o.told(t, "the key", "luna true")
		a.SetPaused(false)
		o.told(t, "the return while that hangs", "luna false")
		if s := a.Snapshot(); s.Trouble != "" || a.PauseHeard() {
			t.Errorf("nothing has failed and nothing was heard yet: %+v", s)
		}
		close(o.hang)
		synctest.Wait()
		if !a.PauseHeard() {
			t.Error("the return was not heard")
		}
		// What was given up may arrive late: then visitors read what is not true.
		a.take(event(t, 1, domain.EventPause, domain.PauseNotice{Paused: true}), inRoom)
		o.told(t, "visitors read of a pause", "luna false")
		a.take(event(t, 2, domain.EventPause, domain.PauseNotice{Paused: false}), inRoom)
		o.told(t, "visitors read the truth")
		end()
	})
}

// A backend that does not answer about the pause closes her room at once.
func TestAccount_goesOfflineWhileAPauseHangs(t *testing.T) {
	s := newStage(t)
	x := build(t, s, pattern(), tone(), "a")
	o := &operator{Mutex: &sync.Mutex{}, Service: x.accounts[0].cfg.Service}
	x.accounts[0].cfg.Service = o
	x.run()
	x.live(Live)
	o.Lock()
	o.hang = make(chan struct{})
	o.Unlock()
	x.accounts[0].SetPaused(true)
	until(t, "the call that hangs", func() bool {
		o.Lock()
		defer o.Unlock()
		return len(o.said) > 0 && o.said[len(o.said)-1] == "a true"
	})
	began := time.Now()
	x.accounts[0].SetOnline(false)
	until(t, "the room to be closed", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return slices.Contains(s.puts, "a false")
	})
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the room was closed after %v", took)
	}
}

// She is hidden, and her line is lost: the program knows both.
func TestAccount_knowsOfALossInPanic(t *testing.T) {
	for upload, want := range map[State]bool{Live: false, Reconnecting: true, Away: true} {
		a := NewAccount(AccountConfig{Email: "a"})
		a.p = presence{wanted: true, confirmed: true, paused: true, room: domain.RoomLive}
		a.upload = func() State { return upload }
		if s := a.Snapshot(); s.State != Panic || s.Lost != want {
			t.Errorf("the upload is %s: %+v", upload, s)
		}
	}
}

// Sound that was captured under the cover stays silent when it comes after it; what is
// captured later is heard.
func TestBroadcast_soundFromUnderTheCoverIsNotHeard(t *testing.T) {
	now := time.Unix(1_000, 0)
	video := encode.DefaultVideo(320, 180, 30)
	video.Now = func() time.Time { return now }
	b, err := NewBroadcast(Config{Video: video, Audio: encode.AudioConfig{Channels: 1, Bitrate: 64_000}})
	if err != nil {
		t.Fatal(err)
	}
	coder, err := encode.NewAudio(encode.AudioConfig{Channels: 1, Bitrate: 64_000})
	if err != nil {
		t.Fatal(err)
	}
	defer coder.Close()
	decoder, err := encode.NewAudioDecoder(1)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	o, err := b.Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a"})}})
	if err != nil {
		t.Fatal(err)
	}
	b.attach(o)
	o.queue.Store(ring.New())
	sink := b.sound(coder)
	loud := make([]int16, capture.ChunkFrames)
	for i := range loud {
		loud[i] = int16(8_000 * (i/24%2*2 - 1)) // ±8000
	}
	heard := func(at time.Time) bool {
		t.Helper()
		sink(capture.Samples{PCM: slices.Clone(loud), Channels: 1, At: at})
		u, ok := o.queue.Load().Take()
		if !ok {
			t.Fatal("no sound was sent")
		}
		pcm, err := decoder.Decode(u.Data)
		if err != nil {
			t.Fatal(err)
		}
		return capture.LevelDB(pcm) > -30
	}
	if !heard(now) {
		t.Fatal("the sound is not heard without a cover")
	}
	b.SetCovered(true)
	now = now.Add(time.Second)
	heard(now) // the codec's tail
	if heard(now) {
		t.Error("she is heard under the cover")
	}
	b.SetCovered(false)
	for late := 80 * time.Millisecond; late > 0; late -= 20 * time.Millisecond {
		if heard(now.Add(-late)) {
			t.Errorf("sound that was captured %v before she undid it is heard", late)
		}
	}
	if !heard(now) {
		t.Error("she is not heard again")
	}
	b.SetCovered(false) // undone twice: nothing more is kept back
	now = now.Add(50 * time.Millisecond)
	if !heard(now.Add(-20 * time.Millisecond)) {
		t.Error("sound of the time after the cover is not heard")
	}
	now = now.Add(lateMost)
	heard(time.Unix(900, 0)) // the codec's tail
	if !heard(time.Unix(900, 0)) {
		t.Error("a clock that was moved silences her")
	}
}

// album is a camera whose one slot the test fills.
type album struct {
	Pictures
	slot *capture.Slot
}

func (a album) Subscribe() *capture.Slot  { return a.slot }
func (a album) Unsubscribe(*capture.Slot) {}

// The cover ends a still that is being sent and lets none begin, and what was captured
// under it is not sent after it.
func TestBroadcast_coverEndsAStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		camera := album{slot: &capture.Slot{}}
		b, err := NewBroadcast(Config{Pictures: camera, Video: encode.DefaultVideo(320, 180, 30)})
		if err != nil {
			t.Fatal(err)
		}
		films := func(at time.Time) {
			f := capture.NewPool(1).Get(2, 2)
			f.At = at
			camera.slot.Put(f)
		}
		sent := make(map[time.Time]bool)
		still := func(send func(context.Context) error) error {
			var at time.Time
			return b.still(t.Context(), func(f *capture.Frame) ([]byte, error) { at = f.At; return nil, nil },
				func(ctx context.Context, _ []byte) error { sent[at] = true; return send(ctx) })
		}
		good := func(context.Context) error { return nil }

		first := time.Now()
		films(first)
		if err := still(func(ctx context.Context) error {
			b.SetCovered(true)
			if ctx.Err() == nil {
				t.Error("it goes on under the cover")
			}
			return ctx.Err()
		}); err != nil || !sent[first] {
			t.Errorf("the still that was under way: %v", err)
		}
		if err := still(good); err != nil || len(sent) != 1 {
			t.Errorf("under the cover: %v, stills of %v", err, sent)
		}

		time.Sleep(time.Second)
		b.SetCovered(false)
		films(time.Now().Add(-20 * time.Millisecond))
		done := make(chan error, 1)
		go func() { done <- still(good) }()
		synctest.Wait()
		films(time.Now())
		if err := <-done; err != nil || len(sent) != 2 || !sent[time.Now()] {
			t.Errorf("after the cover: %v, stills of %v", err, sent)
		}
		if err := still(good); err == nil {
			t.Error("a camera without a picture is no error")
		}
	})
}

// behind is an upload on a path so slow that pictures wait for it.
type behind struct {
	*show
	slow *stage

	mu   sync.Mutex
	seen []unitAt
}

type unitAt struct {
	data []byte
	at   time.Time
}

func openBehind(t *testing.T) *behind {
	t.Helper()
	fast := newStage(t)
	b := &behind{show: build(t, fast, pattern(), tone(), "fast"), slow: newStage(t)}
	a := NewAccount(AccountConfig{Email: "slow", Token: "token-slow", Service: api{b.slow, "slow", "token-slow"}, Log: quietly()})
	o, err := b.broadcast.Outlet(OutletConfig{Accounts: []*Account{a}, Transport: b.transport, Log: quietly(), Bitrate: 100_000, MinBitrate: 50_000})
	if err != nil {
		t.Fatal(err)
	}
	b.run()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = o.Run(ctx) })
	all.Go(func() { _ = a.Run(ctx) })
	t.Cleanup(func() { cancel(); all.Wait() })
	units := b.slow.upload(0).units
	all.Go(func() {
		for {
			select {
			case u := <-units:
				b.mu.Lock()
				b.seen = append(b.seen, unitAt{u.data, time.Now()})
				b.mu.Unlock()
			case <-ctx.Done():
				return
			}
		}
	})
	until(t, "pictures to wait", func() bool {
		q := o.queue.Load()
		return q != nil && q.Waiting() > ring.MostVideo/2
	})
	return b
}

// last tells how long after the key the last picture of her arrived, once a black one
// has come.
func (b *behind) last(key time.Time) (last time.Duration) {
	b.t.Helper()
	black := false
	until(b.t, "a black picture", func() bool {
		d, err := encode.NewDecoder()
		if err != nil {
			b.t.Fatal(err)
		}
		defer d.Close()
		b.mu.Lock()
		defer b.mu.Unlock()
		black, last = false, -time.Hour
		for _, u := range b.seen {
			p, err := d.Decode(u.data)
			if err != nil || p == nil {
				continue
			}
			if black = dark(p); !black {
				last = u.at.Sub(key)
			}
		}
		return black
	})
	return last
}

func dark(p *image.YCbCr) bool {
	_, ok := synthetic.ReadStrip(p.Y, p.YStride, p.Rect.Dx(), p.Rect.Dy())
	return !ok && slices.Max(p.Y[:p.Rect.Dx()]) < 24
}

// What waits for a slow path is thrown away with the key: no picture of her arrives
// later than those that were on the wire. Where the queue is not emptied, which the
// control run does, they go on arriving.
func TestBroadcast_coverThrowsAwayWhatWaits(t *testing.T) {
	const wire = 250 * time.Millisecond
	t.Run("covered", func(t *testing.T) {
		b := openBehind(t)
		key := time.Now()
		b.broadcast.SetCovered(true)
		last := b.last(key)
		if t.Logf("the last picture of her came %v after the key", last); last > wire {
			t.Errorf("a picture of her came %v after the key", last)
		}
	})
	t.Run("control: not flushed", func(t *testing.T) {
		b := openBehind(t)
		key := time.Now()
		b.broadcast.video.SetBlank(true)
		last := b.last(key)
		if t.Logf("the last picture of her came %v after the key", last); last <= wire {
			t.Errorf("the broken flush is not noticed: %v", last)
		}
	})
}
