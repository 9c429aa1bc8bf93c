package ui_test

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	money "github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/page/guests"
	"github.com/jasmincam/jasmincam/internal/ui/page/persona"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Models of all pages that show what a scene gives them, and do nothing. Verbs
// that no scene needs are those of the embedded interface.

type actorLive struct {
	page.LiveModel
	bell
	view vm.LiveView
	slot capture.Slot
}

func (a *actorLive) View() vm.LiveView      { return a.view }
func (a *actorLive) Preview() *capture.Slot { return &a.slot }
func (a *actorLive) Watch(bool)             {}
func (a *actorLive) LookForDevices()        {}
func (a *actorLive) SetLook(settings.Look)  {}
func (a *actorLive) FlipMirror()            {}
func (a *actorLive) Mute(bool)              {}
func (a *actorLive) GoOnline(...string)     {}
func (a *actorLive) Panic()                 {}
func (a *actorLive) ShowAgain()             {}
func (a *actorLive) GoOffline(...string)    {}
func (a *actorLive) Level() float64         { return -18 }

type actorChat struct {
	talk.Model
	view  vm.ChatView
	lines []vm.Line
}

func (a *actorChat) View() vm.ChatView { a.view.Len = len(a.lines); return a.view }
func (a *actorChat) Len() int          { return len(a.lines) }
func (a *actorChat) Search(string)     {}
func (a *actorChat) Line(i int) (vm.Line, bool) {
	if i < 0 || i >= len(a.lines) {
		return vm.Line{}, false
	}
	return a.lines[i], true
}

type actorMoney struct {
	money.Model
	view vm.MoneyView
}

func (a *actorMoney) View() vm.MoneyView { return a.view }
func (a *actorMoney) Open(string)        {}
func (a *actorMoney) Shut()              {}

type actorPersona struct {
	persona.Model
	view vm.PersonaView
}

func (a *actorPersona) View() vm.PersonaView { return a.view }
func (a *actorPersona) Open(string)          {}
func (a *actorPersona) Dismiss(string)       {}

type actorGuests struct {
	guests.Model
	view vm.GuestsView
}

func (a *actorGuests) View() vm.GuestsView { return a.view }
func (a *actorGuests) Open(string)         {}

// What is long in the scenes: names of 30 letters, the most that there may be.
const (
	longName   = "anastasia-from-northern-lights"
	longMember = "a-member-with-thirty-letters-xx"
	longCamera = "A camera with a very long name of its maker, HD Pro"
	longPlace  = "A browser with a long name on a system with one"
	longMail   = "somebody-with-a-long-address@mail.example.com"
	longNote   = "likes jazz and long talks about the sea"
)

// scenesAt is when all scenes play.
func scenesAt() time.Time { return time.Date(2026, 11, 20, 21, 30, 0, 0, time.Local) }

func unreachable() vm.Notice { return vm.Notice{Key: "error.unavailable"} }

// oneKnown is an account that is signed in.
func oneKnown() []vm.Known {
	return []vm.Known{{Email: "a@example.com", Name: longName, Letter: "A", In: true, State: domain.StateActive}}
}

func twoKnown() []vm.Known {
	return append(oneKnown(), vm.Known{Email: longMail, Name: "bella", Letter: "B", In: true, State: domain.StateActive})
}

// readyLive is the Live page before she goes online with two accounts.
func readyLive() vm.LiveView {
	return vm.LiveView{State: session.Offline, Accounts: []vm.Card{
		{Email: "a@example.com", Name: longName, Letter: "A", State: session.Offline, EarnedCents: 123_456, PriceMillicredits: 2990},
		{Email: longMail, Name: "bella", Letter: "B", State: session.Offline, EarnedCents: 990, PriceMillicredits: 10_000}},
		Choice: desk.Choice{Camera: desk.Source{Kind: "device", Name: "usb-1"}, Microphone: desk.Source{Kind: "tone"},
			Size: capture.Wish{Width: 1920, Height: 1080, FPS: 30}},
		Cameras:     []vm.Device{{Source: desk.Source{Kind: "device", Name: "usb-1"}, Name: longCamera}, {Source: desk.Source{Kind: "pattern"}}},
		Microphones: []vm.Device{{Source: desk.Source{Kind: "tone"}}, {Source: desk.Source{Kind: "silence"}}},
		Look:        settings.Look{Zoom: 1, X: 0.5, Y: 0.5, Overlay: settings.Overlay{X: 1, Width: 0.15}},
		Width:       1920, Height: 1080, FPS: 29.7, HealthWord: desk.HealthOff, Watching: true}
}

