package show_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pass lets the bubble's clock go on.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// deliver lets picture arrive for d, a report a second.
func (p *plane) deliver(d time.Duration) {
	for range int(d / time.Second) {
		pass(time.Second)
		p.mu.Lock()
		p.arrived += time.Second
		p.mu.Unlock()
	}
	synctest.Wait()
}

// arrive says how much has arrived in all.
func (p *plane) arrive(at time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrived = at
}

// theatre is a stage with its store: a performer with two accounts, and members.
type theatre struct {
	*show.Stage
	t      *testing.T
	url    string
	store  *store.Store
	plane  *plane
	engine show.Plane                // nil for the plane that notes
	wrap   func(show.Book) show.Book // nil for the store as it is
	now    func() time.Time          // of the wall; nil for the stage's own
	her    domain.Account
	second domain.Account
	ends   context.CancelFunc
	done   chan struct{}
}

const price = domain.PromotionPrice

// Ask asks for a show at the rates of the moment, if the actor is told any.
func (h *theatre) Ask(ctx context.Context, performer, key string) (domain.Show, error) {
	offer, err := h.Quote(ctx, performer)
	if err != nil {
		offer = domain.Quote{}
	}
	return h.Stage.Ask(ctx, performer, key, offer.Rates())
}

func openTheatre(t *testing.T) *theatre {
	t.Helper()
	return openTheatreIn(t, t.TempDir(), nil)
}

// openTheatreIn makes one whose data is in a folder, with a book of the test's own.
func openTheatreIn(t *testing.T, folder string, wrap func(show.Book) show.Book) *theatre {
	t.Helper()
	return (&theatre{t: t, url: "sqlite:" + filepath.Join(folder, "x.db"), wrap: wrap}).cast()
}

// openTheatreAt makes one by a clock of the test's own.
func openTheatreAt(t *testing.T, now func() time.Time) *theatre {
	t.Helper()
	return (&theatre{t: t, url: "sqlite:" + filepath.Join(t.TempDir(), "x.db"), now: now}).cast()
}

// cast opens it and brings the performer.
func (h *theatre) cast() *theatre {
	h.t.Helper()
	h.start()
	staff := h.add(domain.Account{Role: domain.RoleStaff, Name: "front-desk"})
	h.her = h.performer("luna", staff, "")
	h.second = h.performer("velvet", staff, h.her.Person)
	return h
}

