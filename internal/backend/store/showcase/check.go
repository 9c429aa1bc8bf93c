package showcase

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxLines bounds a text of several lines.
const maxLines = 40

// check accepts a profile within the limits of the domain and returns it cleaned.
// KindInvalid names the field.
func check(e domain.ProfileEdit) (domain.ProfileEdit, error) {
	for _, step := range []func(*domain.ProfileEdit) error{checkTexts, checkLanguages, checkChoices, checkPrices, checkTipMenu} {
		if err := step(&e); err != nil {
			return e, err
		}
	}
	return e, nil
}

func invalid(format string, args ...any) *domain.Error {
	return domain.Errorf("", domain.KindInvalid, format, args...)
}

func checkTexts(e *domain.ProfileEdit) (err error) {
	if e.Introduction, err = someLines("the introduction", e.Introduction, domain.MaxIntroduction); err != nil {
		return err
	}
	if e.Likes, err = someLines("what you like", e.Likes, domain.MaxLikes); err != nil {
		return err
	}
	e.Dislikes, err = someLines("what you dislike", e.Dislikes, domain.MaxLikes)
	return err
}

// someLines cleans each line of a plain text.
func someLines(what, text string, most int) (string, error) {
	if len(text) > 4*most+maxLines {
		return "", tooLong(what, most)
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = database.Clean(lines[i])
	}
	text = strings.Trim(strings.Join(lines, "\n"), "\n")
	switch {
	case utf8.RuneCountInString(text) > most:
		return "", tooLong(what, most)
	case strings.Count(text, "\n") >= maxLines:
		return "", invalid("There are too many lines in %s: at most %d. Join some of them.", what, maxLines).Because("text.lines", maxLines)
	}
	return text, nil
}

func oneLine(what, text string, most int) (string, error) {
	if len(text) > 4*most {
		return "", tooLong(what, most)
	}
	if text = database.Clean(text); utf8.RuneCountInString(text) > most {
		return "", tooLong(what, most)
	}
	return text, nil
}

func tooLong(what string, most int) error {
	return invalid("The text is too long for %s: at most %d characters. Shorten it.", what, most).Because("text.long", most)
}

