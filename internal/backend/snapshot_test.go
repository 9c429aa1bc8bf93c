package backend

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

const snapPrice = 1500

// shot is a picture as a program takes it.
func shot(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = byte(i / 7)
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 128, byte(100+i%50)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (d *duo) sell(t *testing.T, c *client.Client, room string, price domain.Millicredits) {
	t.Helper()
	e := must(c.Profile(t.Context(), room))(t).ProfileEdit
	e.Prices.Snapshot = price
	must(c.SetProfile(t.Context(), room, e))(t)
}

func (d *duo) order(t *testing.T, c *client.Client, room, key string) (domain.Snapshot, error) {
	return c.AskSnapshot(t.Context(), room, domain.SnapshotOrder{Price: snapPrice, Key: key})
}

func wants(t *testing.T, what string, err error, kind domain.Kind) {
	t.Helper()
	if domain.KindOf(err) != kind || err == nil {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// A snapshot over HTTP: offered while she is live, bought, private to its buyer,
// and deleted.
func TestSnapshot_fromTheOrderToTheHistory(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	if p := must(d.max.Room(ctx, demoFirst))(t).Snapshot; p != 0 {
		t.Errorf("offered for %s while it is off", p)
	}
	d.sell(t, d.her, demoFirst, snapPrice)
	if p := must(d.max.Room(ctx, demoFirst))(t).Snapshot; p != snapPrice {
		t.Errorf("offered for %s", p)
	}
	if p := must(d.http.Room(ctx, demoFirst))(t).Snapshot; p != 0 {
		t.Errorf("offered to a guest for %s", p)
	}
	s := must(d.order(t, d.max, demoFirst, "snapshot-key-1"))(t)
	for what, body := range map[string][]byte{"text": []byte("not a picture"), "half a picture": shot(t, 640, 360)[:900]} {
		_, err := d.her.DeliverSnapshot(ctx, s.ID, body)
		wants(t, what, err, domain.KindInvalid)
	}
	_, err := d.her.DeliverSnapshot(ctx, s.ID, make([]byte, domain.MaxStill+1))
	wants(t, "nine megabytes", err, domain.KindTooLarge)
	for _, c := range []*client.Client{d.eve, d.other, d.max} {
		if _, err := c.DeliverSnapshot(ctx, s.ID, shot(t, 640, 360)); err == nil {
			t.Error("somebody else delivered it")
		}
	}
	taken := shot(t, 1920, 1080)
	sold := must(d.her.DeliverSnapshot(ctx, s.ID, taken))(t)
	if sold.State != domain.SnapshotSold || sold.Width != 1920 || sold.Height != 1080 {
		t.Errorf("sold: %+v", sold)
	}
	if after := must(d.max.Me(ctx))(t).BalanceMillicredits; after != d.before-snapPrice {
		t.Errorf("%s left of %s", after, d.before)
	}
	if got := must(d.max.SnapshotPicture(ctx, s.ID, false))(t); !bytes.Equal(got, taken) {
		t.Error("the picture is not what was taken")
	}
	small := must(jpeg.Decode(bytes.NewReader(must(d.her.SnapshotPicture(ctx, s.ID, true))(t))))(t)
	if small.Bounds() != image.Rect(0, 0, 320, 180) {
		t.Errorf("the small one is %v", small.Bounds())
	}
	for who, c := range map[string]*client.Client{"another member": d.eve, "her other account": d.other, "herself": d.her, "a guest": d.http} {
		if _, err := c.SnapshotPicture(ctx, s.ID, false); err == nil {
			t.Errorf("%s sees it", who)
		}
	}
	if list := must(d.her.SoldSnapshots(ctx, demoFirst))(t); len(list) != 1 || list[0].ID != s.ID {
		t.Errorf("her last ones: %+v", list)
	}
	if err := d.max.DeleteSnapshot(ctx, s.ID); err != nil {
		t.Error(err)
	}
	_, err = d.max.SnapshotPicture(ctx, s.ID, false)
	wants(t, "deleted", err, domain.KindNotFound)
}

// What a camera wrote into a file does not reach the buyer.
func TestSnapshot_withoutMetadata(t *testing.T) {
	d := openDuo(t, nil)
	d.sell(t, d.her, demoFirst, snapPrice)
	s := must(d.order(t, d.max, demoFirst, "snapshot-key-1"))(t)
	plain := shot(t, 640, 360)
	secret := "47.4979 N 19.0402 E"
	tagged := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(secret) + 8), 'E', 'x', 'i', 'f', 0, 0}, secret...)
	tagged = append(append(tagged, plain[2:]...), secret...)
	must(d.her.DeliverSnapshot(t.Context(), s.ID, tagged))(t)
	got := must(d.max.SnapshotPicture(t.Context(), s.ID, false))(t)
	picture, err := jpeg.Decode(bytes.NewReader(got))
	if err != nil || bytes.Contains(got, []byte(secret)) || bytes.Contains(got, []byte("Exif")) || picture.Bounds().Dx() != 640 {
		t.Errorf("the picture has %d bytes with what it should not: %v", len(got), err)
	}
	if c := color.YCbCrModel.Convert(picture.At(300, 200)).(color.YCbCr); c.Y == 0 && c.Cb == 0 {
		t.Error("it shows nothing")
	}
}

