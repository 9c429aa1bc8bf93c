package stage

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// Visit is the stage of a backend that another process has open already, such
// as the window's own: its people and its numbers. It can be neither started
// nor killed from here. admin is the address of /metrics.
func Visit(t testing.TB, url, admin, data string) *Stage {
	t.Helper()
	s := &Stage{t: t, bin: testkit.Build(t, "jasmincam-server", false), URL: url, Admin: admin, Data: data, store: []string{"--data", data}}
	s.readCast()
	return s
}

// readCast reads who the people of the demo are.
func (s *Stage) readCast() {
	s.t.Helper()
	body, err := os.ReadFile(filepath.Join(s.Data, "demo.json"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := json.Unmarshal(body, &s.Cast); err != nil {
		s.t.Fatal(err)
	}
}
