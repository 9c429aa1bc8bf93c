package uplink

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/whip"
)

// restartFor is how long media may take to flow again after a restart.
const restartFor = 6 * time.Second

// Restart gives the session new ICE credentials on both sides (RFC 9725,
// section 4.3.3) and waits until media flows again.
func (p *Peer) Restart(ctx context.Context, remote *whip.Session) error {
	offer, err := CompleteOffer(ctx, p.pc, true)
	if err != nil {
		return err
	}
	mine, err := whip.FragmentOf(offer)
	if err != nil {
		return err
	}
	theirs, err := remote.Restart(ctx, mine)
	if err != nil {
		return err
	}
	if err := p.Accept(withFragment(p.pc.RemoteDescription(), theirs)); err != nil {
		return err
	}
	return p.Connected(ctx, restartFor)
}

// withFragment is the old answer with the other side's new credentials and
// candidates: a PATCH carries only these.
func withFragment(old *webrtc.SessionDescription, f whip.Fragment) string {
	if old == nil {
		return ""
	}
	var out strings.Builder
	media := 0
	flush := func() {
		if media != 1 {
			return
		}
		for _, c := range f.Candidates {
			out.WriteString("a=" + c + "\r\n")
		}
		out.WriteString("a=end-of-candidates\r\n")
	}
	for line := range strings.Lines(old.SDP) {
		line = strings.TrimRight(line, "\r\n")
		name, _, _ := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(line, "m="):
			flush()
			media++
		case name == "a=ice-ufrag":
			line = "a=ice-ufrag:" + f.Ufrag
		case name == "a=ice-pwd":
			line = "a=ice-pwd:" + f.Pwd
		case name == "a=candidate", line == "a=end-of-candidates", line == "":
			continue
		}
		out.WriteString(line + "\r\n")
	}
	flush()
	return out.String()
}

// Gone asks whether the other side still knows the session, without touching
// the media: it trickles that there are no more candidates. Only a clear answer
// counts; a server that takes no such thing, or none that answers, is not gone.
func (p *Peer) Gone(ctx context.Context, remote *whip.Session) bool {
	local := p.pc.LocalDescription()
	if local == nil {
		return false
	}
	mine, err := whip.FragmentOf(local.SDP)
	if err != nil {
		return false
	}
	mine.Candidates, mine.End = nil, true
	var refusal *whip.Refusal
	if !errors.As(remote.Trickle(ctx, mine), &refusal) {
		return false
	}
	switch refusal.Status {
	case http.StatusNotFound, http.StatusGone, http.StatusConflict:
		return true
	}
	return false
}
