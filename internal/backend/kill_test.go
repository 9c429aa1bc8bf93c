//go:build unix

package backend

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/show/showtest"
	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// A server that is to die is this test's own program, started again with these words.
var (
	mortalAt     = flag.String("mortal-at", "", "the write of the book at which TestMortal_serves ends the program; empty for never")
	mortalData   = flag.String("mortal-data", "", "the folder of its data")
	mortalListen = flag.String("mortal-listen", "", "its address")
)

// TestMortal_serves is the server that TestKilled_live starts and that dies; without
// its words there is nothing to serve.
func TestMortal_serves(t *testing.T) {
	if *mortalData == "" {
		return
	}
	s := New(Config{Listen: *mortalListen, Data: *mortalData, Demo: true, Passwords: auth.Params{Memory: 8, Time: 1, Threads: 1}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	s.bookOf = func(st *store.Store) show.Book {
		return showtest.Mortal(st, *mortalAt, func() time.Duration { told, _ := s.engine.Delivered(demoFirst); return told })
	}
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	disk(t, filepath.Join(*mortalData, databaseFile+"-wal")) // until it is killed
}

// The server is killed in a show while picture flows. After its start nobody paid for
// what did not arrive, what was set aside is back within 15 s, and when the publisher
// has come back by itself nobody sees her before she is free; then everybody does.
func TestKilled_live(t *testing.T) {
	for _, at := range []string{"after accepted-1", "after starting-1", "before running-1", "after running-1", "after charge-1", "after ended-1"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			d := openMortal(t, at)
			d.untilDeath()
			d.afterDeath()
		})
	}
}

// mortalDuo is a duo whose server is another program.
type mortalDuo struct {
	*duo
	t      *testing.T
	at     string
	data   string
	listen string
	server *testkit.Process

	grant   string
	viewers map[string]*peer.Viewer // nobody of them pays
	private []peer.Unit             // what was sent for the payer alone
	show    string
}

func openMortal(t *testing.T, at string) *mortalDuo {
	t.Helper()
	d := &mortalDuo{t: t, at: at, data: t.TempDir(), listen: testkit.Loopback(testkit.FreePort(t)), viewers: map[string]*peer.Viewer{}}
	d.serve(at)
	d.duo = &duo{fixture: far(t, d.listen, d.data)}
	demo := d.demo
	d.her, d.other, d.max = d.as(t, demo.Performers[0]), d.as(t, demo.Performers[1]), d.as(t, demo.Members[0])
	d.token = d.token1(t, demo.Members[0])
	sessions := []string{d.token1(t, demo.Performers[0]), d.token1(t, demo.Performers[1])}
	d.grant = must(d.her.Begin(t.Context(), sessions))(t).Token
	d.pub = d.upload(t, d.grant)
	for name, c := range map[string]*client.Client{demoFirst: d.her, demoSecond: d.other} {
		testkit.Until(t, 10*time.Second, name+" to go online", func() bool {
			_, err := c.SetOnline(t.Context(), name, true)
			return err == nil
		})
		d.reads(d.t, name, domain.RoomLive)
	}
	d.before = must(d.max.Me(t.Context()))(t).BalanceMillicredits
	d.watch(t, demoFirst, d.token)
	d.viewers["a guest"], d.viewers["a guest of the other room"] = d.watch(t, demoFirst, ""), d.watch(t, demoSecond, "")
	return d
}

// serve starts the server and waits until it answers.
func (d *mortalDuo) serve(at string) {
	d.t.Helper()
	d.server = serveMortal(d.t, at, d.data, d.listen)
}

// serveMortal starts a server that is another program, and waits until it answers.
func serveMortal(t *testing.T, at, data, listen string) *testkit.Process {
	t.Helper()
	p := testkit.Start(t, testkit.Spec{Path: os.Args[0], Args: []string{
		"-test.run=^TestMortal_serves$", "-mortal-at=" + at, "-mortal-data=" + data, "-mortal-listen=" + listen}})
	p.Ready("http://"+listen+"/readyz", 30*time.Second)
	return p
}

// far is the fixture of a server that is another program.
func far(t *testing.T, listen, data string) *fixture {
	t.Helper()
	url := "http://" + listen
	return &fixture{Server: &Server{url: url}, demo: must(readDemo(filepath.Join(data, demoFile)))(t), http: newClient(t, url)}
}

