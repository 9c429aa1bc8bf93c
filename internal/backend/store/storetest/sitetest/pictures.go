package sitetest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func pictureStories(t *testing.T, w *world) {
	luna, ben, staff := w.performer("luna", "", ""), w.Add(domain.Account{Role: domain.RoleMember, Name: "ben"}), w.Staff()
	jpeg := func(n string) []byte { return []byte("jpeg " + n + "\x00\xff") }
	first := must(w.KeepPicture(luna.Ctx, "luna", domain.SlotGeneral, jpeg("1"), "pixels 1"))(t)
	secret := must(w.KeepPicture(luna.Ctx, "luna", domain.SlotMembers, jpeg("2"), "pixels 2"))(t)
	if first.State != domain.PictureWaiting || first.Version == "" || first.Version == secret.Version || !strings.Contains(first.Path, first.Version) {
		t.Errorf("sent: %+v", first)
	}
	_, err := w.Picture(ben.Ctx, "luna", domain.SlotGeneral, first.Version)
	w.Refused("a member looks before staff", err, domain.KindNotFound)
	for who, ctx := range map[string]someone{"herself": luna, "staff": staff} {
		if got := must(w.Picture(ctx.Ctx, "luna", domain.SlotGeneral, first.Version))(t); string(got) != string(jpeg("1")) {
			t.Errorf("%s sees %q", who, got)
		}
	}
	if p := must(w.Profile(guest(), "luna"))(t); p.Picture != "" {
		t.Errorf("the profile shows %q", p.Picture)
	}
	if list := must(w.WaitingPictures(staff.Ctx))(t); len(list) != 2 || list[0].Performer != "luna" {
		t.Errorf("waiting: %+v", list)
	}
	review := func(p domain.Picture, approve bool, reason string) (domain.Picture, error) {
		return w.ReviewPicture(staff.Ctx, p.Performer, p.Slot, domain.PictureReview{Version: p.Version, Approve: approve, Reason: reason})
	}
	must(review(first, true, ""))(t)
	must(review(secret, true, ""))(t)
	must(w.Picture(guest(), "luna", domain.SlotGeneral, first.Version))(t)
	must(w.Picture(ben.Ctx, "luna", domain.SlotMembers, secret.Version))(t)
	_, err = w.Picture(guest(), "luna", domain.SlotMembers, secret.Version)
	w.Refused("a guest looks at the members' picture", err, domain.KindForbidden)
	zoe := w.performer("zoe", "", "")
	_, err = w.Picture(zoe.Ctx, "luna", domain.SlotMembers, secret.Version)
	w.Refused("another performer looks at it", err, domain.KindForbidden)
	if p := must(w.Profile(guest(), "luna"))(t); p.Picture != first.Path || p.Members != "" {
		t.Errorf("a guest is shown %q and %q", p.Picture, p.Members)
	}
	if p := must(w.Profile(ben.Ctx, "luna"))(t); p.Members != secret.Path {
		t.Errorf("a member is shown %q", p.Members)
	}
	if c := must(w.Cards(guest(), []domain.Room{{Name: "luna"}}, domain.Filter{}))(t); c[0].Picture != first.Path {
		t.Errorf("her card shows %+v", c)
	}

	w.Pass(time.Minute)
	second := must(w.KeepPicture(luna.Ctx, "luna", domain.SlotGeneral, jpeg("3"), "pixels 3"))(t)
	must(w.Picture(guest(), "luna", domain.SlotGeneral, first.Version))(t) // the old one stays meanwhile
	third := must(w.KeepPicture(luna.Ctx, "luna", domain.SlotGeneral, jpeg("4"), "pixels 4"))(t)
	_, err = review(second, true, "")
	w.Refused("a picture that was replaced", err, domain.KindConflict)
	_, err = review(third, false, " ")
	w.Refused("no reason", err, domain.KindInvalid)
	_, err = review(third, false, strings.Repeat("x", 1001))
	w.Refused("a long reason", err, domain.KindInvalid)
	no := must(review(third, false, "Somebody else is in it."))(t)
	if no.State != domain.PictureRejected || no.Reason == "" || no.Path != "" {
		t.Errorf("rejected: %+v", no)
	}
	_, err = w.Picture(luna.Ctx, "luna", domain.SlotGeneral, third.Version)
	w.Refused("a rejected picture is not kept", err, domain.KindNotFound)
	_, err = review(third, true, "")
	w.Refused("a second look", err, domain.KindConflict)
	states := []domain.PictureState{}
	for _, p := range must(w.Pictures(luna.Ctx, "luna"))(t) {
		states = append(states, p.State)
	}
	if !slices.Equal(states, []domain.PictureState{domain.PictureApproved, domain.PictureRejected, domain.PictureApproved}) {
		t.Errorf("her pictures: %q", states)
	}
	fourth := must(w.KeepPicture(luna.Ctx, "luna", domain.SlotGeneral, jpeg("5"), "pixels 5"))(t)
	must(review(fourth, true, ""))(t)
	_, err = w.Picture(guest(), "luna", domain.SlotGeneral, first.Version)
	w.Refused("the one before", err, domain.KindNotFound)
}

