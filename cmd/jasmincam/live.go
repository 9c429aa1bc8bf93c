package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session"
)

// audioBitrate is for one voice, in bit/s.
const audioBitrate = 64_000

// leaveFor bounds the orderly end after Ctrl-C.
const leaveFor = 5 * time.Second

type liveCmd struct {
	Backend     string    `default:"http://127.0.0.1:8787" placeholder:"URL" help:"The backend's address, http://127.0.0.1:8787 unless you give one."`
	Account     []account `placeholder:"EMAIL[=URL]" sep:"none" help:"Who goes online; once or twice. With =URL the account lives on another backend."`
	Credentials string    `placeholder:"FILE" help:"File (mode 0600) with e-mails and passwords; without --account its first two performers go online."`
	Video       source    `default:"pattern" placeholder:"pattern|device:ID|file:PATH" help:"Where the picture comes from; the test pattern unless you choose."`
	Audio       source    `default:"tone" placeholder:"tone|silence|device:ID|file:PATH" help:"Where the sound comes from; the test tone unless you choose."`
	Size        size      `default:"1920x1080" help:"Size of the picture."`
	FPS         int       `name:"fps" default:"30" help:"Pictures a second."`
	Bitrate     bitrate   `placeholder:"4M" help:"The most that the picture may take; by default what its size needs."`
	For         span      `placeholder:"60s" help:"End after this time."`
	JSON        bool      `name:"json" help:"Print one JSON object a second."`
	Verbose     bool      `short:"v" help:"Tell more in the log."`
}

// Run goes online and stays until the time is over or Ctrl-C.
func (l liveCmd) Run(ctx context.Context, w world) error {
	began := time.Now()
	log := l.logger(w)
	broadcast, err := l.broadcast(log)
	if err != nil {
		return err
	}
	transport := client.NewTransport(nil)
	defer transport.CloseIdleConnections()
	entries, err := l.enter(ctx, w, transport, log)
	if err != nil {
		return err
	}
	defer signOut(ctx, entries, log)
	if l.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(l.For))
		defer cancel()
	}
	s := &show{broadcast: broadcast, transport: transport, log: log, began: began}
	if err := s.cast(entries); err != nil {
		return err
	}
	return s.run(ctx, l.printer(w, s))
}

func (l liveCmd) logger(w world) *slog.Logger {
	level := slog.LevelInfo
	switch {
	case l.Verbose:
		level = slog.LevelDebug
	case l.JSON:
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{Level: level}))
}

// broadcast puts camera, microphone and encoder together.
func (l liveCmd) broadcast(log *slog.Logger) (*session.Broadcast, error) {
	if l.FPS < 1 || l.FPS > 60 {
		return nil, domain.Errorf("--fps", domain.KindInvalid, "--fps %d cannot be sent. Choose 1 to 60.", l.FPS)
	}
	pictures, err := openVideo(l.Video, l.Size.wish(l.FPS), log)
	if err != nil {
		return nil, err
	}
	sound, err := openAudio(l.Audio, log)
	if err != nil {
		return nil, err
	}
	video := encode.DefaultVideo(l.Size.width, l.Size.height, l.FPS)
	if l.Bitrate > 0 {
		video.Bitrate, video.MinBitrate = int(l.Bitrate), int(l.Bitrate)/8
	}
	return session.NewBroadcast(session.Config{Pictures: pictures, Sound: sound, Video: video,
		Audio: encode.AudioConfig{Channels: 1, Bitrate: audioBitrate}, Log: log})
}

var _ session.Pictures = (*capture.VideoReader)(nil)

