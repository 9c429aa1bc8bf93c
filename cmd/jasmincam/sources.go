package main

import (
	"log/slog"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
	"github.com/jasmincam/jasmincam/internal/capture/file"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// frames bounds the memory of the pictures that are on their way.
const frames = 8

// openVideo returns the one reader of the chosen camera. It opens nothing yet.
func openVideo(s source, wish capture.Wish, log *slog.Logger) (*capture.VideoReader, error) {
	cfg := capture.VideoReaderConfig{Size: wish, Log: log}
	pool := capture.NewPool(frames)
	switch {
	case s.kind == "pattern" && s.name == "":
		cfg.Open = synthetic.Open(synthetic.CameraConfig{Size: wish, Pool: pool})
	case s.kind == "file" && s.name != "":
		cfg.Open = file.Open(s.name, pool)
	case s.kind == "device" && s.name != "":
		cfg.Open = device.Open(device.CameraConfig{ID: s.name, Wish: wish, Pool: pool})
	default:
		return nil, domain.Errorf("--video", domain.KindInvalid, "--video %s is none of pattern, device:ID and file:PATH. `jasmincam devices` lists the ids.", s)
	}
	return capture.NewVideoReader(cfg), nil
}

// openAudio returns the one reader of the chosen microphone.
func openAudio(s source, log *slog.Logger) (*capture.AudioReader, error) {
	cfg := capture.AudioReaderConfig{Channels: 1, Log: log}
	switch {
	case (s.kind == "tone" || s.kind == "silence") && s.name == "":
		cfg.Open = synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Silent: s.kind == "silence"})
	case s.kind == "file" && s.name != "":
		cfg.Open = file.OpenSound(s.name)
	case s.kind == "device" && s.name != "":
		cfg.Open = device.OpenSound(device.MicrophoneConfig{ID: s.name})
	default:
		return nil, domain.Errorf("--audio", domain.KindInvalid, "--audio %s is none of tone, silence, device:ID and file:PATH. `jasmincam devices` lists the ids.", s)
	}
	return capture.NewAudioReader(cfg), nil
}
