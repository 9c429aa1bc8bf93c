package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/whip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon is how long a test waits for what must happen.
const soon = 20 * time.Second

// stage is a backend made of a real WHIP server with a pion peer behind it and
// a scripted API.
type stage struct {
	t      *testing.T
	server *httptest.Server

	mu       sync.Mutex
	uploads  []*upload
	rooms    map[string]domain.RoomState
	puts     []string // "name true"
	stills   map[string][][]byte
	ready    []string // shows that were said to be ready for
	sold     []delivery
	unready  error
	open     []domain.Show
	pauses   []string // "name true"
	begins   [][]string
	refuse   map[string]error             // by token, at Begin and Me
	refuseTo error                        // at WHIP
	taken    string                       // the room that another program's upload feeds from the loss of ours on
	endsWith error                        // what DELETE of an upload answers
	feeds    map[string]chan domain.Event // by room, "" + email for own
}

// delivery is a snapshot as the backend gets it.
type delivery struct {
	room, id string
	jpeg     []byte
}

// upload is one WHIP session as the backend sees it.
type upload struct {
	stage  *stage
	id     string
	pc     *webrtc.PeerConnection
	units  chan unitSeen
	sounds chan *rtp.Packet
	report chan *rtcp.SenderReport
	ssrc   chan webrtc.SSRC
	ended  chan struct{}
	once   sync.Once
}

// unitSeen is one picture as it arrived.
type unitSeen struct {
	data      []byte
	timestamp uint32
	key       bool
	first     uint16
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, rooms: map[string]domain.RoomState{}, stills: map[string][][]byte{}, refuse: map[string]error{}, feeds: map[string]chan domain.Event{}}
	mux := http.NewServeMux()
	wire := whip.NewServer("/whip", s)
	mux.Handle("/whip", wire)
	mux.Handle("/whip/", wire)
	s.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.server.CloseClientConnections()
		s.server.Close()
		s.mu.Lock()
		all := s.uploads
		s.mu.Unlock()
		for _, u := range all {
			u.end()
		}
	})
	return s
}

// Offer implements whip.Peer.
func (s *stage) Offer(_ context.Context, o whip.Offer) (whip.Answer, error) {
	s.mu.Lock()
	refusal := s.refuseTo
	s.mu.Unlock()
	if refusal != nil {
		return whip.Answer{}, refusal
	}
	u, err := s.answer(o.SDP)
	if err != nil {
		return whip.Answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u.id = fmt.Sprintf("session-%d", len(s.uploads))
	s.uploads = append(s.uploads, u)
	return whip.Answer{Session: u.id, ETag: u.id + "-0", SDP: u.pc.LocalDescription().SDP}, nil
}

func (s *stage) find(id string) *upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.uploads {
		if u.id == id {
			return u
		}
	}
	return nil
}

// Patch implements whip.Peer: this backend restarts nothing.
func (s *stage) Patch(context.Context, whip.Patch) (whip.Patched, error) {
	return whip.Patched{}, whip.NoSession()
}

// answer builds the receiving peer.
func (s *stage) answer(offer string) (*upload, error) {
	m := &webrtc.MediaEngine{}
	registry := &interceptor.Registry{}
	if err := errors.Join(m.RegisterDefaultCodecs(), webrtc.RegisterDefaultInterceptors(m, registry)); err != nil {
		return nil, err
	}
	var set webrtc.SettingEngine
	set.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(registry), webrtc.WithSettingEngine(set)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	u := &upload{stage: s, pc: pc, units: make(chan unitSeen, 1000), sounds: make(chan *rtp.Packet, 1000), ssrc: make(chan webrtc.SSRC, 2),
		report: make(chan *rtcp.SenderReport, 100), ended: make(chan struct{})}
	pc.OnTrack(u.track)
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return nil, err
	}
	return u, answerNow(pc)
}

func answerNow(pc *webrtc.PeerConnection) error {
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return err
	}
	<-gathered
	return nil
}

// track puts pictures together and collects sound and reports.
func (u *upload) track(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	go func() {
		for {
			packets, _, err := r.ReadRTCP()
			if err != nil {
				return
			}
			for _, p := range packets {
				if sr, ok := p.(*rtcp.SenderReport); ok {
					select {
					case u.report <- sr:
					default:
					}
				}
			}
		}
	}()
	if t.Kind() == webrtc.RTPCodecTypeVideo {
		u.ssrc <- t.SSRC()
	}
	var picture unitSeen
	depacketizer := &codecs.H264Packet{}
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		if t.Kind() == webrtc.RTPCodecTypeAudio {
			offer(u.sounds, p)
			continue
		}
		part, err := depacketizer.Unmarshal(p.Payload)
		if err != nil {
			u.stage.t.Errorf("payload: %v", err)
			return
		}
		if len(picture.data) == 0 {
			picture.first = p.SequenceNumber
		}
		picture.data, picture.timestamp = append(picture.data, part...), p.Timestamp
		if p.Marker {
			picture.key = hasKey(picture.data)
			offer(u.units, picture)
			picture = unitSeen{}
		}
	}
}

