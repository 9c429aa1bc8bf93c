package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// around is how long before and after a change the other room is watched.
const around = 10 * time.Second

func view(t *testing.T, s *stage.Stage, room string) *peer.Viewer {
	t.Helper()
	v, err := peer.View(t.Context(), peer.Watch{URL: s.URL + "/whep/" + room, Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Abandon(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := v.Wait(ctx, 1); err != nil {
		t.Fatal(err)
	}
	return v
}

// One encode and one upload: for ten seconds every access unit is the same, to
// the bit, in both rooms.
func TestPair_bothRoomsGetTheSameUnits(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	s.GoLive("--size", "1280x720")
	a, b := view(t, s, s.Performers[0].Name), view(t, s, s.Performers[1].Name)
	testkit.Pause(11 * time.Second)
	inB := map[[32]byte]int{}
	second := b.Units()
	for i, u := range second {
		inB[u.Hash] = i
	}
	equal, last := 0, -1
	for _, u := range a.Units() {
		at, ok := inB[u.Hash]
		switch {
		case !ok && last < 0:
			continue // from before B was watched
		case !ok && last == len(second)-1:
			continue // newer than what B had when it was asked
		case !ok, last >= 0 && at != last+1:
			t.Fatalf("after %d equal units the rooms differ", equal)
		}
		equal, last = equal+1, at
	}
	t.Logf("%d units are equal in both rooms; %v uploads", equal, s.Metric("jasmincam_media_uploads"))
	if equal < 280 {
		t.Errorf("%d units were equal, want ten seconds of them", equal)
	}
	if got := s.Metric("jasmincam_media_uploads"); got != 1 {
		t.Errorf("the backend counts %v uploads, want 1", got)
	}
}

// B goes offline and comes back: A's picture has no hole.
func TestPair_otherAccountsTurnCostsNoPicture(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--size", "640x360")
	a := view(t, s, s.Performers[0].Name)
	other, _ := s.SignIn(s.Performers[1])
	dropped := watchAround(t, live, func() {
		if _, err := other.SetOnline(t.Context(), s.Performers[1].Name, false); err != nil {
			t.Error(err)
		}
		live.Until(5*time.Second, "the program to say that B is offline", func(l stage.Line) bool { return l.Accounts[1].State == "offline" })
		if _, err := other.SetOnline(t.Context(), s.Performers[1].Name, true); err != nil {
			t.Error(err)
		}
		live.UntilLive(5 * time.Second)
	})
	noHole(t, a, dropped)
}

// B's backend is killed: A, on another one, has no hole.
func TestPair_otherBackendsDeathCostsNoPicture(t *testing.T) {
	s, second := stage.Open(t, stage.Options{}), stage.Open(t, stage.Options{})
	mine, theirs := s.Performers[0], second.Performers[1]
	body, err := json.Marshal(stage.Cast{Performers: []stage.Person{mine, theirs}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "both.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	live := stage.GoLive(t, "--credentials", file, "--account", s.Account(mine), "--account", second.Account(theirs),
		"--video", "pattern", "--audio", "tone", "--size", "640x360")
	live.UntilLive(20 * time.Second)
	if line, _ := live.Line(); line.Video.Encoders != 1 || line.Video.Uploads != 2 {
		t.Errorf("%d encoders and %d uploads, want 1 and 2", line.Video.Encoders, line.Video.Uploads)
	}
	a := view(t, s, mine.Name)
	dropped := watchAround(t, live, second.Kill)
	noHole(t, a, dropped)
	if line, _ := live.Line(); line.Accounts[0].State != "live" || line.Accounts[1].State != "reconnecting" {
		t.Errorf("the states are %s and %s, want live and reconnecting", line.Accounts[0].State, line.Accounts[1].State)
	}
}

// watchAround makes a change in the middle of twenty seconds, and tells how
// many pictures the program itself left out meanwhile.
func watchAround(t *testing.T, live *stage.Live, change func()) int {
	t.Helper()
	before, _ := live.Line()
	testkit.Pause(around)
	change()
	testkit.Pause(around)
	after, _ := live.Line()
	return after.Video.Dropped - before.Video.Dropped
}

// noHole reads the capture stamps of all units: none is missing but those that
// were never coded.
func noHole(t *testing.T, v *peer.Viewer, dropped int) {
	t.Helper()
	units := v.Units()
	dec, err := encode.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	const frame = 1000.0 / 30
	last, missing, worst := uint64(0), 0, uint64(0)
	for i, u := range units {
		pic, err := dec.Decode(u.Data)
		if err != nil || pic == nil || !u.Whole {
			t.Fatalf("unit %d of %d does not decode (whole %v): %v", i, len(units), u.Whole, err)
		}
		stamp, ok := synthetic.ReadStrip(pic.Y, pic.YStride, pic.Rect.Dx(), pic.Rect.Dy())
		if !ok {
			t.Fatalf("unit %d bears no valid stamp", i)
		}
		if last != 0 {
			gap := stamp - last
			missing += int(float64(gap)/frame+0.5) - 1
			worst = max(worst, gap)
		}
		last = stamp
	}
	t.Logf("%d units, %d packets lost, longest gap %d ms, %d stamps missing, %d never coded", len(units), v.Stats().Lost, worst, missing, dropped)
	if v.Stats().Lost != 0 || missing > dropped || len(units) < int(2*around.Seconds()*28) {
		t.Errorf("%d units with %d packets lost and %d stamps missing, of which the program left out %d", len(units), v.Stats().Lost, missing, dropped)
	}
}
