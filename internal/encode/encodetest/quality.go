package encodetest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode"
)

// Quality is how well an encoder did on a clip.
type Quality struct {
	SSIM    float64       // mean of the luma of all pictures
	Bitrate int           // that it really used, in bit/s
	PerUnit time.Duration // wall time a picture; for x264, of a whole ffmpeg process
	Largest int           // bytes of the largest unit that is no key frame
}

// Ours encodes the first n pictures of the clip through encode.Video and decodes what comes out.
func Ours(ctx context.Context, cfg encode.VideoConfig, clip *Clip, n int) (Quality, error) {
	video, err := encode.NewVideo(cfg)
	if err != nil {
		return Quality{}, err
	}
	dec, err := encode.NewDecoder()
	if err != nil {
		return Quality{}, err
	}
	defer dec.Close()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		q     Quality
		slot  capture.Slot
		total int
		done  int
		frame = clip.Frame(0)
	)
	slot.Put(frame)
	err = video.Run(ctx, &slot, func(u encode.Unit) {
		pic, err := dec.Decode(u.Data)
		if err != nil || pic == nil {
			cancel(fmt.Errorf("encodetest: unit %d does not decode: %v", u.Seq, err))
			return
		}
		q.SSIM += SSIM(frame.Y, frame.YStride, pic.Y, pic.YStride, clip.Width, clip.Height)
		total += len(u.Data)
		if !u.Key {
			q.Largest = max(q.Largest, len(u.Data))
		}
		if done++; done == n {
			cancel(io.EOF)
			return
		}
		frame = clip.Frame(done)
		slot.Put(frame)
	})
	if cause := context.Cause(ctx); cause != io.EOF {
		return q, errors.Join(cause, err)
	}
	q.SSIM /= float64(n)
	q.Bitrate = total * 8 * clip.FPS / n
	q.PerUnit = video.Stats().EncodeTime / time.Duration(n)
	return q, nil
}

// X264 has ffmpeg encode the same pictures with libx264 superfast zerolatency at this rate, one second of buffer, and
// decode them again.
func X264(ctx context.Context, clip *Clip, bitrate, n int) (Quality, error) {
	rate := strconv.Itoa(bitrate)
	began := time.Now()
	coded, err := encodeX264(ctx, clip, n, rate)
	if err != nil {
		return Quality{}, err
	}
	q := Quality{Bitrate: len(coded) * 8 * clip.FPS / n, PerUnit: time.Since(began) / time.Duration(n)}

	decode := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-f", "h264", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")
	decode.Stdin = bytes.NewReader(coded)
	out, err := decode.StdoutPipe()
	if err != nil {
		return q, err
	}
	if err := decode.Start(); err != nil {
		return q, fmt.Errorf("encodetest: ffmpeg did not start, install it for this comparison: %w", err)
	}
	pic := make([]byte, clip.Width*clip.Height*3/2)
	for i := range n {
		if _, err := io.ReadFull(out, pic); err != nil {
			_ = decode.Wait()
			return q, fmt.Errorf("encodetest: ffmpeg decoded %d of %d pictures: %w", i, n, err)
		}
		f := clip.Frame(i)
		q.SSIM += SSIM(f.Y, f.YStride, pic, clip.Width, clip.Width, clip.Height)
	}
	q.SSIM /= float64(n)
	return q, decode.Wait()
}

func encodeX264(ctx context.Context, clip *Clip, n int, rate string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-f", "yuv4mpegpipe", "-i", "-",
		"-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency", "-threads", "1", "-g", "300",
		"-b:v", rate, "-pix_fmt", "yuv420p", "-f", "h264", "-")
	var coded, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &coded, &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("encodetest: ffmpeg did not start, install it for this comparison: %w", err)
	}
	buffered := bufio.NewWriterSize(in, 1<<20)
	err = clip.WriteY4M(buffered, n)
	if err == nil {
		err = buffered.Flush()
	}
	_ = in.Close()
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return nil, fmt.Errorf("encodetest: ffmpeg failed: %w: %s", err, complaint.String())
	}
	return coded.Bytes(), nil
}
