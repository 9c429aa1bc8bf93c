package whip

import (
	"errors"
	"fmt"
	"strings"
)

// Limits of a fragment; RFC 8445 section 5.3 gives those of the credentials.
const (
	maxCandidates = 128
	maxCandidate  = 512 // bytes of one line
	minUfrag      = 4
	minPwd        = 22
	maxCredential = 256
)

// Fragment is an SDP fragment (RFC 8840): what a PATCH carries. Everything is
// bundled, so the candidates of all media sections are one list.
type Fragment struct {
	Ufrag      string   // ICE user name fragment of the sender
	Pwd        string   // its password
	Mid        string   // of the first media section, "0" when none was named
	Candidates []string // "candidate:…" as in SDP, without "a="
	End        bool     // no more candidates will follow
	Lite       bool     // the sender is ICE-lite
}

// errFragment is the cause in every error of ParseFragment.
var errFragment = errors.New("not a trickle ICE fragment")

// ParseFragment reads the body of a PATCH. Unknown lines are passed over; wrong
// or oversized known ones are errors.
func ParseFragment(body string) (Fragment, error) {
	if len(body) > MaxBody {
		return Fragment{}, fmt.Errorf("%w: longer than %d bytes", errFragment, MaxBody)
	}
	f := Fragment{}
	known := 0
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if len(line) < 2 || line[1] != '=' {
			return Fragment{}, fmt.Errorf("%w: a line that is no SDP", errFragment)
		}
		name, value, _ := strings.Cut(line[2:], ":")
		if line[0] != 'a' {
			continue
		}
		took, err := f.attribute(name, value)
		if err != nil {
			return Fragment{}, err
		}
		if took {
			known++
		}
	}
	if known == 0 {
		return Fragment{}, fmt.Errorf("%w: it holds neither credentials nor candidates", errFragment)
	}
	if (f.Ufrag == "") != (f.Pwd == "") {
		return Fragment{}, fmt.Errorf("%w: ice-ufrag and ice-pwd go together", errFragment)
	}
	if f.Mid == "" {
		f.Mid = "0"
	}
	return f, nil
}

// attribute takes one a= line and tells whether it said something about ICE.
func (f *Fragment) attribute(name, value string) (bool, error) {
	switch name {
	case "ice-ufrag":
		return true, credential(&f.Ufrag, value, minUfrag)
	case "ice-pwd":
		return true, credential(&f.Pwd, value, minPwd)
	case "ice-lite":
		f.Lite = true
		return false, nil
	case "mid":
		if f.Mid == "" && len(value) <= 32 {
			f.Mid = value
		}
		return false, nil
	case "candidate":
		if len(f.Candidates) == maxCandidates || len(value) > maxCandidate {
			return false, fmt.Errorf("%w: too many or too long candidates", errFragment)
		}
		f.Candidates = append(f.Candidates, "candidate:"+value)
		return true, nil
	case "end-of-candidates":
		f.End = true
		return true, nil
	default:
		return false, nil
	}
}

// credential checks an ice-char string and stores it; a second, different one
// would be a second ICE session, which bundling forbids.
func credential(into *string, value string, least int) error {
	if len(value) < least || len(value) > maxCredential {
		return fmt.Errorf("%w: ICE credentials of a wrong length", errFragment)
	}
	for _, c := range []byte(value) {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_' || c == '='
		if !ok {
			return fmt.Errorf("%w: ICE credentials with a character that is not allowed", errFragment)
		}
	}
	if *into != "" && *into != value {
		return fmt.Errorf("%w: two different ICE sessions in one body", errFragment)
	}
	*into = value
	return nil
}

// String prints the fragment as a body.
func (f Fragment) String() string {
	var b strings.Builder
	if f.Lite {
		b.WriteString("a=ice-lite\r\n")
	}
	if f.Ufrag != "" {
		b.WriteString("a=ice-ufrag:" + f.Ufrag + "\r\na=ice-pwd:" + f.Pwd + "\r\n")
	}
	mid := f.Mid
	if mid == "" {
		mid = "0"
	}
	b.WriteString("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:" + mid + "\r\n")
	for _, c := range f.Candidates {
		b.WriteString("a=" + c + "\r\n")
	}
	if f.End {
		b.WriteString("a=end-of-candidates\r\n")
	}
	return b.String()
}

// FragmentOf takes the ICE part out of a whole SDP: the credentials and the
// candidates of its first media section (the others are bundled with it).
func FragmentOf(sdp string) (Fragment, error) {
	f := Fragment{}
	media := 0
	for line := range strings.Lines(sdp) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "m=") {
			if media++; media == 2 {
				break
			}
		}
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "a="), ":")
		if !strings.HasPrefix(line, "a=") {
			continue
		}
		if _, err := f.attribute(name, value); err != nil {
			return Fragment{}, err
		}
	}
	if f.Ufrag == "" || f.Pwd == "" {
		return Fragment{}, fmt.Errorf("%w: the SDP has no ICE credentials", errFragment)
	}
	if f.Mid == "" {
		f.Mid = "0"
	}
	return f, nil
}