// start opens the store and the stage, as a server does.
func (h *theatre) start() {
	h.t.Helper()
	var err error
	if h.store, err = store.Open(context.Background(), store.Config{URL: h.url, Now: h.now, Log: slog.New(slog.DiscardHandler)}); err != nil {
		h.t.Fatal(err)
	}
	h.plane = &plane{live: true}
	now := h.now
	if now == nil {
		now = time.Now
	}
	var book show.Book = h.store
	if h.wrap != nil {
		book = h.wrap(book)
	}
	var stands show.Plane = h.plane
	if h.engine != nil {
		stands = h.engine
	}
	h.Stage = show.New(show.Config{Book: book, Plane: stands, Drop: func(room string) { h.plane.note("drop %s", room) }, PauseTold: h.plane.pauseTold, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err := h.Open(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h.ends, h.done = cancel, make(chan struct{})
	go func() { h.Run(ctx); close(h.done) }()
}

// close ends the server in order.
func (h *theatre) close() {
	h.t.Helper()
	h.ends()
	<-h.done
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
}

func (h *theatre) add(acc domain.Account) domain.Account {
	h.t.Helper()
	acc.Email = acc.Name + "@example.org"
	made, err := h.store.AddAccount(context.Background(), acc, "hash")
	if err != nil {
		h.t.Fatal(err)
	}
	return made
}

func as(a domain.Account) context.Context {
	return domain.WithActor(context.Background(), domain.Actor{Account: a, Country: "HU"})
}

func (h *theatre) performer(name string, staff domain.Account, person domain.PersonID) domain.Account {
	h.t.Helper()
	acc := h.add(domain.Account{Role: domain.RolePerformer, Name: name})
	if _, err := h.store.Apply(as(acc), name, domain.Application{FullName: "Anna " + name, BirthDate: "1970-01-01", Country: "HU"}); err != nil {
		h.t.Fatal(err)
	}
	acc, err := h.store.Decide(as(staff), name, domain.Decision{State: domain.StateActive, Person: person})
	if err != nil {
		h.t.Fatal(err)
	}
	return acc
}

// member has so many credits.
func (h *theatre) member(name string, packages ...string) domain.Account {
	h.t.Helper()
	acc := h.add(domain.Account{Role: domain.RoleMember, Name: name})
	for i, pkg := range packages {
		p, err := h.store.Buy(as(acc), pkg, fmt.Sprint("purchase-", i))
		if err == nil {
			err = h.store.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents})
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return acc
}

func (h *theatre) credits(who domain.Account) domain.Millicredits {
	h.t.Helper()
	free, _, err := h.store.Credits(context.Background(), who.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return free
}

func (h *theatre) show(who domain.Account, id string) domain.Show {
	h.t.Helper()
	s, err := h.Show(as(who), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// want checks a show's state and reason.
func (h *theatre) want(who domain.Account, id string, state domain.ShowState, reason string) domain.Show {
	h.t.Helper()
	s := h.show(who, id)
	if s.State != state || s.Reason != reason {
		h.t.Fatalf("the show is %s (%q), want %s (%q)", s.State, s.Reason, state, reason)
	}
	return s
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// begin brings a show to where it is starting.
func (h *theatre) begin(mike domain.Account) domain.Show {
	h.t.Helper()
	s := must(h.Ask(as(mike), "luna", "key-of-"+mike.Name))(h.t)
	must(h.Answer(as(h.her), s.ID, true))(h.t)
	return must(h.ReadyFor(as(h.her), s.ID))(h.t)
}

// sound checks that the ledger holds.
func (h *theatre) sound() {
	h.t.Helper()
	if r := must(h.store.Verify(context.Background()))(h.t); !r.OK() {
		h.t.Errorf("the ledger: %+v", r)
	}
}

// in runs a story in a bubble whose clock is quick.
func in(t *testing.T, story func(t *testing.T, h *theatre)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := openTheatre(t)
		defer h.close()
		story(t, h)
		h.sound()
	})
}

// The barrier: the money is held before the rooms are closed, they are closed before
// she has accepted, and the payer is let in only when her program is ready.
func TestStage_barrier(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		before := h.credits(mike)
		s := must(h.Ask(as(mike), "luna", "key-12345"))(t)
		if h.credits(mike) != before-price || len(h.plane.said()) != 0 {
			t.Errorf("asked: %s left of %s, orders %v", h.credits(mike), before, h.plane.said())
		}
		if again := must(h.Ask(as(mike), "luna", "key-12345"))(t); again.ID != s.ID || h.credits(mike) != before-price {
			t.Errorf("the same wish again: %+v", again)
		}
		if _, err := h.ReadyFor(as(h.her), s.ID); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("ready before the answer: %v", err)
		}
		if _, err := h.Answer(as(mike), s.ID, true); domain.KindOf(err) != domain.KindForbidden {
			t.Errorf("the member answers: %v", err)
		}
		if _, err := h.Answer(as(h.second), s.ID, true); domain.KindOf(err) != domain.KindNotFound {
			t.Errorf("her other account answers: %v", err)
		}
		must(h.Answer(as(h.her), s.ID, true))(t)
		closed := []string{"curtain luna velvet", "drop luna", "drop velvet"}
		if !slices.Equal(h.plane.said(), closed) {
			t.Errorf("accepted: orders %v", h.plane.said())
		}
		if err := h.Free(as(h.her), "luna"); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("free in a show: %v", err)
		}
		must(h.ReadyFor(as(h.her), s.ID))(t)
		if !slices.Equal(h.plane.said(), append(closed, "admit luna")) {
			t.Errorf("ready: orders %v", h.plane.said())
		}
		h.want(mike, s.ID, domain.ShowStarting, "")
		must(h.End(as(h.her), s.ID))(t)
		pass(3 * time.Second)
		h.want(mike, s.ID, domain.ShowSettled, "performer")
		if h.credits(mike) != before {
			t.Errorf("nothing arrived, and %s of %s are left", h.credits(mike), before)
		}
		if err := h.Free(as(h.second), "velvet"); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(h.plane.said(), append(closed, "admit luna", "dismiss luna", "lift luna velvet")) {
			t.Errorf("free: orders %v", h.plane.said())
		}
	})
}

// Delivered time is paid by ticks and settled at the end; time that stands still is
// not paid, whatever the clock says.
func TestStage_meter(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		before := h.credits(mike)
		s := h.begin(mike)
		h.plane.deliver(25 * time.Second)
		h.want(mike, s.ID, domain.ShowRunning, "")
		if now := h.show(mike, s.ID); now.DeliveredMS != 20_000 || now.ArrivedMS < 24_000 || now.ArrivedMS > 25_000 || now.Charged != price*20/60 || now.Left != before-now.Charged {
			t.Errorf("after 25 s: %+v", now)
		}
		pass(30 * time.Second) // the line is cut
		synctest.Wait()
		h.want(mike, s.ID, domain.ShowInterrupted, "")
		must(h.ReadyFor(as(h.her), s.ID))(t) // another upload
		h.plane.deliver(8 * time.Second)
		h.want(mike, s.ID, domain.ShowRunning, "")
		must(h.End(as(mike), s.ID))(t)
		pass(3 * time.Second)
		end := h.want(mike, s.ID, domain.ShowSettled, "member")
		if end.DeliveredMS != 33_000 || end.Charged != price*33/60 || h.credits(mike) != before-end.Charged {
			t.Errorf("settled: %+v, %s left of %s", end, h.credits(mike), before)
		}
		if paused := end.PausedMS(); paused < 25_000 || paused > 35_000 {
			t.Errorf("paused for %d ms", paused)
		}
		if hers := h.show(h.her, s.ID); hers.EarnedCents != int64(end.Charged)*30/1000 || hers.Left != 0 {
			t.Errorf("she sees %+v", hers)
		}
	})
}

