package database

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Doors is the topic of whatever may close a door on somebody.
const Doors = "doors"

// RoomStream is a performer's room. A stream's name is also its topic on the bell.
func RoomStream(performer string) string { return "room/" + performer }

// AccountStream is an account's own.
func AccountStream(id domain.AccountID) string { return "account/" + string(id) }

// Audience tells who may read an event; it is compared in the query.
type Audience string

// The audiences.
const (
	ForAll     Audience = "all"
	ForMembers Audience = "members" // everybody with an account
	ForOwner   Audience = "owner"   // the performer herself (or staff)
)

// ForShow is for the performer herself and the payer of her private show, and for
// nobody else, staff and studio neither.
func ForShow(payer domain.AccountID) Audience { return Audience("show/" + string(payer)) }

// Eyes are those of one reader of a stream.
type Eyes struct {
	May   []Audience
	Shows bool // all that was for her own shows, whoever paid
}

// Sees is the condition of the events that these eyes may see, for a query whose
// arguments begin with Args: $1 to $5.
const Sees = `(audience IN ($1, $2, $3, $4) OR ($5 = 1 AND audience LIKE 'show/%'))`

// Args are the arguments of Sees.
func (e Eyes) Args() []any {
	args := make([]any, 5)
	for i := range 4 {
		args[i] = e.May[min(i, len(e.May)-1)]
	}
	args[4] = int64(0)
	if e.Shows {
		args[4] = int64(1)
	}
	return args
}

// Note is an event to be posted. Data gets the sequence number, for those kinds
// that repeat it.
type Note struct {
	Stream string
	Kind   domain.EventKind
	For    Audience
	Data   func(seq int64) any
}

// NewNote is a note for everybody who may read the stream.
func NewNote(stream string, kind domain.EventKind, data any) Note {
	return Note{Stream: stream, Kind: kind, For: ForAll, Data: func(int64) any { return data }}
}

// Post writes notes and returns their sequence numbers. Streams are locked in the
// order of their names, and stay locked until the commit.
func (t *Tx) Post(ctx context.Context, notes ...Note) ([]int64, error) {
	order := make([]int, len(notes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(notes[a].Stream, notes[b].Stream)
	})
	seqs := make([]int64, len(notes))
	for _, i := range order {
		n := notes[i]
		err := t.QueryRowContext(ctx, `INSERT INTO streams (name, seq) VALUES ($1, 1)
			ON CONFLICT (name) DO UPDATE SET seq = streams.seq + 1 RETURNING seq`, n.Stream).Scan(&seqs[i])
		if err != nil {
			return nil, err
		}
		data, err := json.Marshal(n.Data(seqs[i]))
		if err != nil {
			return nil, err
		}
		if _, err = t.Exec(ctx, `INSERT INTO events (stream, seq, kind, at, audience, data) VALUES ($1, $2, $3, $4, $5, $6)`,
			n.Stream, seqs[i], n.Kind, t.Now, n.For, string(data)); err != nil {
			return nil, err
		}
		t.Ring(n.Stream)
	}
	return seqs, nil
}
