package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/jasmincam/jasmincam/internal/encode/encodetest"
)

// clip is a file of three small pictures.
func clip(t *testing.T) string {
	t.Helper()
	var y4m bytes.Buffer
	if err := encodetest.NewClip(320, 180, 30).WriteY4M(&y4m, 3); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "clip.y4m")
	if err := os.WriteFile(path, y4m.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun_tellsCPUAndBitrate(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{clip(t), "3", "300000", "45"}, &out); err != nil {
		t.Fatal(err)
	}
	var said struct {
		CPU     float64 `json:"cpu_s_per_frame"`
		FlatOut float64 `json:"flat_out"`
		Bitrate int     `json:"bitrate"`
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil || said.CPU <= 0 || said.CPU > 1 || said.FlatOut <= 0 || said.FlatOut > 1 || said.Bitrate < 150_000 || said.Bitrate > 450_000 {
		t.Errorf("%s, %v", out.String(), err)
	}
}

func TestRun_refuses(t *testing.T) {
	path := clip(t)
	for _, args := range [][]string{
		nil, {path, "3", "300000"}, {path, "three", "300000", "90"}, {path, "3", "300000", "0"},
		{path, "0", "300000", "90"}, {path + ".not", "3", "300000", "90"},
	} {
		var out bytes.Buffer
		if err := run(args, &out); err == nil || out.Len() > 0 {
			t.Errorf("%q: %v and %q", args, err, out.String())
		}
	}
}
