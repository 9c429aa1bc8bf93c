package persona

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	anna  = "anna@example.com"
	bella = "bella@example.com"
)

// studio keeps what one account shows.
type studio struct {
	base.Backend // what is not below is never called

	mu       sync.Mutex
	profile  domain.Profile
	doors    domain.RoomSettings
	pictures []domain.Picture
	sent     [][]byte
	reads    int
	fetched  int
	err      error
}

func (s *studio) Profile(context.Context, string) (domain.Profile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return s.profile, s.err
}

func (s *studio) SetProfile(_ context.Context, _ string, e domain.ProfileEdit) (domain.Profile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Prices.Private < domain.MinPrice {
		return domain.Profile{}, domain.Errorf("profile", domain.KindInvalid, "The private price is 2.99 at least.")
	}
	s.profile.ProfileEdit, s.profile.PriceNow = e, e.Prices.Private
	return s.profile, nil
}

func (s *studio) SetGoal(_ context.Context, _, title string, target domain.Millicredits) (domain.Profile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.profile.Goal = nil
	if target > 0 {
		s.profile.Goal = &domain.Goal{Title: title, Target: target}
	}
	return s.profile, nil
}

func (s *studio) Settings(context.Context, string) (domain.RoomSettings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doors, nil
}

func (s *studio) SetSettings(_ context.Context, _ string, d domain.RoomSettings) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doors = d
	return nil
}

func (s *studio) RoomAs(_ context.Context, _, country string, role domain.Role) (domain.Sight, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	closed := role == domain.RoleGuest && slices.Contains(s.doors.GuestsClosedIn, country)
	return domain.Sight{Open: !closed, Message: map[bool]string{true: "Not in your country."}[closed]}, nil
}

func (s *studio) Pictures(context.Context, string) ([]domain.Picture, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pictures), nil
}

func (s *studio) Picture(_ context.Context, _ string, slot domain.Slot, version string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetched++
	width := map[domain.Slot]int{domain.SlotGeneral: 600, domain.SlotMembers: 900}[slot]
	height := map[bool]int{true: 300, false: 600}[version == "new"]
	var b bytes.Buffer
	err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil)
	return b.Bytes(), err
}

func (s *studio) SetPicture(_ context.Context, _ string, slot domain.Slot, raw []byte) (domain.Picture, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, raw)
	x := domain.Picture{Slot: slot, State: domain.PictureWaiting, Version: "new", At: 9000}
	s.pictures = append(s.pictures, x)
	return x, nil
}

func begin(t *testing.T) (p *Persona, s *studio, prices func() string) {
	t.Helper()
	var mu sync.Mutex
	var told []string
	p = New(Config{Priced: func(email string, m, _ domain.Millicredits) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, email[:1]+m.String())
	}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s = &studio{profile: domain.Profile{Name: "anna", PriceNow: 3500}, doors: domain.RoomSettings{GuestChat: true},
		pictures: []domain.Picture{{Slot: domain.SlotMembers, State: domain.PictureApproved, Version: "1", At: 1}, {Slot: domain.SlotGeneral, State: domain.PictureApproved, Version: "1", At: 1},
			{Slot: domain.SlotGeneral, State: domain.PictureRejected, Reason: "Too dark.", Version: "2", At: 2}}}
	p.Enter(base.Account{Email: anna, Name: "anna", Letter: "A", Backend: s})
	synctest.Wait()
	return p, s, func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(told, " ")
	}
}

