package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// herMicrophone is the name of the recording that stands in for a microphone.
const herMicrophone = "annas-blue-microphone"

// What guests and members receive of two rooms of one person, by every way, has
// nothing in common that a room of somebody else does not share, and nothing of
// hers: no address, device, account, person or number of her upload (domain
// rule 4).
func TestPrivacy_roomsOfOnePersonShareNothing(t *testing.T) {
	s := stage.Open(t, stage.Options{Args: behindBooth()})
	booth := openBooth(t, s)
	sound := filepath.Join(t.TempDir(), herMicrophone+".wav")
	if err := os.WriteFile(sound, noise(60*testkit.SampleRate), 0o600); err != nil {
		t.Fatal(err)
	}
	live := stage.GoLive(t, "--backend", booth.URL, "--credentials", s.Credentials(), "--video", "pattern", "--audio", "file:"+sound, "--size", "640x360")
	live.UntilLive(patience)
	stop := somebodyElse(t, s)
	secret := secrets(t, s, booth)

	// A room without a still yet answers like no other, whosever it is.
	for _, p := range s.Performers[:2] {
		testkit.Until(t, patience, "a still of "+p.Name, func() bool {
			room, err := s.Guest().Room(t.Context(), p.Name)
			return err == nil && room.Thumbnail != ""
		})
	}
	a, b, c := newMaterial(s.Performers[0].Name), newMaterial(s.Performers[1].Name), newMaterial(elseName)
	list := newMaterial("")
	visit(t, s, []*material{a, b, c}, list, func() {
		if err := live.Stop(patience); err != nil {
			t.Logf("her program ended with %v, which is no matter of this story:\n%s", err, live.Log())
		}
		stop()
	})

	for room, m := range map[string]*material{"A": a, "B": b, "the list": list} {
		tellsNothing(t, room, m, secret)
	}
	tellsNothing(t, "A", a, map[string]string{b.room: "the name of her other account"})
	tellsNothing(t, "B", b, map[string]string{a.room: "the name of her other account"})
	shareNoWord(t, a, b, c)
	shareNoMoment(t, a, b)
	shareNoStill(t, a, b)
	shareNoNumber(t, s, a, b, booth.offer(t))
	shareNoEntry(t, list, a.room, b.room)
}