// enter signs in everybody who is to go online.
func (l liveCmd) enter(ctx context.Context, w world, transport http.RoundTripper, log *slog.Logger) ([]entry, error) {
	d := door{transport: transport, ask: w.asker(), log: log}
	accounts, err := l.who(&d)
	if err != nil {
		return nil, err
	}
	if d.file == nil {
		d.vault = openVault(w, log)
		defer func() {
			if err := d.vault.Close(); err != nil {
				log.Debug("closing the keyring", "error", err)
			}
		}()
	}
	var entries []entry
	for _, a := range accounts {
		if a.backend == "" {
			a.backend = l.Backend
		}
		e, err := d.enter(ctx, a)
		if err != nil {
			signOut(ctx, entries, log)
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// who returns the one or two accounts that go online and gives the door the
// credentials file, if there is one. It opens no keyring: a missing word is told
// before anything is asked.
func (l liveCmd) who(d *door) ([]account, error) {
	accounts := l.Account
	if l.Credentials != "" {
		c, err := readCredentials(l.Credentials)
		if err != nil {
			return nil, err
		}
		d.file = &c
		if len(accounts) == 0 {
			accounts = c.first(2)
		}
	}
	switch n := len(accounts); {
	case n == 0 && d.file != nil:
		return nil, domain.Errorf("--credentials", domain.KindInvalid, "%s holds no performer. Add one, or choose another file.", l.Credentials)
	case n == 0:
		return nil, domain.Errorf("--account", domain.KindInvalid, "Say who goes online: --account EMAIL, once or twice, or --credentials FILE.")
	case n > 2:
		return nil, domain.Errorf("--account", domain.KindInvalid, "One or two accounts go online at once, not %d. Give --account once or twice.", n)
	case n == 2 && accounts[0] == accounts[1]:
		return nil, domain.Errorf("--account", domain.KindInvalid, "--account %s was given twice. Give two different accounts.", accounts[0].email)
	}
	return accounts, nil
}

// signOut ends the sessions that are not kept.
func signOut(ctx context.Context, entries []entry, log *slog.Logger) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for _, e := range entries {
		if e.brief {
			all.Go(func() {
				if err := e.client.SignOut(bounded); err != nil {
					log.Debug("signing out", "error", err)
				}
			})
		}
	}
	all.Wait()
}

// show is everything that runs while live.
type show struct {
	broadcast *session.Broadcast
	transport http.RoundTripper
	log       *slog.Logger
	began     time.Time
	accounts  []*session.Account
	outlets   []*session.Outlet
}

// cast makes the accounts, and one outlet for each backend.
func (s *show) cast(entries []entry) error {
	var backends []string
	byBackend := map[string][]*session.Account{}
	for _, e := range entries {
		a := session.NewAccount(session.AccountConfig{Email: e.account.email, Token: e.client.Token(), Service: e.client, Log: s.log})
		s.accounts = append(s.accounts, a)
		url := e.client.URL()
		if byBackend[url] == nil {
			backends = append(backends, url)
		}
		byBackend[url] = append(byBackend[url], a)
	}
	for _, url := range backends {
		o, err := s.broadcast.Outlet(session.OutletConfig{Accounts: byBackend[url], Transport: s.transport, Log: s.log})
		if err != nil {
			return err
		}
		s.outlets = append(s.outlets, o)
	}
	return nil
}

// run is live until ctx ends, the camera fails, or nobody may go on. The order
// of the end: rooms and uploads while the picture still flows, then the rest.
func (s *show) run(ctx context.Context, tell func(ctx context.Context)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	// The verdict comes before the uploads end: it would find them ended.
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSending()
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBehind()
	var uploads, rest, lines sync.WaitGroup
	rest.Go(func() {
		if err := s.broadcast.Run(behind); err != nil {
			stop(err)
		}
	})
	for _, a := range s.accounts {
		rest.Go(func() { _ = a.Run(behind) }) // why she failed is in her Snapshot and Err
	}
	rest.Go(func() { _ = s.broadcast.Stills(behind, s.accounts) })
	lines.Go(func() { tell(ctx) })
	for _, o := range s.outlets {
		uploads.Go(func() { _ = o.Run(sending) }) // the same
	}
	over := make(chan struct{})
	rest.Go(func() { uploads.Wait(); close(over) })
	select {
	case <-ctx.Done():
	case <-over:
	}
	verdict := s.verdict(context.Cause(ctx))
	stop(nil)
	lines.Wait() // the last line tells of the show, not of its taking down
	stopSending()
	uploads.Wait()
	stopBehind()
	rest.Wait()
	return verdict
}

// verdict is nil only if every account was live to the end.
func (s *show) verdict(cause error) error {
	if cause != nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	for _, a := range s.accounts {
		if err := a.Err(); err != nil {
			return domain.Wrap("live", domain.KindOf(err), err, a.Email()+": "+domain.Sentence(err))
		}
	}
	for _, a := range s.accounts {
		if now := a.Snapshot(); now.State != session.Live {
			why := now.Trouble
			if why == "" {
				why = "Watch for the cause in the log."
			}
			return domain.Errorf("live", domain.KindUnavailable, "%s was %s at the end and not live. %s", a.Email(), now.State, why)
		}
	}
	return nil
}