func TestPersona_readsAndSaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s, prices := begin(t)
		v := p.View()
		if v.Email != anna || !v.Known || v.Busy || v.Profile.Name != "anna" || !v.Doors.GuestChat || prices() != "a3.50" {
			t.Errorf("%+v %s", v, prices())
		}
		s.mu.Lock() // the backend takes its time
		p.Save(anna, domain.ProfileEdit{})
		if !p.View().Busy {
			t.Error("not busy")
		}
		s.mu.Unlock()
		synctest.Wait()
		p.Open(anna) // a reading does not hide the refusal
		synctest.Wait()
		if v := p.View(); v.Trouble.Text != "The private price is 2.99 at least." || v.Saved != 0 {
			t.Errorf("%+v", v)
		}
		if p.Dismiss(anna); !p.View().Trouble.Empty() {
			t.Errorf("dismissed, and told still: %+v", p.View().Trouble)
		}
		p.Save(anna, domain.ProfileEdit{Introduction: "Hello", Prices: domain.Prices{Private: 4990}})
		synctest.Wait()
		if v := p.View(); v.Saved != 1 || v.Profile.Introduction != "Hello" || !v.Trouble.Empty() || prices() != "a3.50 a3.50 a4.99" {
			t.Errorf("%+v %s", v, prices())
		}
		p.SetGoal(anna, "a new camera", 100_000)
		synctest.Wait()
		if g := p.View().Profile.Goal; g == nil || g.Title != "a new camera" {
			t.Errorf("%+v", g)
		}
		s.profile.Goal = &domain.Goal{Title: "a new camera", Target: 100_000, Collected: 500}
		p.Told(anna, domain.Event{Kind: domain.EventTip})
		p.Told(anna, domain.Event{Kind: domain.EventMessage})
		synctest.Wait()
		if g := p.View().Profile.Goal; g.Collected != 500 {
			t.Errorf("%+v", g)
		}
		s.profile.Goal = &domain.Goal{Title: "set by another program", Target: 5000}
		p.Told(anna, domain.Event{Kind: domain.EventProfile})
		synctest.Wait()
		if g := p.View().Profile.Goal; g.Title != "set by another program" {
			t.Errorf("%+v", g)
		}
		p.SetGoal(anna, "", 0)
		synctest.Wait()
		reads := s.reads
		p.Told(anna, domain.Event{Kind: domain.EventTip})
		synctest.Wait()
		if p.View().Profile.Goal != nil || s.reads != reads {
			t.Error("a tip without a goal has everything read")
		}
		p.Save("x", domain.ProfileEdit{})
		p.Leave(anna)
		if v := p.View(); v.Email != "" || len(v.Rooms) != 0 {
			t.Errorf("%+v", v)
		}
	})
}

func TestPersona_doors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s, _ := begin(t)
		p.SetDoors(anna, true, []string{" ro ", "", "RO", "hu"}, domain.AsideAway)
		p.LookFrom(anna, "ro", domain.RoleGuest)
		synctest.Wait()
		v := p.View()
		if !s.doors.HomeClosed || !slices.Equal(s.doors.GuestsClosedIn, []string{"RO", "HU"}) || !s.doors.GuestChat || !v.Doors.HomeClosed || s.doors.Aside != domain.AsideAway || v.Doors.Aside != domain.AsideAway {
			t.Errorf("%+v", s.doors)
		}
		if x := v.Sight; x == nil || x.Country != "RO" || x.Open || x.Message == "" {
			t.Errorf("%+v", x)
		}
		p.LookFrom(anna, "ro", domain.RoleMember)
		if p.View().Sight != nil {
			t.Error("an old answer to a new question")
		}
		synctest.Wait()
		if x := p.View().Sight; x == nil || !x.Open || x.Role != domain.RoleMember {
			t.Errorf("%+v", x)
		}
	})
}

