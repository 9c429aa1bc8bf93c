package persona

import (
	"cmp"
	"reflect"
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// form is what she may write, as it stands in the fields.
type form struct {
	Introduction, Likes, Dislikes string
	Category                      string
	Languages                     []string
	Height, Build, Hair, Eyes     string
	Willing                       []string
	Birthday                      bool
	Private, Cam2cam, Audio       string
	Snapshot                      string
	OffPeak                       bool
	OffPrice                      string
	From, To                      int
	Menu                          []offer
	HomeClosed                    bool
	Closed                        []string
	Aside                         string // a domain.Aside
}

// offer is a line of the tip menu.
type offer struct{ Title, Amount string }

// draft is what she writes and has not saved. It outlives the page, which is
// built anew with other colours and words.
type draft struct {
	email   string // whose it is
	now     form
	base    form  // as the view has it
	touched bool  // now differs from base
	sent    *form // what is on its way; nil for nothing
	due     int   // the view's Saved when all of it was accepted
	wrong   flaw  // why nothing was sent; it stands until that field is mended
}

// formOf puts what is known into fields.
func formOf(v vm.PersonaView) form {
	p := v.Profile
	f := form{Introduction: p.Introduction, Likes: p.Likes, Dislikes: p.Dislikes, Category: p.Category, Languages: list(p.Languages),
		Build: p.Appearance.Build, Hair: p.Appearance.Hair, Eyes: p.Appearance.Eyes, Willing: list(p.Willingness), Birthday: p.Birthday,
		Private: amount(p.Prices.Private), Cam2cam: amount(p.Prices.Cam2cam), Audio: amount(p.Prices.Audio), Snapshot: amount(p.Prices.Snapshot),
		OffPrice: amount(p.Prices.Private), Menu: []offer{}, HomeClosed: v.Doors.HomeClosed, Closed: list(v.Doors.GuestsClosedIn), Aside: string(cmp.Or(v.Doors.Aside, domain.AsideCurtain))}
	if p.Appearance.HeightCM > 0 {
		f.Height = strconv.Itoa(p.Appearance.HeightCM)
	}
	if off := p.Prices.OffPeak; off != nil {
		f.OffPeak, f.OffPrice, f.From, f.To = true, amount(off.Price), off.FromHour, off.ToHour
	}
	for _, line := range p.TipMenu {
		f.Menu = append(f.Menu, offer{line.Title, amount(line.Amount)})
	}
	return f
}

func list(of []string) []string { return append([]string{}, of...) }

func amount(m domain.Millicredits) string { return m.String() }

// copied shares nothing with f.
func (f form) copied() form {
	f.Languages, f.Willing, f.Closed = list(f.Languages), list(f.Willing), list(f.Closed)
	f.Menu = append([]offer{}, f.Menu...)
	return f
}

func (f form) same(g form) bool { return reflect.DeepEqual(f, g) }

// flaw names a field with a value that cannot be sent: a key of the catalogue.
type flaw string

// edit makes of the fields what is sent; "" when nothing is wrong.
func (f form) edit() (domain.ProfileEdit, flaw) {
	e := domain.ProfileEdit{Introduction: f.Introduction, Likes: f.Likes, Dislikes: f.Dislikes, Category: f.Category, Languages: f.Languages,
		Appearance: domain.Appearance{Build: f.Build, Hair: f.Hair, Eyes: f.Eyes}, Willingness: f.Willing, Birthday: f.Birthday, TipMenu: []domain.TipOffer{}}
	var wrong flaw
	price := func(words string, field flaw) domain.Millicredits {
		m, ok := credits(words)
		if !ok && wrong == "" {
			wrong = field
		}
		return m
	}
	if height := strings.TrimSpace(f.Height); height != "" {
		cm, err := strconv.Atoi(height)
		if err != nil {
			wrong = "profile.height"
		}
		e.Appearance.HeightCM = cm
	}
	e.Prices = domain.Prices{Private: price(f.Private, "profile.private"), Cam2cam: price(f.Cam2cam, "profile.cam2cam"), Audio: price(f.Audio, "profile.audio"),
		Snapshot: price(f.Snapshot, "profile.snapshot")}
	if f.OffPeak {
		e.Prices.OffPeak = &domain.OffPeak{Price: price(f.OffPrice, "profile.offpeak.price"), FromHour: f.From, ToHour: f.To}
	}
	for _, line := range f.Menu {
		if strings.TrimSpace(line.Title) == "" && strings.TrimSpace(line.Amount) == "" {
			continue // a line that she did not fill in
		}
		e.TipMenu = append(e.TipMenu, domain.TipOffer{Title: line.Title, Amount: price(line.Amount, "profile.menu")})
	}
	return e, wrong
}

// credits reads a number such as 3.50 or 3,5; an empty one is 0.
func credits(words string) (domain.Millicredits, bool) {
	words = strings.Replace(strings.TrimSpace(words), ",", ".", 1)
	if words == "" {
		return 0, true
	}
	whole, rest, _ := strings.Cut(words, ".")
	if len(whole) > 9 || len(rest) > 3 || whole == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+rest+strings.Repeat("0", 3-len(rest)), 10, 62)
	return domain.Millicredits(n), err == nil
}
