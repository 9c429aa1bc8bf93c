package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// maxRate bounds the pictures a second that a header may ask for.
const maxRate = 240

// clip is an endless sequence of pictures.
type clip interface {
	format() capture.Format
	rate() (num, den int) // pictures a second
	// next returns the next picture with one reference, or nil for one that is
	// damaged or found no buffer. An error ends the clip.
	next(pool *capture.Pool) (*capture.Frame, error)
	close()
}

// Camera is a capture.Camera that plays a file.
type Camera struct {
	clip    clip
	pool    *capture.Pool
	dropped atomic.Uint64
}

var _ capture.Camera = (*Camera)(nil)

// OpenCamera opens a Y4M or AVI file. Errors are of KindNotFound,
// KindPermission, KindFormat (a kind of file that is not played) and KindBroken.
func OpenCamera(path string, pool *capture.Pool) (*Camera, error) {
	s, err := open("file.OpenCamera", path)
	if err != nil {
		return nil, err
	}
	c, err := openClip(s)
	if err != nil {
		s.close()
		return nil, err
	}
	return &Camera{clip: c, pool: pool}, nil
}

// Open returns what a capture.VideoReader calls to open the file anew.
func Open(path string, pool *capture.Pool) func(context.Context) (capture.Camera, error) {
	return func(context.Context) (capture.Camera, error) {
		c, err := OpenCamera(path, pool)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
}

func openClip(s *source) (clip, error) {
	var magic [12]byte
	if _, err := s.r.ReadAt(magic[:], 0); err != nil {
		return nil, s.broken("is too short to be a recording", err)
	}
	switch {
	case string(magic[:9]) == "YUV4MPEG2":
		return openY4M(s)
	case string(magic[:4]) == "RIFF" && string(magic[8:]) == "AVI ":
		return openAVI(s)
	default:
		return nil, s.unknown("is neither Y4M nor AVI; convert it with: ffmpeg -i FILE -pix_fmt yuv420p out.y4m")
	}
}

// Format is what the file holds.
func (c *Camera) Format() capture.Format { return c.clip.format() }

// Dropped counts the pictures that were damaged, late or found no buffer.
func (c *Camera) Dropped() uint64 { return c.dropped.Load() }

// Run plays the file again and again until ctx ends, and closes it.
func (c *Camera) Run(ctx context.Context, sink func(*capture.Frame)) error {
	defer c.clip.close()
	num, den := c.clip.rate()
	beat := capture.NewPacer(num, den, true)
	for {
		at, skipped, err := beat.Next(ctx)
		if err != nil {
			return nil
		}
		c.dropped.Add(uint64(skipped))
		f, err := c.clip.next(c.pool)
		if err != nil {
			return err
		}
		if f == nil {
			c.dropped.Add(1)
			continue
		}
		f.At = at
		sink(f)
		f.Release()
	}
}

// source is an open file whose errors name it.
type source struct {
	op, name string
	r        io.ReaderAt
	size     int64
	file     *os.File // nil in tests
}

func open(op, path string) (*source, error) {
	s := &source{op: op, name: filepath.Base(path)}
	st, err := os.Stat(path)
	if err == nil && !st.Mode().IsRegular() { // opening a pipe would wait for its other end
		return nil, s.unknown("is not an ordinary file; choose a recording")
	}
	if err == nil {
		if s.file, err = os.Open(path); err == nil {
			s.r, s.size = s.file, st.Size()
			return s, nil
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, s.fail(capture.KindNotFound, "was not found; check its path", err)
	case errors.Is(err, fs.ErrPermission):
		return nil, s.fail(capture.KindPermission, "may not be read by you; change its permissions", err)
	default:
		return nil, s.fail(capture.KindBroken, "cannot be opened; check the disk it lies on", err)
	}
}

func (s *source) close() {
	if s.file != nil {
		_ = s.file.Close() // it was only read
	}
}

func (s *source) fail(kind capture.Kind, what string, err error) error {
	return &capture.Error{Op: s.op, Kind: kind, Err: err,
		Message: fmt.Sprintf("The file %q %s.", s.name, what)}
}

func (s *source) broken(what string, err error) error {
	return s.fail(capture.KindBroken, what+"; record or convert it again", err)
}

func (s *source) unknown(what string) error { return s.fail(capture.KindFormat, what, nil) }

// read fills buf from off; false means that the file ends before.
func (s *source) read(buf []byte, off int64) bool {
	n, err := s.r.ReadAt(buf, off)
	return n == len(buf) && (err == nil || errors.Is(err, io.EOF))
}

// checkSize is the limit of every picture.
func (s *source) checkSize(w, h int) error {
	if w < 2 || h < 2 || w > capture.MaxWidth || h > capture.MaxHeight {
		return s.broken(fmt.Sprintf("claims pictures of %dx%d", w, h), nil)
	}
	return nil
}

// checkRate is the limit of every rate.
func (s *source) checkRate(num, den int64) error {
	const most = 1 << 31
	if num <= 0 || den <= 0 || num >= most || den >= most || num > den*maxRate || num*60 < den {
		return s.broken(fmt.Sprintf("claims %d/%d pictures a second", num, den), nil)
	}
	return nil
}