// At the end of the credit the show ends, and not a thousandth is owed.
func TestStage_endOfCredit(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p10")
		if _, err := h.store.Tip(as(mike), "luna", domain.Tip{Amount: h.credits(mike) - 2000, Key: "tip-12345"}); err != nil {
			t.Fatal(err)
		}
		s := h.begin(mike)
		h.plane.deliver(150 * time.Second) // 2.00 credits last 122.4 s
		end := h.want(mike, s.ID, domain.ShowSettled, "credit")
		if end.Charged > 2000 || end.Charged < 2000-price*2/60 || h.credits(mike) != 2000-end.Charged {
			t.Errorf("charged %d of 2000, %d left", end.Charged, h.credits(mike))
		}
	})
}

// What nobody answers, prepares or watches ends by itself, and costs nothing.
func TestStage_timeouts(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		before := h.credits(mike)
		s := must(h.Ask(as(mike), "luna", "key-first"))(t)
		pass(domain.AnswerWithin + time.Second)
		h.want(mike, s.ID, domain.ShowExpired, "unanswered")

		s = must(h.Ask(as(mike), "luna", "key-second"))(t)
		must(h.Answer(as(h.her), s.ID, true))(t)
		pass(domain.ReadyWithin + time.Second)
		h.want(mike, s.ID, domain.ShowExpired, "unready")
		if closed := must(h.store.Closed(t.Context()))(t); len(closed) != 1 {
			t.Errorf("before she is free the rooms are open: %v", closed)
		}
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}

		s = must(h.Ask(as(mike), "luna", "key-third"))(t)
		must(h.Answer(as(h.her), s.ID, true))(t)
		must(h.ReadyFor(as(h.her), s.ID))(t)
		pass(domain.KeptFor + 5*time.Second)
		h.want(mike, s.ID, domain.ShowSettled, "lost")
		if h.credits(mike) != before {
			t.Errorf("%s of %s are left", h.credits(mike), before)
		}
	})
}

