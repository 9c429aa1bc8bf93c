package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
)

// line is one object of --json (docs/PROTOCOL.md, section 4).
type line struct {
	T        float64       `json:"t"`     // seconds since the start
	CPU      float64       `json:"cpu_s"` // of this process so far
	RSS      float64       `json:"rss_mb"`
	Video    videoLine     `json:"video"`
	Audio    audioLine     `json:"audio"`
	Accounts []accountLine `json:"accounts"`
	Guest    *guestLine    `json:"guest,omitempty"` // while the payer of a show has an extra on
}

// guestLine is what the payer of a show sends back, and what became of it. Pictures
// and seconds count since he began.
type guestLine struct {
	Show     string  `json:"show"`
	Cam2cam  bool    `json:"cam2cam"`
	Audio    bool    `json:"audio"`
	Flowing  bool    `json:"flowing"`  // the way is open
	Pictures uint64  `json:"pictures"` // decoded
	Width    int     `json:"width"`    // of the newest
	Height   int     `json:"height"`
	Light    float64 `json:"light"`    // mean luma of a picture since the last line, 16 (black) to 235; 0 without one
	Heard    float64 `json:"heard_s"`  // decoded
	Played   float64 `json:"played_s"` // that the loudspeaker took
	Level    float64 `json:"level_db"`
	Refused  uint64  `json:"refused"` // packets and pictures that could not be used
}

func guestOf(g desk.Guest) *guestLine {
	if g.Show == "" {
		return nil
	}
	l := &guestLine{Show: g.Show, Cam2cam: g.Cam2cam, Audio: g.Audio, Flowing: g.Way.Flowing, Pictures: g.Way.Video.Pictures,
		Width: g.Way.Video.Width, Height: g.Way.Video.Height, Heard: round(g.Way.Audio.Heard.Seconds(), 2), Played: round(g.Voice.Played.Seconds(), 2),
		Level: capture.SilenceDB, Refused: g.Way.Video.Refused + g.Way.Audio.Refused}
	if g.Audio {
		l.Level = round(g.Voice.Level, 1)
	}
	return l
}

// guest is guestOf with a look at the newest picture, which nobody else looks at here.
func (m *meter) guest(g desk.Guest) *guestLine {
	l := guestOf(g)
	if l == nil {
		return nil
	}
	if f := m.show.desk.Guest().TryTake(); f != nil {
		l.Light = round(f.Light(), 1)
		f.Release()
	}
	return l
}

type videoLine struct {
	Width    int     `json:"width"`
	Height   int     `json:"height"`
	FPS      float64 `json:"fps"` // of the last second
	Encoders int     `json:"encoders"`
	Uploads  int     `json:"uploads"`
	Kbps     int     `json:"bitrate_kbps"` // of the last second
	Dropped  uint64  `json:"dropped"`
}

type audioLine struct {
	Level float64 `json:"level_db"`
}

type accountLine struct {
	Email    string        `json:"email"`
	State    session.State `json:"state"`
	Viewers  int           `json:"viewers"`
	Earned   int64         `json:"earned_cents"`
	Messages int           `json:"messages"`
}

// meter turns totals into lines.
type meter struct {
	show *show
	last session.Stats
	at   time.Time
}

func (m *meter) line(now time.Time) line {
	status := m.show.desk.Status()
	s := status.Stats
	l := line{Guest: m.guest(status.Guest), T: round(now.Sub(m.show.began).Seconds(), 3), CPU: round(cpuSeconds(), 3), RSS: round(rssMB(), 1),
		Video: videoLine{Width: s.Width, Height: s.Height, Encoders: s.Encoders, Uploads: s.Uploads, Dropped: s.Dropped},
		Audio: audioLine{Level: round(s.Level, 1)}}
	if d := now.Sub(m.at).Seconds(); !m.at.IsZero() && d > 0 {
		l.Video.FPS = round(float64(s.Coded-m.last.Coded)/d, 1)
		l.Video.Kbps = int(float64(s.Bytes-m.last.Bytes) * 8 / 1000 / d)
	}
	m.last, m.at = s, now
	for _, a := range m.show.accounts {
		n := a.Snapshot()
		l.Accounts = append(l.Accounts, accountLine{n.Email, n.State, n.Viewers, n.EarnedCents, n.Messages})
	}
	return l
}

func round(v float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(v*p) / p
}

// printer returns what tells how it goes until its context ends: a JSON object
// a second, or a calm line each five.
func (l liveCmd) printer(w world, s *show) func(context.Context) {
	m := &meter{show: s}
	every, tell := 5*time.Second, func(now time.Time) { tellCalmly(w.out, m.line(now), s.accounts) }
	if l.JSON {
		out := json.NewEncoder(w.out)
		every, tell = time.Second, func(now time.Time) { _ = out.Encode(m.line(now)) } // a closed pipe ends nothing
	}
	return func(ctx context.Context) {
		m.line(time.Now()) // what the first line counts from
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				tell(now)
			case <-ctx.Done():
				return
			}
		}
	}
}

// tellCalmly writes one line for a person.
func tellCalmly(out io.Writer, l line, accounts []*session.Account) {
	var rooms []string
	for _, a := range accounts {
		n := a.Snapshot()
		room := fmt.Sprintf("%s %s, %d watching, $%d.%02d", n.Email, n.State, n.Viewers, n.EarnedCents/100, n.EarnedCents%100)
		if n.Trouble != "" {
			room += " (" + n.Trouble + ")"
		}
		rooms = append(rooms, room)
	}
	fmt.Fprintf(out, "%s  %dx%d %.0f fps %d kbit/s  %s\n", time.Duration(l.T*float64(time.Second)).Round(time.Second),
		l.Video.Width, l.Video.Height, l.Video.FPS, l.Video.Kbps, strings.Join(rooms, " · "))
}
