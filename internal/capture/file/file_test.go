package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write puts data into a new file and returns its path.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// y4mFile is n pictures; in each, luma is its number plus the column.
func y4mFile(w, h, n int, params string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "YUV4MPEG2 W%d H%d %s\n", w, h, params)
	for i := range n {
		b.WriteString("FRAME\n")
		for range h {
			for x := range w {
				b.WriteByte(byte(20 + i + x))
			}
		}
		b.Write(bytes.Repeat([]byte{byte(100 + i)}, (w+1)/2*((h+1)/2)))
		b.Write(bytes.Repeat([]byte{byte(150 + i)}, (w+1)/2*((h+1)/2)))
	}
	return b.Bytes()
}

// chunk is one RIFF chunk with its padding.
func chunk(id string, body ...[]byte) []byte {
	all := bytes.Join(body, nil)
	out := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(all)))
	return append(append(out, all...), make([]byte, len(all)&1)...)
}

func list(kind string, body ...[]byte) []byte {
	return chunk("LIST", append([][]byte{[]byte(kind)}, body...)...)
}

// aviFile has a sound stream first, so that the pictures are stream 1.
func aviFile(w, h int, pictures ...[]byte) []byte {
	strh := make([]byte, 56)
	copy(strh, "vidsMJPG")
	binary.LittleEndian.PutUint32(strh[20:], 1001)
	binary.LittleEndian.PutUint32(strh[24:], 30000)
	strf := make([]byte, 40)
	binary.LittleEndian.PutUint32(strf[4:], uint32(w))
	binary.LittleEndian.PutUint32(strf[8:], uint32(h))
	sound := make([]byte, 56)
	copy(sound, "auds")
	movi := [][]byte{chunk("00wb", make([]byte, 33))}
	for _, p := range pictures {
		movi = append(movi, chunk("01dc", p))
	}
	return chunk("RIFF", []byte("AVI "), list("hdrl", chunk("avih", make([]byte, 56)),
		list("strl", chunk("strh", sound), chunk("strf", make([]byte, 18))),
		list("strl", chunk("strh", strh), chunk("strf", strf))),
		list("movi", movi...))
}

func wavFile(kind, channels, rate, bits int, data []byte) []byte {
	f := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	f = binary.LittleEndian.AppendUint16(f, uint16(channels))
	f = binary.LittleEndian.AppendUint32(f, uint32(rate))
	f = binary.LittleEndian.AppendUint32(f, uint32(rate*channels*bits/8))
	f = binary.LittleEndian.AppendUint16(f, uint16(channels*bits/8))
	f = binary.LittleEndian.AppendUint16(f, uint16(bits))
	return chunk("RIFF", []byte("WAVE"), chunk("fmt ", f), chunk("LIST", []byte("odd")), chunk("data", data))
}

func jpegPicture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../mjpeg/testdata/" + name + ".jpg")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestY4M_playsInALoopOnTheClock(t *testing.T) {
	for _, size := range [][2]int{{64, 4}, {50, 6}, {33, 5}} { // straight into the planes, and by rows
		for _, kind := range []string{"F25:1 Ip A1:1 C420jpeg", "F25:1 C420mpeg2 XYSCSS=420", "F25:1"} {
			path := write(t, "clip.y4m", y4mFile(size[0], size[1], 3, kind))
			synctest.Test(t, func(t *testing.T) {
				cam, err := OpenCamera(path, capture.NewPool(1))
				if err != nil {
					t.Fatal(err)
				}
				if f := cam.Format(); f.Width != size[0] || f.Height != size[1] || f.FPS != 25 || f.Pixel != capture.PixelI420 {
					t.Errorf("%v", f)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second+time.Millisecond)
				defer cancel()
				n := 0
				if err := cam.Run(ctx, func(f *capture.Frame) {
					i := byte(n % 3)
					last := f.Y[(size[1]-1)*f.YStride+size[0]-1]
					cr := f.Cr[((size[1]+1)/2-1)*f.CStride+(size[0]+1)/2-1]
					if f.Y[0] != 20+i || last != 20+i+byte(size[0]-1) || f.Cb[0] != 100+i || cr != 150+i || time.Since(f.At) != 0 {
						t.Fatalf("picture %d: %d %d %d %d", n, f.Y[0], last, f.Cb[0], cr)
					}
					n++
				}); err != nil {
					t.Fatal(err)
				}
				if n != 25 || cam.Dropped() != 0 {
					t.Errorf("%d pictures in a second, %d dropped", n, cam.Dropped())
				}
			})
		}
	}
}

