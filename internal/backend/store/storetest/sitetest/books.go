package sitetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func onlineStories(t *testing.T, w *world) {
	luna := w.performer("luna", "", "")
	online := func(what string, want time.Duration) {
		t.Helper()
		s := must(w.Statement(luna.Ctx, "luna", "", ""))(t)
		var days int64
		for _, d := range s.Days {
			days += d.OnlineMS
		}
		if s.OnlineMS != want.Milliseconds() || days != s.OnlineMS {
			t.Errorf("%s: %d ms, by days %d; want %s", what, s.OnlineMS, days, want)
		}
	}
	w.is("luna", domain.RoomConnecting)
	w.Pass(time.Minute)
	w.is("luna", domain.RoomLive)
	w.Pass(time.Hour)
	online("while she is live", time.Hour)
	w.is("luna", domain.RoomReconnecting)
	w.Pass(10 * time.Second)
	w.is("luna", domain.RoomLive)
	w.Pass(time.Minute)
	w.is("luna", domain.RoomAway)
	w.Pass(time.Hour)
	online("away does not count", time.Hour+time.Minute+10*time.Second)
	w.is("luna", domain.RoomLive)
	w.is("luna", domain.RoomOffline)
	w.is("luna", domain.RoomLive) // in the same moment
	w.Pass(time.Minute)
	if err := w.Beat(context.Background()); err != nil {
		t.Fatal(err)
	}
	online("live again", time.Hour+2*time.Minute+10*time.Second)

	crashed := w.Store // without a word about the room
	w.Pass(time.Hour)
	w.Open(w.Config)
	if err := crashed.Close(); err != nil {
		t.Fatal(err)
	}
	online("a crash costs what came after the last beat", time.Hour+2*time.Minute+10*time.Second)
	w.is("luna", domain.RoomReconnecting)
	w.is("luna", domain.RoomLive)
	w.Pass(30 * time.Minute)
	w.is("luna", domain.RoomOffline)
	online("after the crash", time.Hour+32*time.Minute+10*time.Second)

	left := must(w.Statement(luna.Ctx, "luna", "", ""))(t).Promotion
	if left == nil || left.Price != domain.PromotionPrice || left.DaysLeft != 30 || left.OnlineLeftMS != (domain.PromotionOnline-(time.Hour+32*time.Minute+10*time.Second)).Milliseconds() {
		t.Errorf("promotion: %+v", left)
	}
	w.is("luna", domain.RoomLive)
	w.Pass(59 * time.Hour)
	if p := must(w.Profile(guest(), "luna"))(t); p.Promoted {
		t.Error("after 60 hours online she is still promoted")
	}
	if s := must(w.Statement(luna.Ctx, "luna", "", ""))(t); s.Promotion != nil {
		t.Errorf("the countdown goes on: %+v", s.Promotion)
	}
}