// onAir is the Live page while both accounts are online.
func onAir() vm.LiveView {
	v := readyLive()
	v.State, v.To, v.Online = session.Live, []string{longName, "bella"}, true
	v.Kbps, v.Dropped, v.HealthWord = 4012, 3, desk.HealthGood
	for i := range v.Accounts {
		a := &v.Accounts[i]
		a.State, a.Online, a.Viewers, a.TimeOnline = session.Live, true, 128>>(4*i), 3*time.Hour+7*time.Minute
	}
	return v
}

// talkLines is a chat with everything that may be in one.
func talkLines() []vm.Line {
	said := func(id int64, letter, who, words string) vm.Line {
		name, email := longName, "a@example.com"
		if letter == "B" {
			name, email = "bella", longMail
		}
		return vm.Line{ID: id, Email: email, Account: name, Letter: letter, Kind: vm.LineSaid, Who: who, Role: domain.RoleMember, Text: words,
			At: scenesAt().Add(time.Duration(id) * time.Minute)}
	}
	lines := []vm.Line{
		said(1, "A", "tom", strings.Repeat("a thousand letters are the most that a line may have; ", 19)[:1000]),
		said(2, "A", "tom", "hello there, you look lovely tonight"),
		said(3, "B", "guest-k3f9", "hi"),
		said(4, "A", longMember, "שלום לך, מה שלומך הערב? אני שמח לראות אותך"),
		said(5, "B", "karl", "👩‍👩‍👧‍👦 😍🇷🇴 👍🏽 what a night, and a long line that has to be broken because there is no room for all of it in one row"),
		said(6, "A", longName, "thank you, tom!"),
		said(7, "B", "karl", "for the shoes"),
		said(8, "B", "bella", "I will be back at nine"),
		said(9, "A", "", ""),
		said(10, "B", "", ""),
		said(11, "B", "karl", "see you later"),
	}
	lines[1].Badges = vm.Badges{New: true, Tipper: true, Favourite: true, Note: longNote}
	lines[2].Role = domain.RoleGuest
	lines[5].Own, lines[5].Fate = true, vm.FateSent
	lines[6].Kind, lines[6].Millicredits = vm.LineTip, 25_000
	lines[7].Own, lines[7].Fate, lines[7].Why = true, vm.FateRefused, unreachable()
	lines[8].Kind, lines[8].Who, lines[8].Until = vm.LineRemoved, "spammer", scenesAt().Add(time.Hour)
	lines[9].Kind, lines[9].Open = vm.LineRules, false
	return lines
}

// chatRooms are those of both accounts.
func chatRooms() []vm.ChatRoom {
	return []vm.ChatRoom{
		{Email: "a@example.com", Account: longName, Letter: "A", Known: true,
			Removed: []vm.Removed{{Who: "spammer", Until: scenesAt()}, {Who: longMember}}},
		{Email: longMail, Account: "bella", Letter: "B", Known: true, GuestChat: true}}
}

func earnings() vm.MoneyView {
	from := scenesAt().AddDate(0, 0, -5)
	t := vm.Table{Open: true, From: from, To: from.AddDate(0, 0, 14), Loaded: true, Earlier: true, More: true, Gross: 311_940, Share: 124_446,
		Own: 124_446, Online: 43 * time.Hour, Exported: 40}
	for i := range 40 {
		t.Rows = append(t.Rows, vm.Row{Entry: fmt.Sprint(i), Letter: string(rune('A' + i%2)), At: from.Add(time.Duration(40-i) * 7 * time.Hour),
			Kind: []string{"tip", "tip", "refund"}[i%3], From: []string{longMember, "karl"}[i/2%2], Gross: int64(i+1) * 2500, Share: int64(i+1) * 1000,
			Own: int64(i+1) * 800})
	}
	show := vm.Row{Entry: "show", Letter: "A", At: from.AddDate(0, 0, 13), Kind: "show", From: longMember, Gross: 2990, Share: 1196, Own: 956}
	for i := range 6 {
		show.Parts = append(show.Parts, vm.Row{Entry: fmt.Sprint("part", i), Letter: "A", At: show.At.Add(-time.Duration(i) * 10 * time.Second), Kind: "capture", Gross: 498, Share: 199, Own: 159})
	}
	t.Rows = append([]vm.Row{show}, t.Rows...)
	for d := range 14 {
		t.Days = append(t.Days, vm.Day{Day: from.AddDate(0, 0, d).Format("2006-01-02"), Own: int64(d*d) * 100})
	}
	return vm.MoneyView{Table: t, EarnedCents: 124_446, Accounts: []vm.Earnings{
		{Email: "a@example.com", Name: longName, Letter: "A", Known: true, EarnedCents: 123_456, GrossCents: 308_640, Percent: 40,
			Level: "Famous", Next: "Star", ToNextCents: 91_360, From: from, To: from.AddDate(0, 0, 14), Online: 40 * time.Hour},
		{Email: longMail, Name: "bella", Letter: "B", Known: true, EarnedCents: 990, GrossCents: 3300, Percent: 30, Level: "Newcomer",
			Promotion: &vm.Promotion{Ends: from, OnlineLeft: 17 * time.Hour}, Next: "Rising", ToNextCents: 6700, From: from, To: from.AddDate(0, 0, 14),
			Online: 3 * time.Hour},
	}}
}

