package stage

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// Line is one line of live --json.
type Line struct {
	T     float64 `json:"t"`
	CPU   float64 `json:"cpu_s"`
	RSS   float64 `json:"rss_mb"`
	Video struct {
		Width, Height     int
		FPS               float64 `json:"fps"`
		Encoders, Uploads int
		Bitrate           float64 `json:"bitrate_kbps"`
		Dropped           int     `json:"dropped"`
	} `json:"video"`
	Audio struct {
		Level float64 `json:"level_db"`
	} `json:"audio"`
	Accounts []LineAccount `json:"accounts"`
	Guest    *LineGuest    `json:"guest"` // nil while no payer of a show has an extra on
}

// LineGuest is what came from the payer of a show.
type LineGuest struct {
	Show     string  `json:"show"`
	Cam2cam  bool    `json:"cam2cam"`
	Audio    bool    `json:"audio"`
	Pictures int     `json:"pictures"`
	Light    float64 `json:"light"`
	Heard    float64 `json:"heard_s"`
	Played   float64 `json:"played_s"`
	Level    float64 `json:"level_db"`
	Refused  int     `json:"refused"`
}

// LineAccount is one account of a line.
type LineAccount struct {
	Email    string `json:"email"`
	State    string `json:"state"`
	Viewers  int    `json:"viewers"`
	Earned   int64  `json:"earned_cents"`
	Messages int    `json:"messages"`
}

// Live is the running live program.
type Live struct {
	*testkit.Process
	t testing.TB
}

// GoLive starts `jasmincam live --json` with these flags.
func GoLive(t testing.TB, args ...string) *Live {
	t.Helper()
	bin := testkit.Build(t, "jasmincam", false)
	return &Live{t: t, Process: testkit.Start(t, testkit.Spec{Path: bin, Args: append([]string{"live", "--json"}, args...)})}
}

// GoLive puts both demo performers online from the pattern and the tone, and
// waits until both are live.
func (s *Stage) GoLive(args ...string) *Live {
	s.t.Helper()
	l := GoLive(s.t, append([]string{"--backend", s.URL, "--credentials", s.Credentials(), "--video", "pattern", "--audio", "tone"}, args...)...)
	l.UntilLive(20 * time.Second)
	return l
}

// Line is the newest line; ok is false before the first.
func (l *Live) Line() (line Line, ok bool) {
	l.t.Helper()
	text := l.LastLine()
	if text == "" {
		return line, false
	}
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		l.t.Fatalf("the line %q is not the promised JSON: %v", text, err)
	}
	return line, true
}

// Until waits until a line fulfils is.
func (l *Live) Until(limit time.Duration, what string, is func(Line) bool) {
	l.t.Helper()
	testkit.Until(l.t, limit, what, func() bool {
		line, ok := l.Line()
		return ok && is(line)
	})
}

// UntilLive waits until every account is live.
func (l *Live) UntilLive(limit time.Duration) {
	l.t.Helper()
	l.Until(limit, "every account to be live", Line.Live)
}

// Live tells whether every account is live.
func (line Line) Live() bool {
	for _, a := range line.Accounts {
		if a.State != "live" {
			return false
		}
	}
	return len(line.Accounts) > 0
}
