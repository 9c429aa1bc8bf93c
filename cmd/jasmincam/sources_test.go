package main

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
)

func TestOpenCamera_rehearsesTroubles(t *testing.T) {
	for script, want := range map[string]capture.Kind{"": "", "busy=1h": capture.KindBusy, "away=1h": capture.KindNotFound} {
		open, err := openCamera(desk.Source{Kind: "pattern", Name: script}, capture.Wish{}, capture.NewPool(2))
		if err != nil {
			t.Errorf("%q: %v", script, err)
			continue
		}
		if _, err := open(t.Context()); capture.KindOf(err) != want {
			t.Errorf("%q: %v, want %q", script, err, want)
		}
	}
	for _, script := range []string{"busy", "busy=0s", "gone=1h", "busy=x"} {
		if _, err := openCamera(desk.Source{Kind: "pattern", Name: script}, capture.Wish{}, nil); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%q: %v", script, err)
		}
	}
}