// One private per person: who asks meanwhile waits in a free line, and is called when
// she is free. The line of her other account is the same show's.
func TestStage_oneShowPerPerson(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike, tom, eve := h.member("max", "p30"), h.member("tom", "p30"), h.member("eve", "p30")
		before := h.credits(tom)
		first := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
		second := must(h.Ask(as(tom), "velvet", "key-of-tom"))(t)
		if second.State != domain.ShowAsked {
			t.Errorf("both ask: %+v", second)
		}
		if _, err := h.Ask(as(mike), "velvet", "key-again"); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("one member asks twice: %v", err)
		}
		must(h.Answer(as(h.her), first.ID, true))(t)
		h.want(tom, second.ID, domain.ShowWaiting, "")
		third := must(h.Ask(as(eve), "luna", "key-of-eve"))(t)
		if third.State != domain.ShowWaiting || third.Place != 1 || h.credits(tom) != before {
			t.Errorf("in line: %+v, %s of %s", third, h.credits(tom), before)
		}
		if _, err := h.Answer(as(h.second), second.ID, true); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("a second show was accepted: %v", err)
		}
		must(h.ReadyFor(as(h.her), first.ID))(t)
		h.plane.deliver(3 * time.Second)
		must(h.End(as(mike), first.ID))(t)
		pass(3 * time.Second)
		h.want(tom, second.ID, domain.ShowWaiting, "")
		if line := must(h.store.NextWaiting(t.Context(), []string{"luna", "velvet"}))(t); len(line) != 2 || line[0].ID != second.ID || line[1].ID != third.ID {
			t.Errorf("who asked first is called first, whichever room he asked in: %+v", line)
		}
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
		h.want(tom, second.ID, domain.ShowAsked, "")
		h.want(eve, third.ID, domain.ShowAsked, "")
		must(h.End(as(eve), third.ID))(t)
		h.want(eve, third.ID, domain.ShowRefused, "withdrawn")
		must(h.Answer(as(h.second), second.ID, false))(t)
		h.want(tom, second.ID, domain.ShowRefused, "declined")
		if h.credits(tom) != before {
			t.Errorf("%s of %s are left", h.credits(tom), before)
		}
	})
}

// Whoever of the line is not answered, declined, or gone makes way for the next, one at a
// time whoever asks beside the line, and only while she could accept.
func TestStage_theLineGoesOn(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		first := h.begin(h.member("max", "p30"))
		var line []string
		var members []domain.Account
		for _, name := range []string{"tom", "eve", "ida", "kim"} {
			m := h.member(name, "p30")
			members, line = append(members, m), append(line, must(h.Ask(as(m), "luna", "key-of-"+name))(t).ID)
		}
		asks := func(n int) {
			t.Helper()
			pass(2 * time.Second)
			for i := range line[max(n, 0):] {
				want := domain.ShowWaiting
				if i == 0 && n >= 0 {
					want = domain.ShowAsked
				}
				h.want(members[max(n, 0)+i], line[max(n, 0)+i], want, "")
			}
		}
		if _, err := h.store.StepShow(t.Context(), line[0], domain.ShowWaiting, domain.ShowAsked, ""); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("called into a closed room: %v", err)
		}
		asks(-1)
		must(h.End(as(h.her), first.ID))(t)
		pass(3 * time.Second)
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
		asks(0)
		stranger := h.member("sam", "p30")
		beside := must(h.Ask(as(stranger), "luna", "key-of-sam"))(t)
		must(h.End(as(stranger), beside.ID))(t)
		asks(0)
		pass(domain.AnswerWithin)
		h.want(members[0], line[0], domain.ShowExpired, "unanswered")
		asks(1)
		h.plane.leave("luna")
		must(h.Answer(as(h.her), line[1], false))(t)
		pass(2 * time.Second)
		h.want(members[2], line[2], domain.ShowWaiting, "")
		h.plane.leave("")
		asks(2)
		must(h.End(as(members[2]), line[2]))(t)
		asks(3)
	})
}