func statementStories(t *testing.T, w *world) {
	studio := w.Add(domain.Account{Role: domain.RoleStudio, Name: "house"})
	luna, ben, tom := w.performer("luna", "", studio.ID), w.Rich("ben"), w.Rich("tom")
	first := w.tips(ben, 60_000)
	w.Pass(11*time.Hour + 30*time.Minute) // 22:30 UTC is 23:30 in the site's zone, still the 21st
	w.tips(tom, 50_000)                   // above $100: the whole period is lifted to 35 %
	w.Pass(time.Hour)                     // the 22nd
	w.tips(ben, 10)
	must(w.Refund(w.Staff().Ctx, first.Entry, "by mistake"))(t) // and falls back to 30 %

	s := must(w.Statement(luna.Ctx, "luna", "", ""))(t)
	if s.Gross != 5_001_000 || len(s.Lines) != 4 || s.Next != "" || s.Previous != "" || s.Level.Name != "Newcomer" {
		t.Fatalf("statement: %+v", s)
	}
	kinds, from := []string{}, []string{}
	var gross, share, own domain.Millicents
	for _, l := range s.Lines {
		kinds, from = append(kinds, l.Kind), append(from, l.From)
		gross, share, own = gross+l.Gross, share+l.Share, own+l.Own
		if l.Entry == "" || l.At == 0 || (l.Own*100-l.Share*80).Cents() != 0 {
			t.Errorf("line %+v", l)
		}
	}
	if !slices.Equal(kinds, []string{"refund", "tip", "tip", "tip"}) || !slices.Equal(from, []string{"ben", "ben", "tom", "ben"}) {
		t.Errorf("lines: %q from %q", kinds, from)
	}
	if second := s.Lines[2]; second.Share != 11_000_000*35/100-6_000_000*30/100 {
		t.Errorf("the tip that reached a level brought %d", second.Share)
	}
	hers, level, err := w.Earned(luna.Ctx, luna.ID, s.Period.ID)
	theirs, err2 := w.StudioEarned(luna.Ctx, studio.ID, s.Period.ID)
	if err != nil || err2 != nil || s.Gross != gross || s.Share != share || s.Own != own || own != hers || share != hers+theirs || level != s.Level {
		t.Errorf("totals %d %d %d, lines %d %d %d, ledger %d + %d: %v %v", s.Gross, s.Share, s.Own, gross, share, own, hers, theirs, err, err2)
	}
	gross, share, own = 0, 0, 0
	for _, d := range s.Days {
		gross, share, own = gross+d.Gross, share+d.Share, own+d.Own
		if d.Day == "2026-11-21" && d.Gross != 11_000_000 || d.Day == "2026-11-22" && d.Gross != -5_999_000 {
			t.Errorf("day %+v", d)
		}
	}
	if gross != s.Gross || share != s.Share || own != s.Own || s.Days[0].Day != s.Period.ID || s.Days[len(s.Days)-1].Day != "2026-11-22" {
		t.Errorf("days: %+v", s.Days)
	}
	rest := must(w.Statement(luna.Ctx, "luna", s.Period.ID, s.Lines[1].Entry))(t)
	if len(rest.Lines) != 2 || rest.Lines[0].Entry != s.Lines[2].Entry || rest.Own != s.Own {
		t.Errorf("the lines before: %+v", rest.Lines)
	}
	w.Pass(14 * 24 * time.Hour)
	later := must(w.Statement(luna.Ctx, "luna", "", ""))(t)
	if later.Own != 0 || len(later.Lines) != 0 || later.Previous != s.Period.ID {
		t.Errorf("the next period: %+v", later)
	}
	if again := must(w.Statement(luna.Ctx, "luna", later.Previous, ""))(t); again.Own != s.Own || len(again.Days) != 14 {
		t.Errorf("the period before: %+v", again)
	}
	for what, period := range map[string]string{"words": "today", "a day within": "2026-11-20", "the future": must(w.Period("", w.Now().Add(30*24*time.Hour)))(t).ID} {
		_, err := w.Statement(luna.Ctx, "luna", period, "")
		w.Refused(what, err, domain.KindInvalid)
	}
	_, err = w.Statement(ben.Ctx, "luna", "", "")
	w.Refused("a member reads her book", err, domain.KindForbidden)
}

func viewerStories(t *testing.T, w *world) {
	luna, sky := w.two()
	ben, tom, ida := w.Rich("ben"), w.Rich("tom"), w.Add(domain.Account{Role: domain.RoleMember, Name: "ida"})
	entry := w.tips(ben, 5000)
	w.Pass(time.Minute)
	w.tips(tom, 3000)
	at := w.Now().UnixMilli()
	got := must(w.SetRemark(luna.Ctx, "luna", "ida", domain.Remark{Note: "asks kindly\nspeaks French", Favourite: true}))(t)
	if got != (domain.Acquaintance{Viewer: "ida", Note: "asks kindly\nspeaks French", Favourite: true}) {
		t.Errorf("noted: %+v", got)
	}
	must(w.SetRemark(luna.Ctx, "luna", "ben", domain.Remark{Note: "likes songs"}))(t)
	order := func(by domain.AcquaintanceOrder, want ...string) []domain.Acquaintance {
		t.Helper()
		list := must(w.Viewers(luna.Ctx, "luna", by))(t)
		var names []string
		for _, a := range list {
			names = append(names, a.Viewer)
		}
		if !slices.Equal(names, want) {
			t.Errorf("by %q: %q, want %q", by, names, want)
		}
		return list
	}
	list := order("", "tom", "ben", "ida")
	if list[0] != (domain.Acquaintance{Viewer: "tom", Spent: 3000, Last: at}) || list[1].Spent != 5000 || list[1].Note != "likes songs" {
		t.Errorf("viewers: %+v", list)
	}
	order(domain.ByFavourite, "ida", "tom", "ben")
	order(domain.ByMostSpent, "ben", "tom", "ida")
	order(domain.ByName, "ben", "ida", "tom")
	must(w.SetRemark(luna.Ctx, "luna", "ida", domain.Remark{}))(t)
	order(domain.ByName, "ben", "tom")
	must(w.Refund(w.Staff().Ctx, entry.Entry, "by mistake"))(t)
	if list := order(domain.ByName, "ben", "tom"); list[0].Spent != 0 {
		t.Errorf("after a refund: %+v", list[0])
	}
	if other := must(w.Viewers(sky.Ctx, "sky", ""))(t); len(other) != 0 {
		t.Errorf("her other account knows %+v", other)
	}
	_, err := w.Viewers(luna.Ctx, "luna", "age")
	w.Refused("another order", err, domain.KindInvalid)
	for what, name := range map[string]string{"nobody": "nobody", "a guest": "guest-x", "a performer": "sky", "a long name": strings.Repeat("x", 200), "bytes": "a\xff\x00"} {
		_, err := w.SetRemark(luna.Ctx, "luna", name, domain.Remark{Note: "x"})
		w.Refused(what, err, domain.KindNotFound)
	}
	_, err = w.SetRemark(luna.Ctx, "luna", "ida", domain.Remark{Note: strings.Repeat("x", domain.MaxRemark+1)})
	w.Refused("a long note", err, domain.KindInvalid)
	_, err = w.SetRemark(ida.Ctx, "luna", "ida", domain.Remark{})
	w.Refused("a member notes", err, domain.KindForbidden)
	_, err = w.Viewers(sky.Ctx, "luna", "")
	w.Refused("another performer reads", err, domain.KindForbidden)
}

