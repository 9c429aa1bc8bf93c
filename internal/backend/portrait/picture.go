package portrait

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits beside those of the domain.
const (
	maxPixels = 24 << 20  // of a file
	maxMemory = 180 << 20 // bytes, decoded
	maxSide   = 1600      // of what is kept
	quality   = 86
)

// Desk takes pictures, one at a time: decoding one may need some 300 MB; snapshots,
// which somebody waits for, two at a time beside it.
type Desk struct{ busy, stills chan struct{} }

// NewDesk returns a free desk.
func NewDesk() *Desk { return &Desk{busy: make(chan struct{}, 1), stills: make(chan struct{}, 2)} }

// Clean makes a JPEG of a JPEG or PNG file. Pixels is the hash of what it shows.
// KindInvalid, KindTooLarge; KindUnavailable when ctx ends first.
func (d *Desk) Clean(ctx context.Context, raw []byte) (clean []byte, pixels string, err error) {
	const op = "picture"
	if len(raw) > domain.MaxPicture {
		return nil, "", domain.Errorf(op, domain.KindTooLarge, "A picture may have at most %d MB. Send a smaller one.", domain.MaxPicture>>20).Because("picture.large", domain.MaxPicture>>20)
	}
	format, err := check(raw)
	if err != nil {
		return nil, "", err
	}
	select {
	case d.busy <- struct{}{}:
		defer func() { <-d.busy }()
	case <-ctx.Done():
		return nil, "", domain.Wrap(op, domain.KindUnavailable, ctx.Err(), "The server is busy with other pictures. Send yours again in a moment.").Because("picture.busy")
	}
	decode, turn := png.Decode, 1
	if format == "jpeg" {
		decode, turn = jpeg.Decode, orientation(raw)
	}
	from, err := decode(bytes.NewReader(raw))
	if err != nil {
		return nil, "", damaged(err)
	}
	kept := turned(scaled(from, maxSide), turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, kept, &jpeg.Options{Quality: quality}); err != nil {
		return nil, "", domain.Wrap(op, domain.KindInternal, err, "The picture could not be kept. Send another one.").Because("picture.kept")
	}
	sum := sha256.Sum256(kept.Pix)
	return out.Bytes(), hex.EncodeToString(sum[:]), nil
}

// check refuses by the file's first bytes what must not be decoded.
func check(raw []byte) (format string, err error) {
	const op = "picture"
	size, format, err := image.DecodeConfig(bytes.NewReader(raw))
	switch {
	case errors.Is(err, image.ErrFormat) || (err == nil && format != "jpeg" && format != "png"):
		return "", domain.Errorf(op, domain.KindInvalid, "This is neither a JPEG nor a PNG picture. Save it as one of these and send it again.").Because("picture.kind")
	case err != nil:
		return "", damaged(err)
	case size.Width < domain.MinPictureSide || size.Height < domain.MinPictureSide:
		return "", domain.Errorf(op, domain.KindInvalid, "A picture has at least %d×%d pixels; this one has %d×%d. Send a larger one.",
			domain.MinPictureSide, domain.MinPictureSide, size.Width, size.Height).Because("picture.small", domain.MinPictureSide)
	}
	pixels := int64(size.Width) * int64(size.Height)
	if pixels > maxPixels || pixels*bytesEach(size.ColorModel) > maxMemory {
		return "", domain.Errorf(op, domain.KindTooLarge, "This picture has %d×%d pixels, which is too many. Scale it down and send it again.", size.Width, size.Height).Because("picture.huge")
	}
	return format, nil
}

// bytesEach is what a decoded pixel takes at most.
func bytesEach(m color.Model) int64 {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model:
		return 8
	default:
		return 4
	}
}

func damaged(err error) error {
	return domain.Wrap("picture", domain.KindInvalid, err, "This picture is damaged and cannot be read. Send another one.").Because("picture.damaged")
}

// scaled is the picture on white, at most so long. What is twice as long or
// more is averaged first, a few rows at a time: a kernel over the whole picture
// would need hundreds of megabytes.
func scaled(from image.Image, most int) *image.RGBA {
	b := from.Bounds()
	small := averaged(from, max(1, max(b.Dx(), b.Dy())/most))
	w, h := small.Rect.Dx(), small.Rect.Dy()
	long := max(w, h)
	if long <= most {
		return small
	}
	to := image.NewRGBA(image.Rect(0, 0, max(1, w*most/long), max(1, h*most/long)))
	draw.ApproxBiLinear.Scale(to, to.Rect, small, small.Rect, draw.Src, nil)
	return to
}

// averaged makes one pixel of n×n.
func averaged(from image.Image, n int) *image.RGBA {
	b := from.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/n), max(1, b.Dy()/n)))
	rows := image.NewRGBA(image.Rect(0, 0, b.Dx(), min(n, b.Dy())))
	for y := range to.Rect.Dy() {
		draw.Draw(rows, rows.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(rows, rows.Rect, from, image.Pt(b.Min.X, b.Min.Y+y*n), draw.Over)
		line := to.Pix[y*to.Stride:]
		if n == 1 {
			copy(line[:to.Stride], rows.Pix)
			continue
		}
		for x := range to.Rect.Dx() {
			average(line[4*x:4*x+4], rows, x*n, n)
		}
	}
	return to
}

// average is the mean of the n columns from x on.
func average(to []byte, rows *image.RGBA, x, n int) {
	var sum [4]int
	count := 0
	for y := range rows.Rect.Dy() {
		run := rows.Pix[y*rows.Stride+4*x:]
		for i := 0; i < 4*min(n, rows.Rect.Dx()-x); i += 4 {
			for c := range sum {
				sum[c] += int(run[i+c])
			}
			count++
		}
	}
	for c := range sum {
		to[c] = byte((sum[c] + count/2) / count)
	}
}

// turned is the picture as the camera held it, by the EXIF orientation 1 to 8.
func turned(from *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	tw, th := w, h
	if orientation >= 5 {
		tw, th = h, w
	}
	to := image.NewRGBA(image.Rect(0, 0, tw, th))
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(to.Pix[to.PixOffset(tx, ty):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	return to
}
