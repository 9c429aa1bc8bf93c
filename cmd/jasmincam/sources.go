package main

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
	"github.com/jasmincam/jasmincam/internal/capture/file"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
)

// openCamera returns what opens the chosen camera and no other. It opens nothing
// yet.
func openCamera(s desk.Source, wish capture.Wish, pool *capture.Pool) (func(context.Context) (capture.Camera, error), error) {
	switch {
	case s.Kind == "pattern" && s.Name == "":
		return synthetic.Open(synthetic.CameraConfig{Size: wish, Pool: pool}), nil
	case s.Kind == "file" && s.Name != "":
		return file.Open(s.Name, pool), nil
	case s.Kind == "device" && s.Name != "":
		return device.Open(device.CameraConfig{ID: s.Name, Wish: wish, Pool: pool}), nil
	}
	return nil, domain.Errorf("camera", domain.KindInvalid,
		"%q gives no pictures: it is none of pattern, device:ID and file:PATH. `jasmincam devices` lists the ids.", s.String())
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
