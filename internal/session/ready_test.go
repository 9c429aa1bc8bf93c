package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/file"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// untouched fails when the backend was asked for an upload.
func (s *stage) untouched() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.begins) != 0 || len(s.uploads) != 0 || len(s.puts) != 0 {
		s.t.Errorf("begins %v, %d uploads, rooms %v", s.begins, len(s.uploads), s.puts)
	}
}

// A source that cannot be opened ends the broadcast before anybody is live.
func TestBroadcast_uploadsNothingWhenASourceIsMissing(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("RIFF\x00\x00\x00\x00WAVEfmt "), 0o600); err != nil {
		t.Fatal(err)
	}
	unknown := &capture.Error{Kind: capture.KindNotFound, Message: "There is no such device. Choose another one."}
	for name, tt := range map[string]struct {
		camera     openCamera
		microphone openMicrophone
	}{
		"unknown camera":     {func(context.Context) (capture.Camera, error) { return nil, unknown }, tone()},
		"unknown microphone": {pattern(), func(context.Context) (capture.Microphone, error) { return nil, unknown }},
		"broken picture":     {file.Open(broken, capture.NewPool(8)), tone()},
		"broken sound":       {pattern(), file.OpenSound(broken)},
		"missing sound":      {pattern(), file.OpenSound(broken + ".wav")},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			x := build(t, s, tt.camera, tt.microphone, "a", "b")
			x.run()
			if err := receive(t, x.over, "the end of the broadcast"); capture.KindOf(err) == "" {
				t.Errorf("ended with %v", err)
			}
			x.stop()
			if err := <-x.ended; err != nil {
				t.Error(err)
			}
			s.untouched()
		})
	}
}

// A microphone that takes its time delays the upload, which then comes.
func TestOutlet_waitsForASlowMicrophone(t *testing.T) {
	s := newStage(t)
	plugged := make(chan struct{})
	x := build(t, s, pattern(), func(ctx context.Context) (capture.Microphone, error) {
		select {
		case <-plugged:
			return tone()(ctx)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}, "a")
	x.run()
	until(t, "pictures", func() bool { return x.broadcast.Stats().Coded > 5 })
	s.untouched()
	if now := x.accounts[0].Snapshot().State; now != Connecting {
		t.Errorf("she reads %s", now)
	}
	close(plugged)
	x.live(Live)
}

// Whoever fails meanwhile, signed out elsewhere, is not waited for.
func TestOutlet_failsWhileItWaitsForTheSources(t *testing.T) {
	s := newStage(t)
	x := build(t, s, pattern(), tone(), "a")
	refusal := domain.Errorf("x", domain.KindUnauthenticated, "Sign in again.")
	done := make(chan error, 1)
	go func() { done <- x.outlet.Run(t.Context()) }()
	until(t, "the wait", func() bool { return x.outlet.State() == Connecting })
	x.accounts[0].fail(refusal)
	if err := receive(t, done, "the end"); domain.Sentence(err) != refusal.Message || x.outlet.State() != Failed {
		t.Errorf("%v, %s", err, x.outlet.State())
	}
	s.untouched()
}

// A device that opens and never delivers ends the wait with a sentence.
func TestReadiness_namesWhatDidNotBegin(t *testing.T) {
	for _, missing := range []string{"camera", "microphone"} {
		synctest.Test(t, func(t *testing.T) {
			camera, microphone := pattern(), tone()
			if missing == "camera" {
				camera = func(ctx context.Context) (capture.Camera, error) { <-ctx.Done(); return nil, ctx.Err() }
			} else {
				microphone = func(ctx context.Context) (capture.Microphone, error) { <-ctx.Done(); return nil, ctx.Err() }
			}
			x := build(t, &stage{t: t}, camera, microphone, "a")
			began := time.Now()
			err := x.broadcast.Run(t.Context())
			if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(Sentence(err), "came from the "+missing+" within 9 seconds") {
				t.Errorf("ended with %v", err)
			}
			if d := time.Since(began); d != firstUnits {
				t.Errorf("after %v", d)
			}
		})
	}
}
