package chrome

import (
	_ "embed"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// watchScript reads the readable picture and tone from a <video>.
//
//go:embed watch.js
var watchScript string

// Look is one look at the decoded picture.
type Look struct {
	At     float64 `json:"at"`     // Unix ms of the look
	Stamp  float64 `json:"stamp"`  // Unix ms at capture, as the strip says
	Valid  bool    `json:"valid"`  // the strip's check sum and pattern hold
	Width  int     `json:"width"`  // of the decoded picture, in pixels
	Height int     `json:"height"` //
}

// Sound is one look at what is heard.
type Sound struct {
	At      float64 `json:"at"`       // Unix ms of the look
	Hz      float64 `json:"hz"`       // the strongest frequency, 0 in silence
	LevelDB float64 `json:"level_db"` // of full scale
}

// Click is the click of a full second as heard, compared with the picture.
type Click struct {
	Heard  float64 `json:"heard"`   // Unix ms at which it began to sound
	Second int64   `json:"second"`  // the Unix second that it marks
	SkewMS float64 `json:"skew_ms"` // how much later the sound is than the picture; negative: earlier
}

// Seen is what was watched.
type Seen struct {
	Looks   []Look  `json:"looks"`
	Sounds  []Sound `json:"sounds"`
	Clicks  []Click `json:"clicks"`
	Decoded float64 `json:"decoded"` // frames decoded meanwhile, as Chromium counts them
	Seconds float64 `json:"seconds"` // how long it was watched
}

// Watch looks perSecond times a second for d at the <video> that the selector
// finds, and hears its sound when it has one. The page's content security
// policy stays in force.
func (p *Page) Watch(selector string, d time.Duration, perSecond int) Seen {
	p.t.Helper()
	var seen Seen
	call := fmt.Sprintf("(%s)(%s, %d, %d)", watchScript, strconv.Quote(selector), d.Milliseconds(), perSecond)
	if err := p.eval(d+callLimit, call, &seen); err != nil {
		p.t.Fatalf("watching %s: %v\nthe page complained: %q", selector, err, p.Errors())
	}
	return seen
}

// Valid is the share of looks at which the strip held, 0 to 1.
func (s Seen) Valid() float64 {
	if len(s.Looks) == 0 {
		return 0
	}
	n := 0
	for _, l := range s.Looks {
		if l.Valid {
			n++
		}
	}
	return float64(n) / float64(len(s.Looks))
}

// Repeats counts looks that saw the same capture stamp as the one before.
func (s Seen) Repeats() int {
	n := 0
	for i := 1; i < len(s.Looks); i++ {
		if s.Looks[i].Valid && s.Looks[i-1].Valid && s.Looks[i].Stamp == s.Looks[i-1].Stamp {
			n++
		}
	}
	return n
}

// WaitForPicture waits until the <video> that the selector finds shows a valid strip.
func (p *Page) WaitForPicture(t testing.TB, selector string, limit time.Duration) {
	t.Helper()
	testkit.Until(t, limit, "a readable picture in "+selector, func() bool {
		seen := p.Watch(selector, 100*time.Millisecond, 10)
		return len(seen.Looks) > 0 && seen.Looks[len(seen.Looks)-1].Valid
	})
}