func checkLanguages(e *domain.ProfileEdit) error {
	codes := []string{}
	for _, code := range e.Languages {
		code, err := languageCode(code)
		if err != nil {
			return err
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		if len(codes) > domain.MaxLanguages {
			return invalid("At most %d languages can be told. Take some away.", domain.MaxLanguages).Because("languages.many", domain.MaxLanguages)
		}
	}
	e.Languages = codes
	return nil
}

// languageCode accepts an ISO 639-1 code.
func languageCode(code string) (string, error) {
	code = strings.ToLower(strings.TrimSpace(code))
	base, err := language.ParseBase(code)
	if err != nil || len(code) != 2 || base.String() != code {
		return "", invalid("This is not a language's two-letter code, for example hu. Choose the language from the list.")
	}
	return code, nil
}

func checkChoices(e *domain.ProfileEdit) error {
	if _, ok := category(e.Category); !ok {
		return invalid("There is no such category. Choose one from the list.")
	}
	willing := []string{}
	for _, choice := range e.Willingness {
		if !slices.Contains(domain.WillingnessChoices(), choice) {
			return invalid("There is no such service among the choices. Choose from the list.")
		}
		if !slices.Contains(willing, choice) {
			willing = append(willing, choice)
		}
	}
	e.Willingness = willing
	looks := e.Appearance
	for _, field := range []struct {
		what, value string
		choices     []string
	}{{"the build", looks.Build, domain.Builds()}, {"the hair", looks.Hair, domain.HairColours()}, {"the eyes", looks.Eyes, domain.EyeColours()}} {
		if field.value != "" && !slices.Contains(field.choices, field.value) {
			return invalid("There is no such choice for %s. Choose one from the list, or leave it out.", field.what)
		}
	}
	if looks.HeightCM != 0 && (looks.HeightCM < 120 || looks.HeightCM > 230) {
		return invalid("A height is 120 to 230 cm. Correct it, or leave it out.").Because("height")
	}
	return nil
}

func category(name string) (domain.Category, bool) {
	i := slices.IndexFunc(domain.Categories(), func(c domain.Category) bool { return c.Name == name })
	if i < 0 {
		return domain.Category{}, false
	}
	return domain.Categories()[i], true
}

// checkPrices holds the limits of domain B2, B4, B6 and B15.
func checkPrices(e *domain.ProfileEdit) error {
	cat, _ := category(e.Category)
	p := e.Prices
	for _, price := range []struct {
		what            string
		value, from, to domain.Millicredits
	}{
		{"The price of a private show", p.Private, domain.MinPrice, cat.MaxPrice},
		{"The price of cam2cam", p.Cam2cam, 0, domain.MaxCam2cam},
		{"The price of two-way audio", p.Audio, 0, domain.MaxAudio},
	} {
		if err := checkPrice(price.what, price.value, price.from, price.to); err != nil {
			return err
		}
	}
	if p.Snapshot != 0 && (p.Snapshot < domain.MinSnapshot || p.Snapshot > domain.MaxSnapshot) {
		return invalid("A snapshot costs %s to %s credits, or 0 where none is sold. Choose a price between these.", domain.MinSnapshot, domain.MaxSnapshot).
			Because("snapshot.range", domain.MinSnapshot, domain.MaxSnapshot)
	}
	if p.Snapshot%domain.PriceStep != 0 {
		return invalid("The price of a snapshot has two digits after the point at most. Round it.").Because("price.step")
	}
	if p.OffPeak == nil {
		return nil
	}
	if err := checkPrice("The off-peak price", p.OffPeak.Price, domain.MinPrice, cat.MaxPrice); err != nil {
		return err
	}
	if p.OffPeak.Price >= p.Private {
		return invalid("The off-peak price is lower than the other one, %s credits. Lower it, or take it away.", p.Private).Because("offpeak.high", p.Private)
	}
	from, to := p.OffPeak.FromHour, p.OffPeak.ToHour
	if from < 0 || from > 23 || to < 0 || to > 23 || from == to {
		return invalid("Off-peak hours go from one hour of the day to another, each 0 to 23. Correct them, or take the off-peak price away.").Because("offpeak.hours")
	}
	return nil
}

func checkPrice(what string, value, from, to domain.Millicredits) error {
	if value < from || value > to {
		return invalid("%s is %s to %s credits a minute here. Choose a price between these.", what, from, to).Because("price.range", from, to)
	}
	if value%domain.PriceStep != 0 {
		return invalid("%s has two digits after the point at most. Round it.", what).Because("price.step")
	}
	return nil
}

func checkTipMenu(e *domain.ProfileEdit) error {
	if len(e.TipMenu) > domain.MaxTipMenu {
		return invalid("A tip menu has at most %d lines. Take some away.", domain.MaxTipMenu).Because("menu.many", domain.MaxTipMenu)
	}
	menu := []domain.TipOffer{}
	for _, offer := range e.TipMenu {
		title, err := oneLine("a line of the tip menu", offer.Title, domain.MaxTipTitle)
		if err != nil {
			return err
		}
		if title == "" {
			return invalid("A line of the tip menu is empty. Write what the tip is for, or take the line away.").Because("menu.empty")
		}
		if offer.Amount < domain.MinTip || offer.Amount > domain.MaxTip {
			return invalid("A tip is %s to %s credits. Correct the amount of “%s”.", domain.MinTip, domain.MaxTip, title).Because("menu.tip", domain.MinTip, domain.MaxTip, title)
		}
		menu = append(menu, domain.TipOffer{Title: title, Amount: offer.Amount})
	}
	e.TipMenu = menu
	return nil
}
