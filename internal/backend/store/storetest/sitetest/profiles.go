package sitetest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// edit is a profile within all limits.
func edit() domain.ProfileEdit {
	return domain.ProfileEdit{
		Introduction: "Hello, I am Luna.\nI like long talks 🌹", Likes: "sunsets", Dislikes: "haste",
		Languages: []string{"hu", "en"}, Category: "exclusive", Willingness: []string{"dancing", "cam2cam"},
		Appearance: domain.Appearance{HeightCM: 168, Build: "slim", Hair: "red", Eyes: "green"},
		Prices:     domain.Prices{Private: 5490, Cam2cam: 1000, Audio: 2000, OffPeak: &domain.OffPeak{Price: 2990, FromHour: 22, ToHour: 6}},
		TipMenu:    []domain.TipOffer{{Title: "A song", Amount: 5000}, {Title: "A wink", Amount: 100}},
	}
}

func profileStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Add(domain.Account{Role: domain.RoleMember, Name: "ben"})
	fresh := must(w.Profile(guest(), "luna"))(t)
	if fresh.Name != "luna" || fresh.Category != domain.Categories()[0].Name || fresh.Prices.Private != domain.MinPrice || fresh.Goal != nil ||
		fresh.Languages == nil || fresh.Willingness == nil || fresh.TipMenu == nil {
		t.Errorf("before she wrote anything: %+v", fresh)
	}
	want := edit()
	set := must(w.SetProfile(luna.Ctx, "luna", want))(t)
	if !reflect.DeepEqual(set.ProfileEdit, want) {
		t.Errorf("she sees %+v, wrote %+v", set.ProfileEdit, want)
	}
	if seen := must(w.Profile(ben.Ctx, "luna"))(t); !reflect.DeepEqual(seen.ProfileEdit, want) {
		t.Errorf("a member sees %+v", seen)
	}
	if got := must(w.SetProfile(luna.Ctx, "luna", domain.ProfileEdit{
		Introduction: "  tidy \u202e me\r\n\x00up \n\n", Category: "girls", Languages: []string{"EN", "en"}, Willingness: []string{"feet", "feet"}, Prices: domain.Prices{Private: 2990},
	}))(t); got.Introduction != "tidy  me\nup" || !slices.Equal(got.Languages, []string{"en"}) || !slices.Equal(got.Willingness, []string{"feet"}) {
		t.Errorf("cleaned: %q %v %v", got.Introduction, got.Languages, got.Willingness)
	}
	_, err := w.SetProfile(ben.Ctx, "luna", want)
	w.Refused("a member writes her profile", err, domain.KindForbidden)
	_, err = w.SetProfile(guest(), "luna", want)
	w.Refused("a guest writes her profile", err, domain.KindUnauthenticated)
	_, err = w.Profile(guest(), "nobody")
	w.Refused("nobody's profile", err, domain.KindNotFound)
	if err := w.SetSettings(luna.Ctx, "luna", domain.RoomSettings{GuestsClosedIn: []string{"HU"}}); err != nil {
		t.Fatal(err)
	}
	_, err = w.Profile(guest(), "luna")
	w.Refused("the profile of a closed room", err, domain.KindCountry)
	w.Add(domain.Account{Role: domain.RolePerformer, Name: "unready"})
	_, err = w.Profile(guest(), "unready")
	w.Refused("the profile of one who is not approved", err, domain.KindNotFound)
}

