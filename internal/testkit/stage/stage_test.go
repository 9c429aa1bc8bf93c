package stage

import (
	"strings"
	"testing"
	"time"
)

// The curtain rises: both accounts live, one upload, and the ledger holds.
func TestStage_twoAccountsGoLive(t *testing.T) {
	s := Open(t, Options{})
	live := s.GoLive("--size", "640x360")
	line, _ := live.Line()
	if len(line.Accounts) != 2 || line.Video.Encoders != 1 || line.Video.Uploads != 1 {
		t.Errorf("%+v", line)
	}
	rooms, err := s.Guest().OnlineRooms(t.Context())
	if err != nil || len(rooms) != 2 {
		t.Errorf("a guest sees %d rooms (%v), want 2", len(rooms), err)
	}
	if got := s.Metric("jasmincam_media_uploads"); got != 1 {
		t.Errorf("the backend counts %v uploads, want 1", got)
	}
	s.Verify()
	if err := live.Stop(10 * time.Second); err != nil {
		t.Errorf("live ended with %v\n%s", err, live.Log())
	}
}

func TestFind_readsTheNamedMetricAlone(t *testing.T) {
	text := "# HELP a b\na_total 3\na 1.5\n"
	if v, ok := find(strings.NewReader(text), "a"); !ok || v != 1.5 {
		t.Errorf("%v %v", v, ok)
	}
	if _, ok := find(strings.NewReader(text), "b"); ok {
		t.Error("found a metric that is not there")
	}
}
