package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
)

// glance is how often live looks whether somebody may still go on.
const glance = 100 * time.Millisecond

// usualFPS are the pictures a second unless she chooses.
const usualFPS = 30

type liveCmd struct {
	Backend     string    `default:"http://127.0.0.1:8787" placeholder:"URL" help:"The backend's address, http://127.0.0.1:8787 unless you give one."`
	Account     []account `placeholder:"EMAIL[=URL]" sep:"none" help:"Who goes online; once or twice. With =URL the account lives on another backend."`
	Credentials string    `placeholder:"FILE" help:"File (mode 0600) with e-mails and passwords; without --account its first two performers go online."`
	Video       source    `default:"pattern" placeholder:"pattern|device:ID|file:PATH" help:"Where the picture comes from; the test pattern unless you choose."`
	Audio       source    `default:"tone" placeholder:"tone|silence|device:ID|file:PATH" help:"Where the sound comes from; the test tone unless you choose."`
	Speaker     speaker   `default:"system" placeholder:"system|none|device:ID" help:"Where the voice of a member in a private show is heard; what the system plays through unless you choose."`
	Size        size      `default:"1920x1080" help:"Size of the picture."`
	FPS         *int      `name:"fps" placeholder:"30" help:"Pictures a second of a camera or the test picture, 30 unless you choose; a file has its own."`
	Bitrate     bitrate   `placeholder:"4M" help:"The most that the picture may take; by default what its size needs."`
	For         span      `placeholder:"60s" help:"End after this time."`
	JSON        bool      `name:"json" help:"Print one JSON object a second."`
	Verbose     bool      `short:"v" help:"Tell more in the log."`
}

// Run goes online and stays until the time is over or Ctrl-C.
func (l liveCmd) Run(ctx context.Context, w world) error {
	began := time.Now()
	told := panicSignals() // from here on, so that none ends the program
	defer told.stop()
	log := l.logger(w)
	transport := client.NewTransport(nil)
	defer transport.CloseIdleConnections()
	d, err := l.desk(transport, log)
	if err != nil {
		return err
	}
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
	s := newShow(d, entries, began)
	s.told = told
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

// desk puts camera, microphone and encoder together.
func (l liveCmd) desk(transport http.RoundTripper, log *slog.Logger) (*desk.Desk, error) {
	fps := usualFPS
	if l.FPS != nil {
		fps = *l.FPS
	}
	switch {
	case fps < 1 || fps > desk.MaxFPS:
		return nil, domain.Errorf("--fps", domain.KindInvalid, "--fps %d cannot be sent. Choose 1 to %d.", fps, desk.MaxFPS)
	case l.FPS != nil && l.Video.Kind == "file":
		return nil, domain.Errorf("--fps", domain.KindInvalid, "--fps has no effect on a file, which is played at its own speed. Leave it out.")
	}
	return desk.New(desk.Config{OpenCamera: openCamera, OpenMicrophone: openMicrophone, OpenSpeaker: openSpeaker, Speaker: string(l.Speaker), Transport: transport, Log: log,
		Choice: desk.Choice{Camera: l.Video.Source, Microphone: l.Audio.Source, Size: l.Size.wish(fps), Bitrate: int(l.Bitrate)}})
}

// enter signs in everybody who is to go online.
func (l liveCmd) enter(ctx context.Context, w world, transport http.RoundTripper, log *slog.Logger) ([]entry, error) {
	d := door{transport: transport, ask: w.asker(ctx), log: log}
	accounts, err := l.who(&d)
	if err != nil {
		return nil, err
	}
	if d.file == nil {
		d.vault = openVault(ctx, w, log)
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
	desk     *desk.Desk
	began    time.Time
	accounts []*session.Account
	told     panicSays
}

// panicSays are the signals that make live black and silent and that undo it. Each has
// a place of its own, so that however many of one do not drop the other.
type panicSays struct {
	hide, again chan os.Signal // nil: none come
}

func (p panicSays) stop() {
	for _, c := range []chan os.Signal{p.hide, p.again} {
		if c != nil {
			signal.Stop(c)
		}
	}
}

// newShow seats the accounts at the desk.
func newShow(d *desk.Desk, entries []entry, began time.Time) *show {
	s := &show{desk: d, began: began}
	for _, e := range entries {
		s.accounts = append(s.accounts, d.Add(desk.Entry{Email: e.account.email, Token: e.client.Token(), URL: e.client.URL(), Service: e.client}))
	}
	return s
}

// run is live until ctx ends, the camera fails, or nobody may go on. The verdict
// comes before the uploads end: it would find them ended.
func (s *show) run(ctx context.Context, tell func(ctx context.Context)) error {
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	telling, stopTelling := context.WithCancel(ctx)
	defer stopTelling()
	heeding, stopHeeding := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHeeding()
	var work, lines, ears sync.WaitGroup
	select {
	case <-s.told.hide: // since she was signed in: she is hidden before anything leaves
		s.hide()
	default:
	}
	ears.Go(func() { s.heed(heeding) })
	s.desk.GoOnline()
	work.Go(func() { _ = s.desk.Run(working) }) // what went wrong is in its Status
	lines.Go(func() { tell(telling) })
	s.wait(ctx)
	verdict := s.verdict()
	stopTelling()
	lines.Wait() // the last line tells of the show, not of its taking down
	stopWorking()
	work.Wait()
	stopHeeding() // she can be hidden as long as anything leaves
	ears.Wait()
	return verdict
}

// heed makes everybody black and silent by one signal, and seen again by another. Of
// two that wait, whichever came first, she is hidden.
func (s *show) heed(ctx context.Context) {
	for {
		select {
		case <-s.told.hide:
			s.hide()
		case <-s.told.again:
			select {
			case <-s.told.hide:
				s.desk.Panic()
			default:
				s.desk.ShowAgain()
			}
		case <-ctx.Done():
			return
		}
	}
}

// hide makes everybody black and silent, whatever waits that shows her again.
func (s *show) hide() {
	s.desk.Panic()
	select {
	case <-s.told.again:
	default:
	}
}

// wait returns when ctx ends, camera, microphone or encoder failed, or every
// account did.
func (s *show) wait(ctx context.Context) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for s.desk.Status().Err == nil && slices.ContainsFunc(s.accounts, func(a *session.Account) bool { return a.Err() == nil }) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// hidden tells whether an account was made black and silent, and nothing else is wrong.
func hidden(s session.Snapshot) bool {
	return s.State == session.Panic && !s.Lost && s.Trouble == ""
}

// verdict is nil only if every account was live to the end, or hidden by a signal on a
// line that held.
func (s *show) verdict() error {
	if err := s.desk.Status().Err; err != nil {
		return err
	}
	for _, a := range s.accounts {
		if err := a.Err(); err != nil {
			return domain.Wrap("live", domain.KindOf(err), err, a.Email()+": "+domain.Sentence(err))
		}
	}
	for _, a := range s.accounts {
		if now := a.Snapshot(); now.State != session.Live && !hidden(now) {
			why := now.Trouble
			if why == "" {
				why = "Watch for the cause in the log."
			}
			return domain.Errorf("live", domain.KindUnavailable, "%s was %s at the end and not live. %s", a.Email(), now.State, why)
		}
	}
	return nil
}
