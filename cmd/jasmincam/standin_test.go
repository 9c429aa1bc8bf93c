package main

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Nobody with viewers of her own is given the test picture: it stands in for the
// demo's accounts alone, and for no device that she chose.
func TestStandIn_isForTheDemoAlone(t *testing.T) {
	h, err := windowCmd{}.house(testWorld(nil), t.TempDir(), quietLog())
	if err != nil {
		t.Fatal(err)
	}
	s := &standIn{desk: h.desk, kept: h.kept, fail: func(err error) { t.Error(err) }, demos: map[string]bool{}}
	is := func(camera, microphone, why string) {
		t.Helper()
		if c := h.desk.Status().Choice; c.Camera.String() != camera || c.Microphone.String() != microphone {
			t.Errorf("%s: %q and %q, want %q and %q", why, c.Camera, c.Microphone, camera, microphone)
		}
	}
	demo, own := vm.Account{Email: "a@example.com", URL: bundledName}, vm.Account{Email: "b@example.com", URL: "https://cams.example"}
	is("", "silence", "nobody is signed in")
	s.Enter(demo)
	is("pattern", "tone", "an account of the demo")
	s.Enter(own)
	is("", "silence", "an account of another backend, too")
	s.Leave(demo.Email)
	is("", "silence", "an account of another backend")
	s.Leave(own.Email)
	s.Enter(demo)
	h.kept.Change(func(v *settings.Values) { v.Camera = "device:usb-1" })
	c := h.desk.Status().Choice
	c.Camera = desk.Source{Kind: "device", Name: "usb-1"}
	if err := h.desk.Use(c); err != nil {
		t.Fatal(err)
	}
	s.Leave(demo.Email)
	is("device:usb-1", "silence", "she chose a camera")
	s.Enter(own)
	is("device:usb-1", "silence", "she chose a camera, and no microphone")
}

// No camera is a source, too: it opens to a sentence.
func TestOpenCamera_noneWasChosen(t *testing.T) {
	camera, microphone := desk.Source{}, silence()
	open, err := openCamera(camera, desk.Choice{}.Size, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t.Context()); domain.KindOf(err) != domain.KindInvalid || domain.Sentence(err) == "" {
		t.Errorf("opened: %v", err)
	}
	if _, err := openMicrophone(microphone); err != nil {
		t.Error(err)
	}
}
