package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // of a picture to lay over
	_ "image/png"  // the same
	"io/fs"
	stdlog "log"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui"
	"github.com/jasmincam/jasmincam/internal/ui/chime"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/accounts"
	"github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/page/guests"
	"github.com/jasmincam/jasmincam/internal/ui/page/persona"
	"github.com/jasmincam/jasmincam/internal/ui/page/private"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/screen"
	"github.com/jasmincam/jasmincam/internal/ui/solo"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
	"github.com/jasmincam/jasmincam/internal/vault"
)

type windowCmd struct {
	Backend string `placeholder:"URL" help:"The backend's address; without it the bundled one is started."`
	Profile string `placeholder:"DIR" help:"Folder of the settings and of the bundled backend; one of your own unless you give another."`
	Listen  string `placeholder:"ADDR" help:"Address of the bundled backend; 127.0.0.1:8787 or a free one unless you give it."`
	Admin   string `placeholder:"ADDR" help:"Address of /metrics of the bundled backend and so of the window; nowhere unless you give it."`
	Demo    bool   `help:"Sign in the two demo accounts of the bundled backend."`
	Online  bool   `help:"Go online as soon as the accounts are signed in."`
}

// collectAt is how much garbage, in percent of what is in use, the window lets
// pile up. It allocates little, so that a collection more costs less than the
// memory that it holds for eight hours.
const collectAt = 20

// giveBackEvery is the time after which memory that Go does not use goes back to the
// system, at the price of a collection. By itself Go gave back less than the busiest
// moments of an evening took: what it held grew while what was in use did not.
const giveBackEvery = 2 * time.Minute

// Run shows the window until it is closed, or until Ctrl-C.
func (c windowCmd) Run(ctx context.Context, w world) error {
	if w.getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	fewArenas()
	if c.Backend != bundledName && c.Backend != "" {
		if err := c.alone("--backend " + c.Backend); err != nil {
			return err
		}
	}
	stdlog.SetOutput(&toolkitLog{out: w.err})
	makeRoom()
	log := slog.New(slog.NewTextHandler(w.err, nil))
	if runtime.GOOS == "linux" {
		if w.getenv("DISPLAY") == "" && w.getenv("WAYLAND_DISPLAY") == "" {
			return domain.Errorf("window", domain.KindUnavailable, "There is no screen here. Start JasminCam on a desktop, or go online without a window: jasmincam live.")
		}
		quietBus(w.getenv)
	}
	err := c.open(ctx, w, log)
	if err != nil { // who started it from a menu sees no terminal
		c.sorry(ctx, w, err)
	}
	return err
}

// alone refuses flags of the bundled backend where another one is used, as told
// by where it was chosen: they would have no effect.
func (c windowCmd) alone(chosen string) error {
	var given []string
	for flag, is := range map[string]bool{"--demo": c.Demo, "--listen": c.Listen != "", "--admin": c.Admin != ""} {
		if is {
			given = append(given, flag)
		}
	}
	if len(given) == 0 {
		return nil
	}
	slices.Sort(given)
	flags := strings.Join(given, ", ")
	return domain.Errorf("window", domain.KindInvalid, "%s: there is no effect with %s, for it is about the bundled backend. Leave one of them out.", flags, chosen).Because("window.flags", flags, chosen)
}

// given are the flags that a window that is open already takes no notice of.
func (c windowCmd) given() string {
	var flags []string
	for _, f := range []struct {
		name string
		is   bool
	}{{"--backend", c.Backend != ""}, {"--listen", c.Listen != ""}, {"--admin", c.Admin != ""}, {"--demo", c.Demo}, {"--online", c.Online}} {
		if f.is {
			flags = append(flags, f.name)
		}
	}
	return strings.Join(flags, ", ")
}

// sorry says on the screen why there is no window, until she closes it.
func (c windowCmd) sorry(ctx context.Context, w world, err error) {
	book, unread := text.Load(assets.Words())
	if unread != nil {
		return // the terminal has the error that came first
	}
	words := book.For((&house{w: w}).languages()...)
	ui.Sorry(ctx, screen.Open(version), base.Told(err).In(words), words.Say("ok"))
}

