package desk

import (
	"strings"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Source is where pictures or sound come from: "pattern", "tone" or "silence"
// without a name, "device" with its id or "file" with its path.
type Source struct{ Kind, Name string }

// ParseSource reads a source as String writes it: pattern, tone, silence,
// device:ID or file:PATH. KindInvalid.
func ParseSource(text string) (Source, error) {
	kind, name, _ := strings.Cut(text, ":")
	s := Source{Kind: kind, Name: name}
	switch kind {
	case "pattern", "tone", "silence":
		if name == "" {
			return s, nil
		}
	case "device", "file":
		if name != "" {
			return s, nil
		}
	}
	return Source{}, domain.Errorf("source", domain.KindInvalid,
		"%q is no source of pictures or sound. Write pattern, tone, silence, device:ID or file:PATH; `jasmincam devices` lists the ids.", text)
}

// String writes kind or kind:name.
func (s Source) String() string {
	if s.Name == "" {
		return s.Kind
	}
	return s.Kind + ":" + s.Name
}

// Choice is which devices are used and how good the picture is.
type Choice struct {
	Camera, Microphone Source
	Size               capture.Wish
	Bitrate            int // of the picture at most, in bit/s; 0: what its size needs
}
