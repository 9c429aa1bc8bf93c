package backend

import (
	"bytes"
	"encoding/json"
	"image/color"
	"image/jpeg"
	"reflect"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// someProfile is within all limits.
func someProfile() domain.ProfileEdit {
	return domain.ProfileEdit{
		Introduction: "Hello <b>you</b> 🌹\nand you", Likes: "tea", Languages: []string{"hu", "en"}, Category: "exclusive", Willingness: []string{"dancing"},
		Appearance: domain.Appearance{HeightCM: 170, Hair: "red"},
		Prices:     domain.Prices{Private: 5990, Audio: 1000, OffPeak: &domain.OffPeak{Price: 3990, FromHour: 1, ToHour: 5}},
		TipMenu:    []domain.TipOffer{{Title: "A song", Amount: 5000}},
	}
}

func profileStory(t *testing.T, c cast) {
	guest, luna, sky, tom := c.guest(t), c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Performers[1]), c.demo(t, c.f.demo.Members[0])
	want := someProfile()
	set := must(luna.SetProfile(luna.ctx, demoFirst, want))(t)
	if seen := must(guest.Profile(guest.ctx, demoFirst))(t); !reflect.DeepEqual(set.ProfileEdit, want) || seen.Introduction != want.Introduction || seen.PriceNow != domain.PromotionPrice || !seen.Promoted {
		t.Errorf("she wrote %+v, a guest reads %+v", set, seen)
	}
	low := want
	low.Prices.Private = 2980
	_, err := luna.SetProfile(luna.ctx, demoFirst, low)
	wantKind(t, "below the floor", err, domain.KindInvalid)
	_, err = sky.SetProfile(sky.ctx, demoSecond, domain.ProfileEdit{Introduction: want.Introduction, Category: "girls", Prices: domain.Prices{Private: 2990}})
	wantKind(t, "the words of her other account", err, domain.KindConflict)
	_, err = tom.SetProfile(tom.ctx, demoFirst, want)
	wantKind(t, "a member writes it", err, domain.KindForbidden)
	_, err = guest.Profile(guest.ctx, "nobody-here")
	wantKind(t, "nobody's profile", err, domain.KindNotFound)
	if p := must(luna.SetGoal(luna.ctx, demoFirst, "A lamp", 20_000))(t); p.Goal == nil || p.Goal.Target != 20_000 || p.Goal.Collected != 0 {
		t.Errorf("goal: %+v", p.Goal)
	}
	_, err = luna.SetGoal(luna.ctx, demoFirst, "", 20_000)
	wantKind(t, "a goal for nothing", err, domain.KindInvalid)
	for country, open := range map[string]bool{"DE": true, "HU": true} {
		if s := must(luna.RoomAs(luna.ctx, demoFirst, country, domain.RoleGuest))(t); s.Open != open {
			t.Errorf("from %s: %+v", country, s)
		}
	}
	_, err = sky.RoomAs(sky.ctx, demoFirst, "DE", domain.RoleGuest)
	wantKind(t, "another performer looks", err, domain.KindForbidden)
}

// earn has a new member with 41 credits tip 10 to the first performer.
func earn(t *testing.T, c cast, name string) (person, domain.Receipt) {
	t.Helper()
	guest := c.guest(t)
	must(guest.SignUpMember(guest.ctx, signUp(name)))(t)
	m := c.enter(t, name+"@example.org", suitePassword)
	c.settle(t, must(m.Buy(m.ctx, "p30", "buying-"+name))(t))
	return m, must(m.Tip(m.ctx, demoFirst, domain.Tip{Amount: 10_000, Key: "tipping-" + name}))(t)
}

