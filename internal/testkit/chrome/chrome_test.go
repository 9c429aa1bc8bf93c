package chrome_test

import (
	_ "embed"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

func TestMain(m *testing.M) { testkit.Main(m) }

//go:embed testdata/studio.html
var studio []byte

func serve(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/strict" {
			w.Header().Set("Content-Security-Policy", "script-src 'self'")
		}
		_, _ = w.Write(studio)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestWatch_readsPictureAndTone(t *testing.T) {
	p := chrome.Open(t, chrome.Options{}).Page(serve(t))
	p.WaitForPicture(t, "#v", 10*time.Second)
	p.Watch("#v", 3*time.Second, 1) // meanwhile the tone begins
	seen := p.Watch("#v", 6*time.Second, 20)

	if len(seen.Looks) < 80 || seen.Valid() < 0.99 {
		t.Fatalf("%d looks, %.3f of them valid", len(seen.Looks), seen.Valid())
	}
	for _, l := range seen.Looks {
		if l.Width != 640 || l.Height != 360 || l.At-l.Stamp < -40 || l.At-l.Stamp > 1000 {
			t.Fatalf("a look that cannot be: %+v", l)
		}
	}
	if seen.Decoded < 100 {
		t.Errorf("only %v frames in %v s", seen.Decoded, seen.Seconds)
	}
	right := 0
	for _, s := range seen.Sounds {
		if want := float64(500 + 100*(int64((s.At-150)/1000)%16)); s.Hz == want {
			right++
		}
	}
	if len(seen.Sounds) < 15 || right*10 < len(seen.Sounds)*6 {
		t.Errorf("the tone was right %d times of %d: %+v", right, len(seen.Sounds), seen.Sounds)
	}
	if len(seen.Clicks) < 3 {
		t.Errorf("clicks: %+v", seen.Clicks)
	}
	if errs := p.Errors(); len(errs) > 0 {
		t.Errorf("the page complained: %q", errs)
	}
}

// The sound of every other second is late. Of each kind the least disturbed click
// counts: a busy machine makes sounds late, too.
func TestWatch_measuresSkew(t *testing.T) {
	p := chrome.Open(t, chrome.Options{}).Page(serve(t) + "/?late=200")
	p.WaitForPicture(t, "#v", 10*time.Second)
	var late, on []float64
	for round := 0; round < 10 && min(len(late), len(on)) < 8; round++ {
		for _, c := range p.Watch("#v", 4*time.Second, 10).Clicks {
			if c.Second%2 == 0 {
				late = append(late, c.SkewMS)
			} else {
				on = append(on, c.SkewMS)
			}
		}
	}
	if min(len(late), len(on)) < 3 {
		t.Fatalf("too few clicks: %v and %v", late, on)
	}
	t.Logf("late %.0f, on time %.0f", late, on)
	if d := slices.Min(late) - slices.Min(on); d < 160 || d > 240 {
		t.Errorf("200 ms of delay were measured as %.0f", d)
	}
}

func TestWatch_seesDamage(t *testing.T) {
	p := chrome.Open(t, chrome.Options{}).Page(serve(t) + "/?damaged=1")
	p.WaitForPicture(t, "#v", 10*time.Second)
	// 15 looks at 30 pictures a second would meet the broken one of four each
	// second time or never.
	if v := p.Watch("#v", 3*time.Second, 11).Valid(); v < 0.4 || v > 0.95 {
		t.Errorf("a quarter is damaged, but %.2f were valid", v)
	}
}

func TestPage_collectsComplaints(t *testing.T) {
	url := serve(t)
	b := chrome.Open(t, chrome.Options{})
	p := b.Page(url + "/strict")
	p.Until(5*time.Second, "document.title === 'studio'")
	p.Eval("console.error('so', 7); setTimeout(() => { throw new Error('thrown') }); fetch('/x').then(() => 1)", nil)
	testkit.Until(t, 5*time.Second, "the complaints", func() bool {
		all := strings.Join(p.Errors(), "\n")
		return strings.Contains(all, "Content Security Policy") && strings.Contains(all, "thrown") && strings.Contains(all, `"so"`)
	})
	testkit.Until(t, 5*time.Second, "the request", func() bool { return slices.Contains(p.Requests(), "GET "+url+"/x") })
	if html := b.Incognito(url).HTML(); !strings.Contains(html, "studio") {
		t.Errorf("the page is %q", html)
	}
}

func TestOpen_leavesNoProcess(t *testing.T) {
	pgrep := testkit.Need(t, "pgrep")
	const mark = "jasmincam-leak-test"
	alive := func() string {
		out, _ := exec.Command(pgrep, "-af", "user-agent="+mark).Output()
		return string(out)
	}
	t.Run("a browser with a fake camera", func(t *testing.T) {
		b := chrome.Open(t, chrome.Options{FakeCamera: true, Flags: []string{"user-agent=" + mark, "mute-audio"}})
		p := b.Page(serve(t))
		var tracks int
		p.Eval("navigator.mediaDevices.getUserMedia({video: true, audio: true}).then((s) => s.getTracks().length)", &tracks)
		if tracks != 2 {
			t.Errorf("the fake camera has %d tracks", tracks)
		}
		if alive() == "" {
			t.Error("the mark is not to be seen in the processes")
		}
	})
	if left := alive(); left != "" {
		t.Errorf("left behind: %s", left)
	}
}