func TestY4M_fullRangeBecomesLimited(t *testing.T) {
	data := y4mFile(2, 2, 1, "F25:1 XCOLORRANGE=FULL")
	copy(data[len(data)-6:], []byte{0, 255, 128, 255, 0, 128})
	cam, err := OpenCamera(write(t, "full.y4m", data), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer cam.clip.close()
	f, err := cam.clip.next(nil)
	if err != nil || f.Y[0] != 16 || f.Y[1] != 235 || f.Y[f.YStride] != 126 || f.Cb[0] != 16 || f.Cr[0] != 128 {
		t.Errorf("%v %v %v %v", f.Y[:2], f.Cb[0], f.Cr[0], err)
	}
}

func TestAVI_playsEveryPicture(t *testing.T) {
	whole, small := jpegPicture(t, "422"), jpegPicture(t, "422-restart")
	damaged := bytes.Clone(whole[:len(whole)/2])
	path := write(t, "clip.avi", aviFile(96, 64, whole, nil, damaged, small))
	synctest.Test(t, func(t *testing.T) {
		pool := capture.NewPool(1)
		cam, err := OpenCamera(path, pool)
		if err != nil {
			t.Fatal(err)
		}
		if f := cam.Format(); f.Width != 96 || f.Height != 64 || math.Abs(f.FPS-29.97) > 0.001 || f.Pixel != capture.PixelMJPEG {
			t.Errorf("%v", f)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		n := uint64(0)
		if err := cam.Run(ctx, func(*capture.Frame) { n++ }); err != nil {
			t.Fatal(err)
		}
		if all := n + cam.Dropped(); all < 298 || all > 300 || cam.Dropped() < 74 || cam.Dropped() > 75 {
			t.Errorf("%d pictures, %d dropped in ten seconds; one in four is damaged", n, cam.Dropped())
		}
		if out, _, misused := pool.Stats(); out != 0 || misused != 0 {
			t.Errorf("%d out, %d misused", out, misused)
		}
	})
}

func TestAVI_onlyDamagedPicturesEndWithASentence(t *testing.T) {
	path := write(t, "bad.avi", aviFile(96, 64, []byte("no picture"), []byte("nor this")))
	synctest.Test(t, func(t *testing.T) {
		cam, err := OpenCamera(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = cam.Run(t.Context(), func(*capture.Frame) { t.Error("a picture out of nothing") })
		if capture.KindOf(err) != capture.KindBroken || !strings.Contains(err.Error(), "damaged") {
			t.Error(err)
		}
	})
}

func TestWAV_playsAndResamplesWithoutASeam(t *testing.T) {
	sine := func(rate, channels int, put func(buf []byte, v float64) []byte) []byte {
		var b []byte
		for i := range rate { // one second of 700 Hz: the loop has no seam
			v := math.Sin(2 * math.Pi * 700 * float64(i) / float64(rate))
			for range channels {
				b = put(b, v)
			}
		}
		return b
	}
	pcm16 := func(b []byte, v float64) []byte {
		return binary.LittleEndian.AppendUint16(b, uint16(int16(v*16000)))
	}
	float := func(b []byte, v float64) []byte {
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v/2)))
	}
	for name, data := range map[string][]byte{
		"pcm 48000 mono":   wavFile(wavePCM, 1, 48000, 16, sine(48000, 1, pcm16)),
		"pcm 44100 stereo": wavFile(wavePCM, 2, 44100, 16, sine(44100, 2, pcm16)),
		"pcm 16000 mono":   wavFile(wavePCM, 1, 16000, 16, sine(16000, 1, pcm16)),
		"float 96000":      wavFile(waveFloat, 2, 96000, 32, sine(96000, 2, float)),
		"from a pipe":      bytes.Replace(wavFile(wavePCM, 1, 48000, 16, sine(48000, 1, pcm16)), []byte("data\x00\x77\x01\x00"), []byte("data\xff\xff\xff\xff"), 1),
	} {
		path := write(t, "sound.wav", data)
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mic, err := OpenMicrophone(path)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				n, step, last := 0, 0, 0
				if err := mic.Run(ctx, func(s capture.Samples) {
					if sec, ok := synthetic.ReadTone(s.PCM, s.Channels, capture.SampleRate); !ok || sec != 2 {
						t.Fatalf("chunk %d: heard %d, %v", n, sec, ok)
					}
					for i := 0; i < len(s.PCM); i += s.Channels {
						if n > 0 || i > 0 {
							step = max(step, max(int(s.PCM[i])-last, last-int(s.PCM[i])))
						}
						last = int(s.PCM[i])
					}
					n++
				}); err != nil {
					t.Fatal(err)
				}
				if n < 149 || n > 150 || step > 1600 {
					t.Errorf("%d chunks, largest step %d", n, step)
				}
			})
		})
	}
}