// pictureDoors: who may send, see and review.
func pictureDoors(t *testing.T, w *world) {
	luna, ben, zoe := w.performer("luna", "", ""), w.Add(domain.Account{Role: domain.RoleMember, Name: "ben"}), w.performer("zoe", "", "")
	sent := must(w.KeepPicture(luna.Ctx, "luna", domain.SlotGeneral, []byte("jpeg"), "pixels 5"))(t)
	_, err := w.KeepPicture(zoe.Ctx, "zoe", domain.SlotGeneral, []byte("5"), "pixels 5")
	w.Refused("another account's picture", err, domain.KindConflict)
	_, err = w.KeepPicture(zoe.Ctx, "zoe", "wallpaper", []byte("6"), "pixels 6")
	w.Refused("another slot", err, domain.KindNotFound)
	_, err = w.KeepPicture(ben.Ctx, "luna", domain.SlotGeneral, []byte("6"), "pixels 6")
	w.Refused("a member sends hers", err, domain.KindForbidden)
	_, err = w.Pictures(ben.Ctx, "luna")
	w.Refused("a member lists", err, domain.KindForbidden)
	_, err = w.WaitingPictures(luna.Ctx)
	w.Refused("she lists what waits", err, domain.KindForbidden)
	_, err = w.ReviewPicture(luna.Ctx, "luna", domain.SlotGeneral, domain.PictureReview{Approve: true, Version: sent.Version})
	w.Refused("she approves herself", err, domain.KindForbidden)
}

func auditStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben")
	staff := w.Staff()
	receipt := w.tips(ben, 1000)
	must(w.Refund(staff.Ctx, receipt.Entry, "by mistake"))(t)
	must(w.Decide(staff.Ctx, "luna", domain.Decision{State: domain.StateSuspended, Reason: "a test"}))(t)
	trail := must(w.AuditLog(staff.Ctx, "", ""))(t)
	var acts []string
	for _, a := range trail.Acts {
		acts = append(acts, a.Act+" of "+a.Subject)
		if a.ID == "" || a.At == 0 || a.Actor == "" {
			t.Errorf("act %+v", a)
		}
	}
	if want := []string{"decision of luna", "refund of ben", "new account of " + staff.Name, "decision of luna", "new account of staff-000001", "application of luna"}; !slices.Equal(acts, want) || trail.Next != "" {
		t.Errorf("acts: %q, want %q", acts, want)
	}
	if newest := trail.Acts[0]; newest.Actor != staff.Name || !strings.Contains(newest.Reason, "a test") {
		t.Errorf("the newest: %+v", newest)
	}
	if hers := must(w.AuditLog(staff.Ctx, "luna", ""))(t); len(hers.Acts) != 3 {
		t.Errorf("about her: %+v", hers)
	}
	if before := must(w.AuditLog(staff.Ctx, "", trail.Acts[1].ID))(t); len(before.Acts) != 4 || before.Acts[0] != trail.Acts[2] {
		t.Errorf("before the second: %+v", before)
	}
	_, err := w.AuditLog(staff.Ctx, "nobody", "")
	w.Refused("about nobody", err, domain.KindNotFound)
	_, err = w.AuditLog(luna.Ctx, "luna", "")
	w.Refused("she reads it", err, domain.KindForbidden)
	_, err = w.AuditLog(guest(), "", "")
	w.Refused("a guest reads it", err, domain.KindForbidden)
}

func listStories(t *testing.T, w *world) {
	studio := w.Add(domain.Account{Role: domain.RoleStudio, Name: "house"})
	mia := w.performer("mia", "", studio.ID)
	w.performer("stranger", "", "")
	w.Add(domain.Account{Role: domain.RolePerformer, Name: "ana", Studio: studio.ID})
	e := edit()
	e.Category = "boys"
	must(w.SetProfile(mia.Ctx, "mia", e))(t)
	w.is("mia", domain.RoomLive)
	for what, c := range map[string]struct {
		who    someone
		filter domain.PerformerFilter
		want   []string
	}{
		"all of a studio": {studio, domain.PerformerFilter{}, []string{"ana", "mia"}},
		"online":          {studio, domain.PerformerFilter{Online: true}, []string{"mia"}},
		"unfinished":      {studio, domain.PerformerFilter{State: domain.StateUnfinished}, []string{"ana"}},
		"by status":       {studio, domain.PerformerFilter{Order: domain.PerformersByStatus}, []string{"mia", "ana"}},
		"by category":     {w.Staff(), domain.PerformerFilter{Order: domain.PerformersByCategory}, []string{"ana", "stranger", "mia"}},
	} {
		var names []string
		for _, l := range must(w.Performers(c.who.Ctx, c.filter))(t) {
			names = append(names, l.Account.Name)
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%s: %q, want %q", what, names, c.want)
		}
	}
	_, err := w.Performers(studio.Ctx, domain.PerformerFilter{Order: "age"})
	w.Refused("another order", err, domain.KindInvalid)
}

