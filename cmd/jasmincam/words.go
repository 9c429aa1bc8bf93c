package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session/desk"
)

// bitrate is bit/s, written like 4M, 2500k or 2500000.
type bitrate int

// UnmarshalText reads a bitrate between 100 kbit/s and 50 Mbit/s.
func (b *bitrate) UnmarshalText(text []byte) error {
	word, unit := strings.ToLower(strings.TrimSpace(string(text))), 1.0
	switch {
	case strings.HasSuffix(word, "m"):
		word, unit = strings.TrimSuffix(word, "m"), 1e6
	case strings.HasSuffix(word, "k"):
		word, unit = strings.TrimSuffix(word, "k"), 1e3
	}
	n, err := strconv.ParseFloat(word, 64)
	rate := n * unit
	if err != nil || !(rate >= 100_000 && rate <= 50_000_000) {
		return fmt.Errorf("%q is not a bitrate from 100k to 50M; write it like 4M or 2500k", text)
	}
	*b = bitrate(rate)
	return nil
}

// span is how long to stay online, written like 60s or 2h.
type span time.Duration

// Decode reads a time that is longer than nothing. It is called by the parser.
func (s *span) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a time to stay online; write it like 60s or 2h", text)
	}
	*s = span(d)
	return nil
}

// size is a picture's size, written like 1920x1080.
type size struct{ width, height int }

// UnmarshalText reads an even size that can be encoded.
func (s *size) UnmarshalText(text []byte) error {
	w, h, ok := strings.Cut(strings.ToLower(string(text)), "x")
	width, err1 := strconv.Atoi(w)
	height, err2 := strconv.Atoi(h)
	if !ok || err1 != nil || err2 != nil || width < 64 || height < 64 || width > 3840 || height > 2160 || width%2 != 0 || height%2 != 0 {
		return fmt.Errorf("%q is not a picture size; write an even width and height from 64x64 to 3840x2160, like 1920x1080", text)
	}
	*s = size{width, height}
	return nil
}

// source is where pictures or sound come from, written kind or kind:name.
type source struct{ desk.Source }

// UnmarshalText splits the word; which kinds there are is checked where it is
// opened.
func (s *source) UnmarshalText(text []byte) error {
	if s.Kind, s.Name, _ = strings.Cut(string(text), ":"); s.Kind == "" {
		return fmt.Errorf("%q names no source of pictures or sound; see --help", text)
	}
	return nil
}

// speaker is the id of a loudspeaker, "" for the system's, or silent.
type speaker string

// UnmarshalText reads system, none or device:ID.
func (s *speaker) UnmarshalText(text []byte) error {
	id, isDevice := strings.CutPrefix(string(text), "device:")
	switch {
	case isDevice && id != "":
		*s = speaker(id)
	case string(text) == silent:
		*s = silent
	case string(text) != "system":
		return fmt.Errorf("%q is no loudspeaker; write system, none or device:ID, which `jasmincam devices` lists", text)
	}
	return nil
}

// account is a performer to put online, written EMAIL or EMAIL=BACKEND_URL.
type account struct{ email, backend string }

// UnmarshalText splits the word.
func (a *account) UnmarshalText(text []byte) error {
	a.email, a.backend, _ = strings.Cut(strings.TrimSpace(string(text)), "=")
	if !strings.Contains(a.email, "@") {
		return fmt.Errorf("%q is not an account; write its e-mail address, and =URL behind it when it lives on another backend", text)
	}
	return nil
}

func (s size) wish(fps int) capture.Wish {
	return capture.Wish{Width: s.width, Height: s.height, FPS: fps}
}
