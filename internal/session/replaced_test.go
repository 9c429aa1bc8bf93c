package session

import (
	"context"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// Close implements whip.Peer.
func (s *stage) Close(_ context.Context, session string) error {
	u := s.find(session)
	if u == nil {
		return whip.NoSession()
	}
	u.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endsWith
}

// TestOutlet_stopsWhenAnotherProgramReplacedIt: if both came back, they would replace
// each other in turn for ever.
func TestOutlet_stopsWhenAnotherProgramReplacedIt(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	s.mu.Lock()
	s.endsWith = whip.Replaced()
	s.mu.Unlock()
	s.upload(0).end()
	x.live(Failed, Failed)
	err := receive(t, x.ended, "the end")
	x.ended <- err
	if !strings.Contains(domain.Sentence(err), "Another program or page of yours went online") {
		t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.uploads) != 1 {
		t.Errorf("%d uploads", len(s.uploads))
	}
}