func statementStory(t *testing.T, c cast) {
	luna := c.demo(t, c.f.demo.Performers[0])
	must(luna.SetGoal(luna.ctx, demoFirst, "A chair", 20_000))(t)
	before := must(luna.Statement(luna.ctx, demoFirst, "", ""))(t)
	fan, receipt := earn(t, c, "first-fan")
	s, me := must(luna.Statement(luna.ctx, demoFirst, "", ""))(t), must(luna.Me(luna.ctx))(t)
	if len(s.Lines) != len(before.Lines)+1 || s.Gross-before.Gross != 1_000_000 || s.Own.Cents() != me.EarnedCents || s.Level != *me.Level || s.Period != *me.Period {
		t.Errorf("statement: %+v, me %+v", s, me)
	}
	if l := s.Lines[0]; l.Entry != receipt.Entry || l.From != fan.name || l.Kind != "tip" || l.Own != s.Own-before.Own {
		t.Errorf("the newest line: %+v", l)
	}
	if last := s.Days[len(s.Days)-1]; last.Own == 0 || s.Promotion == nil || s.Promotion.Ends == 0 {
		t.Errorf("today: %+v, promotion %+v", last, s.Promotion)
	}
	if rest := must(luna.Statement(luna.ctx, demoFirst, s.Period.ID, s.Lines[0].Entry))(t); len(rest.Lines) != len(before.Lines) || rest.Own != s.Own {
		t.Errorf("the rest: %+v", rest)
	}
	if p := must(fan.Profile(fan.ctx, demoFirst))(t); p.Goal == nil || p.Goal.Collected != 10_000 {
		t.Errorf("her goal: %+v", p.Goal)
	}
	_, err := luna.Statement(luna.ctx, demoFirst, "2026-13-01", "")
	wantKind(t, "no period", err, domain.KindInvalid)
	_, err = fan.Statement(fan.ctx, demoFirst, "", "")
	wantKind(t, "a member reads it", err, domain.KindForbidden)
}

func relationStory(t *testing.T, c cast) {
	luna, sky := c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Performers[1])
	fan, _ := earn(t, c, "second-fan")
	noted := must(luna.SetRemark(luna.ctx, demoFirst, fan.name, domain.Remark{Note: "kind", Favourite: true}))(t)
	list := must(luna.Viewers(luna.ctx, demoFirst, domain.ByFavourite))(t)
	if len(list) < 1 || list[0] != noted || noted.Spent != 10_000 || noted.Last == 0 {
		t.Errorf("viewers: %+v, noted %+v", list, noted)
	}
	if other := must(sky.Viewers(sky.ctx, demoSecond, ""))(t); len(other) != 0 {
		t.Errorf("her other account knows %+v", other)
	}
	_, err := luna.Viewers(luna.ctx, demoFirst, "age")
	wantKind(t, "another order", err, domain.KindInvalid)
	_, err = luna.SetRemark(luna.ctx, demoFirst, "guest-abc", domain.Remark{})
	wantKind(t, "a guest noted", err, domain.KindNotFound)
	_, err = fan.Viewers(fan.ctx, demoFirst, "")
	wantKind(t, "a member reads her list", err, domain.KindForbidden)

	if err := fan.SetFavourite(fan.ctx, demoSecond, true); err != nil {
		t.Fatal(err)
	}
	if cards := must(fan.Favourites(fan.ctx))(t); len(cards) != 1 || cards[0].Name != demoSecond || cards[0].State != domain.RoomOffline || cards[0].PriceNow == 0 {
		t.Errorf("favourites: %+v", cards)
	}
	if err := fan.SetFavourite(fan.ctx, demoSecond, false); err != nil {
		t.Fatal(err)
	}
	if cards := must(fan.Favourites(fan.ctx))(t); len(cards) != 0 {
		t.Errorf("after taking it away: %+v", cards)
	}
	wantKind(t, "nobody", fan.SetFavourite(fan.ctx, "nobody-here", true), domain.KindNotFound)
	_, err = luna.Favourites(luna.ctx)
	wantKind(t, "a performer's favourites", err, domain.KindForbidden)
}

