package session

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// thread is a line whose state the test sets.
type thread struct {
	mu       sync.Mutex
	state    uplink.State
	changed  chan struct{}
	restarts chan time.Time
	answer   error // of Restart; after nil it flows
	asked    chan struct{}
	gone     bool
	heard    time.Time // zero: just now
}

func newThread(answer error) *thread {
	return &thread{state: uplink.Flowing, changed: make(chan struct{}, 1), restarts: make(chan time.Time, 10), asked: make(chan struct{}, 10), answer: answer}
}

func (l *thread) State() uplink.State { l.mu.Lock(); defer l.mu.Unlock(); return l.state }

func (l *thread) Changed() <-chan struct{} { return l.changed }

func (l *thread) Silence() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.heard.IsZero() {
		return 0
	}
	return time.Since(l.heard)
}

// falls makes it silent from now on, or not.
func (l *thread) falls(silent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = time.Time{}
	if silent {
		l.heard = time.Now()
	}
}

func (l *thread) Restart(context.Context, *whip.Session) error {
	l.restarts <- time.Now()
	if l.answer == nil {
		l.seems(uplink.Flowing)
	}
	return l.answer
}

func (l *thread) Gone(context.Context, *whip.Session) bool {
	l.asked <- struct{}{}
	return l.gone
}

func (l *thread) seems(s uplink.State) {
	l.mu.Lock()
	l.state = s
	l.mu.Unlock()
	wake(l.changed)
}

// watched runs an outlet's watch over a thread.
func watched(t *testing.T, l *thread) (*Outlet, chan error) {
	t.Helper()
	o, err := quiet(t).Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a"})}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- o.watch(t.Context(), l, nil) }()
	synctest.Wait()
	return o, done
}

func TestOutlet_silentPathIsRepairedAfterAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newThread(nil)
		_, done := watched(t, l)
		began := time.Now()
		l.seems(uplink.Silent)
		if d := (<-l.restarts).Sub(began); d != patientFor {
			t.Errorf("restarted after %v", d)
		}
		synctest.Wait()
		if len(done) != 0 {
			t.Errorf("a repaired path counts as lost: %v", <-done)
		}
		l.seems(uplink.Lost)
		if err := <-done; domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("lost: %v", err)
		}
	})
}

func TestOutlet_silentPathThatComesBackIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newThread(nil)
		_, done := watched(t, l)
		l.seems(uplink.Silent)
		synctest.Wait()
		l.seems(uplink.Flowing)
		<-time.After(2 * patientFor)
		if len(l.restarts) != 0 || len(done) != 0 {
			t.Errorf("%d restarts, %d ends", len(l.restarts), len(done))
		}
		l.seems(uplink.Lost)
		if err := <-done; err == nil {
			t.Error("a lost path was not noticed")
		}
	})
}

// A backend that was killed breaks its event streams at once: she reads that she
// is not seen long before the path gives itself up. Streams alone, or a silent
// path alone, say nothing yet.
func TestOutlet_deadBackendIsSaidSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newThread(nil)
		o, done := watched(t, l)
		a := o.cfg.Accounts[0]
		o.signal(sigStart)
		o.signal(sigUp)
		is := func(want State, why string) {
			t.Helper()
			synctest.Wait()
			if got := o.State(); got != want {
				t.Errorf("%s: %s, want %s", why, got, want)
			}
		}
		a.broke(inRoom)
		a.broke(ofHerOwn)
		<-time.After(10 * time.Second)
		is(Live, "only the streams broke, the picture is received")
		l.falls(true)
		<-time.After(2 * unheardFor)
		is(Reconnecting, "nothing is heard any more")
		l.falls(false)
		<-time.After(unheardFor)
		is(Live, "it is heard again")
		a.reopened(inRoom)
		a.reopened(ofHerOwn)
		l.falls(true)
		<-time.After(time.Minute)
		is(Live, "the path gives itself up where it is dead")
		began := time.Now()
		a.broke(inRoom)
		is(Live, "one stream")
		a.broke(ofHerOwn)
		is(Reconnecting, "both streams, after a silence")
		if time.Since(began) > 2*time.Second {
			t.Errorf("it took %v", time.Since(began))
		}
		a.reopened(inRoom)
		l.falls(false)
		<-time.After(unheardFor)
		is(Live, "the backend is back")
		if len(done) != 0 {
			t.Error("the watch ended")
		}
		l.seems(uplink.Lost)
		<-done
	})
}

func TestOutlet_sessionThatIsGoneIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newThread(whip.NoSession())
		_, done := watched(t, l)
		l.seems(uplink.Silent)
		if err := <-done; domain.KindOf(err) != domain.KindUnavailable || !errors.Is(err, l.answer) {
			t.Errorf("lost: %v", err)
		}
	})
}

func TestOutlet_backendThatRestartedIsNoticedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newThread(nil)
		o, done := watched(t, l)
		o.LinkUp()
		<-l.asked
		synctest.Wait()
		if len(done) != 0 {
			t.Errorf("a backend that knows the upload counts as lost: %v", <-done)
		}
		l.gone = true
		began := time.Now()
		o.LinkUp()
		if err := <-done; domain.KindOf(err) != domain.KindUnavailable || time.Since(began) != 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if err := o.link.sleep(t.Context(), 3*time.Second); err != nil || time.Since(began) != 0 {
			t.Errorf("the backend is there, and the next attempt waits %v: %v", time.Since(began), err)
		}
	})
}

// A backend that was killed between the answer to the offer and the first packet
// knows nothing of the upload, and its packets would be waited for in vain.
func TestOutlet_backendThatRestartedIsNotWaitedFor(t *testing.T) {
	for _, tt := range []struct {
		rings bool // the event streams say so
		gone  bool
		want  time.Duration
	}{{false, false, connectFor}, {false, true, askEvery}, {true, true, 0}} {
		synctest.Test(t, func(t *testing.T) {
			l := newThread(nil)
			l.state, l.gone = uplink.Opening, tt.gone
			o, err := quiet(t).Outlet(OutletConfig{Accounts: []*Account{NewAccount(AccountConfig{Email: "a"})}})
			if err != nil {
				t.Fatal(err)
			}
			if tt.rings {
				o.LinkUp()
			}
			began := time.Now()
			if err := o.connect(t.Context(), l, nil); domain.KindOf(err) != domain.KindUnavailable || time.Since(began) != tt.want {
				t.Errorf("%+v: %v after %v", tt, err, time.Since(began))
			}
		})
	}
}