func profileLimits(t *testing.T, w *world) {
	luna := w.performer("luna", "", "")
	many := func(n int, of func(int) string) (list []string) {
		for i := range n {
			list = append(list, of(i))
		}
		return list
	}
	for what, change := range map[string]func(*domain.ProfileEdit){
		"a long introduction":      func(e *domain.ProfileEdit) { e.Introduction = strings.Repeat("é", domain.MaxIntroduction+1) },
		"a very long introduction": func(e *domain.ProfileEdit) { e.Introduction = strings.Repeat("é", 20_000) },
		"many lines":               func(e *domain.ProfileEdit) { e.Introduction = strings.Repeat("a\n", 50) },
		"long likes":               func(e *domain.ProfileEdit) { e.Likes = strings.Repeat("a", domain.MaxLikes+1) },
		"long dislikes":            func(e *domain.ProfileEdit) { e.Dislikes = strings.Repeat("a", domain.MaxLikes+1) },
		"no language":              func(e *domain.ProfileEdit) { e.Languages = []string{"xx"} },
		"a long language":          func(e *domain.ProfileEdit) { e.Languages = []string{"hun"} },
		"many languages": func(e *domain.ProfileEdit) {
			e.Languages = many(9, func(i int) string { return strings.Fields("hu en es ro ru pt de fr it")[i] })
		},
		"no category":            func(e *domain.ProfileEdit) { e.Category = "" },
		"another category":       func(e *domain.ProfileEdit) { e.Category = "<b>" },
		"another willingness":    func(e *domain.ProfileEdit) { e.Willingness = []string{"cooking"} },
		"a giant":                func(e *domain.ProfileEdit) { e.Appearance.HeightCM = 300 },
		"another build":          func(e *domain.ProfileEdit) { e.Appearance.Build = "x" },
		"another hair":           func(e *domain.ProfileEdit) { e.Appearance.Hair = "x" },
		"other eyes":             func(e *domain.ProfileEdit) { e.Appearance.Eyes = "x" },
		"below the floor":        func(e *domain.ProfileEdit) { e.Prices.Private = 2980 },
		"above the category":     func(e *domain.ProfileEdit) { e.Prices.Private = 20_000 },
		"half a cent":            func(e *domain.ProfileEdit) { e.Prices.Private = 3995 },
		"dear audio":             func(e *domain.ProfileEdit) { e.Prices.Audio = 2010 },
		"negative audio":         func(e *domain.ProfileEdit) { e.Prices.Audio = -10 },
		"dear cam2cam":           func(e *domain.ProfileEdit) { e.Prices.Cam2cam = 5010 },
		"off-peak below floor":   func(e *domain.ProfileEdit) { e.Prices.OffPeak.Price = 2980 },
		"off-peak not lower":     func(e *domain.ProfileEdit) { e.Prices.OffPeak.Price = e.Prices.Private },
		"no off-peak hours":      func(e *domain.ProfileEdit) { e.Prices.OffPeak.ToHour = 22 },
		"hours of another day":   func(e *domain.ProfileEdit) { e.Prices.OffPeak.ToHour = 24 },
		"a long tip menu":        func(e *domain.ProfileEdit) { e.TipMenu = make([]domain.TipOffer, domain.MaxTipMenu+1) },
		"an empty line of it":    func(e *domain.ProfileEdit) { e.TipMenu[0].Title = " \u200b" },
		"a long line of it":      func(e *domain.ProfileEdit) { e.TipMenu[0].Title = strings.Repeat("a", domain.MaxTipTitle+1) },
		"nothing for a tip":      func(e *domain.ProfileEdit) { e.TipMenu[0].Amount = 0 },
		"too much for a tip":     func(e *domain.ProfileEdit) { e.TipMenu[0].Amount = domain.MaxTip + 1 },
		"a tip below everything": func(e *domain.ProfileEdit) { e.TipMenu[0].Amount = -5 },
	} {
		e := edit()
		change(&e)
		_, err := w.SetProfile(luna.Ctx, "luna", e)
		w.Refused(what, err, domain.KindInvalid)
	}
	must(w.SetProfile(luna.Ctx, "luna", edit()))(t)
}

func priceStories(t *testing.T, w *world) {
	luna := w.performer("luna", "", "")
	must(w.SetProfile(luna.Ctx, "luna", edit()))(t)
	price := func(what string, want domain.Millicredits, promoted bool) {
		t.Helper()
		if p := must(w.Profile(guest(), "luna"))(t); p.PriceNow != want || p.Promoted != promoted {
			t.Errorf("%s: %s, promoted %v; want %s", what, p.PriceNow, p.Promoted, want)
		}
	}
	price("a new performer", domain.PromotionPrice, true)
	w.Pass(30*24*time.Hour - time.Minute)
	price("in the 30th day", domain.PromotionPrice, true)
	w.Pass(time.Minute)
	price("after 30 days, at noon", 5490, false)
	w.Pass(10*time.Hour - time.Minute)
	price("a minute to ten in the evening", 5490, false)
	w.Pass(time.Minute)
	price("at ten", 2990, false)
	w.Pass(8*time.Hour - time.Minute)
	price("just before six", 2990, false)
	w.Pass(time.Minute)
	price("at six", 5490, false)
	must(w.Decide(w.Staff().Ctx, "luna", domain.Decision{State: domain.StateSuspended, Reason: "a test"}))(t)
	must(w.Decide(w.Staff().Ctx, "luna", domain.Decision{State: domain.StateActive}))(t)
	price("active again", 5490, false) // a promotion begins once
}

func goalStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben")
	w.tips(ben, 3000)
	early := w.tips(ben, 2000)
	w.Pass(time.Second)
	if p := must(w.SetGoal(luna.Ctx, "luna", "A new lamp", 50_000))(t); p.Goal == nil || *p.Goal != (domain.Goal{Title: "A new lamp", Target: 50_000}) {
		t.Errorf("a new goal: %+v", p.Goal)
	}
	collected := func(what string, want domain.Millicredits) {
		t.Helper()
		if p := must(w.Profile(guest(), "luna"))(t); p.Goal == nil || p.Goal.Collected != want {
			t.Errorf("%s: %+v, want %s", what, p.Goal, want)
		}
	}
	receipt := w.tips(ben, 10_010)
	w.tips(ben, 5000)
	collected("after two tips", 15_010)
	w.Pass(20 * 24 * time.Hour) // into another pay period
	w.tips(ben, 1000)
	collected("over two periods", 16_010)
	staff := w.Staff()
	must(w.Refund(staff.Ctx, receipt.Entry, "by mistake"))(t)
	collected("after a refund", 6000)
	must(w.Refund(staff.Ctx, early.Entry, "by mistake"))(t)
	collected("after the refund of a tip from before the goal", 6000)
	w.Pass(time.Second)
	must(w.SetGoal(luna.Ctx, "luna", "A new chair", 20_000))(t)
	collected("set anew", 0)
	if p := must(w.SetGoal(luna.Ctx, "luna", "", 0))(t); p.Goal != nil {
		t.Errorf("ended: %+v", p.Goal)
	}
	for what, c := range map[string]struct {
		title  string
		target domain.Millicredits
	}{"no title": {" ", 1000}, "negative": {"x", -1}, "endless": {"x", domain.MaxGoal + 1}, "a long title": {strings.Repeat("x", domain.MaxGoalTitle+1), 1000}} {
		_, err := w.SetGoal(luna.Ctx, "luna", c.title, c.target)
		w.Refused(what, err, domain.KindInvalid)
	}
	_, err := w.SetGoal(ben.Ctx, "luna", "mine", 1000)
	w.Refused("a member sets her goal", err, domain.KindForbidden)
}

