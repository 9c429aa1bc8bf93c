package store

import (
	"context"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/shows"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Say posts a line in a room: the performer in her own, members, staff, and
// guests where she allows it. While she is in a private show there, her lines and
// its payer's are the show's: they two alone read them, then and later. KindInvalid, KindForbidden, KindLimited, KindConflict,
// and as Door.
func (s *Store) Say(ctx context.Context, performer string, l domain.Line) (domain.Message, error) {
	const op = "message"
	actor := domain.ActorFrom(ctx)
	text, err := cleanLine(l.Text)
	if err == nil {
		err = database.CheckKey(l.Key)
	}
	if err != nil {
		return domain.Message{}, database.Fail(op, err)
	}
	var said answer
	var replay, counted bool
	err = s.db.Write(ctx, op, func(ctx context.Context, t *database.Tx) (err error) {
		said, replay, err = database.Once(ctx, t, "say/"+speaker(actor), l.Key, []string{performer, text}, func() (answer, error) {
			r, err := s.door(ctx, t, actor, performer)
			if err != nil {
				return answer{}, err
			}
			if err := mayWrite(actor, r); err != nil {
				return answer{}, err
			}
			hers := actor.Account.ID == r.owner
			if !hers && !counted { // a transaction that runs again counts once
				if err := s.lines.allow(limitKey(actor), s.Now(), "You are writing too fast. Wait a moment, then send it again."); err != nil {
					return answer{}, err
				}
				counted = true
			}
			if !hers && r.words().In(text) {
				return answer{Dropped: true}, nil
			}
			payer, err := shows.Payer(ctx, t, r.owner)
			if err != nil {
				return answer{}, err
			}
			m := domain.Message{From: actor.Name(), Role: actor.Role(), Text: text, At: t.Now}
			m.Private = payer != "" && (hers || actor.Account.ID == payer)
			m, err = s.say(ctx, t, performer, m, payer)
			return answer{Message: m}, err
		})
		return err
	})
	switch {
	case err != nil:
		return domain.Message{}, err
	case said.Dropped:
		return domain.Message{}, domain.Errorf(op, domain.KindInvalid, "Your line was not sent: it has a word that is not welcome in this room. Write it in other words.").Because("chat.word")
	case replay:
		domain.NoteReplay(ctx)
	}
	said.Key = l.Key
	return said.Message, nil
}

// answer is what a key remembers of a line: it was said, or it had a banned word
// and was dropped. A dropped one is not said later either, when the list is another.
type answer struct {
	domain.Message
	Dropped bool `json:"dropped,omitempty"`
}

// say posts a line to everybody in the room, or to the two of a show alone.
func (s *Store) say(ctx context.Context, t *database.Tx, performer string, m domain.Message, payer domain.AccountID) (domain.Message, error) {
	readers := database.ForAll
	if m.Private {
		readers = database.ForShow(payer)
	}
	seqs, err := t.Post(ctx, database.Note{Stream: database.RoomStream(performer), Kind: domain.EventMessage, For: readers, Data: func(seq int64) any {
		m.Seq = seq
		return m
	}})
	if err == nil {
		m.Seq = seqs[0]
	}
	return m, err
}

func mayWrite(actor domain.Actor, r room) error {
	switch actor.Role() {
	case domain.RoleMember, domain.RoleStaff:
		return nil
	case domain.RolePerformer:
		if actor.Account.ID == r.owner {
			return nil
		}
		return domain.Errorf("", domain.KindForbidden, "A performer writes in her own room only. Sign in as a member to write here.").Because("chat.performer")
	case domain.RoleStudio:
		return domain.Errorf("", domain.KindForbidden, "A studio does not write in rooms. Sign in as a member to write here.").Because("chat.studio")
	default:
		if r.settings.GuestChat && actor.Guest != "" {
			return nil
		}
		return domain.Errorf("", domain.KindForbidden, "Guests can read here. Sign up as a member to write.").Because("chat.guests")
	}
}

// speaker is whose keys these are.
func speaker(a domain.Actor) string {
	if a.Account.ID != "" {
		return string(a.Account.ID)
	}
	return "guest-" + a.Guest
}

// limitKey is who is counted: guests by where they come from, because a new
// cookie is easily made.
func limitKey(a domain.Actor) string {
	if a.Account.ID == "" && a.Origin != "" {
		return "origin-" + a.Origin
	}
	return speaker(a)
}

func cleanLine(text string) (string, error) {
	if len(text) > domain.MaxLineBytes {
		return "", errLong()
	}
	text = database.Clean(text)
	if text == "" {
		return "", domain.Errorf("", domain.KindInvalid, "The message is empty. Write something first.").Because("chat.empty")
	}
	if utf8.RuneCountInString(text) > domain.MaxLine {
		return "", errLong()
	}
	return text, nil
}

func errLong() error {
	return domain.Errorf("", domain.KindInvalid, "The message is too long: at most %d characters. Shorten it, or send it in parts.", domain.MaxLine).Because("chat.long", domain.MaxLine)
}

// Messages lists the lines that the actor may read after a sequence number, oldest first; after 0 means
// the last limit lines. Limit 0 means 100, never more than 500. Errors as Door.
func (s *Store) Messages(ctx context.Context, performer string, after int64, limit int) ([]domain.Message, error) {
	const op = "messages"
	actor := domain.ActorFrom(ctx)
	r, err := s.door(ctx, s.db.Reads, actor, performer)
	if err != nil {
		return nil, database.Fail(op, err)
	}
	if limit <= 0 {
		limit = defaultPage
	}
	order := `seq`
	if after <= 0 {
		order = `seq DESC`
	}
	list, err := database.Collect(ctx, s.db.Reads, scanMessage, `SELECT data FROM events
		WHERE `+database.Sees+` AND stream = $6 AND seq > $7 AND kind = $8 AND at > $9 ORDER BY `+order+` LIMIT $10`,
		append(r.eyes(actor).Args(), database.RoomStream(performer), max(after, 0), domain.EventMessage, s.oldestLine(), min(limit, maxPage))...)
	if after <= 0 {
		slices.Reverse(list)
	}
	return list, database.Fail(op, err)
}

func scanMessage(r database.Row) (m domain.Message, err error) {
	var data string
	if err = r.Scan(&data); err == nil {
		err = json.Unmarshal([]byte(data), &m)
	}
	return m, err
}
