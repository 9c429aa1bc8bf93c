package showcase

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// row is a performer's profile as it is kept.
type row struct {
	id    domain.AccountID
	name  string
	said  domain.ProfileEdit
	born  string // YYYY-MM-DD, "" before her application
	goal  domain.Goal
	since int64 // of the goal
	promo promotion
	shown [2]string // versions of the approved pictures: general, members
}

// promotion is since when, and for how long she was online in it, in ms.
type promotion struct{ from, online int64 }

// columns takes the moment before which a promotion has ended by its days as $1,
// and now as $2.
const columns = `p.account, a.name, p.said, COALESCE(ap.birth_date, ''), p.goal_title, p.goal_target, p.goal_since, p.promoted_from,
	CASE WHEN p.promoted_from > $1 THEN (SELECT CAST(COALESCE(SUM(CASE WHEN o.running = 1 THEN $2 ELSE o.ended END - o.started), 0) AS BIGINT)
		FROM online o WHERE o.account = p.account AND o.started >= p.promoted_from) ELSE 0 END,
	COALESCE((SELECT g.version FROM pictures g WHERE g.account = p.account AND g.slot = 'general' AND g.state = 'approved'), ''),
	COALESCE((SELECT g.version FROM pictures g WHERE g.account = p.account AND g.slot = 'members' AND g.state = 'approved'), '')
	FROM profiles p JOIN accounts a ON a.id = p.account LEFT JOIN applications ap ON ap.account = p.account`

func scan(r database.Row) (v row, err error) {
	var said string
	if err = r.Scan(&v.id, &v.name, &said, &v.born, &v.goal.Title, &v.goal.Target, &v.since, &v.promo.from, &v.promo.online, &v.shown[0], &v.shown[1]); err != nil {
		return v, err
	}
	v.said, err = parse(said)
	return v, err
}

func parse(said string) (e domain.ProfileEdit, err error) {
	if said == "" {
		e = domain.ProfileEdit{Category: domain.Categories()[0].Name, Prices: domain.Prices{Private: domain.MinPrice}}
	} else {
		err = json.Unmarshal([]byte(said), &e)
	}
	for _, list := range []*[]string{&e.Languages, &e.Willingness} {
		if *list == nil {
			*list = []string{}
		}
	}
	if e.TipMenu == nil {
		e.TipMenu = []domain.TipOffer{}
	}
	return e, err
}

func (s *Showcase) moments() (byDays, now int64) {
	now = s.cfg.Now().UnixMilli()
	return now - domain.PromotionDays*24*time.Hour.Milliseconds(), now
}

// find reads the profiles of accounts whose column is one of the values.
func (s *Showcase) find(ctx context.Context, q database.Querier, column string, values ...string) ([]row, error) {
	const most = 500 // arguments of one query
	var list []row
	for len(values) > 0 {
		n := min(len(values), most)
		byDays, now := s.moments()
		args := []any{byDays, now}
		var marks strings.Builder
		for i, v := range values[:n] {
			if i > 0 {
				marks.WriteString(", ")
			}
			args = append(args, v)
			fmt.Fprintf(&marks, "$%d", len(args))
		}
		some, err := database.Collect(ctx, q, scan, `SELECT `+columns+` WHERE `+column+` IN (`+marks.String()+`)`, args...)
		if err != nil {
			return nil, err
		}
		list, values = append(list, some...), values[n:]
	}
	return list, nil
}

func (s *Showcase) one(ctx context.Context, q database.Querier, id domain.AccountID) (row, error) {
	list, err := s.find(ctx, q, "p.account", string(id))
	if err == nil && len(list) != 1 {
		err = domain.Errorf("", domain.KindNotFound, "There is no performer of this name. Check the address.").Because("room.none")
	}
	if err != nil {
		return row{}, err
	}
	return list[0], nil
}

func (p promotion) lasts(now int64) bool {
	return p.from > 0 && now < p.ends() && p.online < domain.PromotionOnline.Milliseconds()
}

func (p promotion) ends() int64 {
	return p.from + domain.PromotionDays*24*time.Hour.Milliseconds()
}

// tariff is the private price of a moment, and why it is that.
type tariff struct {
	price domain.Millicredits
	why   domain.PriceReason
	until int64 // Unix ms; 0 when it has no hours
}

