package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
	"github.com/jasmincam/jasmincam/internal/backend/store/shows"
	"github.com/jasmincam/jasmincam/internal/backend/store/taboo"
	"github.com/jasmincam/jasmincam/internal/backend/store/wallet"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// room is a room's row with what decides who may come in.
type room struct {
	name     string
	owner    domain.AccountID
	account  domain.AccountState
	studio   domain.AccountID
	percent  int64 // the studio's part of her earnings
	settings domain.RoomSettings
	home     string // her country
	state    domain.RoomState
	since    int64
	seq      int64
}

func findRoom(ctx context.Context, q database.Querier, performer string) (room, error) {
	r := room{name: performer}
	if domain.CheckName(performer) != nil {
		return r, errNoRoom()
	}
	var guests, home int64
	var closed, words string
	err := q.QueryRowContext(ctx, `SELECT r.account, a.state, a.studio, a.studio_percent, r.guest_chat, r.home_closed, r.guests_closed, r.banned_words, r.aside, r.state, r.since,
			COALESCE(p.country, ''), COALESCE(st.seq, 0)
		FROM rooms r JOIN accounts a ON a.id = r.account
			LEFT JOIN applications p ON p.account = r.account LEFT JOIN streams st ON st.name = 'room/' || r.name
		WHERE r.name = $1`, performer).
		Scan(&r.owner, &r.account, &r.studio, &r.percent, &guests, &home, &closed, &words, &r.settings.Aside, &r.state, &r.since, &r.home, &r.seq)
	if errors.Is(err, sql.ErrNoRows) {
		return r, errNoRoom()
	}
	r.settings.GuestChat, r.settings.HomeClosed = guests != 0, home != 0
	r.settings.GuestsClosedIn, r.settings.BannedWords = strings.Fields(closed), taboo.Parse(words)
	return r, err
}

func (r room) words() taboo.Words { return r.settings.BannedWords }

func errNoRoom() error {
	return domain.Errorf("", domain.KindNotFound, "There is no performer of this name. Check the address.").Because("room.none")
}

func (r room) view() domain.Room {
	return domain.Room{Name: r.name, State: r.state, Since: r.since, GuestChat: r.settings.GuestChat, Seq: r.seq}
}

// owns tells whether the actor may see what only the performer sees.
func (r room) owns(a domain.Actor) bool {
	return a.Account.ID != "" && (a.Account.ID == r.owner || a.Role() == domain.RoleStaff)
}

// Door tells whether the actor may be in a room: it exists and its performer is
// Active, the session lives, no ban or kick is in force, the country is open
// (domain C8). The performer herself, her studio and staff always may, as long as
// their session lives. KindNotFound, KindUnauthenticated, KindForbidden, KindCountry.
func (s *Store) Door(ctx context.Context, performer string) error {
	_, err := s.door(ctx, s.db.Reads, domain.ActorFrom(ctx), performer)
	return database.Fail("room", err)
}

