//go:build unix

package backend

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
)

// roomLeft is how many bytes a file may still grow on a disk that fills up: a write or
// two, and then one that ends half way.
const roomLeft = 16 << 10

// disk has the disk of a log be full from SIGUSR1 to SIGUSR2; it does not return. The
// kernel refuses whatever goes beyond the log's present size and roomLeft. That needs
// nobody's leave, and no disk but this program's is full.
func disk(t *testing.T, log string) {
	t.Helper()
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGUSR1, syscall.SIGUSR2)
	var all syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &all); err != nil {
		t.Fatal(err)
	}
	for s := range told {
		left := all
		if s == syscall.SIGUSR1 {
			file, err := os.Stat(log)
			if err != nil {
				t.Fatal(err)
			}
			left.Cur = uint64(file.Size()) + roomLeft
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &left); err != nil {
			t.Fatal(err)
		}
	}
}

// ordeal is a show in whose middle the database goes away.
type ordeal struct {
	*crowd
	t              *testing.T
	breaks, mends  func()
	data, database string

	show     string
	accepted time.Time
}

// onPostgreSQL has the database's server killed, all its processes at once, and
// started again.
func onPostgreSQL(t *testing.T) *ordeal {
	t.Helper()
	cluster := postgres.New(t)
	f := open(t, func(c *Config) { c.Database = cluster.Fresh(t) })
	o := &ordeal{t: t, database: f.cfg.Database, breaks: func() { cluster.Kill(t) }, mends: func() { cluster.Start(t) }}
	return o.open(f)
}