func TestPersona_bannedWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s, _ := begin(t)
		p.BanWord(anna, " damn , nice feet,,damn")
		p.BanWord(anna, "other")
		synctest.Wait()
		if v := p.View(); !slices.Equal(v.Doors.BannedWords, []string{"damn", "nice feet", "other"}) || !s.doors.GuestChat || v.Saved != 2 {
			t.Errorf("%+v", v.Doors)
		}
		p.SetDoors(anna, true, nil, domain.AsideCurtain)
		p.AllowWord(anna, "damn")
		p.AllowWord(anna, "never banned")
		p.BanWord("nobody", "x")
		synctest.Wait()
		if v := p.View(); !slices.Equal(s.doors.BannedWords, []string{"nice feet", "other"}) || !slices.Equal(v.Doors.BannedWords, s.doors.BannedWords) || !v.Doors.HomeClosed {
			t.Errorf("%+v", s.doors)
		}
		p.AllowWord(anna, "other")
		p.AllowWord(anna, "nice feet")
		synctest.Wait()
		if s.doors.BannedWords == nil || len(s.doors.BannedWords) > 0 {
			t.Errorf("an empty list is sent as %#v, which leaves the old one", s.doors.BannedWords)
		}
	})
}

// upload is a picture's file.
type upload struct {
	io.Reader
	closed *int
}

func (u upload) Close() error { *u.closed++; return nil }

// sized tells whether a picture was made small by the model.
func sized(x Picture, width, height int) bool {
	return x.Small != nil && x.Small.Bounds() == image.Rect(0, 0, width, height)
}

func TestShrink_refusesNonsense(t *testing.T) {
	for _, raw := range []string{"", "no picture", "\xff\xd8\xff\xe0\x00\x10JFIF"} {
		if m := shrink([]byte(raw)); m != nil {
			t.Errorf("%q became a picture of %v", raw, m.Bounds())
		}
	}
}

func TestPersona_pictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s, _ := begin(t)
		v := p.View()
		if len(v.Pictures) != 3 || v.Pictures[0].Reason != "Too dark." || v.Pictures[0].Small != nil || !sized(v.Pictures[1], 300, 300) || !sized(v.Pictures[2], 300, 200) {
			t.Errorf("%+v", v.Pictures)
		}
		closed := 0
		send := func(data io.Reader, fails error) {
			p.Send(anna, domain.SlotGeneral, func() (io.ReadCloser, error) {
				if v := p.View(); !v.Sending || !v.Busy {
					t.Error("not sending")
				}
				return upload{data, &closed}, fails
			})
			synctest.Wait()
		}
		send(strings.NewReader("picture"), nil)
		if v := p.View(); len(s.sent) != 1 || string(s.sent[0]) != "picture" || v.Sending || v.Saved != 1 || v.Pictures[0].State != domain.PictureWaiting || !sized(v.Pictures[0], 300, 150) {
			t.Errorf("%+v", v)
		}
		if s.fetched != 3 {
			t.Errorf("%d fetched: what is here is fetched again", s.fetched)
		}
		send(bytes.NewReader(make([]byte, domain.MaxPicture+1)), nil)
		if v := p.View(); len(s.sent) != 1 || v.Trouble.Key != "refused.picture.large" || v.Saved != 1 {
			t.Errorf("%+v", v.Trouble)
		}
		send(nil, errors.New("no such file"))
		if v := p.View(); v.Trouble.Key != "error.invalid" || v.Sending || closed != 2 {
			t.Errorf("%+v, closed %d times", v.Trouble, closed)
		}
	})
}

func TestPersona_readsNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s, prices := begin(t)
		p.Enter(base.Account{Email: bella, Name: "bella", Letter: "B", Backend: &studio{err: domain.Errorf("profile", domain.KindUnavailable, "away")}})
		s.mu.Lock()
		s.profile.PriceNow = 2990 // off-peak begins
		s.mu.Unlock()
		time.Sleep(readEvery + time.Second)
		synctest.Wait()
		if got := prices(); got != "a3.50 a2.99" {
			t.Error(got)
		}
		p.Open(bella)
		synctest.Wait()
		if v := p.View(); v.Email != bella || v.Known || v.Trouble.Key != "error.unavailable" || len(v.Rooms) != 2 || len(p.Changed()) != 1 {
			t.Errorf("%+v", v)
		}
	})
}
