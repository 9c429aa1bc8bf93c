package desk

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/playback"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// caller is the payer's camera and microphone.
type caller struct {
	peer   *uplink.Peer
	remote *whip.Session
	stop   context.CancelFunc
	work   sync.WaitGroup
}

// call sends the readable picture and the readable tone back to the performer.
func call(t *testing.T, url, token string) *caller {
	t.Helper()
	transport := client.NewTransport(nil)
	p, err := uplink.New(uplink.Config{Endpoint: url, MinBitrate: 200_000, Bitrate: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{peer: p}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	c.stop = sync.OnceFunc(func() {
		stop()
		_ = c.peer.Close()
		c.work.Wait()
		transport.CloseIdleConnections()
	})
	t.Cleanup(c.stop)
	offer, err := p.Offer(ctx)
	if err == nil {
		c.remote, err = (&whip.Client{Endpoint: url, Token: token, Transport: transport}).Publish(ctx, offer)
	}
	if err == nil {
		err = p.Accept(c.remote.Answer)
	}
	if err == nil {
		err = p.Connected(ctx, soon)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.send(t, ctx)
	return c
}

// send films and talks until ctx ends.
func (c *caller) send(t *testing.T, ctx context.Context) {
	video, err := encode.NewVideo(encode.DefaultVideo(320, 180, 30))
	if err != nil {
		t.Fatal(err)
	}
	audio, err := encode.NewAudio(encode.AudioConfig{Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	camera, err := synthetic.NewCamera(synthetic.CameraConfig{Size: capture.Wish{Width: 320, Height: 180, FPS: 30}})
	if err != nil {
		t.Fatal(err)
	}
	var one sync.Mutex // Send is for one goroutine
	send := func(u encode.Unit) {
		one.Lock()
		defer one.Unlock()
		_ = c.peer.Send(u, func(int) error { return nil }) // a connection that ended sends nothing
	}
	slot := &capture.Slot{}
	c.work.Go(func() { _ = camera.Run(ctx, func(f *capture.Frame) { slot.Put(f.Retain()) }) })
	c.work.Go(func() { _ = video.Run(ctx, slot, send) })
	c.work.Go(func() { c.peer.Listen(ctx, video.RequestKeyFrame) })
	microphone, err := synthetic.OpenMicrophone(synthetic.MicrophoneConfig{})(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c.work.Go(func() {
		defer audio.Close()
		_ = microphone.Run(ctx, func(s capture.Samples) {
			if u, err := audio.Encode(s); err == nil {
				send(u)
			}
		})
	})
}

// parlour keeps the newest second that was played.
type parlour struct {
	mu  sync.Mutex
	pcm []int16
}

func (p *parlour) hear(pcm []int16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pcm = append(p.pcm, pcm...)
	p.pcm = p.pcm[max(0, len(p.pcm)-capture.SampleRate):]
}

// tone tells whether the newest 100 ms are one of the readable ones, and how loud.
func (p *parlour) tone() (level float64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pcm := p.pcm[max(0, len(p.pcm)-capture.SampleRate/10):]
	_, ok = synthetic.ReadTone(pcm, 1, capture.SampleRate)
	return capture.LevelDB(pcm), ok
}

// saw reads the stamp of the newest picture of the member.
func (s *scene) saw(after uint64) uint64 {
	s.t.Helper()
	var stamp uint64
	testkit.Until(s.t, soon, "the member's picture", func() bool {
		f := s.desk.Guest().TryTake()
		if f == nil {
			return false
		}
		defer f.Release()
		var ok bool
		if stamp, ok = synthetic.ReadStrip(f.Y, f.YStride, f.Width, f.Height); !ok {
			s.t.Error("a picture of the member cannot be read")
		}
		return ok && stamp > after
	})
	return stamp
}

// The payer of a show is seen and heard while he has it switched on, and costs nothing
// before and after it.
func TestGuest_isSeenAndHeard(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	ears := &parlour{}
	s.desk.voice.Change(playback.Nowhere(ears.hear))
	s.desk.SetMuted(true) // her own tone would lower his voice all the time
	her := h.entry(t, 0)
	s.desk.Add(her)
	s.desk.GoOnline()
	s.states(session.Live)
	room := h.Performers[0].Name
	profile, err := her.Service.(*client.Client).Profile(t.Context(), room)
	if err != nil {
		t.Fatal(err)
	}
	profile.Prices.Cam2cam, profile.Prices.Audio = 1000, 500
	if _, err := her.Service.(*client.Client).SetProfile(t.Context(), room, profile.ProfileEdit); err != nil {
		t.Fatal(err)
	}
	mike, id := ask(t, h, her.Service, 0)
	s.desk.BeginPrivate(her.Email, id)
	untilShow(t, mike, id, domain.ShowStarting)
	if g := s.desk.Status().Guest; g.Show != "" || s.desk.visitors == nil {
		t.Errorf("nothing is switched on, and the guest is %+v", g)
	}
	extras := func(cam2cam, audio bool) {
		t.Helper()
		if _, err := mike.SetExtras(t.Context(), id, cam2cam, audio); err != nil {
			t.Fatal(err)
		}
	}
	extras(true, true)
	s.until("the way back", func(now Status) bool { return now.Guest.Show == id && now.Guest.Way.Flowing })
	if g := s.desk.Status().Guest; g.Way.Video.Pictures != 0 || g.Email != her.Email || !g.Cam2cam || !g.Audio || g.Volume != 100 {
		t.Errorf("before he sends: %+v", g)
	}
	him := call(t, h.URL()+"/whip/shows/"+id, mike.Token())
	began := s.saw(0)
	if age := synthetic.Stamp(time.Now()) - began; age > 10_000 {
		t.Errorf("his first picture is %d ms old", age)
	}
	now := s.until("his voice", func(now Status) bool { _, ok := ears.tone(); return ok && now.Guest.Voice.Played > time.Second })
	if g := now.Guest; g.Voice.Level < -30 || g.Voice.Lost || g.Way.Video.Width != 320 || g.Way.Video.Height != 180 || g.Way.Audio.Heard < time.Second {
		t.Errorf("%+v", g)
	}

	s.desk.SetVoice(50, true)
	s.until("silence", func(now Status) bool { level, _ := ears.tone(); return level == capture.SilenceDB && now.Guest.Muted })
	s.desk.SetVoice(50, false)
	s.until("his voice at half the volume", func(Status) bool { level, ok := ears.tone(); return ok && level < -20 && level > -40 })

	s.guestIsCovered(t, ears)

	extras(false, true) // he switches his camera off
	s.until("the end of his picture", func(now Status) bool { return !now.Guest.Cam2cam && now.Guest.Audio })
	last := s.desk.Status().Guest.Way.Video.Pictures
	testkit.Until(t, soon, "a second more of his voice", func() bool {
		g := s.desk.Status().Guest
		return g.Way.Audio.Heard > now.Guest.Way.Audio.Heard+time.Second
	})
	if g := s.desk.Status().Guest; g.Way.Video.Pictures > last+2 || s.desk.Guest().TryTake() != nil {
		t.Errorf("his camera is off, and %d pictures came since", g.Way.Video.Pictures-last)
	}
	extras(true, true)
	s.saw(synthetic.Stamp(time.Now()))

	him.stop() // his browser is reloaded
	again := call(t, h.URL()+"/whip/shows/"+id, mike.Token())
	s.saw(synthetic.Stamp(time.Now()))

	if _, err := mike.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	s.until("the end of the visit", func(now Status) bool { return now.Guest.Show == "" && now.Guest.Voice == (playback.State{}) })
	again.stop()
	testkit.Until(t, soon, "nobody to be left", func() bool { out, _, misused := s.desk.visitors.Stats(); return out == 0 && misused == 0 })
}