// open shows the window of the profile's folder, or has the one that is there
// shown.
func (c windowCmd) open(ctx context.Context, w world, log *slog.Logger) error {
	folder, err := c.folder()
	if err != nil {
		return err
	}
	claim, err := solo.Take(folder)
	if errors.Is(err, solo.ErrSilent) {
		return domain.Wrap("window", domain.KindUnavailable, err,
			"JasminCam runs already, but does not answer. Wait a moment; if it stays so, end it and start it again.").Because("window.silent")
	}
	if err != nil {
		return domain.Wrap("window", domain.KindUnavailable, err,
			"The folder "+folder+" cannot be used. Check that it is yours, or choose another with --profile.").Because("folder.used", folder)
	}
	if claim == nil {
		said := "JasminCam runs already; its window is shown."
		if flags := c.given(); flags != "" {
			said += " It stays as it was started, without the " + flags + " of now: close it first, then start it with that."
		}
		_, err := fmt.Fprintln(w.out, said)
		return err
	}
	defer func() { _ = claim.Close() }() // the system does it when this cannot
	h, err := c.house(w, folder, log)
	if err != nil {
		return err
	}
	return h.run(ctx, claim.Wishes())
}

// folder is where everything is kept.
func (c windowCmd) folder() (string, error) {
	folder := c.Profile
	if folder == "" {
		base, err := os.UserConfigDir()
		if err != nil {
			return "", domain.Wrap("window", domain.KindInvalid, err, "This system names no folder for settings. Choose one with --profile DIR.")
		}
		folder = filepath.Join(base, "jasmincam")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", domain.Wrap("window", domain.KindInvalid, err, "The folder "+folder+" cannot be made. Choose another with --profile DIR.").Because("folder.made", folder)
	}
	return folder, nil
}

// quietBus keeps the toolkit from starting a session bus of its own, which would
// stay behind, where there is none.
func quietBus(getenv func(string) string) {
	if getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return
	}
	bus := filepath.Join("/run/user", fmt.Sprint(os.Getuid()), "bus")
	_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+bus) // the name is a valid one
}

// house is all that the window lives from.
type house struct {
	cmd       windowCmd
	w         world
	log       *slog.Logger
	transport *http.Transport
	bundled   *bundled      // nil when another backend is used
	demo      chan struct{} // holds one wish for the demo accounts
	enter     func()        // leads on from the accounts; set before anything runs

	kept     *settings.Store
	chimes   *chime.Player
	desk     *desk.Desk
	signIn   *vm.SignIn
	live     *vm.Live
	chat     *vm.Chat
	money    *vm.Money
	persona  *vm.Persona
	guests   *vm.Guests
	shows    *vm.Private
	toasts   *vm.Toasts
	settings *vm.Settings
	sittings *vm.Sittings
}

