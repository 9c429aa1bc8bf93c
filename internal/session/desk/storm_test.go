package desk

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// Whatever eight hands do at once, never are two cameras open, nothing is left
// behind, and what was said last holds.
func TestDesk_standsAStorm(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	d := s.desk
	entries := []Entry{h.entry(t, 0), h.entry(t, 1)}
	for _, e := range entries {
		d.Add(e)
	}
	verbs := []func(r *rand.Rand){
		func(r *rand.Rand) { d.GoOnline(entries[r.IntN(2)].Email) },
		func(r *rand.Rand) { d.GoOffline(entries[r.IntN(2)].Email) },
		func(r *rand.Rand) { d.SetWatching(r.IntN(2) == 0) },
		func(r *rand.Rand) { d.SetMuted(r.IntN(2) == 0) },
		func(r *rand.Rand) {
			d.SetLook(capture.Look{Mirror: r.IntN(2) == 0, Zoom: 1 + 3*r.Float64(), X: r.Float64(), Y: r.Float64()})
		},
		func(r *rand.Rand) {
			c := small()
			c.Camera = []Source{{Kind: "pattern"}, {Kind: "device", Name: "other"}}[r.IntN(2)]
			c.Microphone = []Source{{Kind: "tone"}, {Kind: "silence"}}[r.IntN(2)]
			c.Size.Width, c.Size.Height = 64+2*r.IntN(200), 64+2*r.IntN(100)
			c.Bitrate = session.LeastBitrate * (1 + r.IntN(20))
			if err := d.Use(c); err != nil {
				t.Error(err)
			}
		},
		func(*rand.Rand) { d.Preview().TryTake().Release() },
		func(*rand.Rand) {
			for _, a := range d.Status().Accounts {
				if a.State == session.Failed {
					t.Errorf("%+v", a)
				}
			}
		},
		func(*rand.Rand) { d.Add(entries[1]) },
		func(r *rand.Rand) {
			if r.IntN(4) == 0 {
				d.Remove(entries[1].Email)
			}
		},
	}
	var hands sync.WaitGroup
	for hand := range uint64(8) {
		hands.Go(func() {
			r := rand.New(rand.NewPCG(hand, 1))
			for range 60 {
				verbs[r.IntN(len(verbs))](r)
				testkit.Pause(time.Duration(r.IntN(40)) * time.Millisecond)
			}
		})
	}
	hands.Wait()
	if _, _, atOnce := s.studio.now(); atOnce > 1 {
		t.Errorf("%d cameras were open at once", atOnce)
	}
	d.Remove(entries[1].Email)
	d.Add(entries[1])
	if err := d.Use(small()); err != nil {
		t.Fatal(err)
	}
	d.SetLook(capture.Look{})
	d.SetWatching(false)
	d.GoOnline()
	s.states(session.Live, session.Live)
	s.until("the picture that was chosen last", func(now Status) bool { return now.Stats.Width == small().Size.Width && now.Choice == small() })
	d.GoOffline()
	s.closed()
	if open, _, _ := s.studio.now(); !slices.Equal(open, nil) {
		t.Errorf("still open: %v", open)
	}
}
