package bus_test

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func pending(wake <-chan struct{}) bool {
	select {
	case <-wake:
		return true
	default:
		return false
	}
}

func TestBell_wakesOnlyWhoListensToTheTopic(t *testing.T) {
	b := bus.New()
	rose, stopRose := b.Listen(bus.Room("luna-rose"), bus.Doors)
	defer stopRose()
	own, stopOwn := b.Listen(bus.Account("a1"))
	defer stopOwn()

	b.Ring(bus.Room("velvet-sky"))
	if pending(rose) || pending(own) {
		t.Fatal("a foreign topic woke somebody")
	}
	b.Ring(bus.Room("luna-rose"))
	if !pending(rose) || pending(own) {
		t.Fatal("the room's listener alone had to wake")
	}
	b.Ring(bus.Doors, bus.Account("a1"))
	if !pending(rose) || !pending(own) {
		t.Fatal("both topics of one ring had to wake their listeners")
	}
}

func TestBell_manyRingsAreOneWakeAndNeverBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New()
		wake, stop := b.Listen(bus.Doors)
		defer stop()
		for range 1000 {
			b.Ring(bus.Doors) // a blocked ring would be a deadlock of the bubble
		}
		if !pending(wake) || pending(wake) {
			t.Fatal("1000 rings had to leave exactly one wake")
		}
		b.Ring(bus.Doors)
		if !pending(wake) {
			t.Fatal("news after the wake was lost")
		}
	})
}

func TestBell_stopLeavesNothingBehind(t *testing.T) {
	b := bus.New()
	for range 100 {
		wake, stop := b.Listen(bus.Room("luna-rose"), bus.Doors)
		stop()
		stop()
		b.Ring(bus.Doors)
		if pending(wake) {
			t.Fatal("woken after stop")
		}
	}
	if n := b.Listening(); n != 0 {
		t.Fatalf("%d listeners leaked", n)
	}
}

// Under -race: every listener sees the last ring, however the rings interleave.
func TestBell_concurrent(t *testing.T) {
	b := bus.New()
	var ready, done sync.WaitGroup
	for range 20 {
		ready.Add(1)
		done.Go(func() {
			wake, stop := b.Listen(bus.Doors)
			defer stop()
			ready.Done()
			<-wake
		})
	}
	done.Go(func() {
		for range 200 {
			_, stop := b.Listen(bus.Doors, bus.Room("x"))
			stop()
		}
	})
	ready.Wait()
	b.Ring(bus.Doors, bus.Room("x"))
	done.Wait()
	if n := b.Listening(); n != 0 {
		t.Fatalf("%d listeners leaked", n)
	}
}
