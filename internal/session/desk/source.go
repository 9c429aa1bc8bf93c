package desk

import (
	"strings"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session"
)

// Source is where pictures or sound come from: "tone" or "silence" without a
// name, "pattern" without one or with what happens to it, for rehearsals,
// "device" with its id or "file" with its path.
type Source struct{ Kind, Name string }

// ParseSource reads a source as String writes it: pattern, tone, silence,
// device:ID or file:PATH. KindInvalid.
func ParseSource(text string) (Source, error) {
	kind, name, _ := strings.Cut(text, ":")
	s := Source{Kind: kind, Name: name}
	switch kind {
	case "pattern":
		return s, nil
	case "tone", "silence":
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

// Choice is which devices are used and how good the picture is. Zero fields of
// Size become 1920, 1080 and 30.
type Choice struct {
	Camera, Microphone Source
	Size               capture.Wish
	Bitrate            int // of the picture at most, in bit/s; 0: what its size needs
}

// Limits of Choice.Size; width and height are even.
const (
	MinSide   = 64
	MaxWidth  = 3840
	MaxHeight = 2160
	MaxFPS    = 60
)

// complete fills the zero fields of Size and checks what the openers do not.
func (c *Choice) complete() error {
	for _, f := range []struct {
		v    *int
		zero int
	}{{&c.Size.Width, 1920}, {&c.Size.Height, 1080}, {&c.Size.FPS, 30}} {
		if *f.v == 0 {
			*f.v = f.zero
		}
	}
	switch s := c.Size; {
	case s.Width < MinSide || s.Height < MinSide || s.Width > MaxWidth || s.Height > MaxHeight || s.Width%2 != 0 || s.Height%2 != 0:
		return domain.Errorf("size", domain.KindInvalid, "A picture of %d×%d cannot be sent. Choose an even width and height from %d×%d to %d×%d.",
			s.Width, s.Height, MinSide, MinSide, MaxWidth, MaxHeight).Because("desk.size")
	case s.FPS < 1 || s.FPS > MaxFPS:
		return domain.Errorf("fps", domain.KindInvalid, "%d pictures a second cannot be sent. Choose 1 to %d.", s.FPS, MaxFPS).Because("desk.fps", MaxFPS)
	case c.Bitrate != 0 && (c.Bitrate < session.LeastBitrate || c.Bitrate > session.MostBitrate):
		return domain.Errorf("bitrate", domain.KindInvalid, "A picture of %d bit/s cannot be sent. Choose %d to %d.",
			c.Bitrate, session.LeastBitrate, session.MostBitrate).Because("desk.bitrate")
	}
	return nil
}

// video is how the choice is encoded.
func (c Choice) video() encode.VideoConfig {
	v := encode.DefaultVideo(c.Size.Width, c.Size.Height, c.Size.FPS)
	if c.Bitrate > 0 {
		v.Bitrate, v.MinBitrate = c.Bitrate, c.Bitrate/8
	}
	return v
}