func (s *Store) door(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (room, error) {
	if err := s.enter(ctx, q, actor); err != nil {
		return room{}, err
	}
	r, err := findRoom(ctx, q, performer)
	if err != nil {
		return r, err
	}
	return r, s.admit(ctx, q, actor, r)
}

// enter refuses an account whose session has ended, and remembers where the actor
// comes from.
func (s *Store) enter(ctx context.Context, q database.Querier, actor domain.Actor) error {
	if actor.Account.ID != "" {
		if err := s.signedIn(ctx, q, actor); err != nil {
			return err
		}
	}
	switch {
	case actor.Origin == "":
	case actor.Account.ID != "":
		s.members.put(string(actor.Account.ID), actor.Origin)
	case actor.Guest != "":
		s.guests.put(actor.Guest, actor.Origin)
	}
	return nil
}

func (s *Store) admit(ctx context.Context, q database.Querier, actor domain.Actor, r room) error {
	if r.owns(actor) || (r.studio != "" && actor.Account.ID == r.studio) {
		return nil
	}
	if r.account != domain.StateActive {
		return errNoRoom()
	}
	if closedTo(actor, r) {
		return domain.Errorf("", domain.KindCountry, "This room is not available in your country. There are other rooms on the front page.").Because("room.country")
	}
	return s.banned(ctx, q, actor, r)
}

// desk answers what the wallet, the showcase and the shows ask about rooms.
type desk struct{ s *Store }

// Admit implements wallet.Rooms.
func (d desk) Admit(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (wallet.Earner, error) {
	r, err := d.s.door(ctx, q, actor, performer)
	earner := r.earner()
	if err == nil {
		earner.Payer, err = shows.Payer(ctx, q, r.owner)
	}
	return earner, err
}

// Earner implements wallet.Rooms.
func (d desk) Earner(ctx context.Context, q database.Querier, performer string) (wallet.Earner, error) {
	r, err := findRoom(ctx, q, performer)
	return r.earner(), err
}

// Visit implements showcase.Rooms.
func (d desk) Visit(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (showcase.Visit, error) {
	r, err := d.s.door(ctx, q, actor, performer)
	return showcase.Visit{ID: r.owner, Owns: r.owns(actor)}, err
}

// Visitor implements shows.Rooms.
func (d desk) Visitor(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (domain.AccountID, error) {
	r, err := d.s.door(ctx, q, actor, performer)
	return r.owner, err
}

// Offer implements shows.Rooms.
func (d desk) Offer(ctx context.Context, q database.Querier, performer domain.AccountID) (domain.Quote, error) {
	return d.s.Showcase.Offer(ctx, q, performer)
}

// SnapshotPrice implements snapshots.Rooms.
func (d desk) SnapshotPrice(ctx context.Context, q database.Querier, performer domain.AccountID) (domain.Millicredits, error) {
	return d.s.Showcase.SnapshotPrice(ctx, q, performer)
}

// Stays implements snapshots.Rooms.
func (d desk) Stays(ctx context.Context, q database.Querier, member domain.AccountID, performer string) error {
	return d.s.banned(ctx, q, domain.Actor{Account: domain.Account{ID: member}}, room{name: performer})
}

// Herself implements showcase.Rooms.
func (d desk) Herself(ctx context.Context, q database.Querier, performer string) (domain.Account, error) {
	return herself(ctx, q, performer)
}

func (r room) earner() wallet.Earner {
	return wallet.Earner{ID: r.owner, Name: r.name, Studio: r.studio, StudioPercent: r.percent, Banned: r.words()}
}

// AllowNote implements wallet.Rooms.
func (d desk) AllowNote(actor domain.Actor) bool {
	return d.s.lines.allow(limitKey(actor), d.s.Now(), "The note came too fast.") == nil
}

// RoomAs tells what a guest or member in a country ("" = unknown) would see of a
// room: the performer's own. KindInvalid, KindForbidden.
func (s *Store) RoomAs(ctx context.Context, performer, country string, role domain.Role) (domain.Sight, error) {
	const op = "view from elsewhere"
	_, err := herself(ctx, s.db.Reads, performer)
	if err == nil && country != "" {
		country, err = checkCountry(country)
	}
	if err != nil {
		return domain.Sight{}, database.Fail(op, err)
	}
	somebody := domain.Actor{Country: country, Guest: "somebody"}
	switch role {
	case domain.RoleGuest:
	case domain.RoleMember:
		somebody.Account = domain.Account{ID: "somebody", Role: role}
	default:
		return domain.Sight{}, domain.Errorf(op, domain.KindInvalid, "Choose to look as a guest or as a member.")
	}
	r, err := findRoom(ctx, s.db.Reads, performer)
	if err != nil {
		return domain.Sight{}, database.Fail(op, err)
	}
	switch err := s.admit(ctx, s.db.Reads, somebody, r); domain.KindOf(err) {
	case domain.KindCountry, domain.KindNotFound:
		return domain.Sight{Message: domain.Sentence(err)}, nil
	default:
		return domain.Sight{Open: err == nil, Chat: err == nil && mayWrite(somebody, r) == nil}, database.Fail(op, err)
	}
}

// closedTo applies domain C8. An unknown country counts as a closed one.
func closedTo(actor domain.Actor, r room) bool {
	closed := func(list ...string) bool {
		return actor.Country == "" || slices.Contains(list, strings.ToUpper(actor.Country))
	}
	if r.settings.HomeClosed && closed(r.home) {
		return true
	}
	return actor.Role() == domain.RoleGuest && len(r.settings.GuestsClosedIn) > 0 && closed(r.settings.GuestsClosedIn...)
}

// banned finds a ban in force: of the account, or of the guest by the cookie or by
// where it or a banned member came from, so that neither a new cookie nor signing
// out helps. An account is not banned by its origin: households share one.
func (s *Store) banned(ctx context.Context, q database.Querier, actor domain.Actor, r room) error {
	now := s.now()
	var until int64
	var err error
	if actor.Account.ID != "" {
		err = q.QueryRowContext(ctx, `SELECT until FROM bans WHERE room = $1 AND account = $2 AND (until = 0 OR until > $3)`,
			r.name, actor.Account.ID, now).Scan(&until)
	} else {
		err = q.QueryRowContext(ctx, `SELECT until FROM bans WHERE room = $1 AND ((guest <> '' AND guest = $2) OR (origin <> '' AND origin = $3))
			AND (until = 0 OR until > $4) ORDER BY until LIMIT 1`, r.name, actor.Guest, actor.Origin, now).Scan(&until)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case until == 0:
		return domain.Errorf("", domain.KindForbidden, "The performer has banned you from this room. Choose another room.").Because("room.banned")
	default:
		minutes := (until - now + 59_999) / 60_000
		return domain.Errorf("", domain.KindForbidden, "You were removed from this room. You may come back in %d min.", minutes).Because("room.removed", minutes)
	}
}

// signedIn refuses an actor without an account, or whose session has ended.
func (s *Store) signedIn(ctx context.Context, q database.Querier, actor domain.Actor) error {
	if actor.Account.ID == "" {
		return domain.Errorf("", domain.KindUnauthenticated, "Sign in first.").Because("signin.first")
	}
	if actor.Session == "" {
		return nil
	}
	session, err := s.sessionAlive(ctx, q, actor.Session)
	if err == nil && session.Account.ID != actor.Account.ID {
		err = noSession(sql.ErrNoRows)
	}
	return err
}

// herself finds the performer and refuses everybody else.
func herself(ctx context.Context, q database.Querier, performer string) (domain.Account, error) {
	acc, err := performerAccount(ctx, q, performer)
	if err != nil {
		return acc, err
	}
	switch actor := domain.ActorFrom(ctx); actor.Account.ID {
	case acc.ID:
		return acc, nil
	case "":
		return acc, domain.Errorf("", domain.KindUnauthenticated, "Sign in first.").Because("signin.first")
	default:
		return acc, domain.Errorf("", domain.KindForbidden, "Only the performer may do this in her room.").Because("performer.only")
	}
}