// Without a picture the member is told within seconds after its time, and pays
// nothing; a late picture is refused.
func TestSnapshot_noPictureNoPay(t *testing.T) {
	d := openDuo(t, nil)
	d.sell(t, d.her, demoFirst, snapPrice)
	asked := time.Now()
	s := must(d.order(t, d.max, demoFirst, "snapshot-key-1"))(t)
	testkit.Until(t, domain.SnapshotWithin+5*time.Second, "the order to end", func() bool {
		s = must(d.max.Snapshot(t.Context(), s.ID))(t)
		return s.State == domain.SnapshotFailed
	})
	if took := time.Since(asked); took < domain.SnapshotWithin || s.Reason != "late" {
		t.Errorf("after %v: %+v", took, s)
	}
	_, err := d.her.DeliverSnapshot(t.Context(), s.ID, shot(t, 640, 360))
	wants(t, "late", err, domain.KindConflict)
	if after := must(d.max.Me(t.Context()))(t).BalanceMillicredits; after != d.before {
		t.Errorf("%s left of %s", after, d.before)
	}
}

// The barrier over HTTP, in both of her rooms: an order from before the accept is
// not filled, in the show only its payer buys, and afterwards nobody until she is free.
func TestSnapshot_behindTheCurtain(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	d.sell(t, d.her, demoFirst, snapPrice)
	d.sell(t, d.other, demoSecond, snapPrice)
	payer := d.watch(t, demoFirst, d.token)
	early := must(d.order(t, d.eve, demoSecond, "snapshot-key-1"))(t)
	s := d.start(t)
	_, err := d.other.DeliverSnapshot(ctx, early.ID, shot(t, 640, 360))
	wants(t, "an order from before", err, domain.KindConflict)
	if got := must(d.eve.Snapshot(ctx, early.ID))(t); got.State != domain.SnapshotFailed || got.Reason != "private" {
		t.Errorf("the order from before: %+v", got)
	}
	for _, room := range []string{demoFirst, demoSecond} {
		if p := must(d.eve.Room(ctx, room))(t).Snapshot; p != 0 {
			t.Errorf("%s offers for %s", room, p)
		}
		_, err := d.order(t, d.eve, room, "snapshot-key-"+room)
		wants(t, "another member in "+room, err, domain.KindConflict)
	}
	_, err = d.order(t, d.max, demoSecond, "snapshot-key-2")
	wants(t, "the payer in her other room", err, domain.KindConflict)
	if p := must(d.max.Room(ctx, demoFirst))(t).Snapshot; p != snapPrice {
		t.Errorf("the payer is offered for %s", p)
	}
	mine := must(d.order(t, d.max, demoFirst, "snapshot-key-3"))(t)
	if mine.Show != s.ID {
		t.Errorf("asked in the show: %+v", mine)
	}
	must(d.her.DeliverSnapshot(ctx, mine.ID, shot(t, 640, 360)))(t)
	if err := payer.Wait(ctx, len(payer.Units())+10); err != nil {
		t.Error(err)
	}
	last := must(d.order(t, d.max, demoFirst, "snapshot-key-4"))(t)
	must(d.max.End(ctx, s.ID))(t)
	_, err = d.her.DeliverSnapshot(ctx, last.ID, shot(t, 640, 360))
	wants(t, "after the end", err, domain.KindConflict)
	_, err = d.order(t, d.max, demoFirst, "snapshot-key-5")
	wants(t, "an order before she is free", err, domain.KindConflict)
	done := d.until(t, s.ID, 10*time.Second, domain.ShowSettled)
	if after := must(d.max.Me(ctx))(t).BalanceMillicredits; after != d.before-done.Charged-snapPrice {
		t.Errorf("%s left of %s after a show of %s and a snapshot", after, d.before, done.Charged)
	}
	must(d.her.Free(ctx, demoFirst))(t)
	d.waitState(t, demoSecond, domain.RoomLive)
	again := must(d.order(t, d.eve, demoSecond, "snapshot-key-6"))(t)
	must(d.other.DeliverSnapshot(ctx, again.ID, shot(t, 640, 360)))(t)
}

// A room that is fed by a bare stream key has no program that could be asked.
func TestSnapshot_notByAStreamKey(t *testing.T) {
	d := openDuoBy(t, byKey, nil)
	d.sell(t, d.her, demoFirst, snapPrice)
	d.sell(t, d.other, demoSecond, snapPrice)
	if a, b := must(d.max.Room(t.Context(), demoFirst))(t).Snapshot, must(d.max.Room(t.Context(), demoSecond))(t).Snapshot; a != snapPrice || b != 0 {
		t.Errorf("offered for %s by the app and %s by a key", a, b)
	}
	_, err := d.order(t, d.max, demoSecond, "snapshot-key-1")
	wants(t, "by a key", err, domain.KindConflict)
	if _, err := d.her.SetOnline(t.Context(), demoFirst, false); err != nil {
		t.Fatal(err)
	}
	_, err = d.order(t, d.max, demoFirst, "snapshot-key-2")
	wants(t, "offline", err, domain.KindConflict)
}

// The pictures are the session's: neither a page of another site nor a cache has them.
func TestSnapshot_pictureHeaders(t *testing.T) {
	d := openDuo(t, nil)
	d.sell(t, d.her, demoFirst, snapPrice)
	s := must(d.order(t, d.max, demoFirst, "snapshot-key-1"))(t)
	must(d.her.DeliverSnapshot(t.Context(), s.ID, shot(t, 64, 64)))(t)
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL()+"/api/v1/snapshots/"+s.ID+"/picture", nil))(t)
	req.Header.Set("Authorization", "Bearer "+d.max.Token())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if h := resp.Header; resp.StatusCode != 200 || h.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(h.Get("Cache-Control"), "private, no-cache") ||
		h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("%d %v", resp.StatusCode, h)
	}
}
