package session

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// She was suspended while live, and is active again before her gate's keeper could
// close it: her new wish is not taken for one of before, and what is told late of
// her room's end is no other device's wish.
func TestAccount_goesOnlineAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := elsewhere{somebody{gates: make(chan error, 10), asked: make(chan bool, 10)}, make(chan domain.RoomState, 10)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		a.upload = func() State { return Live }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		s.gates <- nil
		go func() { a.keepGate(ctx); close(done) }()
		<-s.asked
		a.take(event(t, 1, domain.EventRoom, domain.RoomNotice{State: domain.RoomLive}), inRoom)
		synctest.Wait()
		a.take(event(t, 1, domain.EventAccount, domain.AccountNotice{State: domain.StateSuspended}), ofHerOwn)
		<-s.asked // to be closed, without an answer
		s.truth <- domain.RoomOffline
		a.take(event(t, 2, domain.EventRoom, domain.RoomNotice{State: domain.RoomOffline}), inRoom)
		a.SetOnline(true)
		s.gates <- domain.Errorf("online", domain.KindUnavailable, "The answer is lost.")
		s.gates <- nil
		if !<-s.asked || !a.Wanted() {
			t.Errorf("her new wish is forgotten: %+v", a.Snapshot())
		}
		a.take(event(t, 3, domain.EventRoom, domain.RoomNotice{State: domain.RoomLive}), inRoom)
		synctest.Wait()
		if got := a.Snapshot().State; got != Live {
			t.Errorf("she reads %s", got)
		}
		cancel()
		<-done
	})
}

// The backend opened her room and its answer was lost; she does not want it any
// more. It is closed, and until then she does not read that she is offline.
func TestAccount_closesWhatMayBeOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := elsewhere{somebody{gates: make(chan error, 10), asked: make(chan bool, 10)}, make(chan domain.RoomState)}
		a := NewAccount(AccountConfig{Email: "a", Service: s})
		a.upload = func() State { return Live }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { a.keepGate(ctx); close(done) }()
		<-s.asked
		a.take(event(t, 1, domain.EventRoom, domain.RoomNotice{State: domain.RoomLive}), inRoom)
		s.gates <- domain.Errorf("online", domain.KindUnavailable, "The answer is lost.")
		synctest.Wait()
		a.SetOnline(false)
		if got := a.Snapshot().State; got == Offline {
			t.Error("she may be seen, and reads that she is offline")
		}
		if <-s.asked {
			t.Error("asked to open what she wants closed")
		}
		s.gates <- nil
		synctest.Wait()
		if got := a.Snapshot().State; got != Offline || a.Wanted() {
			t.Errorf("she reads %s", got)
		}
		cancel()
		<-done
	})
}
