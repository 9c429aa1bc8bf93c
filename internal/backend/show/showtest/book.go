package showtest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Book is a book that tells of its writes. Each is named by what it writes, a state or
// one of ask, charge, note, switch, settle and open, and the how-manieth of its kind it is:
// "charge-2".
type Book struct {
	show.Book
	around func(name string, do func() error) error

	mu     sync.Mutex
	count  map[string]int
	writes []string
}

// New has around called for each write of a book; do does it.
func New(book show.Book, around func(name string, do func() error) error) *Book {
	return &Book{Book: book, around: around, count: map[string]int{}}
}

// Mortal is a book at one of whose writes the program dies as kill -9 ends it, once it
// has printed what was delivered: before anything is written, or after the commit and
// before anybody hears of it. At is "before" or "after" and the write's name, or empty.
func Mortal(book show.Book, at string, delivered func() time.Duration) *Book {
	die := func(here string) {
		if here == at {
			fmt.Printf("delivered %d ms\n", delivered().Milliseconds())
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {} // it takes a moment
		}
	}
	return New(book, func(name string, do func() error) error {
		die("before " + name)
		err := do()
		die("after " + name)
		return err
	})
}

// Writes lists the names of all writes, in their order.
func (b *Book) Writes() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.writes)
}

func (b *Book) write(kind string, do func() error) error {
	b.mu.Lock()
	b.count[kind]++
	name := fmt.Sprint(kind, "-", b.count[kind])
	b.writes = append(b.writes, name)
	b.mu.Unlock()
	return b.around(name, do)
}

// AskShow implements show.Book.
func (b *Book) AskShow(ctx context.Context, performer, key string, shown domain.Rates) (r domain.ShowRecord, err error) {
	err = b.write("ask", func() error { r, err = b.Book.AskShow(ctx, performer, key, shown); return err })
	return r, err
}

// StepShow implements show.Book.
func (b *Book) StepShow(ctx context.Context, id string, from, to domain.ShowState, reason string) (r domain.ShowRecord, err error) {
	err = b.write(string(to), func() error { r, err = b.Book.StepShow(ctx, id, from, to, reason); return err })
	return r, err
}

// ChargeShow implements show.Book.
func (b *Book) ChargeShow(ctx context.Context, id string, n int, times domain.Delivered, charge, ahead domain.Millicredits) (r domain.ShowRecord, err error) {
	err = b.write("charge", func() error { r, err = b.Book.ChargeShow(ctx, id, n, times, charge, ahead); return err })
	return r, err
}

// NoteShow implements show.Book.
func (b *Book) NoteShow(ctx context.Context, id string, times domain.Delivered) error {
	return b.write("note", func() error { return b.Book.NoteShow(ctx, id, times) })
}

// SwitchShow implements show.Book.
func (b *Book) SwitchShow(ctx context.Context, id string, cam2cam, audio bool, need, ahead domain.Millicredits) (r domain.ShowRecord, err error) {
	err = b.write("switch", func() error { r, err = b.Book.SwitchShow(ctx, id, cam2cam, audio, need, ahead); return err })
	return r, err
}

// SettleShow implements show.Book.
func (b *Book) SettleShow(ctx context.Context, id string, times domain.Delivered, charge domain.Millicredits) (r domain.ShowRecord, err error) {
	err = b.write("settle", func() error { r, err = b.Book.SettleShow(ctx, id, times, charge); return err })
	return r, err
}

// OpenRooms implements show.Book.
func (b *Book) OpenRooms(ctx context.Context, id string) error {
	return b.write("open", func() error { return b.Book.OpenRooms(ctx, id) })
}
