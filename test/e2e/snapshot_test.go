package e2e

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// A member buys on the room's page what `jasmincam live` takes of its capture: whole,
// in the size of the picture, within the time, and his alone.
func TestSnapshot_onThePage(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	room := s.Performers[0].Name
	s.GoLive("--size", "640x360")
	her, _ := s.SignIn(s.Performers[0])
	profile, err := her.Profile(t.Context(), room)
	if err != nil {
		t.Fatal(err)
	}
	edit := profile.ProfileEdit
	edit.Prices.Snapshot = 1500
	if _, err := her.SetProfile(t.Context(), room, edit); err != nil {
		t.Fatal(err)
	}
	page := chrome.Open(t, chrome.Options{Flags: []string{"mute-audio"}}).Incognito(s.URL + "/signin?next=/r/" + room)
	signInHere(t, page, s.Members[0])
	page.Until(patience, `document.querySelector("video[data-room]")`)
	page.WaitForPicture(t, "video[data-room]", patience)
	press(page, "[data-snap]")
	press(page, "[value=buy]")
	page.Until(patience, `document.querySelector("[data-snap-small]").naturalWidth === 320 && /You paid 1.50 credits/.test(document.querySelector("[data-snap-says]").textContent)`)

	him, _ := s.SignIn(s.Members[0])
	book, err := him.History(t.Context(), "")
	if err != nil || len(book.Lines) == 0 || book.Lines[0].Kind != "snapshot" || book.Lines[0].Credits != -1500 {
		t.Fatalf("his history: %+v %v", book.Lines, err)
	}
	file, err := him.SnapshotPicture(t.Context(), book.Lines[0].Snapshot, false)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil || picture.Bounds() != image.Rect(0, 0, 640, 360) || bytes.Contains(file, []byte("Exif")) {
		t.Errorf("the picture: %v %v", picture.Bounds(), err)
	}
	for name, p := range map[string]stage.Person{"another member": s.Members[1], "her other account": s.Performers[1]} {
		c, _ := s.SignIn(p)
		if _, err := c.SnapshotPicture(t.Context(), book.Lines[0].Snapshot, true); domain.KindOf(err) != domain.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	sold, err := her.SoldSnapshots(t.Context(), room)
	if err != nil || len(sold) != 1 || sold[0].Width != 640 || sold[0].Ended-sold[0].Asked > domain.SnapshotWithin.Milliseconds() {
		t.Errorf("she sold %+v, %v", sold, err)
	}
	t.Logf("sold %d ms after it was asked for, %d bytes", sold[0].Ended-sold[0].Asked, len(file))
	s.Verify()
}
