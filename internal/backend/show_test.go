package backend

import (
	"context"
	"image/color"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// duo is a fixture with both accounts of a person live by one upload.
type duo struct {
	*fixture
	her, other, max, eve *client.Client // the performer's two accounts, the payer, another member
	token                string         // the payer's
	pub                  *peer.Publisher
	before               domain.Millicredits // the payer's credits
}

// feed is how the performer's second account comes on.
type feed string

const (
	byApp feed = "the app's one upload"
	byKey feed = "a stream key of its own"
)

func openDuo(t *testing.T, told func(payload []byte)) *duo { return openDuoBy(t, byApp, told) }

func openDuoBy(t *testing.T, second feed, told func(payload []byte)) *duo {
	t.Helper()
	return bringDuo(t, open(t), second, told)
}

// bringDuo has them come to a server, which may be another program.
func bringDuo(t *testing.T, f *fixture, second feed, told func(payload []byte)) *duo {
	t.Helper()
	d := &duo{fixture: f}
	tell := func(p *peer.Publication) { p.Told = told }
	d.her, d.other = d.as(t, d.demo.Performers[0]), d.as(t, d.demo.Performers[1])
	d.max, d.eve = d.as(t, d.demo.Members[0]), d.as(t, d.demo.Members[1])
	sessions := []string{d.token1(t, d.demo.Performers[0]), d.token1(t, d.demo.Performers[1])}
	d.token = d.token1(t, d.demo.Members[0])
	if second == byKey {
		sessions = sessions[:1]
		d.upload(t, d.demo.Performers[1].StreamKey, tell)
	}
	grant := must(d.her.Begin(t.Context(), sessions))(t)
	d.pub = d.upload(t, grant.Token, tell)
	for name, c := range map[string]*client.Client{demoFirst: d.her, demoSecond: d.other} {
		testkit.Until(t, 10*time.Second, name+" to go online", func() bool {
			_, err := c.SetOnline(t.Context(), name, true)
			return err == nil
		})
		d.reads(t, name, domain.RoomLive)
	}
	d.before = must(d.max.Me(t.Context()))(t).BalanceMillicredits
	return d
}

// token1 signs somebody in and tells the session's token.
func (d *duo) token1(t *testing.T, who DemoAccount) string {
	t.Helper()
	return must(d.http.SignIn(t.Context(), who.Email, who.Password, "test"))(t).Token
}

// reads waits until a guest reads that a room is in a state.
func (d *duo) reads(t *testing.T, room string, want domain.RoomState) {
	t.Helper()
	testkit.Until(t, 15*time.Second, room+" to be "+string(want), func() bool {
		r, err := d.http.Room(t.Context(), room)
		return err == nil && r.State == want
	})
}

// until waits for a state of the show, and returns it as the payer sees it.
func (d *duo) until(t *testing.T, id string, limit time.Duration, want domain.ShowState) (s domain.Show) {
	t.Helper()
	testkit.Until(t, limit, "the show to be "+string(want), func() bool {
		s = must(d.max.Show(t.Context(), id))(t)
		return s.State == want
	})
	return s
}

// wish asks for a show at the rates of the moment, if the member is told any.
func wish(ctx context.Context, member *client.Client, performer, key string) (domain.Show, error) {
	offer, err := member.Quote(ctx, performer)
	if err != nil {
		return domain.Show{}, err
	}
	return member.Ask(ctx, performer, key, offer.Rates())
}

// start brings a show to where picture arrives.
func (d *duo) start(t *testing.T) domain.Show {
	t.Helper()
	s := must(wish(t.Context(), d.max, demoFirst, "show-key-1"))(t)
	if s.State != domain.ShowAsked || s.Left != d.before {
		t.Fatalf("asked: %+v", s)
	}
	if got := must(d.her.Answer(t.Context(), s.ID, true))(t); got.State != domain.ShowAccepted {
		t.Fatalf("accepted: %+v", got)
	}
	if got := must(d.her.ReadyFor(t.Context(), s.ID))(t); got.State != domain.ShowStarting {
		t.Fatalf("ready: %+v", got)
	}
	return d.until(t, s.ID, 10*time.Second, domain.ShowRunning)
}

// A whole show over HTTP with real peers: only the payer sees it, what arrived is
// paid and nothing else, and both rooms open again when she is free.
func TestShow_fromTheWishToFree(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	payer, eve, other := d.watch(t, demoFirst, d.token), d.watch(t, demoFirst, ""), d.watch(t, demoSecond, "")
	quote := must(d.max.Quote(ctx, demoFirst))(t)
	if !quote.Takes || quote.Price != domain.PromotionPrice || quote.Credit != d.before {
		t.Errorf("the quote is %+v", quote)
	}
	s := d.start(t)
	during := len(d.pub.Sent())
	for _, room := range []string{demoFirst, demoSecond} {
		if state := must(d.eve.Room(ctx, room))(t).State; state != domain.RoomPrivate {
			t.Errorf("%s is %s", room, state)
		}
	}
	if err := payer.Wait(ctx, len(payer.Units())+330); err != nil { // eleven seconds: one tick
		t.Fatal(err)
	}
	shown := d.pub.Sent()[during:]
	ended := must(d.max.End(ctx, s.ID))(t)
	if ended.State != domain.ShowEnded || ended.Reason != "member" {
		t.Errorf("ended: %+v", ended)
	}
	done := d.until(t, s.ID, 10*time.Second, domain.ShowSettled)
	seconds := shown[len(shown)-1].At.Sub(shown[0].At).Seconds() // a busy machine makes fewer pictures
	if paid := float64(done.DeliveredMS) / 1000; paid < seconds-1 || paid > seconds+2 {
		t.Errorf("%.1f s were shown, %.1f s are delivered", seconds, paid)
	}
	if want := quote.Price * domain.Millicredits(done.DeliveredMS) / 60_000; done.Charged != want {
		t.Errorf("charged %s for %d ms, want %s", done.Charged, done.DeliveredMS, want)
	}
	if after := must(d.max.Me(ctx))(t).BalanceMillicredits; after != d.before-done.Charged {
		t.Errorf("%s credits are left of %s after a show of %s", after, d.before, done.Charged)
	}
	if hers := must(d.her.Show(ctx, s.ID))(t); hers.EarnedCents != int64(done.Charged)*30/1000 || hers.Left != 0 {
		t.Errorf("she sees %+v", hers)
	}
	if r := must(d.store.Verify(ctx))(t); !r.OK() {
		t.Errorf("the ledger: %+v", r)
	}
	private := d.pub.Sent()[during:]
	if state := must(d.eve.Room(ctx, demoSecond))(t).State; state != domain.RoomPrivate {
		t.Errorf("before she is free the other room is %s", state)
	}
	must(d.her.Free(ctx, demoFirst))(t)
	d.waitState(t, demoFirst, domain.RoomLive)
	d.waitState(t, demoSecond, domain.RoomLive)
	for name, v := range map[string]*peer.Viewer{"a guest": eve, "a guest of the other room": other} {
		if err := v.Wait(ctx, len(v.Units())+20); err != nil {
			t.Fatal(err)
		}
		for _, u := range v.Units() {
			for _, p := range private {
				if u.Hash == p.Hash {
					t.Fatalf("%s saw a picture of the show", name)
				}
			}
		}
	}
}

// Where she chose to be away, visitors of her other room read what they read at any
// other time; she alone reads that it is closed, and opens both from there.
func TestShow_secondRoomIsAway(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	usual := must(d.other.Settings(ctx, demoSecond))(t)
	if usual.Aside != domain.AsideCurtain {
		t.Errorf("before she chose: %q", usual.Aside)
	}
	usual.Aside = domain.AsideAway
	if err := d.other.SetSettings(ctx, demoSecond, usual); err != nil {
		t.Fatal(err)
	}
	d.watch(t, demoFirst, d.token)
	other := d.watch(t, demoSecond, "")
	if err := d.other.SetThumbnail(ctx, demoSecond, picture(t, 64, 36, color.Gray{Y: 90})); err != nil {
		t.Fatal(err)
	}
	before := must(d.eve.Room(ctx, demoSecond))(t).Thumbnail
	s := d.start(t)
	during := len(d.pub.Sent())
	if room := must(d.eve.Room(ctx, demoSecond))(t); room.State != domain.RoomReconnecting || before == "" || room.Thumbnail != before || room.Since != 0 {
		t.Errorf("visitors read %+v", room)
	}
	if state := must(d.other.Room(ctx, demoSecond))(t).State; state != domain.RoomPrivate {
		t.Errorf("she reads that it is %s", state)
	}
	if err := d.other.SetThumbnail(ctx, demoSecond, []byte("still")); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("a still: %v", err)
	}
	if _, err := d.eve.Thumbnail(ctx, demoSecond); err != nil {
		t.Errorf("the last still, which any absence keeps: %v", err)
	}
	quote := must(d.eve.Quote(ctx, demoSecond))(t)
	_, err := wish(ctx, d.eve, demoSecond, "show-key-2")
	if quote.Takes || domain.KindOf(err) != domain.KindConflict || domain.Sentence(err) != quote.Reason {
		t.Errorf("the quote is %+v, and asked for she says %v", quote, err)
	}
	must(d.her.End(ctx, s.ID))(t)
	d.until(t, s.ID, 10*time.Second, domain.ShowSettled)
	private := d.pub.Sent()[during:]
	must(d.other.Free(ctx, demoSecond))(t)
	d.waitState(t, demoFirst, domain.RoomLive)
	testkit.Until(t, 30*time.Second, "the other room to come back", func() bool { return must(d.eve.Room(ctx, demoSecond))(t).State == domain.RoomLive })
	if err := other.Wait(ctx, len(other.Units())+20); err != nil {
		t.Fatal(err)
	}
	for _, u := range other.Units() {
		for _, p := range private {
			if u.Hash == p.Hash {
				t.Fatal("a guest of the other room saw a picture of the show")
			}
		}
	}
}
