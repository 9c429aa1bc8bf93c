package page

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/figure"
	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// What a room's chat shows at first: so many lines, and the tips among so many
// events that are not older than the first of these lines, nor older than lines
// may become (domain A5).
const (
	history   = 50
	tipsAmong = 200
	tipsFor   = 3 * 24 * time.Hour
)

// line is one row of the chat.
type line struct {
	Seq   int64
	From  string
	Class string // the speaker's role, or tipped
	Text  string
	At    int64 // Unix ms

	Private bool // of a private show
}

// roomView is a room with its chat. Text, Amount and Note are what a refused
// form held, so that nothing that was typed is lost.
type roomView struct {
	domain.Room
	Shown  string // the state as the page's data-state has it
	Own    bool   // the performer looks at her own room
	Lines  []line
	Text   string
	Amount string
	Note   string
	TipKey string
	SayKey string

	Profile   domain.Profile
	Favourite bool // the member keeps this room
}

// Goal is what tips are collected for; the zero one is not shown.
func (v roomView) Goal() domain.Goal {
	if v.Profile.Goal == nil {
		return domain.Goal{}
	}
	return *v.Profile.Goal
}

// shown is the room's state in the words of data-state.
func shown(r domain.Room) string {
	switch r.State {
	case domain.RoomOffline:
		return "ended"
	case domain.RoomLive:
		if r.Paused {
			return "paused"
		}
		return string(domain.RoomConnecting) // until the script has a picture
	default:
		return string(r.State)
	}
}

// view reads a room; the sequence number first, so that the script, which goes
// on after it, misses nothing (it knows lines that it has already).
func (p *Pages) view(r *http.Request, performer string) (roomView, error) {
	room, err := p.Backend.Room(r.Context(), performer)
	if err != nil {
		return roomView{}, err
	}
	v := roomView{Room: room, Shown: shown(room), Own: own(r, performer)}
	if v.Lines, err = p.lines(r, room); err != nil {
		return v, err
	}
	if v.Profile, err = p.Backend.Profile(r.Context(), performer); err != nil || domain.ActorFrom(r.Context()).Role() != domain.RoleMember {
		return v, err
	}
	kept, err := p.Backend.Favourites(r.Context())
	v.Favourite = slices.ContainsFunc(kept, func(c domain.Card) bool { return c.Name == performer })
	return v, err
}

// lines are the newest ones and the tips among them, in the order of the room.
func (p *Pages) lines(r *http.Request, room domain.Room) ([]line, error) {
	said, err := p.Backend.Messages(r.Context(), room.Name, 0, history)
	if err != nil {
		return nil, err
	}
	var out []line
	for _, m := range said {
		out = append(out, line{Seq: m.Seq, From: m.From, Class: string(m.Role), Text: m.Text, At: m.At, Private: m.Private})
	}
	after := max(room.Seq-tipsAmong, 0)
	if len(said) == history {
		after = max(after, said[0].Seq)
	}
	happened, err := p.Backend.RoomEvents(r.Context(), room.Name, after, tipsAmong)
	if err != nil {
		return nil, err
	}
	words := p.words(r)
	oldest := p.Now().Add(-tipsFor).UnixMilli()
	for _, e := range happened {
		if e.Kind != domain.EventTip || e.At < oldest {
			continue
		}
		var tip domain.TipNotice
		if err := json.Unmarshal(e.Data, &tip); err != nil {
			return nil, fmt.Errorf("tip %d of %s: %w", e.Seq, room.Name, err)
		}
		out = append(out, line{Seq: e.Seq, From: tip.From, Class: "tipped", Text: tipWords(words, tip), At: e.At, Private: tip.Private})
	}
	slices.SortFunc(out, func(a, b line) int { return cmp.Compare(a.Seq, b.Seq) })
	return out, nil
}

// tipWords are those of the script's rows.
func tipWords(words *text.Words, t domain.TipNotice) string {
	said := words.Say("chat.tipped", t.Millicredits)
	if t.Note != "" {
		said += ": " + t.Note
	}
	return said
}