func TestOpen_saysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	good := jpegPicture(t, "422")
	for _, c := range []struct {
		name string
		data []byte
		kind capture.Kind
		says string
	}{
		{"empty.y4m", nil, capture.KindBroken, "too short"},
		{"text.txt", []byte("this is no recording at all"), capture.KindFormat, "ffmpeg"},
		{"line.y4m", append([]byte("YUV4MPEG2 "), bytes.Repeat([]byte("x"), 5000)...), capture.KindBroken, "header"},
		{"size.y4m", []byte("YUV4MPEG2 W99999 H99999 F25:1\nFRAME\n"), capture.KindBroken, "99999x99999"},
		{"negative.y4m", []byte("YUV4MPEG2 W-4 H4 F25:1\nFRAME\n"), capture.KindBroken, "-4x4"},
		{"number.y4m", []byte("YUV4MPEG2 Wabc H4 F25:1\nFRAME\n"), capture.KindBroken, "Wabc"},
		{"rate.y4m", []byte("YUV4MPEG2 W4 H4 F100000:1\nFRAME\n"), capture.KindBroken, "100000/1"},
		{"zero.y4m", []byte("YUV4MPEG2 W4 H4 F25:0\nFRAME\n"), capture.KindBroken, "25/0"},
		{"kind.y4m", []byte("YUV4MPEG2 W4 H4 F25:1 C444p10\nFRAME\n"), capture.KindFormat, "ffmpeg"},
		{"interlaced.y4m", []byte("YUV4MPEG2 W4 H4 F25:1 It\nFRAME\n"), capture.KindFormat, "interlaced"},
		{"nothing.y4m", []byte("YUV4MPEG2 W4 H4 F25:1\n"), capture.KindBroken, "header line"},
		{"cut.y4m", y4mFile(8, 8, 3, "F25:1")[:200], capture.KindBroken, "middle of a picture"},
		{"shifted.y4m", append(y4mFile(8, 8, 2, "F25:1"), "FRANZ\n123"...), capture.KindBroken, "no picture at byte"},
		{"cut.avi", aviFile(96, 64, good, good)[:3000], capture.KindBroken, "middle of a picture"},
		{"header.avi", aviFile(96, 64, good)[:100], capture.KindFormat, "no Motion JPEG"},
		{"none.avi", aviFile(96, 64), capture.KindBroken, "no picture"},
		{"size.avi", aviFile(100000, 64, good), capture.KindBroken, "100000x64"},
		{"codec.avi", bytes.Replace(aviFile(96, 64, good), []byte("MJPG"), []byte("H264"), 1), capture.KindFormat, "ffmpeg"},
		{"rate.avi", bytes.Replace(aviFile(96, 64, good), []byte{0xe9, 3, 0, 0}, []byte{0, 0, 0, 0}, 1), capture.KindBroken, "30000/0"},
		{"deep.avi", chunk("RIFF", []byte("AVI "), bytes.Repeat([]byte("LIST\xff\xff\xff\x00movi"), 10)), capture.KindBroken, "without an end"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		cam, err := OpenCamera(path, nil)
		check(t, c.name, cam != nil, err, c.kind, c.says)
	}
	for _, c := range []struct {
		name string
		data []byte
		kind capture.Kind
		says string
	}{
		{"empty.wav", nil, capture.KindFormat, "no WAV"},
		{"none.wav", wavFile(wavePCM, 1, 48000, 16, nil), capture.KindBroken, "no sound"},
		{"cut.wav", wavFile(wavePCM, 1, 48000, 16, make([]byte, 8))[:20], capture.KindBroken, "short format"},
		{"bits.wav", wavFile(wavePCM, 1, 48000, 12, make([]byte, 8)), capture.KindFormat, "12 bits"},
		{"channels.wav", wavFile(wavePCM, 6, 48000, 16, make([]byte, 24)), capture.KindFormat, "6 channels"},
		{"rate.wav", wavFile(wavePCM, 1, 1, 16, make([]byte, 8)), capture.KindFormat, "1 Hz"},
		{"order.wav", chunk("RIFF", []byte("WAVE"), chunk("data", make([]byte, 8))), capture.KindBroken, "no format"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		mic, err := OpenMicrophone(path)
		check(t, c.name, mic != nil, err, c.kind, c.says)
	}
	_, err := OpenCamera(filepath.Join(dir, "missing.y4m"), nil)
	check(t, "missing.y4m", false, err, capture.KindNotFound, "not found")
	_, err = Open(dir, nil)(t.Context())
	check(t, filepath.Base(dir), false, err, capture.KindFormat, "ordinary file")
	_, err = OpenSound(filepath.Join(dir, "missing.wav"))(t.Context())
	check(t, "missing.wav", false, err, capture.KindNotFound, "not found")
}

func check(t *testing.T, name string, opened bool, err error, kind capture.Kind, says string) {
	t.Helper()
	if opened || capture.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), says) || !strings.Contains(fmt.Sprint(err), name) {
		t.Errorf("%s: %v (%s), want %s and %q", name, err, capture.KindOf(err), kind, says)
	}
}