// regulars are the members of a busy room.
func regulars() vm.GuestsView {
	v := vm.GuestsView{Rooms: []vm.GuestsRoom{{Email: "a@example.com", Name: longName, Letter: "A"}, {Email: longMail, Name: "bella", Letter: "B"}},
		Email: "a@example.com", Order: domain.ByLastSpent, Known: true}
	for i := range 30 {
		v.Guests = append(v.Guests, vm.Guest{Name: []string{longMember[:28], "tom", "karl", "an-old-friend"}[i%4] + fmt.Sprint(i), Favourite: i%3 == 0,
			Spent: domain.Millicredits(i+1) * 12_500, Last: scenesAt().Add(-time.Duration(i) * 26 * time.Hour), Note: []string{"", longNote}[i%2]})
	}
	return v
}

// profile has something in every field.
func profile() vm.PersonaView {
	at := scenesAt()
	v := vm.PersonaView{Rooms: []vm.PersonaRoom{{Email: "a@example.com", Name: longName, Letter: "A"}, {Email: longMail, Name: "bella", Letter: "B"}},
		Email: "a@example.com", Known: true,
		Doors: domain.RoomSettings{HomeClosed: true, GuestsClosedIn: []string{"RO", "BA"}},
		Sight: &vm.Sight{Country: "RO", Role: domain.RoleGuest, Sight: domain.Sight{Message: "This room is not open in your country."}},
		Pictures: []vm.Picture{{Slot: domain.SlotGeneral, State: domain.PictureWaiting, At: at, Small: portrait()},
			{Slot: domain.SlotGeneral, State: domain.PictureApproved, At: at, Small: portrait()},
			{Slot: domain.SlotMembers, State: domain.PictureRejected, At: at, Reason: "The picture is too dark, and somebody else is seen in it."}}}
	v.Profile = domain.Profile{Name: longName, PriceNow: 2990, PriceWhy: domain.PriceOffPeak, PriceUntil: at.Add(time.Hour).UnixMilli(), Goal: &domain.Goal{Title: "New shoes", Target: 500_000, Collected: 123_000},
		ProfileEdit: domain.ProfileEdit{Introduction: strings.Repeat("I like long evenings. ", 20), Likes: "jazz", Dislikes: "haste", Languages: []string{"en", "es", "ro", "ru"},
			Category: "couples", Appearance: domain.Appearance{HeightCM: 172, Build: "athletic", Hair: "coloured", Eyes: "hazel"}, Willingness: []string{"dancing", "asmr"},
			Prices:  domain.Prices{Private: 3990, Cam2cam: 1000, Audio: 500, OffPeak: &domain.OffPeak{Price: 2990, FromHour: 3, ToHour: 9}},
			TipMenu: []domain.TipOffer{{Title: "A smile", Amount: 5000}, {Title: "A song of your choice, with my own voice", Amount: 250_000}}}}
	return v
}

// portrait is a picture of a profile.
func portrait() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 180, 225))
	for y := range 225 {
		for x := range 180 {
			m.Set(x, y, color.RGBA{byte(120 + x/2), byte(60 + y/2), 140, 255})
		}
	}
	return m
}

// scenery is a picture of a room, for the preview.
func scenery(pool *capture.Pool) *capture.Frame {
	f := pool.Get(1280, 720)
	for y := range f.Height {
		for x := range f.Width {
			f.Y[y*f.YStride+x] = byte(60 + (x/160*14+y/120*10)%120)
		}
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 118, 142
	}
	f.At = scenesAt()
	return f
}
