package media

import (
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"github.com/jasmincam/jasmincam/internal/whip"
)

func asUDPAddr(a net.Addr) (*net.UDPAddr, bool) {
	u, ok := a.(*net.UDPAddr)
	return u, ok
}

func unfit(message string) error {
	return &whip.Refusal{Status: http.StatusUnprocessableEntity, Kind: "invalid", Message: message}
}

// checkOffer tells whether an offer is one that we answer: exactly one video
// with H.264 in packetization-mode 1 and one audio with Opus, in the given
// directions. The words are for a person with an encoder in front of her.
func checkOffer(offer string, directions ...string) error {
	var d sdp.SessionDescription
	if err := d.UnmarshalString(offer); err != nil {
		return &whip.Refusal{Status: http.StatusBadRequest, Kind: "invalid", Message: "The body is not an SDP."}
	}
	seen := map[string]bool{}
	for _, m := range d.MediaDescriptions {
		name := m.MediaName.Media
		if name != "video" && name != "audio" || seen[name] {
			return unfit("Offer one video and one audio section and nothing else.")
		}
		seen[name] = true
		if m.MediaName.Port.Value == 0 {
			return unfit("Offer both sections as active ones: port 0 rejects a section.")
		}
		if !isDirected(&d, m, directions) {
			return unfit("Offer every media section as " + strings.Join(directions, " or ") + ".")
		}
		if _, many := m.Attribute("simulcast"); many {
			return unfit("Offer one picture in one size; switch simulcast off in the encoder.")
		}
		if name == "video" && !hasH264(m) {
			return unfit("Offer H.264 constrained baseline with packetization-mode 1; switch the encoder to it.")
		}
		if name == "audio" && !hasCodec(m, "opus/48000") {
			return unfit("Offer Opus sound; switch the encoder to it.")
		}
	}
	if !seen["video"] || !seen["audio"] {
		return unfit("Offer both, H.264 video and Opus sound.")
	}
	return nil
}

// isDirected tells whether a section's direction is one of those allowed;
// without one it is sendrecv (RFC 8866 section 6.7).
func isDirected(d *sdp.SessionDescription, m *sdp.MediaDescription, allowed []string) bool {
	direction := "sendrecv"
	for _, all := range [][]sdp.Attribute{d.Attributes, m.Attributes} {
		for _, a := range all {
			switch a.Key {
			case "sendrecv", "sendonly", "recvonly", "inactive":
				direction = a.Key
			}
		}
	}
	for _, a := range allowed {
		if a == direction {
			return true
		}
	}
	return false
}

// hasCodec tells whether a section maps a payload type to the codec.
func hasCodec(m *sdp.MediaDescription, codec string) bool {
	for _, a := range m.Attributes {
		if _, what, ok := strings.Cut(a.Value, " "); ok && a.Key == "rtpmap" && strings.HasPrefix(strings.ToLower(what), codec) {
			return true
		}
	}
	return false
}

// hasH264 tells whether a section has H.264 as in registerCodecs.
func hasH264(m *sdp.MediaDescription) bool {
	types := map[string]bool{}
	for _, a := range m.Attributes {
		if pt, what, ok := strings.Cut(a.Value, " "); ok && a.Key == "rtpmap" && strings.HasPrefix(strings.ToLower(what), "h264/90000") {
			types[pt] = true
		}
	}
	for _, a := range m.Attributes {
		pt, line, ok := strings.Cut(a.Value, " ")
		if !ok || a.Key != "fmtp" || !types[pt] {
			continue
		}
		line = strings.ToLower(strings.ReplaceAll(line, " ", ""))
		if strings.Contains(line, "packetization-mode=1") &&
			(strings.Contains(line, "profile-level-id=42e0") || strings.Contains(line, "profile-level-id=4200") || strings.Contains(line, "profile-level-id=42c0")) {
			return true
		}
	}
	return false
}

// withoutCandidates removes the peer's candidates: we never call an address
// that somebody wrote down, we answer whoever knows the password.
func withoutCandidates(offer string) string {
	var b strings.Builder
	for line := range strings.Lines(offer) {
		if !strings.HasPrefix(line, "a=candidate:") && !strings.HasPrefix(line, "a=end-of-candidates") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// hasUfrag tells whether an SDP is of the ICE session with that name; its lines
// may end in a bare newline (RFC 8866 section 5).
func hasUfrag(offer, ufrag string) bool {
	for line := range strings.Lines(offer) {
		if strings.TrimRight(line, "\r\n") == "a=ice-ufrag:"+ufrag {
			return true
		}
	}
	return false
}

// withCredentials puts new ICE credentials into an offer, for a restart.
func withCredentials(offer, ufrag, pwd string) string {
	var b strings.Builder
	for line := range strings.Lines(offer) {
		switch {
		case strings.HasPrefix(line, "a=ice-ufrag:"):
			line = "a=ice-ufrag:" + ufrag + "\r\n"
		case strings.HasPrefix(line, "a=ice-pwd:"):
			line = "a=ice-pwd:" + pwd + "\r\n"
		case strings.HasPrefix(line, "o="):
			line = laterOrigin(line)
		}
		b.WriteString(line)
	}
	return b.String()
}

// laterOrigin raises the version in an o= line (RFC 8866 section 5.2).
func laterOrigin(line string) string {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return line
	}
	if v, err := strconv.ParseUint(fields[2], 10, 63); err == nil {
		fields[2] = strconv.FormatUint(v+1, 10)
	}
	return strings.Join(fields, " ") + "\r\n"
}