// TestFFmpeg_filesArePlayed uses what another program writes.
func TestFFmpeg_filesArePlayed(t *testing.T) {
	dir := t.TempDir()
	for name, args := range map[string]string{
		"a.y4m": "-f lavfi -i testsrc2=s=322x182:r=50:d=0.2 -pix_fmt yuv420p",
		"a.avi": "-f lavfi -i sine=d=0.2 -f lavfi -i testsrc2=s=320x240:r=30000/1001:d=0.2 -c:v mjpeg -pix_fmt yuvj422p",
		"a.wav": "-f lavfi -i sine=f=900:d=1 -ar 44100",
	} {
		cmd := exec.Command("ffmpeg", append(append([]string{"-v", "error"}, strings.Fields(args)...), filepath.Join(dir, name))...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	for name, want := range map[string]string{
		"a.y4m": "322x182 I420 at 50 fps", "a.avi": "320x240 MJPEG at 29.97 fps"} {
		pool := capture.NewPool(1)
		cam, err := OpenCamera(filepath.Join(dir, name), pool)
		if err != nil {
			t.Fatal(err)
		}
		if got := cam.Format().String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
		for range 30 {
			f, err := cam.clip.next(pool)
			if err != nil || f == nil {
				t.Fatal(name, f, err)
			}
			f.Release()
		}
		cam.clip.close()
	}
	mic, err := OpenMicrophone(filepath.Join(dir, "a.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer mic.wav.close()
	for range 120 {
		if err := mic.wav.play(mic.pcm); err != nil {
			t.Fatal(err)
		}
	}
	if sec, ok := synthetic.ReadTone(mic.pcm, 1, capture.SampleRate); !ok || sec != 4 {
		t.Errorf("heard %d, %v", sec, ok)
	}
}

func TestSteadyState_allocatesNothing(t *testing.T) {
	pool := capture.NewPool(1)
	for _, path := range []string{
		write(t, "a.y4m", y4mFile(64, 32, 3, "F25:1")),
		write(t, "b.y4m", y4mFile(50, 32, 3, "F25:1")),
		write(t, "c.avi", aviFile(96, 64, jpegPicture(t, "422"), jpegPicture(t, "422-restart"))),
	} {
		cam, err := OpenCamera(path, pool)
		if err != nil {
			t.Fatal(err)
		}
		read := func() {
			f, err := cam.clip.next(pool)
			if err != nil {
				t.Fatal(err)
			}
			f.Release()
		}
		read()
		// Go's own JPEG decoder, in builds without libjpeg-turbo, does allocate.
		if n := testing.AllocsPerRun(20, read); n > 0 && filepath.Ext(path) != ".avi" {
			t.Errorf("%s: %v allocations a picture", path, n)
		}
		cam.clip.close()
	}
	mic, err := OpenMicrophone(write(t, "a.wav", wavFile(wavePCM, 1, 44100, 16, make([]byte, 9000))))
	if err != nil {
		t.Fatal(err)
	}
	defer mic.wav.close()
	if n := testing.AllocsPerRun(20, func() { _ = mic.wav.play(mic.pcm) }); n > 0 {
		t.Errorf("%v allocations a chunk", n)
	}
}

func BenchmarkY4M_1080p(b *testing.B) {
	cam, err := OpenCamera(write(b, "a.y4m", y4mFile(1920, 1080, 5, "F30:1")), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer cam.clip.close()
	pool := capture.NewPool(1)
	b.ReportAllocs()
	for b.Loop() {
		f, err := cam.clip.next(pool)
		if err != nil {
			b.Fatal(err)
		}
		f.Release()
	}
}
