package backend

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"image"
	"image/jpeg"
	"sync"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits of a still as it comes and as it is kept.
const (
	maxStillWidth, maxStillHeight = 1280, 720
	stillQuality                  = 80
)

// remembered is how many stills, of all rooms, a new one is compared with: what
// a room showed some seconds ago may be in a viewer's hands, too.
const remembered = 1024

// stills keeps the newest still of every room that is online, in memory.
type stills struct {
	decoding chan struct{} // at most two pictures are decoded at once

	mu    sync.Mutex
	rooms map[string]still
	past  []shown // a ring of at most remembered ones
	next  int     // the oldest of a full ring
}

// shown is what a room showed once.
type shown struct {
	room   string
	pixels [32]byte
}

type still struct {
	jpeg    []byte   // nil: it cannot be looked at any more, which visitors are told a little later
	version string   // random: two rooms share nothing (domain rule 4)
	pixels  [32]byte // hash of the decoded picture
}

func newStills() *stills {
	return &stills{decoding: make(chan struct{}, 2), rooms: make(map[string]still)}
}

// keep checks and re-encodes a JPEG, which leaves all metadata behind, and
// keeps it as the room's. KindInvalid, KindTooLarge; KindConflict when another
// room shows the same picture or did so a while ago.
func (s *stills) keep(ctx context.Context, room string, raw []byte) error {
	select {
	case s.decoding <- struct{}{}:
		defer func() { <-s.decoding }()
	case <-ctx.Done():
		return domain.Wrap("still", domain.KindUnavailable, ctx.Err(), "The server is busy. The next picture is taken in a few seconds.")
	}
	clean, pixels, err := cleanJPEG(raw)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for other, kept := range s.rooms {
		if other != room && kept.pixels == pixels {
			return errShared()
		}
	}
	for _, old := range s.past {
		if old.room != room && old.pixels == pixels {
			return errShared()
		}
	}
	s.rooms[room] = still{jpeg: clean, version: rand.Text()[:12], pixels: pixels}
	s.remember(shown{room, pixels})
	return nil
}

func errShared() error {
	return domain.Errorf("still", domain.KindConflict, "Another room shows this very picture. Take a new one.")
}

// remember notes what a room shows; the caller holds mu.
func (s *stills) remember(what shown) {
	if len(s.past) < remembered {
		s.past = append(s.past, what)
		return
	}
	s.past[s.next] = what
	s.next = (s.next + 1) % remembered
}

// of returns the room's still; ok is false when there is none.
func (s *stills) of(room string) (st still, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok = s.rooms[room]
	return st, ok
}

func (s *stills) drop(room string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rooms, room)
}

// blank forgets what a still shows, and leaves the note that there is one.
func (s *stills) blank(room string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.rooms[room]; ok {
		st.jpeg = nil
		s.rooms[room] = st
	}
}

func cleanJPEG(raw []byte) (clean []byte, pixels [32]byte, err error) {
	if len(raw) > domain.MaxThumbnail {
		return nil, pixels, domain.Errorf("still", domain.KindTooLarge, "A room's still may have at most %d KiB. Send a smaller picture.", domain.MaxThumbnail>>10)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, pixels, notJPEG(err)
	}
	if size.Width > maxStillWidth || size.Height > maxStillHeight || size.Width < 16 || size.Height < 16 {
		return nil, pixels, domain.Errorf("still", domain.KindInvalid, "A room's still has at most %d×%d pixels; this one has %d×%d. Scale it down.",
			maxStillWidth, maxStillHeight, size.Width, size.Height)
	}
	picture, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, pixels, notJPEG(err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: stillQuality}); err != nil {
		return nil, pixels, domain.Wrap("still", domain.KindInternal, err, "The picture could not be kept. Send another one.")
	}
	if out.Len() > domain.MaxThumbnail {
		return nil, pixels, domain.Errorf("still", domain.KindTooLarge, "This picture has too much detail for a still. Send a smaller one.")
	}
	return out.Bytes(), hashPixels(picture, out.Bytes()), nil
}

// hashPixels hashes the picture rather than the file, so that a comment in the
// file does not make two equal pictures differ.
func hashPixels(picture image.Image, encoded []byte) [32]byte {
	if p, ok := picture.(*image.YCbCr); ok {
		return sha256.Sum256(p.Y)
	}
	return sha256.Sum256(encoded)
}

func notJPEG(err error) error {
	return domain.Wrap("still", domain.KindInvalid, err, "This is not a whole JPEG picture. Send a JPEG.")
}
