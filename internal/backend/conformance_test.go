package backend

import (
	"bytes"
	"context"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// The conformance suite: the same stories on the composite in process and on
// the client over HTTP. Both must answer the same values and Kinds.

// person is somebody who acts through one implementation.
type person struct {
	domain.Backend
	ctx  context.Context
	name string
}

// cast brings people in.
type cast struct {
	f      *fixture
	guest  func(t *testing.T) person
	enter  func(t *testing.T, email, password string) person
	settle func(t *testing.T, p domain.Purchase)
}

func overHTTP(f *fixture) cast {
	return cast{
		f:     f,
		guest: func(t *testing.T) person { return person{f.http, t.Context(), "a guest"} },
		enter: func(t *testing.T, email, password string) person {
			t.Helper()
			s := must(f.http.SignIn(t.Context(), email, password, "suite"))(t)
			return person{f.http.With(s.Token), t.Context(), s.Account.Name}
		},
		settle: func(t *testing.T, p domain.Purchase) { f.pay(t, p) },
	}
}

// inProcess carries the actor in the context, looked up anew for each call as
// the web room does.
func inProcess(f *fixture) cast {
	return cast{
		f: f,
		guest: func(t *testing.T) person {
			return person{f.services, domain.WithActor(t.Context(), domain.Actor{Guest: "anyone", Origin: "here"}), "a guest"}
		},
		enter: func(t *testing.T, email, password string) person {
			t.Helper()
			s := must(f.services.SignIn(t.Context(), email, password, "suite"))(t)
			return person{f.services, actorContext{t.Context(), f, s.Token}, s.Account.Name}
		},
		settle: func(t *testing.T, p domain.Purchase) {
			t.Helper()
			if err := f.store.Settle(t.Context(), domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents}); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// actorContext finds the actor of a token whenever it is asked. A dead token's
// actor has a session that nobody has, as if it had died in that moment.
type actorContext struct {
	context.Context
	f     *fixture
	token string
}

func (c actorContext) Value(key any) any {
	probe := domain.WithActor(context.Background(), domain.Actor{}).Value(key)
	if _, asked := probe.(domain.Actor); !asked {
		return c.Context.Value(key)
	}
	session, err := c.f.auth.Authenticate(c.Context, c.token)
	if err != nil {
		return domain.Actor{}
	}
	return domain.Actor{Account: session.Account, Session: session.ID, Origin: "here"}
}

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (c cast) demo(t *testing.T, acc DemoAccount) person {
	t.Helper()
	return c.enter(t, acc.Email, acc.Password)
}

const suitePassword = "a password of the suite"

func signUp(name string) domain.SignUp {
	return domain.SignUp{Name: name, Email: name + "@example.org", Password: suitePassword, Adult: true}
}

func TestConformance(t *testing.T) {
	for name, implementation := range map[string]func(*fixture) cast{"in process": inProcess, "over HTTP": overHTTP} {
		t.Run(name, func(t *testing.T) { conformance(t, implementation(open(t))) })
	}
}

func conformance(t *testing.T, c cast) {
	for _, story := range []struct {
		name string
		tell func(*testing.T, cast)
	}{
		{"accounts", accountStory}, {"sessions", sessionStory}, {"approval", approvalStory}, {"studio", studioStory},
		{"rooms", roomStory}, {"chat", chatStory}, {"banned words", bannedWordStory}, {"moderation", moderationStory}, {"money", moneyStory},
		{"broadcast", broadcastStory}, {"doors", doorStory}, {"profiles", profileStory}, {"statements", statementStory},
		{"relations", relationStory}, {"books", bookStory}, {"pictures", pictureStory}, {"audit", auditStory}, {"browsing", browseStory},
	} {
		t.Run(story.name, func(t *testing.T) { story.tell(t, c) })
	}
}

func accountStory(t *testing.T, c cast) {
	guest := c.guest(t)
	acc := must(guest.SignUpMember(guest.ctx, signUp("new-member")))(t)
	if acc.Role != domain.RoleMember || acc.State != domain.StateActive || acc.Name != "new-member" || acc.Email != "new-member@example.org" {
		t.Errorf("signed up %+v", acc)
	}
	_, err := guest.SignUpMember(guest.ctx, signUp("new-member"))
	wantKind(t, "a taken name", err, domain.KindConflict)
	for what, change := range map[string]func(*domain.SignUp){
		"a minor": func(s *domain.SignUp) { s.Adult = false }, "script in a name": func(s *domain.SignUp) { s.Name = "<script>" },
		"a short password": func(s *domain.SignUp) { s.Password = "x" }, "no e-mail": func(s *domain.SignUp) { s.Email = "x" },
	} {
		up := signUp("never-made")
		change(&up)
		_, err := guest.SignUpPerformer(guest.ctx, up)
		wantKind(t, what, err, domain.KindInvalid)
	}
	_, err = guest.SignIn(guest.ctx, "new-member@example.org", "not her password", "suite")
	wantKind(t, "a wrong password", err, domain.KindUnauthenticated)
	_, err = guest.SignIn(guest.ctx, "nobody@example.org", suitePassword, "suite")
	wantKind(t, "an unknown e-mail", err, domain.KindUnauthenticated)
	_, err = guest.Me(guest.ctx)
	wantKind(t, "a guest's me", err, domain.KindUnauthenticated)

	p := c.enter(t, "NEW-member@example.org", suitePassword)
	me := must(p.Me(p.ctx))(t)
	if me.Account.Name != "new-member" || me.BonusMillicredits != 5000 || me.BalanceMillicredits != 0 || me.Room != nil {
		t.Errorf("me: %+v", me)
	}
}

func sessionStory(t *testing.T, c cast) {
	a, b := c.demo(t, c.f.demo.Members[0]), c.demo(t, c.f.demo.Members[0])
	list := must(a.Sessions(a.ctx))(t)
	other := ""
	current := 0
	for _, s := range list {
		if s.Current {
			current++
		} else {
			other = s.ID
		}
		if s.Device != "suite" || s.Token != "" || s.Created == 0 {
			t.Errorf("session %+v", s)
		}
	}
	if len(list) != 2 || current != 1 {
		t.Fatalf("sessions: %+v", list)
	}
	wantKind(t, "an unknown session", a.RevokeSession(a.ctx, "nothing"), domain.KindNotFound)
	stranger := c.demo(t, c.f.demo.Members[1])
	wantKind(t, "somebody else's session", stranger.RevokeSession(stranger.ctx, other), domain.KindNotFound)
	if err := a.RevokeSession(a.ctx, other); err != nil {
		t.Fatal(err)
	}
	_, err := b.Me(b.ctx)
	wantKind(t, "a revoked session", err, domain.KindUnauthenticated)
	if err := a.SignOut(a.ctx); err != nil {
		t.Fatal(err)
	}
	_, err = a.Sessions(a.ctx)
	wantKind(t, "after signing out", err, domain.KindUnauthenticated)
}

func roomStory(t *testing.T, c cast) {
	guest, luna, sky := c.guest(t), c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Performers[1])
	room := must(guest.Room(guest.ctx, demoFirst))(t)
	if room.Name != demoFirst || room.State != domain.RoomOffline || room.Viewers != 0 || room.Thumbnail != "" {
		t.Errorf("room: %+v", room)
	}
	if rooms := must(guest.OnlineRooms(guest.ctx))(t); len(rooms) != 0 {
		t.Errorf("online: %+v", rooms)
	}
	_, err := guest.Room(guest.ctx, "nobody-here")
	wantKind(t, "an unknown room", err, domain.KindNotFound)
	_, err = guest.Room(guest.ctx, demoUnfinished)
	wantKind(t, "the room of one who is not approved", err, domain.KindNotFound)
	_, err = luna.SetOnline(luna.ctx, demoFirst, true)
	wantKind(t, "online without an upload", err, domain.KindConflict)
	_, err = sky.SetOnline(sky.ctx, demoFirst, true)
	wantKind(t, "somebody else's room", err, domain.KindForbidden)
	_, err = guest.SetOnline(guest.ctx, demoFirst, true)
	wantKind(t, "a guest goes online", err, domain.KindUnauthenticated)
	if room := must(luna.SetOnline(luna.ctx, demoFirst, false))(t); room.State != domain.RoomOffline {
		t.Errorf("offline twice: %+v", room)
	}
	wantKind(t, "a still while offline", luna.SetThumbnail(luna.ctx, demoFirst, picture(t, 320, 180, color.White)), domain.KindConflict)
	wantKind(t, "somebody else's still", sky.SetThumbnail(sky.ctx, demoFirst, picture(t, 320, 180, color.White)), domain.KindForbidden)
	_, err = guest.Thumbnail(guest.ctx, demoFirst)
	wantKind(t, "no still", err, domain.KindNotFound)

	key := must(luna.NewStreamKey(luna.ctx, demoFirst))(t)
	if again := must(luna.NewStreamKey(luna.ctx, demoFirst))(t); again == key || !strings.HasPrefix(key, "jck_") {
		t.Errorf("stream keys %q and %q", key, again)
	}
	_, err = sky.NewStreamKey(sky.ctx, demoFirst)
	wantKind(t, "somebody else's stream key", err, domain.KindForbidden)
	_, err = sky.Settings(sky.ctx, demoFirst)
	wantKind(t, "somebody else's settings", err, domain.KindForbidden)
}

func chatStory(t *testing.T, c cast) {
	guest, luna, tom := c.guest(t), c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Members[0])
	line := domain.Line{Text: "Hello <b>there</b> 🌹", Key: "chat-key-1"}
	first := must(tom.Say(tom.ctx, demoFirst, line))(t)
	if first.From != tom.name || first.Role != domain.RoleMember || first.Text != line.Text || first.Seq == 0 {
		t.Errorf("said %+v", first)
	}
	if again := must(tom.Say(tom.ctx, demoFirst, line))(t); again.Seq != first.Seq {
		t.Errorf("the same key made another line: %+v", again)
	}
	_, err := tom.Say(tom.ctx, demoFirst, domain.Line{Text: "other", Key: line.Key})
	wantKind(t, "the key with other text", err, domain.KindConflict)
	for what, text := range map[string]string{"nothing": " ", "1 MB": strings.Repeat("x", 1<<20), "too long": strings.Repeat("x", domain.MaxLine+1)} {
		_, err := tom.Say(tom.ctx, demoFirst, domain.Line{Text: text, Key: "chat-key-2"})
		if k := domain.KindOf(err); err == nil || (k != domain.KindInvalid && k != domain.KindTooLarge) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = tom.Say(tom.ctx, demoFirst, domain.Line{Text: "no key"})
	wantKind(t, "no key", err, domain.KindInvalid)
	_, err = guest.Say(guest.ctx, demoFirst, domain.Line{Text: "hi", Key: "guest-key-1"})
	wantKind(t, "a guest without leave", err, domain.KindForbidden)
	if err := luna.SetSettings(luna.ctx, demoFirst, domain.RoomSettings{GuestChat: true}); err != nil {
		t.Fatal(err)
	}
	said := must(guest.Say(guest.ctx, demoFirst, domain.Line{Text: "hi", Key: "guest-key-2"}))(t)
	if said.Role != domain.RoleGuest || !strings.HasPrefix(said.From, "guest-") || said.Seq <= first.Seq {
		t.Errorf("the guest said %+v", said)
	}
	must(luna.Say(luna.ctx, demoFirst, domain.Line{Text: "Welcome", Key: "luna-key-1"}))(t)
	all := must(guest.Messages(guest.ctx, demoFirst, 0, 50))(t)
	if len(all) != 3 || all[0].Text != line.Text || all[2].Role != domain.RolePerformer || all[0].Key != "" {
		t.Errorf("messages: %+v", all)
	}
	if rest := must(guest.Messages(guest.ctx, demoFirst, first.Seq, 50))(t); len(rest) != 2 || rest[0].Seq != said.Seq {
		t.Errorf("after the first: %+v", rest)
	}
	events := must(guest.RoomEvents(guest.ctx, demoFirst, first.Seq-1, 20))(t)
	if len(events) < 4 || events[0].Kind != domain.EventMessage || events[1].Kind != domain.EventRules {
		t.Errorf("events: %+v", events)
	}
}

// bannedWordStory: her words drop what others say, each of her accounts has its own,
// and what is told of it names no word.
func bannedWordStory(t *testing.T, c cast) {
	luna, sky, tom := c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Performers[1]), c.demo(t, c.f.demo.Members[0])
	if err := luna.SetSettings(luna.ctx, demoFirst, domain.RoomSettings{BannedWords: []string{" Darn", "darn"}}); err != nil {
		t.Fatal(err)
	}
	if got := must(luna.Settings(luna.ctx, demoFirst))(t); !slices.Equal(got.BannedWords, []string{"Darn"}) {
		t.Errorf("she reads %q", got.BannedWords)
	}
	if got := must(sky.Settings(sky.ctx, demoSecond))(t); got.BannedWords == nil || len(got.BannedWords) > 0 {
		t.Errorf("her other account has %#v", got.BannedWords)
	}
	line := domain.Line{Text: "DARN it", Key: "banned-word-1"}
	_, err := tom.Say(tom.ctx, demoFirst, line)
	wantKind(t, "a banned word", err, domain.KindInvalid)
	if words := domain.Sentence(err); strings.Contains(strings.ToLower(words), "darn") {
		t.Errorf("the word is told: %s", words)
	}
	must(tom.Say(tom.ctx, demoFirst, domain.Line{Text: "darned socks", Key: "banned-word-2"}))(t)
	must(tom.Say(tom.ctx, demoSecond, domain.Line{Text: "DARN it", Key: "banned-word-3"}))(t)
	must(luna.Say(luna.ctx, demoFirst, domain.Line{Text: "darn", Key: "banned-word-4"}))(t)
	if err := luna.SetSettings(luna.ctx, demoFirst, domain.RoomSettings{BannedWords: []string{}}); err != nil {
		t.Fatal(err)
	}
	_, err = tom.Say(tom.ctx, demoFirst, line)
	wantKind(t, "the same line again, when no word is banned", err, domain.KindInvalid)
	wantKind(t, "no word", luna.SetSettings(luna.ctx, demoFirst, domain.RoomSettings{BannedWords: []string{"…"}}), domain.KindInvalid)
}

func moderationStory(t *testing.T, c cast) {
	luna, tom := c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Members[1])
	_, err := tom.Ban(tom.ctx, demoFirst, "quiet-fox", 0)
	wantKind(t, "a member bans", err, domain.KindForbidden)
	ban := must(luna.Ban(luna.ctx, demoFirst, tom.name, 0))(t)
	if ban.Viewer != tom.name || ban.Until != 0 {
		t.Errorf("ban: %+v", ban)
	}
	if bans := must(luna.Bans(luna.ctx, demoFirst))(t); len(bans) != 1 || bans[0].Viewer != tom.name {
		t.Errorf("bans: %+v", bans)
	}
	_, err = tom.Room(tom.ctx, demoFirst)
	wantKind(t, "a banned member's room", err, domain.KindForbidden)
	_, err = tom.Say(tom.ctx, demoFirst, domain.Line{Text: "let me in", Key: "banned-key-1"})
	wantKind(t, "a banned member's line", err, domain.KindForbidden)
	_, err = tom.Messages(tom.ctx, demoFirst, 0, 10)
	wantKind(t, "a banned member reads", err, domain.KindForbidden)
	_, err = tom.Tip(tom.ctx, demoFirst, domain.Tip{Amount: 1000, Key: "banned-key-2"})
	wantKind(t, "a banned member's tip", err, domain.KindForbidden)
	must(tom.Room(tom.ctx, demoSecond))(t) // the other room of the same person knows nothing of it
	if err := luna.Lift(luna.ctx, demoFirst, tom.name); err != nil {
		t.Fatal(err)
	}
	must(tom.Room(tom.ctx, demoFirst))(t)
	wantKind(t, "lifting twice", luna.Lift(luna.ctx, demoFirst, tom.name), domain.KindNotFound)
	if kick := must(luna.Ban(luna.ctx, demoFirst, tom.name, 10))(t); kick.Until == 0 {
		t.Errorf("kick: %+v", kick)
	}
	if err := luna.Lift(luna.ctx, demoFirst, tom.name); err != nil {
		t.Fatal(err)
	}
}

