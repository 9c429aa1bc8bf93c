package pace

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// mouths is how many speak at once in each room: one that waits for its answer
// does not silence the room.
const mouths = 4

// Talk has this many lines a second said in both rooms of the demo together
// until the test ends, and returns what counts those that were said.
func (w *Window) Talk(perSecond int) (said func() int64) {
	w.t.Helper()
	cast := w.cast()
	guest, err := client.New(client.Config{URL: w.word("Site: ")})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	var tasks sync.WaitGroup
	w.t.Cleanup(func() { cancel(); tasks.Wait(); guest.CloseIdle() })
	rooms := cast.Performers[:2]
	count := &atomic.Int64{}
	for _, p := range rooms {
		session, err := guest.SignIn(w.t.Context(), p.Email, p.Password, "test") // only the rooms' own may say so much
		if err != nil {
			w.t.Fatalf("%s cannot sign in: %v", p.Name, err)
		}
		own := guest.With(session.Token)
		for mouth := range mouths {
			tasks.Go(func() {
				beat := time.NewTicker(time.Second * time.Duration(mouths*len(rooms)) / time.Duration(perSecond))
				defer beat.Stop()
				for n := 0; ; n++ {
					select {
					case <-beat.C:
					case <-ctx.Done():
						return
					}
					line := domain.Line{Text: fmt.Sprintf("line %d of many that are said in a room", n), Key: fmt.Sprintf("pace-%s-%d-%d", p.Name, mouth, n)}
					if _, err := own.Say(ctx, p.Name, line); err == nil {
						count.Add(1)
					}
				}
			})
		}
	}
	return count.Load
}

// cast are the demo's people.
func (w *Window) cast() (cast stage.Cast) {
	w.t.Helper()
	body, err := os.ReadFile(w.word("Demo accounts: "))
	if err == nil {
		err = json.Unmarshal(body, &cast)
	}
	if err != nil {
		w.t.Fatalf("the demo's people: %v", err)
	}
	return cast
}

// Room is where a viewer watches the first account of the demo, by WHEP.
func (w *Window) Room() string {
	w.t.Helper()
	return w.word("Site: ") + "/whep/" + w.cast().Performers[0].Name
}

// word is what the app wrote behind a word.
func (w *Window) word(before string) string {
	_, rest, _ := strings.Cut(w.App.Output(), before)
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// Milliseconds are times as numbers.
func Milliseconds(times []time.Duration) []float64 {
	all := make([]float64, len(times))
	for i, t := range times {
		all[i] = float64(t) / float64(time.Millisecond)
	}
	return all
}
