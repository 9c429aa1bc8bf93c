package show_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// slow is a book whose first answer about a household waits.
type slow struct {
	show.Book
	first        sync.Once
	read, answer chan struct{}
}

func (s *slow) Household(ctx context.Context, performer string) (domain.Household, error) {
	rooms, err := s.Book.Household(ctx, performer)
	s.first.Do(func() {
		close(s.read)
		<-s.answer
	})
	return rooms, err
}

// ajar is the real media plane, but that rooms are live without an upload until a
// curtain is drawn.
type ajar struct{ *media.Engine }

func (a ajar) TakesPrivate(room string) bool { return !a.Room(room).Curtained }

// openTheatreOn makes a theatre on the real media plane.
func openTheatreOn(t *testing.T, wrap func(show.Book) show.Book) (*theatre, *media.Engine) {
	t.Helper()
	engine := must(media.New(media.Config{UDP: "127.0.0.1:0"}))(t)
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() { _ = engine.Run(ctx); close(over) }()
	t.Cleanup(func() { cancel(); <-over })
	h := (&theatre{t: t, url: "sqlite:" + filepath.Join(t.TempDir(), "x.db"), wrap: wrap, engine: ajar{engine}}).cast()
	t.Cleanup(h.close)
	return h, engine
}

// Two answers at once in both of her rooms: the later one waits for the first, is
// refused, and leaves every room closed.
func TestStage_twoAnswersAtOnce(t *testing.T) {
	book := &slow{read: make(chan struct{}), answer: make(chan struct{})}
	h, engine := openTheatreOn(t, func(b show.Book) show.Book { book.Book = b; return book })
	mike, tom := h.member("max", "p30"), h.member("tom", "p30")
	first := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
	second := must(h.Ask(as(tom), "velvet", "key-of-tom"))(t)
	answer := func(who domain.Account, id string) chan error {
		told := make(chan error, 1)
		go func() { _, err := h.Answer(as(who), id, true); told <- err }()
		return told
	}
	one := answer(h.her, first.ID)
	<-book.read
	two := answer(h.second, second.ID)
	var late error
	select {
	case late = <-two:
		t.Error("the second answer did not wait for the first")
	case <-time.After(300 * time.Millisecond):
	}
	close(book.answer)
	if late == nil {
		late = <-two
	}
	if err := <-one; err != nil || domain.KindOf(late) != domain.KindConflict {
		t.Errorf("the first answer: %v; the second: %v", err, late)
	}
	for _, room := range []string{"luna", "velvet"} {
		if s := engine.Room(room); !s.Curtained {
			t.Errorf("%s is open: %+v", room, s)
		}
	}
}

// Where another show closes a room, of which the book knows nothing, an answer is
// refused and opens nothing.
func TestStage_anothersCurtainStays(t *testing.T) {
	h, engine := openTheatreOn(t, nil)
	s := must(h.Ask(as(h.member("max", "p30")), "luna", "key-of-max"))(t)
	engine.Curtain("another", domain.Household{Curtained: []string{"velvet"}})
	if _, err := h.Answer(as(h.her), s.ID, true); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("accepted: %v", err)
	}
	engine.Lift(s.ID, "luna", "velvet")
	if luna, velvet := engine.Room("luna"), engine.Room("velvet"); luna.Curtained || !velvet.Curtained {
		t.Errorf("the rooms are %+v and %+v", luna, velvet)
	}
	engine.Lift("another", "velvet")
	must(h.Answer(as(h.her), s.ID, true))(t)
}
