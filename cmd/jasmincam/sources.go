package main

import (
	"context"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
	"github.com/jasmincam/jasmincam/internal/capture/file"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/playback"
	"github.com/jasmincam/jasmincam/internal/session/desk"
)

// openCamera returns what opens the chosen camera and no other. It opens nothing
// yet.
func openCamera(s desk.Source, wish capture.Wish, pool *capture.Pool) (func(context.Context) (capture.Camera, error), error) {
	switch {
	case s.Kind == "pattern":
		if plug, ok := rehearse(s.Name); ok {
			return synthetic.Open(synthetic.CameraConfig{Size: wish, Pool: pool, Plug: plug}), nil
		}
	case s == desk.Source{}:
		return func(context.Context) (capture.Camera, error) {
			return nil, domain.Errorf("camera", domain.KindInvalid, "No camera was chosen, so nobody went live. Choose yours on the Live page.").Because("camera.none")
		}, nil
	case s.Kind == "file" && s.Name != "":
		return file.Open(s.Name, pool), nil
	case s.Kind == "device" && s.Name != "":
		return device.Open(device.CameraConfig{ID: s.Name, Wish: wish, Pool: pool}), nil
	}
	return nil, domain.Errorf("camera", domain.KindInvalid,
		"%q gives no pictures: it is none of pattern, device:ID and file:PATH. `jasmincam devices` lists the ids.", s.String())
}

// rehearse reads what happens to the test picture, so that every trouble can be
// seen without it: "busy=8s" is taken by another program for so long, "away=8s"
// not plugged in. No word is no trouble.
func rehearse(script string) (*synthetic.Plug, bool) {
	if script == "" {
		return nil, true
	}
	word, length, _ := strings.Cut(script, "=")
	d, err := time.ParseDuration(length)
	return synthetic.NewPlug(synthetic.Outage{For: d, Busy: word == "busy"}), err == nil && d > 0 && (word == "busy" || word == "away")
}

// openMicrophone returns what opens the chosen microphone and no other.
func openMicrophone(s desk.Source) (func(context.Context) (capture.Microphone, error), error) {
	switch {
	case (s.Kind == "tone" || s.Kind == "silence") && s.Name == "":
		return synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Silent: s.Kind == "silence"}), nil
	case s.Kind == "file" && s.Name != "":
		return file.OpenSound(s.Name), nil
	case s.Kind == "device" && s.Name != "":
		return device.OpenSound(device.MicrophoneConfig{ID: s.Name}), nil
	}
	return nil, domain.Errorf("microphone", domain.KindInvalid,
		"%q gives no sound: it is none of tone, silence, device:ID and file:PATH. `jasmincam devices` lists the ids.", s.String())
}

// silent is the loudspeaker of who wants to hear nobody.
const silent = "none"

// openSpeaker returns what opens the chosen loudspeaker: "" is whatever the system
// plays through, silent none at all, anything else the id of one.
func openSpeaker(id string) playback.Opener {
	switch id {
	case silent:
		return playback.Nowhere(nil)
	case "":
		id = device.DefaultSpeaker
	}
	return func(ctx context.Context) (playback.Speaker, error) { return device.OpenSpeaker(ctx, id) }
}