func moneyStory(t *testing.T, c cast) {
	guest, luna := c.guest(t), c.demo(t, c.f.demo.Performers[0])
	must(guest.SignUpMember(guest.ctx, signUp("rich-fellow")))(t)
	rich := c.enter(t, "rich-fellow@example.org", suitePassword)
	_, err := rich.Tip(rich.ctx, demoFirst, domain.Tip{Amount: 1000, Key: "money-key-0"})
	wantKind(t, "a tip from bonus credits", err, domain.KindPayment)
	_, err = rich.Buy(rich.ctx, "p11", "money-key-1")
	wantKind(t, "an unknown package", err, domain.KindInvalid)
	order := must(rich.Buy(rich.ctx, "p30", "money-key-1"))(t)
	if again := must(rich.Buy(rich.ctx, "p30", "money-key-1"))(t); again.ID != order.ID {
		t.Error("the same key made another purchase")
	}
	if order.State != "pending" || order.Cents != 3399 || order.Credits != 30_000 {
		t.Errorf("order: %+v", order)
	}
	stranger := c.demo(t, c.f.demo.Members[0])
	_, err = stranger.Purchase(stranger.ctx, order.ID)
	wantKind(t, "somebody else's purchase", err, domain.KindNotFound)
	c.settle(t, order)
	c.settle(t, order) // the notice comes twice and counts once
	if paid := must(rich.Purchase(rich.ctx, order.ID))(t); paid.State != "paid" {
		t.Errorf("after the notice: %+v", paid)
	}
	me := must(rich.Me(rich.ctx))(t)
	if me.BalanceMillicredits != 30_000+6_000+5_000 { // 20 % more at first, and the sign-up's credits are free now (B1)
		t.Errorf("balance %s", me.BalanceMillicredits)
	}
	for what, amount := range map[string]domain.Millicredits{"negative": -1000, "nothing": 0, "huge": 1 << 60} {
		_, err := rich.Tip(rich.ctx, demoFirst, domain.Tip{Amount: amount, Key: "money-key-2"})
		wantKind(t, what, err, domain.KindInvalid)
	}
	_, err = rich.Tip(rich.ctx, demoFirst, domain.Tip{Amount: 50_000, Key: "money-key-3"})
	wantKind(t, "more than there is", err, domain.KindPayment)

	before := must(luna.Me(luna.ctx))(t)
	tip := domain.Tip{Amount: 10_000, Note: "for you", Key: "money-key-4"}
	receipt := must(rich.Tip(rich.ctx, demoFirst, tip))(t)
	if again := must(rich.Tip(rich.ctx, demoFirst, tip))(t); again != receipt {
		t.Errorf("the same tip again: %+v, first %+v", again, receipt)
	}
	_, err = rich.Tip(rich.ctx, demoFirst, domain.Tip{Amount: 5000, Key: tip.Key})
	wantKind(t, "the key with another tip", err, domain.KindConflict)
	if receipt.BalanceMillicredits != 31_000 || receipt.Seq == 0 || receipt.Entry == "" {
		t.Errorf("receipt: %+v", receipt)
	}
	after := must(luna.Me(luna.ctx))(t)
	if after.EarnedCents-before.EarnedCents != 300 { // 30 % of $10.00 as a Newcomer (B8)
		t.Errorf("she earned %d cents of it", after.EarnedCents-before.EarnedCents)
	}
	events := must(luna.OwnEvents(luna.ctx, 0, 100))(t)
	if !slices.ContainsFunc(events, func(e domain.Event) bool { return e.Kind == domain.EventEarnings }) {
		t.Errorf("her events: %+v", events)
	}
	told := must(guest.RoomEvents(guest.ctx, demoFirst, receipt.Seq-1, 1))(t)
	if len(told) != 1 || told[0].Kind != domain.EventTip || bytes.Contains(told[0].Data, []byte("rich-fellow@")) {
		t.Errorf("told to the room: %+v", told)
	}
	_, err = luna.Tip(luna.ctx, demoSecond, domain.Tip{Amount: 1000, Key: "money-key-5"})
	wantKind(t, "a performer tips", err, domain.KindForbidden)
}