func favouriteStories(t *testing.T, w *world) {
	luna := w.performer("luna", "", "")
	w.performer("zoe", "", "")
	ben := w.Add(domain.Account{Role: domain.RoleMember, Name: "ben"})
	set := func(name string, on bool) {
		t.Helper()
		if err := w.SetFavourite(ben.Ctx, name, on); err != nil {
			t.Fatal(err)
		}
	}
	set("zoe", true)
	set("luna", true)
	set("luna", true)
	if names := must(w.FavouriteNames(ben.Ctx))(t); !slices.Equal(names, []string{"luna", "zoe"}) {
		t.Errorf("favourites: %q", names)
	}
	set("zoe", false)
	set("zoe", false)
	if names := must(w.FavouriteNames(ben.Ctx))(t); !slices.Equal(names, []string{"luna"}) {
		t.Errorf("favourites: %q", names)
	}
	w.Refused("nobody", w.SetFavourite(ben.Ctx, "nobody", true), domain.KindNotFound)
	w.Refused("a guest's", w.SetFavourite(guest(), "luna", true), domain.KindUnauthenticated)
	w.Refused("a performer's", w.SetFavourite(luna.Ctx, "zoe", true), domain.KindForbidden)
	must(w.Ban(luna.Ctx, "luna", "ben", 0))(t)
	w.Refused("a room that is closed to her", w.SetFavourite(ben.Ctx, "luna", true), domain.KindForbidden)
	set("luna", false)
}

func budgetStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben") // Saturday noon
	if b := must(w.Budget(ben.Ctx))(t); b.Day.Max != 0 || b.Day.Spent != 0 || b.Day.Frees != time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC).UnixMilli() {
		t.Errorf("before: %+v", b)
	}
	w.tips(ben, 10_000)
	limits := domain.Budget{Day: domain.Limit{Max: 30_000}, Week: domain.Limit{Max: 40_000}, Month: domain.Limit{Max: 70_000}}
	if b := must(w.SetBudget(ben.Ctx, limits))(t); b.Day.Spent != 10_000 || b.Week.Spent != 10_000 || b.Month.Spent != 10_000 || b.Month.Max != 70_000 {
		t.Errorf("what was spent before counts: %+v", b)
	}
	w.tips(ben, 15_000)
	over := func(what string, amount domain.Millicredits, words string, frees time.Time) {
		t.Helper()
		_, err := w.tip(ben, amount)
		w.Refused(what, err, domain.KindLimited)
		if s := domain.Sentence(err); !strings.Contains(s, words) {
			t.Errorf("%s: %q does not say %q", what, s, words)
		}
		if e, ok := err.(*domain.Error); !ok || e.RetryAfter != frees.Sub(w.Now()) {
			t.Errorf("%s: %+v, frees at %s", what, err, frees)
		}
	}
	over("more than the day has left", 5010, "5.00 are left until it starts anew on 22 November, 00:00 CET", time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC))
	last := w.tips(ben, 5000)
	w.Pass(12 * time.Hour) // Sunday
	over("the week", 10_010, "10.00 are left until it starts anew on 23 November, 00:00 CET", time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC))
	w.Pass(24 * time.Hour) // Monday
	w.tips(ben, 30_000)
	w.Pass(24 * time.Hour)
	w.tips(ben, 10_000)
	w.Pass(6 * 24 * time.Hour) // 30 November
	over("the month", 10, "0.00 are left until it starts anew on 1 December, 00:00 CET", time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC))
	must(w.Refund(w.Staff().Ctx, last.Entry, "by mistake"))(t)
	w.tips(ben, 5000) // what came back may be spent
	_, err := w.AskShow(ben.Ctx, "luna", "show-one-1")
	w.Refused("a show above the month", err, domain.KindLimited)
	w.Pass(24 * time.Hour)
	asked := must(w.AskShow(ben.Ctx, "luna", "show-two-2"))(t)
	if b := must(w.Budget(ben.Ctx))(t); b.Day.Spent != asked.Price {
		t.Errorf("what is set aside counts: %+v", b)
	}
	played := w.show(ben, luna, "show-two-2", 3) // the same wish
	if b := must(w.Budget(ben.Ctx))(t); played.ID != asked.ID || b.Day.Spent != played.Charged {
		t.Errorf("what came back of it does not: %+v", b)
	}
	must(w.SetBudget(ben.Ctx, domain.Budget{}))(t)
	w.tips(ben, 100_000)
	_, err = w.SetBudget(ben.Ctx, domain.Budget{Week: domain.Limit{Max: -1}})
	w.Refused("a negative limit", err, domain.KindInvalid)
	_, err = w.SetBudget(luna.Ctx, domain.Budget{})
	w.Refused("a performer's budget", err, domain.KindForbidden)
	_, err = w.Budget(guest())
	w.Refused("a guest's budget", err, domain.KindUnauthenticated)
}