func bookStory(t *testing.T, c cast) {
	fan, receipt := earn(t, c, "third-fan")
	h := must(fan.History(fan.ctx, ""))(t)
	if len(h.Lines) != 3 || h.Lines[0].Entry != receipt.Entry || h.Lines[0].With != demoFirst || h.Lines[0].Credits != -10_000 || h.Lines[1].Cents != 3399 {
		t.Errorf("history: %+v", h)
	}
	if rest := must(fan.History(fan.ctx, h.Lines[0].Entry))(t); len(rest.Lines) != 2 {
		t.Errorf("before the tip: %+v", rest)
	}
	b := must(fan.SetBudget(fan.ctx, domain.Budget{Day: domain.Limit{Max: 12_000}}))(t)
	if b.Day.Max != 12_000 || b.Day.Spent != 10_000 || b.Day.Frees == 0 || b.Week.Max != 0 {
		t.Errorf("budget: %+v", b)
	}
	_, err := fan.Tip(fan.ctx, demoFirst, domain.Tip{Amount: 3000, Key: "above-the-limit"})
	wantKind(t, "above the budget", err, domain.KindLimited)
	if !strings.Contains(domain.Sentence(err), "12.00 credits a day: 2.00 are left until") {
		t.Errorf("in words: %q", domain.Sentence(err))
	}
	must(fan.Tip(fan.ctx, demoFirst, domain.Tip{Amount: 2000, Key: "within-the-limit"}))(t)
	if b := must(fan.Budget(fan.ctx))(t); b.Day.Spent != 12_000 {
		t.Errorf("spent: %+v", b)
	}
	_, err = fan.SetBudget(fan.ctx, domain.Budget{Day: domain.Limit{Max: -1}})
	wantKind(t, "a negative limit", err, domain.KindInvalid)
	luna, guest := c.demo(t, c.f.demo.Performers[0]), c.guest(t)
	_, err = luna.History(luna.ctx, "")
	wantKind(t, "a performer's history", err, domain.KindForbidden)
	_, err = guest.Budget(guest.ctx)
	wantKind(t, "a guest's budget", err, domain.KindUnauthenticated)
}

func pictureStory(t *testing.T, c cast) {
	guest, luna, sky, tom, staff := c.guest(t), c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Performers[1]), c.demo(t, c.f.demo.Members[0]), c.demo(t, c.f.demo.Staff)
	raw := withMetadata(picture(t, 800, 720, color.Black), "GPS 47.4979N 19.0402E")
	sent := must(luna.SetPicture(luna.ctx, demoFirst, domain.SlotMembers, raw))(t)
	if sent.State != domain.PictureWaiting || sent.Version == "" || sent.Performer != demoFirst {
		t.Errorf("sent: %+v", sent)
	}
	_, err := sky.SetPicture(sky.ctx, demoSecond, domain.SlotGeneral, raw)
	wantKind(t, "the same on her other account", err, domain.KindConflict)
	for what, c := range map[string]struct {
		raw  []byte
		kind domain.Kind
	}{"too small": {picture(t, 700, 720, color.White), domain.KindInvalid}, "words": {[]byte("hello"), domain.KindInvalid}, "16 MB": {make([]byte, domain.MaxPicture+1), domain.KindTooLarge}} {
		_, err := luna.SetPicture(luna.ctx, demoFirst, domain.SlotGeneral, c.raw)
		wantKind(t, what, err, c.kind)
	}
	_, err = tom.SetPicture(tom.ctx, demoFirst, domain.SlotGeneral, raw)
	wantKind(t, "a member sends one", err, domain.KindForbidden)
	_, err = tom.Picture(tom.ctx, demoFirst, domain.SlotMembers, sent.Version)
	wantKind(t, "before staff saw it", err, domain.KindNotFound)
	waiting := must(staff.WaitingPictures(staff.ctx))(t)
	if len(waiting) != 1 || waiting[0] != sent {
		t.Errorf("waiting: %+v, sent %+v", waiting, sent)
	}
	must(staff.Picture(staff.ctx, demoFirst, domain.SlotMembers, sent.Version))(t)
	_, err = staff.ReviewPicture(staff.ctx, demoFirst, domain.SlotMembers, domain.PictureReview{Version: sent.Version})
	wantKind(t, "rejected without a reason", err, domain.KindInvalid)
	if p := must(staff.ReviewPicture(staff.ctx, demoFirst, domain.SlotMembers, domain.PictureReview{Version: sent.Version, Approve: true}))(t); p.State != domain.PictureApproved {
		t.Errorf("approved: %+v", p)
	}
	shown := must(tom.Picture(tom.ctx, demoFirst, domain.SlotMembers, sent.Version))(t)
	if size, err := jpeg.DecodeConfig(bytes.NewReader(shown)); err != nil || size.Width != 800 || bytes.Contains(shown, []byte("GPS")) {
		t.Errorf("shown: %+v %v", size, err)
	}
	_, err = guest.Picture(guest.ctx, demoFirst, domain.SlotMembers, sent.Version)
	wantKind(t, "a guest looks", err, domain.KindForbidden)
	if own := must(luna.Pictures(luna.ctx, demoFirst))(t); len(own) != 1 || own[0].State != domain.PictureApproved {
		t.Errorf("hers: %+v", own)
	}
	_, err = luna.WaitingPictures(luna.ctx)
	wantKind(t, "she lists what waits", err, domain.KindForbidden)
}