// house puts the models together; nothing runs yet.
func (c windowCmd) house(w world, folder string, log *slog.Logger) (*house, error) {
	kept, trouble := settings.Open(folder)
	h := &house{cmd: c, w: w, log: log, transport: client.NewTransport(nil), kept: kept, demo: make(chan struct{}, 1), chimes: chime.New(log)}
	address := c.Backend
	if address == "" {
		address = kept.Get().Backend
	}
	if address == "" || address == bundledName {
		address = bundledName
		h.bundled = newBundled(filepath.Join(folder, "backend"), c.Listen, log)
		h.bundled.admin = c.Admin
	}
	if h.bundled == nil && c.Backend == "" {
		if err := c.alone("the service " + address + " of the settings"); err != nil {
			return nil, err
		}
	}
	var err error
	camera, microphone := desk.Source{}, silence()
	h.desk, err = desk.New(desk.Config{OpenCamera: openCamera, OpenMicrophone: openMicrophone, OpenSpeaker: openSpeaker, Transport: h.transport, Log: log,
		Choice: vm.ChoiceOf(kept.Get(), camera, microphone)})
	if err != nil {
		return nil, err
	}
	demo := &standIn{desk: h.desk, kept: kept, fail: func(err error) { h.note("stand-in", err) }, demos: map[string]bool{}}
	h.toasts = vm.NewToasts(vm.ToastsConfig{Kept: kept, Now: time.Now, Hush: func() bool { return h.desk.Status().Panic },
		Play: func(kind settings.Sound, volume int) { h.chimes.Play(string(kind), volume) }})
	h.live = vm.NewLive(vm.LiveConfig{Stage: h.desk, Booth: h.desk, Kept: kept, Devices: listDevices, Overlay: readPicture,
		Tell: func(email string, n vm.Notice) {
			h.toasts.Trouble(email, n)
			h.signIn.Doubt(email)
		}, Now: time.Now})
	h.chat = vm.NewChat(vm.ChatConfig{Now: time.Now})
	h.money = vm.NewMoney()
	h.persona = vm.NewPersona(vm.PersonaConfig{Priced: h.live.Price})
	h.guests = vm.NewGuests(vm.GuestsConfig{Known: h.chat.Know})
	h.shows = vm.NewPrivate(vm.PrivateConfig{Desk: h.desk, Kept: kept, Tell: h.toasts.Trouble, Now: time.Now,
		Play: func(kind settings.Sound, volume int) { h.chimes.Play(string(kind), volume) }})
	h.sittings = vm.NewSittings()
	h.settings = vm.NewSettings(kept, trouble, h.toasts.Trouble)
	h.signIn = vm.NewSignIn(vm.SignInConfig{Desk: h.desk, Kept: kept, Dial: h.dial, Memory: func() vm.Secrets { return &vault.Memory{} },
		Keyring: func() (vm.Secrets, error) { return vault.OpenKeyring(w.getenv) },
		Sealed: func(phrase string) (vm.Secrets, error) {
			return vault.OpenSealed(filepath.Join(folder, "sealed"), phrase)
		},
		IsSealed: func() bool {
			_, err := os.Stat(filepath.Join(folder, "sealed"))
			return !errors.Is(err, fs.ErrNotExist) // one that cannot be read is one
		},
		Followers: []vm.Follower{demo, h.live, h.chat, h.money, h.guests, h.shows}, Always: []vm.Follower{h.persona, h.sittings, h.toasts},
		Tell: h.toasts.Trouble, URL: address, Device: deviceName})
	return h, nil
}

// run shows the window. The order of the end: rooms and uploads, then the
// models, then the backend that they talk to.
func (h *house) run(ctx context.Context, wishes <-chan struct{}) error {
	defer h.transport.CloseIdleConnections()
	book, err := text.Load(assets.Words())
	if err != nil {
		return domain.Wrap("window", domain.KindInternal, err, "The words of the window cannot be read. Install JasminCam anew.")
	}
	shell := ui.New(ui.Config{App: screen.Open(version), Book: book, Languages: h.languages(), Live: h.live, Toasts: h.toasts,
		Settings: h.settings, SignIn: h.signIn, Shows: h.shows, Others: []ui.Model{h.chat, h.money, h.sittings, h.persona, h.guests}, Pages: h.pages(),
		Wishes: wishes, Sight: screen.Watch, Room: screen.Room, Tray: screen.HasTray(h.w.getenv("DBUS_SESSION_BUS_ADDRESS")), Expected: h.cmd.Demo})
	h.enter = shell.Enter
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx))
	front, stopFront := context.WithCancel(behind)
	defer stopBehind()
	defer stopFront()
	defer context.AfterFunc(ctx, stopFront)() // who is told to end leaves her rooms at once, however busy the screen is
	var desks, models, backend sync.WaitGroup
	desks.Go(func() { h.note("desk", h.desk.Run(front)) })
	for name, run := range map[string]func(context.Context) error{"live": h.live.Run, "chat": h.chat.Run, "money": h.money.Run,
		"persona": h.persona.Run, "guests": h.guests.Run, "private shows": h.shows.Run,
		"toasts": h.toasts.Run, "sittings": h.sittings.Run, "settings": h.settings.Run, "sounds": h.chimes.Run} {
		models.Go(func() { h.note(name, run(behind)) })
	}
	open := make(chan struct{})
	backend.Go(func() { h.bundled.run(behind, open) })
	models.Go(func() {
		select {
		case <-open:
			h.note("sign-in", h.signIn.Run(behind))
		case <-behind.Done():
		}
	})
	models.Go(func() { h.drive(front, open) })
	models.Go(func() { h.attendDemo(front) })
	models.Go(func() { h.keepPanicKey(front) })
	models.Go(func() { giveBack(behind, debug.FreeOSMemory) })
	shell.Run(ctx)
	stopFront()
	desks.Wait()
	stopBehind()
	models.Wait()
	h.transport.CloseIdleConnections() // the backend waits five seconds for one that was opened and never used
	h.bundled.close()
	backend.Wait()
	return nil
}