// budgetRace: payments at once cannot pass a limit together.
func budgetRace(t *testing.T, w *world) {
	w.performer("luna", "", "")
	ben := w.Rich("ben")
	must(w.SetBudget(ben.Ctx, domain.Budget{Day: domain.Limit{Max: 10_000}}))(t)
	var group errgroup.Group
	paid := make(chan struct{}, 8)
	for range 8 {
		group.Go(func() error {
			_, err := w.tip(ben, 4000)
			switch {
			case err == nil:
				paid <- struct{}{}
			case domain.KindOf(err) != domain.KindLimited:
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil || len(paid) != 2 {
		t.Errorf("%d tips of 4 credits in a limit of 10: %v", len(paid), err)
	}
	if b := must(w.Budget(ben.Ctx))(t); b.Day.Spent != 8000 {
		t.Errorf("spent: %+v", b)
	}
}

func historyStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben")
	receipt := w.tips(ben, 5000)
	must(w.Refund(w.Staff().Ctx, receipt.Entry, "by mistake"))(t)
	show := w.show(ben, luna, "show-one-1", 3)
	h := must(w.History(ben.Ctx, ""))(t)
	var lines []string
	var sum domain.Millicredits
	for _, l := range h.Lines {
		lines = append(lines, l.Kind+" "+l.With+" "+l.Credits.String())
		sum += l.Credits
	}
	want := []string{"show luna -" + show.Charged.String(), "refund luna 5.00", "tip luna -5.00", "purchase p300 360.00", "signup  5.00"}
	if !slices.Equal(lines, want) || h.Next != "" || h.Lines[3].Cents != 29_999 {
		t.Errorf("history: %q, want %q; %+v", lines, want, h)
	}
	if me := must(w.Me(ben.Ctx))(t); me.BalanceMillicredits != sum {
		t.Errorf("the lines sum to %s, the balance is %s", sum, me.BalanceMillicredits)
	}
	if rest := must(w.History(ben.Ctx, h.Lines[2].Entry))(t); len(rest.Lines) != 2 || rest.Lines[0].Entry != h.Lines[3].Entry {
		t.Errorf("before the tip: %+v", rest)
	}
	for range domain.HistoryPage {
		w.tips(ben, 10)
	}
	page := must(w.History(ben.Ctx, ""))(t)
	if len(page.Lines) != domain.HistoryPage || page.Next == "" {
		t.Fatalf("a page: %d lines, next %q", len(page.Lines), page.Next)
	}
	if rest := must(w.History(ben.Ctx, page.Next))(t); len(rest.Lines) != 5 || rest.Next != "" {
		t.Errorf("the rest: %d lines, next %q", len(rest.Lines), rest.Next)
	}
	if strange := must(w.History(ben.Ctx, "'; --"))(t); len(strange.Lines) != 0 {
		t.Errorf("before nothing: %+v", strange)
	}
	_, err := w.History(luna.Ctx, "")
	w.Refused("a performer's history", err, domain.KindForbidden)
}