func browseStories(t *testing.T, w *world) {
	var rooms []domain.Room
	for _, name := range []string{"zoe", "mia", "ana"} {
		p := w.performer(name, "", "")
		e := edit()
		e.Introduction, e.Likes = "I am "+name, "Äpfel"
		if name == "mia" {
			e.Category, e.Languages, e.Willingness, e.Prices.OffPeak = "girls", []string{"de"}, []string{"feet"}, nil
		}
		must(w.SetProfile(p.Ctx, name, e))(t)
		rooms = append(rooms, domain.Room{Name: name, State: domain.RoomLive})
		w.Pass(31 * 24 * time.Hour) // only the last one is new
	}
	w.Pass(-24 * 31 * time.Hour)
	rooms = append(rooms, domain.Room{Name: "a-ghost"})
	names := func(f domain.Filter) (list []string) {
		t.Helper()
		for _, c := range must(w.Cards(guest(), rooms, f))(t) {
			list = append(list, c.Name)
		}
		return list
	}
	for what, c := range map[string]struct {
		filter domain.Filter
		want   []string
	}{
		"everybody":   {domain.Filter{}, []string{"ana", "mia", "zoe"}},
		"a category":  {domain.Filter{Category: "girls"}, []string{"mia"}},
		"a language":  {domain.Filter{Language: "HU"}, []string{"ana", "zoe"}},
		"a service":   {domain.Filter{Willingness: "feet"}, []string{"mia"}},
		"a price":     {domain.Filter{MaxPrice: 1000}, []string{"ana"}},
		"a word":      {domain.Filter{Query: "i AM z"}, []string{"zoe"}},
		"an umlaut":   {domain.Filter{Query: "äpf"}, []string{"ana", "mia", "zoe"}},
		"both":        {domain.Filter{Category: "exclusive", Query: "zoe"}, []string{"zoe"}},
		"no such one": {domain.Filter{Query: "%"}, nil},
	} {
		if got := names(c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	w.Pass(31 * 24 * time.Hour)
	must(w.SetProfile(w.performer("new-zora", "", "").Ctx, "new-zora", edit()))(t)
	rooms = append(rooms, domain.Room{Name: "new-zora", State: domain.RoomLive})
	if got := names(domain.Filter{}); !slices.Equal(got, []string{"new-zora", "ana", "mia", "zoe"}) {
		t.Errorf("promoted first: %q", got)
	}
	for what, f := range map[string]domain.Filter{"category": {Category: "x"}, "language": {Language: "x"}, "service": {Willingness: "x"}, "price": {MaxPrice: -1},
		"query": {Query: strings.Repeat("x", domain.MaxQuery+1)}} {
		_, err := w.Cards(guest(), rooms, f)
		w.Refused(what, err, domain.KindInvalid)
	}
}

func sightStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Add(domain.Account{Role: domain.RoleMember, Name: "ben"})
	if err := w.SetSettings(luna.Ctx, "luna", domain.RoomSettings{HomeClosed: true, GuestsClosedIn: []string{"FR"}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		country string
		role    domain.Role
		open    bool
		chat    bool
	}{
		{"DE", domain.RoleGuest, true, false}, {"DE", domain.RoleMember, true, true}, {"FR", domain.RoleGuest, false, false}, {"fr", domain.RoleMember, true, true},
		{"HU", domain.RoleGuest, false, false}, {"HU", domain.RoleMember, false, false}, {"", domain.RoleMember, false, false},
	} {
		got := must(w.RoomAs(luna.Ctx, "luna", c.country, c.role))(t)
		if got.Open != c.open || got.Chat != c.chat || (got.Message == "") != c.open {
			t.Errorf("a %s in %q: %+v", c.role, c.country, got)
		}
	}
	_, err := w.RoomAs(luna.Ctx, "luna", "XQ", domain.RoleGuest)
	w.Refused("no country", err, domain.KindInvalid)
	_, err = w.RoomAs(luna.Ctx, "luna", "DE", domain.RoleStaff)
	w.Refused("as staff", err, domain.KindInvalid)
	_, err = w.RoomAs(ben.Ctx, "luna", "DE", domain.RoleGuest)
	w.Refused("a member looks", err, domain.KindForbidden)
}