func broadcastStory(t *testing.T, c cast) {
	tokenOf := func(acc DemoAccount) string {
		return must(c.f.services.SignIn(t.Context(), acc.Email, acc.Password, "suite"))(t).Token
	}
	luna := c.demo(t, c.f.demo.Performers[0])
	both := []string{tokenOf(c.f.demo.Performers[0]), tokenOf(c.f.demo.Performers[1])}
	grant := must(luna.Begin(luna.ctx, both))(t)
	if !slices.Equal(grant.Rooms, []string{demoFirst, demoSecond}) || !strings.HasPrefix(grant.Token, "jcb_") || !strings.HasSuffix(grant.WHIPURL, "/whip") {
		t.Errorf("grant: %+v", grant)
	}
	_, err := luna.Begin(luna.ctx, []string{both[0], both[0]})
	wantKind(t, "the same account twice", err, domain.KindInvalid)
	_, err = luna.Begin(luna.ctx, []string{both[0], "jcs_nonsense"})
	wantKind(t, "a token that is none", err, domain.KindUnauthenticated)
	tom := c.demo(t, c.f.demo.Members[0])
	_, err = tom.Begin(tom.ctx, nil)
	wantKind(t, "a member goes online", err, domain.KindForbidden)

	guest, staff := c.guest(t), c.demo(t, c.f.demo.Staff)
	must(guest.SignUpPerformer(guest.ctx, signUp("other-person")))(t)
	other := c.enter(t, "other-person@example.org", suitePassword)
	must(other.Apply(other.ctx, "other-person", domain.Application{FullName: "Some One", BirthDate: "1990-01-01", Country: "RO"}))(t)
	must(staff.Decide(staff.ctx, "other-person", domain.Decision{State: domain.StateActive}))(t)
	stranger := tokenOf(DemoAccount{Email: "other-person@example.org", Password: suitePassword})
	_, err = luna.Begin(luna.ctx, []string{both[0], stranger})
	wantKind(t, "two people", err, domain.KindForbidden)
}