func auditStory(t *testing.T, c cast) {
	staff, luna := c.demo(t, c.f.demo.Staff), c.demo(t, c.f.demo.Performers[0])
	all := must(staff.AuditLog(staff.ctx, "", ""))(t)
	hers := must(staff.AuditLog(staff.ctx, demoFirst, ""))(t)
	if len(hers.Acts) < 3 || len(all.Acts) <= len(hers.Acts) || hers.Acts[0].Act != "picture review" || hers.Acts[0].Actor != demoStaff || hers.Acts[0].Subject != demoFirst {
		t.Errorf("about her %+v, in all %d", hers, len(all.Acts))
	}
	if rest := must(staff.AuditLog(staff.ctx, demoFirst, hers.Acts[0].ID))(t); len(rest.Acts) != len(hers.Acts)-1 {
		t.Errorf("before the newest: %+v", rest)
	}
	_, err := luna.AuditLog(luna.ctx, demoFirst, "")
	wantKind(t, "she reads it", err, domain.KindForbidden)
	_, err = staff.AuditLog(staff.ctx, "nobody-here", "")
	wantKind(t, "about nobody", err, domain.KindNotFound)
}

// browseStory: both rooms of a person are there, and nothing in the list tells that
// they are (domain rule 4).
func browseStory(t *testing.T, c cast) {
	guest, tom, luna := c.guest(t), c.demo(t, c.f.demo.Members[0]), c.demo(t, c.f.demo.Performers[0])
	must(luna.SetProfile(luna.ctx, demoFirst, someProfile()))(t)
	if cards := must(guest.Browse(guest.ctx, domain.Filter{}))(t); len(cards) != 0 {
		t.Errorf("nobody is online: %+v", cards)
	}
	c.f.engine.Restore([]string{demoFirst, demoSecond})
	cards := must(guest.Browse(guest.ctx, domain.Filter{}))(t)
	if len(cards) != 2 || cards[0].Name != demoFirst || cards[1].Name != demoSecond || cards[0].State != domain.RoomReconnecting || cards[0].PriceNow != domain.PromotionPrice {
		t.Fatalf("cards: %+v", cards)
	}
	for _, card := range cards {
		var fields map[string]any
		if err := json.Unmarshal(must(json.Marshal(card))(t), &fields); err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			if !strings.Contains(" name state viewers guest_chat seq category languages price_now_millicredits promoted ", " "+name+" ") {
				t.Errorf("a card tells %q: %v", name, fields[name])
			}
		}
	}
	for what, f := range map[string]domain.Filter{"category": {Category: "exclusive"}, "language": {Language: "hu"}, "willingness": {Willingness: "dancing"}, "query": {Query: "HELLO"}} {
		if got := must(tom.Browse(tom.ctx, f))(t); len(got) != 1 || got[0].Name != demoFirst {
			t.Errorf("by %s: %+v", what, got)
		}
	}
	if got := must(tom.Browse(tom.ctx, domain.Filter{MaxPrice: 100}))(t); len(got) != 0 {
		t.Errorf("by price: %+v", got)
	}
	_, err := tom.Browse(tom.ctx, domain.Filter{Language: "xx"})
	wantKind(t, "no language", err, domain.KindInvalid)
}