// giveBack calls free every so often until ctx ends.
func giveBack(ctx context.Context, free func()) {
	due := time.NewTicker(giveBackEvery)
	defer due.Stop()
	for {
		select {
		case <-due.C:
			free()
		case <-ctx.Done():
			return
		}
	}
}

// note logs why a part of the window ended by itself.
func (h *house) note(part string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		h.log.Error("a part of the window ended", "part", part, "error", err)
	}
}

// pages are those of the window, in the order of the navigation.
func (h *house) pages() []page.Maker {
	var demo func()
	if h.bundled != nil {
		demo = h.enterDemo
	}
	return []page.Maker{page.NewLive(h.live, talk.Beside(h.chat, h.settings), private.NewVisitor(h.shows), h.settings), talk.New(h.chat, h.settings), book.New(h.money),
		persona.New(h.persona), guests.New(h.guests),
		accounts.New(h.signIn, demo), page.NewSettings(h.settings, h.sittings, h.chimes, h.live)}
}

// languages are the system's wishes, the first one first.
func (h *house) languages() []string {
	var wishes []string
	for _, name := range []string{"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"} {
		for wish := range strings.SplitSeq(h.w.getenv(name), ":") {
			wish, _, _ = strings.Cut(wish, ".")
			if wish, _, _ = strings.Cut(wish, "@"); wish != "" {
				wishes = append(wishes, wish)
			}
		}
	}
	if runtime.GOOS != "linux" {
		wishes = append(wishes, screen.Language())
	}
	return wishes
}

// dial makes the way to a backend; it connects to nothing.
func (h *house) dial(url, token string) (vm.Backend, error) {
	if url != bundledName {
		c, err := client.New(client.Config{URL: url, Transport: h.transport})
		if err != nil {
			return nil, err
		}
		return c.With(token), nil
	}
	at, err := h.bundled.address()
	if err != nil {
		return nil, err
	}
	c, err := client.New(client.Config{URL: at, Transport: h.transport})
	if err != nil {
		return nil, err
	}
	return ownBackend{c.With(token)}, nil
}

// listDevices tells what is plugged in.
func listDevices() ([]capture.Device, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return device.List(ctx)
}

// maxPicture bounds the file of a picture to lay over.
const maxPicture = 20 << 20

// readPicture reads a PNG or JPEG.
func readPicture(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, domain.Wrap("overlay", domain.KindNotFound, err, "The picture "+path+" cannot be opened. Choose another one.").Because("overlay.missing", path)
	}
	defer func() { _ = f.Close() }() // it was only read
	stat, err := f.Stat()
	if err != nil || stat.Size() > maxPicture {
		return nil, domain.Wrap("overlay", domain.KindTooLarge, err, "The picture "+path+" is too large. Choose one of at most 20 MB.").Because("overlay.large", path)
	}
	shape, _, err := image.DecodeConfig(f)
	if err != nil || shape.Width > 4096 || shape.Height > 4096 {
		return nil, domain.Wrap("overlay", domain.KindInvalid, err, "The file "+path+" is no PNG or JPEG of at most 4096 × 4096 points. Choose another one.").Because("overlay.kind", path)
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, domain.Wrap("overlay", domain.KindUnavailable, err, "The picture "+path+" cannot be read. Choose another one.").Because("overlay.damaged", path)
	}
	picture, _, err := image.Decode(f)
	if err != nil {
		return nil, domain.Wrap("overlay", domain.KindInvalid, err, "The picture "+path+" is damaged. Choose another one.").Because("overlay.damaged", path)
	}
	return picture, nil
}
