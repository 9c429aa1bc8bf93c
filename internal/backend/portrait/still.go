package portrait

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Of a snapshot: the longer side of the small picture, and the quality of both where
// they are made here.
const (
	smallSide    = 320
	smallQuality = 82
	stillQuality = 94
	minStill     = 16 // pixels a side
)

// Still checks a snapshot, a JPEG from a camera, and makes its small picture. The
// file itself is kept unless it has metadata. KindInvalid, KindTooLarge;
// KindUnavailable when ctx ends first.
func (d *Desk) Still(ctx context.Context, raw []byte) (domain.StillPicture, error) {
	const op = "snapshot"
	if len(raw) > domain.MaxStill {
		return domain.StillPicture{}, domain.Errorf(op, domain.KindTooLarge, "A snapshot may have at most %d MB.", domain.MaxStill>>20).Because("picture.large", domain.MaxStill>>20)
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(raw))
	switch {
	case errors.Is(err, image.ErrFormat) || err == nil && format != "jpeg":
		return domain.StillPicture{}, domain.Errorf(op, domain.KindInvalid, "A snapshot is a JPEG picture. Send one.")
	case err != nil:
		return domain.StillPicture{}, damaged(err)
	case size.Width < minStill || size.Height < minStill || int64(size.Width)*int64(size.Height) > maxPixels:
		return domain.StillPicture{}, domain.Errorf(op, domain.KindInvalid, "A snapshot of %d×%d pixels cannot be taken.", size.Width, size.Height)
	}
	select {
	case d.stills <- struct{}{}:
		defer func() { <-d.stills }()
	case <-ctx.Done():
		return domain.StillPicture{}, domain.Wrap(op, domain.KindUnavailable, ctx.Err(), "The server is busy with other pictures. Try again in a moment.").Because("picture.busy")
	}
	from, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		return domain.StillPicture{}, damaged(err)
	}
	p := domain.StillPicture{JPEG: raw, Width: size.Width, Height: size.Height}
	if hasMetadata(raw) {
		if p.JPEG, err = pressed(from, stillQuality); err != nil {
			return p, err
		}
	}
	p.Small, err = pressed(scaled(from, smallSide), smallQuality)
	return p, err
}

func pressed(m image.Image, quality int) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
		return nil, domain.Wrap("picture", domain.KindInternal, err, "The picture could not be kept. Send another one.")
	}
	return out.Bytes(), nil
}

// hasMetadata tells whether a JPEG has a comment or an application's segment other
// than JFIF's own, or anything behind its end.
func hasMetadata(raw []byte) bool {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff; {
		marker, length := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		switch {
		case marker == 0xfe, marker > 0xe0 && marker <= 0xef, marker == 0xe0 && length > 16:
			return true
		case marker == 0xda:
			return !bytes.HasSuffix(raw, []byte{0xff, 0xd9}) || bytes.Count(raw[at:], []byte{0xff, 0xd9}) > 1
		}
		at += 2 + length
	}
	return true
}