// doorStory: an unknown country, as loopback has none, counts as closed (C8).
func doorStory(t *testing.T, c cast) {
	guest, luna, tom := c.guest(t), c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Members[2])
	set := func(s domain.RoomSettings) {
		t.Helper()
		if err := luna.SetSettings(luna.ctx, demoFirst, s); err != nil {
			t.Fatal(err)
		}
	}
	set(domain.RoomSettings{GuestsClosedIn: []string{"DE"}})
	_, err := guest.Room(guest.ctx, demoFirst)
	wantKind(t, "a guest of unknown country", err, domain.KindCountry)
	_, err = guest.Messages(guest.ctx, demoFirst, 0, 10)
	wantKind(t, "his chat", err, domain.KindCountry)
	_, err = guest.Thumbnail(guest.ctx, demoFirst)
	wantKind(t, "his still", err, domain.KindCountry)
	must(tom.Room(tom.ctx, demoFirst))(t)
	set(domain.RoomSettings{HomeClosed: true})
	_, err = tom.Room(tom.ctx, demoFirst)
	wantKind(t, "a member of unknown country", err, domain.KindCountry)
	must(luna.Room(luna.ctx, demoFirst))(t)
	wantKind(t, "four countries", luna.SetSettings(luna.ctx, demoFirst, domain.RoomSettings{GuestsClosedIn: []string{"DE", "FR", "IT", "ES"}}), domain.KindInvalid)
	wantKind(t, "no country", luna.SetSettings(luna.ctx, demoFirst, domain.RoomSettings{GuestsClosedIn: []string{"XQ"}}), domain.KindInvalid)
	if got := must(luna.Settings(luna.ctx, demoFirst))(t); !got.HomeClosed || got.GuestChat {
		t.Errorf("settings: %+v", got)
	}
	set(domain.RoomSettings{})
	must(guest.Room(guest.ctx, demoFirst))(t)
}