func own(r *http.Request, performer string) bool {
	actor := domain.ActorFrom(r.Context())
	return actor.Role() == domain.RolePerformer && actor.Account.Name == performer
}

func (p *Pages) room(w http.ResponseWriter, r *http.Request) {
	view, err := p.view(r, r.PathValue("performer"))
	if err != nil {
		p.closed(w, r, err)
		return
	}
	view.Amount, view.Note = chosenTip(r)
	p.show(w, r, "room", view.Name, view)
}

// chosenTip is what a chip filled in without script: an amount and perhaps what
// it is for, as the address has them. Nothing is sent before the form is.
func chosenTip(r *http.Request) (amount, note string) {
	query := r.URL.Query()
	amount, note = query.Get("tip"), query.Get("for")
	if _, err := figure.ParseCredits(amount); err != nil || utf8.RuneCountInString(note) > domain.MaxNote {
		return "", ""
	}
	return amount, note
}

// closed tells why a room is not open to the visitor.
func (p *Pages) closed(w http.ResponseWriter, r *http.Request, err error) {
	state := ""
	switch domain.KindOf(err) {
	case domain.KindCountry:
		state = "country"
	case domain.KindForbidden:
		state = "banned"
	default:
		p.problem(w, r, err)
		return
	}
	reply.Remember(w, err)
	p.draw(w, r, reply.Status(domain.KindOf(err)), "closed", shell{Title: "closed.title", Body: map[string]string{"State": state, "Sentence": domain.Sentence(err)}})
}

// say posts a line without script.
func (p *Pages) say(w http.ResponseWriter, r *http.Request) {
	performer := r.PathValue("performer")
	err := form(r)
	if err == nil {
		_, err = p.Backend.Say(r.Context(), performer, domain.Line{Text: r.PostFormValue("text"), Key: r.PostFormValue("key")})
	}
	if err != nil {
		p.roomAgain(w, r, err)
		return
	}
	done(w, r, "/r/"+performer, "said")
}

// tip sends a tip without script. A tip that came through once is a success
// however often the form is sent: its key was minted when the form was drawn.
func (p *Pages) tip(w http.ResponseWriter, r *http.Request) {
	performer := r.PathValue("performer")
	err := form(r)
	var amount domain.Millicredits
	if err == nil {
		amount, err = figure.ParseCredits(r.PostFormValue("credits"))
	}
	var receipt domain.Receipt
	if err == nil {
		receipt, err = p.Backend.Tip(r.Context(), performer, domain.Tip{Amount: amount, Note: r.PostFormValue("note"), Key: r.PostFormValue("key")})
	}
	if err != nil {
		p.roomAgain(w, r, err)
		return
	}
	words := "tipped"
	switch {
	case receipt.NoteFast:
		words = "hasty"
	case receipt.NoteDropped:
		words = "noteless"
	}
	done(w, r, "/r/"+performer, words)
}

// roomAgain draws the room with what was typed and why it was refused. The old
// key stays while the outcome is unknown: sent again it counts once.
func (p *Pages) roomAgain(w http.ResponseWriter, r *http.Request, cause error) {
	view, err := p.view(r, r.PathValue("performer"))
	if err != nil {
		p.closed(w, r, err)
		return
	}
	view.Text, view.Amount, view.Note = r.PostFormValue("text"), r.PostFormValue("credits"), r.PostFormValue("note")
	if unsure := []domain.Kind{domain.KindUnavailable, domain.KindInternal}; slices.Contains(unsure, domain.KindOf(cause)) {
		if r.PostFormValue("credits") != "" {
			view.TipKey = r.PostFormValue("key")
		} else {
			view.SayKey = r.PostFormValue("key")
		}
	}
	var e *domain.Error
	if errors.As(cause, &e) && e.Kind == domain.KindTooLarge {
		view.Text = ""
	}
	p.again(w, r, "room", view.Name, cause, view)
}
