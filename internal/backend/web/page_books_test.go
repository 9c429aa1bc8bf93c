package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// portray fills in what anna says about herself, and a picture that waits.
func (f *fixture) portray() {
	f.t.Helper()
	profile, err := json.Marshal(domain.ProfileEdit{
		Introduction: "Hello, I am Anna.\nI sing, I read, and I like long talks.", Likes: "music, cats", Dislikes: "hurry",
		Languages: []string{"en", "hu"}, Category: "girls", Willingness: []string{"conversation", "dancing"},
		Appearance: domain.Appearance{HeightCM: 168, Build: "slim", Hair: "brown", Eyes: "green"},
		Prices:     domain.Prices{Private: 3990, Cam2cam: 1000, Audio: 500, OffPeak: &domain.OffPeak{Price: 2990, FromHour: 6, ToHour: 12}},
		TipMenu:    []domain.TipOffer{{Title: "A song", Amount: 15_000}, {Title: "Say my name", Amount: 3_500}},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.want(f.call("PUT", "performers/anna/profile", f.anna, string(profile)), 200, "")
	f.want(f.call("PUT", "performers/anna/goal", f.anna, `{"title":"A new guitar","target_millicredits":100000}`), 200, "")
	r := f.request("PUT", "/api/v1/performers/anna/pictures/general", f.anna, still(f.t, 30))
	r.Header.Set("Content-Type", "image/jpeg")
	f.want(f.do(r), 200, "")
}

func TestPages_browse(t *testing.T) {
	f := newFixture(t)
	f.portray()
	f.backend.Add(domain.RolePerformer, "bella")
	f.backend.SetRoom("bella", domain.RoomLive, 0)
	for query, want := range map[string]int{"": 2, "?category=boys": 0, "?q=ann": 1, "?max_price=3.00": 1, "?max_price=3,99": 2, "?q=nobody": 0} {
		d := f.open("/"+query, "")
		if got := len(d.all("li", "data-key", "*")); got != want || d.StatusCode != 200 {
			t.Errorf("%q shows %d rooms, want %d: %s", query, got, want, text(d.root))
		}
	}
	d := f.open("/?max_price=cheap&q=ann&category=girls", "")
	d.wantProblem(422, "Write the amount")
	if d.value("max_price") != "cheap" || d.value("q") != "ann" || !selected(d.all("option", "value", "girls")) {
		t.Error("what was asked for is lost")
	}
	if d := f.open("/?q=nobody", ""); !strings.Contains(text(d.root), "Nobody online fits") {
		t.Errorf("nobody: %s", text(d.root))
	}
}

// The room tells what she says about herself, her goal and her tip menu; a line
// of the menu fills the tip in.
func TestRoom_profileGoalAndMenu(t *testing.T) {
	f := newFixture(t)
	f.portray()
	f.backend.Credit("max", 50_000)
	f.call("POST", "rooms/anna/tips", f.max, `{"millicredits":25000,"note":"","key":"12345678"}`)
	d := f.in("/r/anna", "", "es")
	about := text(d.one("section", "aria-labelledby", "about-title"))
	for _, words := range []string{"Hello, I am Anna.", "Chicas", "inglés, húngaro", "music, cats", "168 cm, delgada, pelo castaño, ojos verdes", "Conversación", "3.99", "De 6 a 12 h (Budapest)2.99"} {
		if !strings.Contains(about, words) {
			t.Errorf("about her lacks %q: %s", words, about)
		}
	}
	if goal := text(d.one("section", "data-goal", "*")); goal != "Meta: A new guitar 25.00 de 100.00 créditos" {
		t.Errorf("the goal: %q", goal)
	}
	bar := elements(d.root, "progress")[0]
	if now, _ := attribute(bar, "value"); now != "25000" {
		t.Errorf("the bar is at %s", now)
	}
	if !strings.Contains(text(d.root), "15.00 A song") || len(d.all("button", "data-for", "*")) != 0 {
		t.Errorf("a guest's menu: %s", text(d.root))
	}
	d = f.open("/r/anna", f.max)
	if len(d.all("button", "data-for", "A song")) != 1 {
		t.Error("a member's menu fills nothing in")
	}
	if d := f.open("/r/anna?for=A+song&tip=15.00", f.max); d.value("credits") != "15.00" || d.one("input", "maxlength", "200") == nil {
		t.Errorf("the menu's line: %q", d.value("credits"))
	}
}

func TestPages_favourites(t *testing.T) {
	f := newFixture(t)
	pressed := func() string {
		v, _ := attribute(f.open("/r/anna", f.max).one("button", "name", "favourite"), "aria-pressed")
		return v
	}
	if pressed() != "false" {
		t.Error("a favourite from the start")
	}
	f.post("/r/anna/favourite", f.max, url.Values{"favourite": {"yes"}}).wantRedirect("/r/anna?done=favourite")
	if d := f.open("/favourites", f.max); len(d.all("li", "data-key", "anna")) != 1 || pressed() != "true" {
		t.Errorf("the favourites: %s", text(d.root))
	}
	f.post("/r/anna/favourite", f.max, url.Values{"favourite": {"no"}}).wantRedirect("/r/anna?done=unfavourite")
	if d := f.open("/favourites", f.max); !strings.Contains(text(d.root), "No favourites yet") {
		t.Errorf("the favourites: %s", text(d.root))
	}
	f.post("/r/nobody/favourite", f.max, url.Values{"favourite": {"yes"}}).wantProblem(404, "no such room")
	f.post("/r/anna/favourite", f.anna, url.Values{"favourite": {"yes"}}).wantProblem(403, "member accounts")
	f.open("/favourites", "").wantRedirect("/signin?next=%2Ffavourites")
}

func TestPages_historyAndBudget(t *testing.T) {
	f := newFixture(t)
	f.backend.Credit("max", 50_000)
	if d := f.open("/account/history", f.max); !strings.Contains(text(d.root), "Nothing has happened yet") {
		t.Errorf("an empty history: %s", text(d.root))
	}
	f.call("POST", "rooms/anna/tips", f.max, `{"millicredits":2500,"note":"","key":"12345678"}`)
	rows := elements(f.open("/account/history", f.max).root, "tr")
	if len(rows) != 2 || !strings.Contains(text(rows[1]), "Tip · anna") || !strings.HasSuffix(text(rows[1]), "-2.50") {
		t.Errorf("%d rows of history: %s", len(rows), text(rows[1]))
	}

	f.want(f.wish("anna", f.max, "12345678"), 201, "")
	f.backend.Perform("anna", func(s *domain.Show) { s.State, s.Charged = domain.ShowSettled, 1000 })
	d := f.open("/account/history", f.max)
	show, parts := elements(d.root, "tr"), elements(d.root, "li")
	if len(show) != 3 || !strings.Contains(text(show[1]), "Private show · anna") || !strings.HasSuffix(text(show[1]), "-1.00") || len(elements(show[1], "details")) != 1 || len(parts) != 2 {
		t.Errorf("%d rows and %d parts of history: %s", len(show), len(parts), text(show[1]))
	}

	f.post("/account/budget", f.max, url.Values{"day": {"20"}, "week": {""}, "month": {"99,5"}}).wantRedirect("/account/budget?done=budget")
	d = f.open("/account/budget", f.max)
	if d.value("day") != "20.00" || d.value("week") != "" || d.value("month") != "99.50" || len(elements(d.root, "progress")) != 2 {
		t.Errorf("the budget: %s", d.body)
	}
	d = f.post("/account/budget", f.max, url.Values{"day": {"much"}, "week": {"5"}})
	d.wantProblem(422, "Write the amount")
	if d.value("day") != "much" || d.value("week") != "5" {
		t.Error("what was typed is lost")
	}
	for _, path := range []string{"/account/history", "/account/budget"} {
		f.open(path, f.anna).wantProblem(403, "member accounts")
		f.open(path, "").wantRedirect("/signin?next=" + url.QueryEscape(path))
	}
	f.post("/account/budget", f.anna, url.Values{"day": {"5"}})
}

// What snapshots brought stands on her payslip, and on nobody else's.
func TestPages_snapshotsOnThePayslip(t *testing.T) {
	f := newFixture(t)
	if d := f.open("/payslips/2026-11-03", f.anna); strings.Contains(text(d.root), "Snapshots so far") {
		t.Error("sums of what was never sold")
	}
	f.backend.Credit("max", 50_000)
	f.backend.Sell("anna", 1500)
	f.backend.Camera("anna", []byte("a picture"), "")
	f.holds(f.call("POST", "rooms/anna/snapshots", f.max, `{"key":"snapshot-1"}`), 201, "")
	if d := f.open("/payslips/2026-11-03", f.anna); !strings.Contains(text(d.root), "Snapshots in it$0.45000, sold: 1") || !strings.Contains(text(d.root), "Snapshots so far, in all$0.45000, sold: 1") {
		t.Errorf("the payslip: %s", text(d.root))
	}
	d := f.open("/account/history", f.max)
	if !strings.Contains(text(d.root), "Snapshot · anna") || len(d.all("a", "download", "*")) != 1 {
		t.Errorf("the history: %s", text(d.root))
	}
	id := f.backend.Newest("anna")
	f.post("/account/snapshots/"+id+"/delete", f.anna, url.Values{})
	f.post("/account/snapshots/nothing/delete", f.max, url.Values{}).wantProblem(404, "no such snapshot")
	f.post("/account/snapshots/"+id+"/delete", f.max, url.Values{}).wantRedirect("/account/history?done=deleted")
	if d := f.open("/account/history", f.max); len(d.all("a", "download", "*")) != 0 || !strings.Contains(text(d.root), "Snapshot · anna") {
		t.Errorf("deleted: %s", text(d.root))
	}
}

func TestPages_reviewAndAudit(t *testing.T) {
	f := newFixture(t)
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	f.portray()
	d := f.open("/staff/pictures", staff)
	picture := d.one("li", "data-picture", "anna/general")
	if src, _ := attribute(elements(picture, "img")[0], "src"); !strings.HasPrefix(src, "/api/v1/performers/anna/pictures/general?v=") {
		t.Errorf("the picture is at %q", src)
	}
	version := d.value("version")
	f.post("/staff/pictures/anna/general", staff, url.Values{"version": {"another"}, "approve": {"yes"}}).wantProblem(409, "does not wait")
	f.post("/staff/pictures/anna/general", f.max, url.Values{"version": {version}, "approve": {"yes"}}).wantProblem(403, "")
	f.post("/staff/pictures/anna/general", staff, url.Values{"version": {version}, "approve": {"no"}, "reason": {"blurred"}}).wantRedirect("/staff/pictures?done=reviewed")
	if d := f.open("/staff/pictures", staff); !strings.Contains(text(d.root), "No picture waits") {
		t.Errorf("after the review: %s", text(d.root))
	}
	d = f.open("/staff/audit?of=anna", staff)
	if rows := elements(d.root, "tr"); len(rows) != 2 || !strings.Contains(text(rows[1]), "picture reviewWho: deskannaReason: blurred") || d.value("of") != "anna" {
		t.Errorf("the log: %s", text(d.root))
	}
	if d := f.open("/staff/audit?of=nobody", staff); !strings.Contains(text(d.root), "Nothing is logged") {
		t.Errorf("nobody's log: %s", text(d.root))
	}
	for _, path := range []string{"/staff/pictures", "/staff/audit"} {
		f.open(path, f.max).wantProblem(403, "staff accounts")
	}
}