func offer[T any](c chan T, v T) {
	select {
	case c <- v:
	default:
	}
}

// hasKey tells whether an access unit holds an IDR slice.
func hasKey(unit []byte) bool {
	for _, nal := range bytes.Split(unit, []byte{0, 0, 0, 1}) {
		if len(nal) > 0 && nal[0]&0x1f == 5 {
			return true
		}
	}
	return false
}

// lose makes the rooms what they are without an upload of ours.
func (s *stage) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, state := range s.rooms {
		if state == domain.RoomLive && name != s.taken {
			s.rooms[name] = domain.RoomReconnecting
		}
	}
}

// end closes the peer, as a DELETE does.
func (u *upload) end() {
	u.once.Do(func() {
		u.stage.lose()
		close(u.ended)
		_ = u.pc.GracefulClose()
	})
}

// show is a broadcast with its outlet and accounts, running until the test ends.
type show struct {
	t         *testing.T
	stage     *stage
	broadcast *Broadcast
	outlet    *Outlet
	accounts  []*Account
	transport *http.Transport
	ended     chan error // what Outlet.Run returned
	over      chan error // what Broadcast.Run returned
	stop      func()
}

func quietly() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// small is the picture of the tests; pattern opens it, and tone the sound.
func small() capture.Wish { return capture.Wish{Width: 320, Height: 180, FPS: 30} }

func pattern() openCamera {
	return synthetic.Open(synthetic.CameraConfig{Size: small(), Pool: capture.NewPool(8)})
}

func tone() openMicrophone { return synthetic.OpenMicrophone(synthetic.MicrophoneConfig{}) }

type (
	openCamera     = func(context.Context) (capture.Camera, error)
	openMicrophone = func(context.Context) (capture.Microphone, error)
)

// start runs a small picture with tone for the given accounts.
func start(t *testing.T, s *stage, emails ...string) *show {
	t.Helper()
	x := build(t, s, pattern(), tone(), emails...)
	x.run()
	return x
}

// build puts a show together that does not run yet.
func build(t *testing.T, s *stage, camera openCamera, microphone openMicrophone, emails ...string) *show {
	t.Helper()
	pictures := capture.NewVideoReader(capture.VideoReaderConfig{Size: small(), Open: camera})
	sound := capture.NewAudioReader(capture.AudioReaderConfig{Open: microphone})
	b, err := NewBroadcast(Config{Pictures: pictures, Sound: sound, Video: encode.DefaultVideo(320, 180, 30),
		Audio: encode.AudioConfig{Channels: 1, Bitrate: 64_000}, Log: quietly()})
	if err != nil {
		t.Fatal(err)
	}
	x := &show{t: t, stage: s, broadcast: b, ended: make(chan error, 1), over: make(chan error, 1)}
	for _, email := range emails {
		x.accounts = append(x.accounts, NewAccount(AccountConfig{Email: email, Token: "token-" + email, Service: api{s, email, "token-" + email}, Log: quietly()}))
	}
	x.transport = &http.Transport{}
	if x.outlet, err = b.Outlet(OutletConfig{Accounts: x.accounts, Transport: x.transport, Log: quietly()}); err != nil {
		t.Fatal(err)
	}
	return x
}

// run runs it until the test ends.
func (x *show) run() {
	uploads, stopUploads := context.WithCancel(context.Background())
	rest, stopRest := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { x.ended <- x.outlet.Run(uploads) })
	all.Go(func() {
		x.over <- x.broadcast.Run(rest)
	})
	for _, a := range x.accounts {
		all.Go(func() { _ = a.Run(rest) })
	}
	x.stop = sync.OnceFunc(func() {
		stopUploads()
		until(x.t, "the upload's end", func() bool { return len(x.ended) == 1 })
		stopRest()
		all.Wait()
		x.transport.CloseIdleConnections()
		select {
		case err := <-x.over:
			if err != nil {
				x.t.Error(err)
			}
		default: // the test has read it
		}
	})
	x.t.Cleanup(x.stop)
}

// until polls for what must become true soon.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(soon)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited %v for %s", soon, what)
		}
	}
}

func (x *show) live(states ...State) {
	x.t.Helper()
	until(x.t, fmt.Sprintf("%v", states), func() bool {
		for i, want := range states {
			if x.accounts[i].Snapshot().State != want {
				return false
			}
		}
		return true
	})
}

// upload waits for the n-th WHIP session.
func (s *stage) upload(n int) *upload {
	s.t.Helper()
	until(s.t, "an upload", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.uploads) > n
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uploads[n]
}

// picture waits for the next picture.
func (u *upload) picture() unitSeen {
	u.stage.t.Helper()
	return receive(u.stage.t, u.units, "a picture")
}

func receive[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(soon):
		t.Fatalf("waited %v for %s", soon, what)
		panic("not reached")
	}
}