// price is the private price of a moment (domain B7, B15).
func (v row) price(now time.Time, zone *time.Location) tariff {
	off := v.said.Prices.OffPeak
	switch {
	case v.promo.lasts(now.UnixMilli()):
		return tariff{price: domain.PromotionPrice, why: domain.PricePromotion}
	case off != nil && within(now.In(zone).Hour(), off.FromHour, off.ToHour):
		y, m, d := now.In(zone).Date()
		until := time.Date(y, m, d, off.ToHour, 0, 0, 0, zone)
		if !until.After(now) {
			until = time.Date(y, m, d+1, off.ToHour, 0, 0, 0, zone)
		}
		return tariff{off.Price, domain.PriceOffPeak, until.UnixMilli()}
	default:
		return tariff{price: v.said.Prices.Private}
	}
}

// Offer is what a private with a performer costs at the moment, in a transaction of
// a show.
func (s *Showcase) Offer(ctx context.Context, q database.Querier, id domain.AccountID) (domain.Quote, error) {
	v, err := s.one(ctx, q, id)
	now := v.price(s.cfg.Now(), s.cfg.Zone)
	return domain.Quote{Price: now.price, Why: now.why, Until: now.until, Cam2cam: v.said.Prices.Cam2cam, Audio: v.said.Prices.Audio}, err
}

// SnapshotPrice is what a snapshot of a performer's costs, 0 when she sells none.
func (s *Showcase) SnapshotPrice(ctx context.Context, q database.Querier, id domain.AccountID) (domain.Millicredits, error) {
	v, err := s.one(ctx, q, id)
	return v.said.Prices.Snapshot, err
}

// picture is the path of the approved one, or "".
func (v row) picture(slot domain.Slot) string {
	version := v.shown[0]
	if slot == domain.SlotMembers {
		version = v.shown[1]
	}
	if version == "" {
		return ""
	}
	return picturePath(v.name, slot, version)
}

func within(hour, from, to int) bool {
	if from < to {
		return from <= hour && hour < to
	}
	return hour >= from || hour < to
}

// Profile shows one to whom the room is open. Errors as the store's Door.
func (s *Showcase) Profile(ctx context.Context, performer string) (domain.Profile, error) {
	const op = "profile"
	visit, err := s.cfg.Rooms.Visit(ctx, s.cfg.DB.Reads, domain.ActorFrom(ctx), performer)
	if err != nil {
		return domain.Profile{}, database.Fail(op, err)
	}
	v, err := s.one(ctx, s.cfg.DB.Reads, visit.ID)
	if err != nil {
		return domain.Profile{}, database.Fail(op, err)
	}
	p, err := s.view(ctx, v)
	if !visit.Owns {
		p.Birthday = false
	} else {
		p.Promotion = v.promo.counters(s.cfg.Now().UnixMilli())
	}
	if !visit.Owns && domain.ActorFrom(ctx).Role() != domain.RoleMember {
		p.Members = ""
	}
	return p, database.Fail(op, err)
}

func (s *Showcase) view(ctx context.Context, v row) (domain.Profile, error) {
	now := s.cfg.Now()
	price := v.price(now, s.cfg.Zone)
	p := domain.Profile{Name: v.name, ProfileEdit: v.said, PriceNow: price.price, PriceWhy: price.why, PriceUntil: price.until, Promoted: v.promo.lasts(now.UnixMilli())}
	p.Picture, p.Members = v.picture(domain.SlotGeneral), v.picture(domain.SlotMembers)
	var err error
	if v.goal.Target > 0 {
		goal := v.goal
		if goal.Collected, err = s.cfg.Collected(ctx, v.id, v.since, now.UnixMilli()); err != nil {
			return p, err
		}
		p.Goal = &goal
	}
	if v.said.Birthday && len(v.born) == len(time.DateOnly) && now.In(s.cfg.Zone).Format("01-02") == v.born[5:] {
		// Accounts may have come to one person after both of them set it.
		others, err := others(ctx, s.cfg.DB.Reads, v.id)
		if err != nil {
			return p, err
		}
		p.Today = true
		for _, other := range others {
			p.Today = p.Today && !other.Birthday
		}
	}
	return p, nil
}

// others is what the other accounts of the same persons say.
func others(ctx context.Context, q database.Querier, id domain.AccountID) ([]domain.ProfileEdit, error) {
	said := func(r database.Row) (e domain.ProfileEdit, err error) {
		var text string
		if err = r.Scan(&text); err == nil {
			e, err = parse(text)
		}
		return e, err
	}
	return database.Collect(ctx, q, said, `SELECT p.said FROM account_persons mine JOIN account_persons also ON also.person = mine.person AND also.account <> mine.account
		JOIN profiles p ON p.account = also.account WHERE mine.account = $1`, id)
}