// untilDeath plays a show. Calls fail when the server dies in them.
func (d *mortalDuo) untilDeath() {
	d.t.Helper()
	ctx := d.t.Context()
	d.show = must(wish(ctx, d.max, demoFirst, "show-key-1"))(d.t).ID
	_, err := d.her.Answer(ctx, d.show, true)
	during := len(d.pub.Sent()) // until the answer the rooms may be open
	if err == nil {
		_, err = d.her.ReadyFor(ctx, d.show)
	}
	if err == nil && strings.Contains(d.at, "ended") {
		testkit.Until(d.t, 20*time.Second, "picture", func() bool {
			s, err := d.max.Show(ctx, d.show)
			return err == nil && s.State == domain.ShowRunning
		})
		_, _ = d.max.End(ctx, d.show)
	}
	testkit.Receive(d.t, 60*time.Second, d.server.Done(), "the server's death")
	if err := d.server.Wait(time.Second); err == nil || err.Error() != "signal: killed" {
		d.t.Fatalf("the server ended with %v", err)
	}
	d.private = d.pub.Sent()[during:]
}

func (d *mortalDuo) afterDeath() {
	d.t.Helper()
	ctx := d.t.Context()
	var ms int64
	if _, err := fmt.Sscanf(d.server.Output(), "delivered %d ms", &ms); err != nil {
		d.t.Fatalf("%v: %s", err, d.server.Output())
	}
	began := time.Now()
	d.serve("")
	var s domain.Show
	testkit.Until(d.t, 15*time.Second-time.Since(began), "the show to be over and its hold back", func() bool {
		var err error
		if s, err = d.max.Show(ctx, d.show); err != nil || !s.State.Over() {
			return false
		}
		me, err := d.max.Me(ctx)
		return err == nil && me.BalanceMillicredits == d.before-s.Charged
	})
	due := domain.PromotionPrice * domain.Millicredits(ms) / 60_000
	tick := domain.PromotionPrice * 11_500 / 60_000 // and what came since the last look and report
	if s.Charged > due || s.Charged < due-tick {
		d.t.Errorf("%d ms had arrived and are worth %s, charged is %s", ms, due, s.Charged)
	}
	d.comesBack()
	must(d.her.Free(ctx, demoFirst))(d.t)
	for _, name := range []string{demoFirst, demoSecond} {
		d.reads(d.t, name, domain.RoomLive)
		d.viewers["a guest of "+name+" after she was free"] = d.watch(d.t, name, "")
	}
	d.leaks()
	if r, err := Verify(ctx, d.data, ""); err != nil || !r.OK() {
		d.t.Errorf("the ledger: %+v %v", r, err)
	}
}

// comesBack: her program uploads again, as it does by itself, and guests come back.
func (d *mortalDuo) comesBack() {
	d.t.Helper()
	ctx := d.t.Context()
	pub := d.upload(d.t, d.grant, func(p *peer.Publication) { p.Seed = 1 }) // other pictures than before
	// Her rooms are to be as she wanted before.
	for name, c := range map[string]*client.Client{demoFirst: d.her, demoSecond: d.other} {
		must(c.SetOnline(ctx, name, true))(d.t)
	}
	for _, name := range []string{demoFirst, demoSecond} {
		transport := client.NewTransport(nil)
		d.t.Cleanup(transport.CloseIdleConnections)
		if v, err := peer.View(ctx, peer.Watch{URL: d.URL() + "/whep/" + name, Transport: transport}); err == nil { // it may be refused, too
			d.t.Cleanup(func() { _ = v.Abandon() })
			d.viewers["a guest of "+name+" before she was free"] = v
		}
	}
	testkit.Until(d.t, 15*time.Second, "her picture to be sent again", func() bool { return len(pub.Sent()) > 45 })
	for _, name := range []string{demoFirst, demoSecond} {
		d.reads(d.t, name, domain.RoomPrivate)
	}
	d.private = append(d.private, pub.Sent()...)
	testkit.Pause(300 * time.Millisecond) // what was sent is there before she is free
}

// leaks looks for what was private at those who did not pay.
func (d *mortalDuo) leaks() {
	d.t.Helper()
	private := map[[32]byte]bool{}
	for _, u := range d.private {
		private[u.Hash] = true
	}
	if len(private) < 45 {
		d.t.Errorf("only %d pictures were private", len(private))
	}
	for who, v := range d.viewers {
		for _, u := range v.Units() {
			if private[u.Hash] {
				d.t.Errorf("%s saw a picture of the show", who)
				break
			}
		}
	}
}
