package showcase

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Cards tells in brief whose rooms these are, those that fit the filter, promoted
// first, then by name: an order by time would put the rooms of one upload side by
// side (domain rule 4). Whether the actor may see the rooms is the caller's to
// know. KindInvalid.
func (s *Showcase) Cards(ctx context.Context, rooms []domain.Room, f domain.Filter) ([]domain.Card, error) {
	const op = "browse"
	if err := checkFilter(&f); err != nil {
		return nil, database.Fail(op, err)
	}
	names := make([]string, len(rooms))
	for i, r := range rooms {
		names[i] = r.Name
	}
	rows, err := s.find(ctx, s.cfg.DB.Reads, "a.name", names...)
	if err != nil {
		return nil, database.Fail(op, err)
	}
	byName := make(map[string]row, len(rows))
	for _, v := range rows {
		byName[v.name] = v
	}
	now := s.cfg.Now()
	cards := []domain.Card{}
	for _, r := range rooms {
		v, ok := byName[r.Name]
		price := v.price(now, s.cfg.Zone).price
		if !ok || !fits(v, price, f) {
			continue
		}
		cards = append(cards, domain.Card{
			Room: r, Category: v.said.Category, Languages: v.said.Languages,
			PriceNow: price, Promoted: v.promo.lasts(now.UnixMilli()), Picture: v.picture(domain.SlotGeneral),
		})
	}
	slices.SortFunc(cards, func(a, b domain.Card) int {
		if a.Promoted != b.Promoted {
			if a.Promoted {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return cards, nil
}

func checkFilter(f *domain.Filter) (err error) {
	if f.Category != "" {
		if _, ok := category(f.Category); !ok {
			return invalid("There is no such category. Choose one from the list.")
		}
	}
	if f.Language != "" {
		if f.Language, err = languageCode(f.Language); err != nil {
			return err
		}
	}
	if f.Willingness != "" && !slices.Contains(domain.WillingnessChoices(), f.Willingness) {
		return invalid("There is no such service among the choices. Choose from the list.")
	}
	if f.MaxPrice < 0 {
		return invalid("The highest price is a number above 0. Correct it, or leave it out.")
	}
	if len(f.Query) > 4*domain.MaxQuery || utf8.RuneCountInString(f.Query) > domain.MaxQuery {
		return tooLong("a search", domain.MaxQuery)
	}
	f.Query = strings.ToLower(database.Clean(f.Query))
	return nil
}

func fits(v row, price domain.Millicredits, f domain.Filter) bool {
	e := v.said
	switch {
	case f.Category != "" && e.Category != f.Category,
		f.Language != "" && !slices.Contains(e.Languages, f.Language),
		f.Willingness != "" && !slices.Contains(e.Willingness, f.Willingness),
		f.MaxPrice > 0 && price > f.MaxPrice:
		return false
	}
	return f.Query == "" || slices.ContainsFunc([]string{v.name, e.Introduction, e.Likes}, func(text string) bool {
		return strings.Contains(strings.ToLower(text), f.Query)
	})
}