// SetProfile replaces what a performer says about herself, and tells the room when
// its offers are others: her own. KindInvalid,
// KindForbidden, KindConflict for what her other account shows already.
func (s *Showcase) SetProfile(ctx context.Context, performer string, e domain.ProfileEdit) (domain.Profile, error) {
	const op = "profile"
	e, err := check(e)
	if err != nil {
		return domain.Profile{}, database.Fail(op, err)
	}
	said, err := json.Marshal(e)
	if err != nil {
		return domain.Profile{}, database.Fail(op, err)
	}
	err = s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		acc, err := s.cfg.Rooms.Herself(ctx, t, performer)
		if err != nil {
			return err
		}
		also, err := others(ctx, t, acc.ID)
		if err != nil {
			return err
		}
		for _, other := range also {
			if err := apart(e, other); err != nil {
				return err
			}
		}
		before, err := s.one(ctx, t, acc.ID)
		if err != nil {
			return err
		}
		if _, err = t.Exec(ctx, `UPDATE profiles SET category = $2, said = $3 WHERE account = $1`, acc.ID, e.Category, string(said)); err != nil {
			return err
		}
		return s.tellOffers(ctx, t, before, e)
	})
	if err != nil {
		return domain.Profile{}, err
	}
	return s.Profile(ctx, performer)
}

// tellOffers tells the room what else its visitors are offered now, if anything.
func (s *Showcase) tellOffers(ctx context.Context, t *database.Tx, before row, e domain.ProfileEdit) error {
	after := before
	after.said = e
	var n domain.ProfileNotice
	now := s.cfg.Now()
	if price := after.price(now, s.cfg.Zone); price != before.price(now, s.cfg.Zone) {
		n.PriceNow, n.PriceWhy, n.PriceUntil = price.price, price.why, price.until
	}
	if !slices.Equal(before.said.TipMenu, e.TipMenu) {
		n.TipMenu = e.TipMenu
	}
	if before.said.Prices.Snapshot != e.Prices.Snapshot {
		n.Snapshot = &e.Prices.Snapshot
	}
	if n.PriceNow == 0 && n.TipMenu == nil && n.Snapshot == nil {
		return nil
	}
	return tell(ctx, t, before.name, n)
}

func tell(ctx context.Context, t *database.Tx, performer string, n domain.ProfileNotice) error {
	_, err := t.Post(ctx, database.NewNote(database.RoomStream(performer), domain.EventProfile, n))
	return err
}

// apart refuses what would show viewers that two accounts are one person's
// (domain rule 4).
func apart(e, other domain.ProfileEdit) error {
	for _, text := range []struct{ what, mine, theirs string }{
		{"introduction", e.Introduction, other.Introduction}, {"text about what you like", e.Likes, other.Likes},
		{"text about what you dislike", e.Dislikes, other.Dislikes},
	} {
		if text.mine != "" && strings.EqualFold(text.mine, text.theirs) {
			return domain.Errorf("", domain.KindConflict, "Your other account shows this very %s, so that viewers could see that both are yours. Write it in other words.", text.what).Because("profile.same")
		}
	}
	if e.Birthday && other.Birthday {
		return domain.Errorf("", domain.KindConflict, "Your other account tells its room on your birthday already. One of them may, or viewers could see that both are yours.").Because("birthday.same")
	}
	return nil
}

// SetGoal begins a goal from zero, or ends it with target 0, and tells the room: the
// performer's own.
// KindInvalid, KindForbidden.
func (s *Showcase) SetGoal(ctx context.Context, performer, title string, target domain.Millicredits) (domain.Profile, error) {
	const op = "goal"
	title, err := oneLine("the goal", title, domain.MaxGoalTitle)
	switch {
	case err != nil:
	case target < 0 || target > domain.MaxGoal:
		err = domain.Errorf("", domain.KindInvalid, "A goal is at most %s credits; 0 ends it. Choose another amount.", domain.MaxGoal).Because("goal.most", domain.MaxGoal)
	case target > 0 && title == "":
		err = domain.Errorf("", domain.KindInvalid, "Write what the tips are collected for.").Because("goal.title")
	case target == 0:
		title = ""
	}
	if err != nil {
		return domain.Profile{}, database.Fail(op, err)
	}
	err = s.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		acc, err := s.cfg.Rooms.Herself(ctx, t, performer)
		if err != nil {
			return err
		}
		if _, err = t.Exec(ctx, `UPDATE profiles SET goal_title = $2, goal_target = $3, goal_since = $4 WHERE account = $1`, acc.ID, title, target, t.Now); err != nil {
			return err
		}
		return tell(ctx, t, acc.Name, domain.ProfileNotice{Goal: &domain.Goal{Title: title, Target: target}})
	})
	if err != nil {
		return domain.Profile{}, err
	}
	return s.Profile(ctx, performer)
}