// twoAccounts: nothing that is shown of one account of a person leads to the other
// (domain rule 4).
func twoAccounts(t *testing.T, w *world) {
	luna, sky := w.two()
	ben := w.Rich("ben")
	mine := edit()
	mine.Birthday = true
	must(w.SetProfile(luna.Ctx, "luna", mine))(t)
	for what, change := range map[string]func(*domain.ProfileEdit){
		"the introduction": func(e *domain.ProfileEdit) { e.Introduction = strings.ToUpper(mine.Introduction) },
		"the likes":        func(e *domain.ProfileEdit) { e.Likes = mine.Likes },
		"the dislikes":     func(e *domain.ProfileEdit) { e.Dislikes = " " + mine.Dislikes },
		"the birthday":     func(e *domain.ProfileEdit) { e.Birthday = true },
	} {
		e := domain.ProfileEdit{Category: "girls", Prices: domain.Prices{Private: 2990}}
		change(&e)
		_, err := w.SetProfile(sky.Ctx, "sky", e)
		w.Refused(what+" of her other account", err, domain.KindConflict)
	}
	must(w.SetProfile(luna.Ctx, "luna", mine))(t) // her own again is no conflict
	_, err := w.KeepPicture(luna.Ctx, "luna", domain.SlotGeneral, []byte("x"), "the same")
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.KeepPicture(sky.Ctx, "sky", domain.SlotMembers, []byte("y"), "the same")
	w.Refused("the same picture", err, domain.KindConflict)

	seen := must(w.Profile(ben.Ctx, "luna"))(t)
	if !seen.Today || seen.Birthday {
		t.Errorf("on her birthday: today %v, set %v", seen.Today, seen.Birthday)
	}
	// Two accounts that came to one person later both stay silent.
	late := w.performer("late", "", "")
	must(w.SetProfile(late.Ctx, "late", domain.ProfileEdit{Category: "girls", Prices: domain.Prices{Private: 2990}, Birthday: true}))(t)
	must(w.Decide(w.Staff().Ctx, "late", domain.Decision{State: domain.StateSuspended, Reason: "a test"}))(t)
	must(w.Decide(w.Staff().Ctx, "late", domain.Decision{State: domain.StateActive, Person: luna.Person}))(t)
	for _, name := range []string{"luna", "late"} {
		if p := must(w.Profile(ben.Ctx, name))(t); p.Today {
			t.Errorf("%s tells the birthday that another account tells", name)
		}
	}

	w.is("luna", domain.RoomLive)
	w.is("sky", domain.RoomLive)
	w.tips(ben, 1000)
	if err := w.SetFavourite(ben.Ctx, "luna", true); err != nil {
		t.Fatal(err)
	}
	own := must(w.Statement(luna.Ctx, "luna", "", ""))(t)
	for who, ctx := range map[string]someone{"a guest": {Ctx: guest()}, "a member": ben, "another performer": w.performer("zoe", "", "")} {
		profile := must(w.Profile(ctx.Ctx, "luna"))(t)
		cards := must(w.Cards(ctx.Ctx, must(w.VisibleRooms(ctx.Ctx, []string{"luna"}))(t), domain.Filter{}))(t)
		for i := range cards {
			cards[i].Since = 0 // the wiring takes it away
		}
		text := string(must(json.Marshal([]any{profile, cards}))(t))
		for _, secret := range []string{string(luna.ID), string(sky.ID), string(luna.Person), "sky", "1995", "Anna Example", "online_left", "ends"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s reads %q in %s", who, secret, text)
			}
		}
	}
	text := string(must(json.Marshal(own))(t))
	if strings.Contains(text, string(ben.ID)) || strings.Contains(text, "sky") {
		t.Errorf("her statement says too much: %s", text)
	}
	trace := string(must(json.Marshal(must(w.History(ben.Ctx, ""))(t)))(t))
	if strings.Contains(trace, string(luna.ID)) || strings.Contains(trace, string(luna.Person)) {
		t.Errorf("his history says too much: %s", trace)
	}
}