// onAFullDisk has SQLite on a disk that is full for a while, in a program of its own.
func onAFullDisk(t *testing.T) *ordeal {
	t.Helper()
	o := &ordeal{t: t, data: t.TempDir()}
	listen := testkit.Loopback(testkit.FreePort(t))
	server := serveMortal(t, "", o.data, listen)
	tell := func(s syscall.Signal) func() {
		return func() {
			if err := syscall.Kill(server.PID(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.breaks, o.mends = tell(syscall.SIGUSR1), tell(syscall.SIGUSR2)
	return o.open(far(t, listen, o.data))
}

// open brings everybody: the payer, others in both rooms, and one of them hostile.
func (o *ordeal) open(f *fixture) *ordeal {
	o.t.Helper()
	book := &diary{went: map[[32]byte]time.Time{}}
	o.crowd = &crowd{duo: bringDuo(o.t, f, byApp, book.told), diary: book}
	o.payer = o.join(o.t, "the payer", demoFirst, o.token)
	o.others = []*witness{
		o.join(o.t, "a hostile guest", demoFirst, ""),
		o.join(o.t, "another member", demoFirst, o.token1(o.t, o.demo.Members[1])),
		o.join(o.t, "a guest of the other room", demoSecond, ""),
		o.join(o.t, "the payer in the other room", demoSecond, o.token),
	}
	ctx, stop := context.WithCancel(o.t.Context())
	var hostile sync.WaitGroup
	hostile.Go(func() { o.harass(ctx, o.others[0], demoFirst, "") })
	o.t.Cleanup(func() { stop(); hostile.Wait() })
	return o
}

// waits for a state of the show. Who asks while the database is away is not answered.
func (o *ordeal) waits(limit time.Duration, what string, done func(domain.Show) bool) (s domain.Show) {
	o.t.Helper()
	testkit.Until(o.t, limit, what, func() bool {
		var err error
		s, err = o.max.Show(o.t.Context(), o.show)
		return err == nil && done(s)
	})
	return s
}

// begin brings the show to where picture arrives.
func (o *ordeal) begin() {
	o.t.Helper()
	ctx := o.t.Context()
	o.show = must(wish(ctx, o.max, demoFirst, "show-key-1"))(o.t).ID
	must(o.her.Answer(ctx, o.show, true))(o.t)
	o.accepted = time.Now()
	must(o.her.ReadyFor(ctx, o.show))(o.t)
	o.waits(15*time.Second, "picture", func(s domain.Show) bool { return s.State == domain.ShowRunning })
}

// span is how much of the show the payer has seen, stalls and all.
func (o *ordeal) span() time.Duration {
	return o.payer.last(time.Now()).Sub(o.payer.first(o.accepted))
}

func (o *ordeal) sees(d time.Duration) {
	o.t.Helper()
	testkit.Until(o.t, d+10*time.Second, "the payer to see "+d.String()+" of the show", func() bool { return o.span() >= d })
}

// loses has the database go away, and the server know it.
func (o *ordeal) loses() {
	o.t.Helper()
	o.breaks()
	testkit.Until(o.t, 15*time.Second, "the server to say that it cannot write", func() bool { return !o.ready() })
}

// regains has it come back.
func (o *ordeal) regains() {
	o.t.Helper()
	o.mends()
	testkit.Until(o.t, 15*time.Second, "the server to be ready again", o.ready)
}

func (o *ordeal) ready() bool {
	c := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Get(o.URL() + "/readyz")
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	testkit.Pause(100 * time.Millisecond) // it is looked at once a second
	return resp.StatusCode == http.StatusOK
}

// nobodyElse tries what would open the rooms, and to come into them.
func (o *ordeal) nobodyElse() {
	o.t.Helper()
	ctx := o.t.Context()
	if _, err := o.her.Free(ctx, demoFirst); err == nil {
		o.t.Error("she is free in the middle of a show")
	}
	for _, room := range []string{demoFirst, demoSecond} {
		w := &witness{name: "who came to " + room + " meanwhile", diary: o.diary}
		transport := client.NewTransport(nil)
		o.t.Cleanup(transport.CloseIdleConnections)
		v, err := peer.View(ctx, peer.Watch{URL: o.URL() + "/whep/" + room, Transport: transport, Tap: w.tap})
		if err != nil {
			continue // refused: nothing was seen
		}
		o.t.Cleanup(func() { _ = v.Abandon() })
		w.Viewer = v
		o.others = append(o.others, w)
	}
}

// receipt holds what was paid against what the payer has seen: nobody has to say once
// more that the show is over.
func (o *ordeal) receipt(reason string) {
	o.t.Helper()
	ctx := o.t.Context()
	s := o.waits(15*time.Second, "the receipt", func(s domain.Show) bool { return s.State == domain.ShowSettled })
	if s.Reason != reason {
		o.t.Errorf("it ended because of %q, want %q", s.Reason, reason)
	}
	const jitter = 250 * time.Millisecond
	paid, span := time.Duration(s.DeliveredMS)*time.Millisecond, o.span()
	o.t.Logf("%s of the show went to the payer, %s are paid with %s", span, paid, s.Charged)
	if paid > span+jitter || paid < span-domain.TickEvery {
		o.t.Errorf("%s went to the payer, %s are paid", span, paid)
	}
	if want := domain.PromotionPrice * domain.Millicredits(s.DeliveredMS) / 60_000; s.Charged != want {
		o.t.Errorf("%s are charged for %d ms, want %s", s.Charged, s.DeliveredMS, want)
	}
	if left := must(o.max.Me(ctx))(o.t).BalanceMillicredits; left != o.before-s.Charged {
		o.t.Errorf("%s are left of %s after a show of %s", left, o.before, s.Charged)
	}
	if r, err := Verify(ctx, o.data, o.database); err != nil || !r.OK() {
		o.t.Errorf("the ledger: %+v %v", r, err)
	}
}

// free: until her word nobody has anything of the show, then everybody sees her.
func (o *ordeal) free() {
	o.t.Helper()
	show := window{o.payer.first(o.accepted), time.Now()}
	if n := o.payer.between(show.from, show.to); n < 200 {
		o.t.Errorf("the payer had %d packets of the show, which proves nothing", n)
	}
	o.shows = []window{show}
	if leaks := o.seen(); len(leaks) > 0 {
		o.t.Errorf("the show is seen: %v", leaks)
	}
	for _, room := range []string{demoFirst, demoSecond} {
		o.reads(o.t, room, domain.RoomPrivate)
	}
	show.to = time.Now()
	o.shows[0] = show
	must(o.her.Free(o.t.Context(), demoFirst))(o.t)
	for _, room := range []string{demoFirst, demoSecond} {
		o.reads(o.t, room, domain.RoomLive)
	}
	for _, w := range append([]*witness{o.payer}, o.others[1:4]...) { // the hostile one may have cut itself off
		testkit.Until(o.t, 10*time.Second, w.name+" to see her again", func() bool { return !w.first(show.to).IsZero() })
	}
	if leaks := o.seen(); len(leaks) > 0 {
		o.t.Errorf("the show was seen: %v", leaks)
	}
}

// goesOn: for less than two ticks the database is away, a tick is due meanwhile, and
// the payer notices nothing.
func (o *ordeal) goesOn() {
	o.begin()
	o.sees(5 * time.Second)
	o.loses()
	o.sees(11 * time.Second)
	if s := time.Since(o.payer.last(time.Now())); s > 3*time.Second {
		o.t.Errorf("the payer has had no picture for %s", s)
	}
	o.regains()
	o.nobodyElse()
	o.waits(10*time.Second, "the tick to be paid", func(s domain.Show) bool { return s.Charged > 0 && s.State == domain.ShowRunning })
	o.sees(o.span() + time.Second)
	must(o.max.End(o.t.Context(), o.show))(o.t)
	o.receipt("member")
	o.free()
}

// ends: the database stays away, and the payer's picture stops before much of it is
// unpaid.
func (o *ordeal) ends() {
	o.begin()
	o.loses()
	testkit.Until(o.t, 40*time.Second, "the payer's picture to stop", func() bool { return time.Since(o.payer.last(time.Now())) > 5*time.Second })
	o.nobodyElse()
	if span := o.span(); span > 35*time.Second {
		o.t.Errorf("%s went to the payer that nobody could book", span)
	}
	o.regains()
	o.receipt("server")
	o.free()
}

// hangsUp: the payer ends the show while nothing can be written.
func (o *ordeal) hangsUp() {
	o.begin()
	o.sees(3 * time.Second)
	o.loses()
	o.nobodyElse()
	ctx := o.t.Context()
	if _, err := o.max.End(ctx, o.show); domain.KindOf(err) != domain.KindUnavailable {
		o.t.Errorf("ended: %v", err)
	}
	end := time.Now()
	if _, err := o.her.ReadyFor(ctx, o.show); domain.KindOf(err) != domain.KindConflict {
		o.t.Errorf("ready: %v", err)
	}
	testkit.Pause(time.Second)
	if more := o.payer.first(end.Add(200 * time.Millisecond)); !more.IsZero() {
		o.t.Errorf("the payer has picture that went out %s after he had hung up", more.Sub(end))
	}
	o.regains()
	o.receipt("member")
	o.free()
}

// PostgreSQL is killed in a show, or the disk fills up: for a short while the show goes
// on, else it ends by itself. What went to the payer is paid when the database is back
// and not a thousandth more, nobody else sees or hears any of it before she is free,
// and then everybody does.
func TestShow_databaseGoesAway(t *testing.T) {
	for name, story := range map[string]func(*testing.T){
		"PostgreSQL is killed":              func(t *testing.T) { onPostgreSQL(t).goesOn() },
		"PostgreSQL is killed and stays so": func(t *testing.T) { onPostgreSQL(t).ends() },
		"the disk is full":                  func(t *testing.T) { onAFullDisk(t).goesOn() },
		"the disk is full and stays so":     func(t *testing.T) { onAFullDisk(t).ends() },
		"the payer hangs up on a full disk": func(t *testing.T) { onAFullDisk(t).hangsUp() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			story(t)
		})
	}
}