// noise is a WAV of n samples that never repeat.
func noise(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt ")
	b = binary.LittleEndian.AppendUint32(b, 16)
	for _, v := range []uint16{1, 1, 48000 & 0xffff, 48000 >> 16, 96000 & 0xffff, 96000 >> 16, 2, 16} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = binary.LittleEndian.AppendUint32(append(b, "data"...), uint32(2*n))
	for range n {
		b = binary.LittleEndian.AppendUint16(b, uint16(random.IntN(4000)))
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// elseName is the room of somebody else.
const elseName = "somebody-else"

// somebodyElse has a room of her own, live by an encoder, with a still, until
// stop is called.
func somebodyElse(t *testing.T, s *stage.Stage) (stop func()) {
	t.Helper()
	p := stage.Person{Name: elseName, Email: "else@demo.example", Password: password}
	staff, _ := s.SignIn(s.Staff)
	studio, _ := s.SignIn(s.Studio)
	must := func(_ domain.Account, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(studio.AddPerformer(t.Context(), domain.SignUp{Name: p.Name, Email: p.Email, Password: p.Password, Adult: true}))
	own, _ := s.SignIn(p)
	must(own.Apply(t.Context(), p.Name, domain.Application{FullName: "Eva Else", BirthDate: "1990-01-01", Country: "RO"}))
	must(staff.Decide(t.Context(), p.Name, domain.Decision{State: domain.StateActive}))
	describe(t, own, p.Name)
	key, err := own.NewStreamKey(t.Context(), p.Name)
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := peer.Publish(t.Context(), peer.Publication{URL: s.URL + "/whip", Token: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := encoder.Abandon(); err != nil {
			t.Error(err)
		}
	})
	testkit.Until(t, patience, "the other room to be live", func() bool { return liveRooms(t, s) == 3 })
	var picture bytes.Buffer
	grey := image.NewGray(image.Rect(0, 0, 320, 180))
	grey.SetGray(7, 7, color.Gray{Y: 200})
	if err := jpeg.Encode(&picture, grey, nil); err != nil {
		t.Fatal(err)
	}
	if err := own.SetThumbnail(t.Context(), p.Name, picture.Bytes()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := own.SetOnline(t.Context(), p.Name, false); err != nil {
			t.Error(err)
		}
	}
}

// describe fills in a profile as whole as those of the demo's performers, so that
// every part of a page is there in each room.
func describe(t *testing.T, own *client.Client, name string) {
	t.Helper()
	_, err := own.SetProfile(t.Context(), name, domain.ProfileEdit{
		Introduction: "Sculptor by day.", Likes: "Marble", Dislikes: "Dust", Languages: []string{"ro", "hu"}, Category: "mature",
		Appearance: domain.Appearance{HeightCM: 181, Build: "average", Hair: "grey", Eyes: "hazel"}, Willingness: []string{"conversation", "outfits"},
		Prices:  domain.Prices{Private: 4990, Cam2cam: 1500, Audio: 1250},
		TipMenu: []domain.TipOffer{{Title: "A sketch", Amount: 15_000}, {Title: "A proverb", Amount: 3000}, {Title: "Clay, not marble", Amount: 40_000}},
	})
	if err == nil {
		_, err = own.SetGoal(t.Context(), name, "A new chisel", 300_000)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// visit has two guests and a member look at the rooms by every way, while there
// is chat and tips, until stop has ended all shows.
func visit(t *testing.T, s *stage.Stage, rooms []*material, list *material, stop func()) {
	t.Helper()
	_, session := s.SignIn(s.Members[0])
	guest, member := eyes{s: s}, eyes{s: s, token: session.Token}
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	for n, e := range []eyes{guest, member, guest} {
		for i, m := range rooms {
			e.read(t, m)
			e.follow(ctx, t, m, &work)
			e.watch(t, m)
			if e.token != "" {
				say := fmt.Sprintf(`{"text":"a line for room %d only","key":"line-for-room-%d"}`, i, i)
				e.call(t, m, "POST", "/api/v1/rooms/"+m.room+"/messages", say)
				testkit.Pause(time.Second) // a note counts as a line, and lines have a pace
				tip := fmt.Sprintf(`{"millicredits":%d,"note":"note-number-%d","key":"tip-for-room-%d"}`, 10_000+7*i, i, i)
				if status, answer := e.call(t, m, "POST", "/api/v1/rooms/"+m.room+"/tips", tip); status != 201 {
					t.Fatalf("the tip: %d %s", status, answer)
				}
			}
			e.read(t, m)
		}
		for range 4 + n {
			for _, m := range rooms {
				e.still(t, m)
			}
			e.call(t, list, "GET", "/", "")
			e.call(t, list, "GET", "/api/v1/rooms", "")
			testkit.Pause(time.Second)
		}
	}
	for _, m := range rooms[:2] {
		for n := 0; len(m.stills) < 2 && n < 30; n++ { // a new one comes every 7.5 to 12.5 s
			testkit.Pause(time.Second)
			guest.still(t, m)
		}
	}
	stop()
	for _, m := range rooms {
		testkit.Until(t, patience, m.room+" to be offline", func() bool {
			room, err := s.Guest().Room(t.Context(), m.room)
			return err == nil && room.State == domain.RoomOffline
		})
		testkit.Until(t, patience, "the event that "+m.room+" is offline", func() bool {
			m.mu.Lock()
			defer m.mu.Unlock()
			return bytes.Count(m.text.Bytes(), []byte(`"data":{"state":"offline"}`)) >= 3
		})
		guest.read(t, m)
		for _, j := range m.joins {
			testkit.Receive(t, patience, j.view.Gone(), "the views of "+m.room+" to end")
		}
	}
}
