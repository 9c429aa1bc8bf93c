package backend

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// demoProfile is what a demo performer says about herself. The two, who are one
// person, say nothing alike (domain rule 4).
func demoProfile(name string) (e domain.ProfileEdit, goal string, target domain.Millicredits) {
	if name == demoFirst {
		return domain.ProfileEdit{
			Introduction: "Slow evenings, good music and somebody to laugh with. Ask me about the records behind me.",
			Likes:        "jazz, long talks, rainy windows", Dislikes: "rushing",
			Languages: []string{"en", "hu"}, Category: "girls", Willingness: []string{"dancing", "conversation", "outfits", "cam2cam"},
			Appearance: domain.Appearance{HeightCM: 168, Build: "slim", Hair: "brown", Eyes: "green"},
			Prices:     domain.Prices{Private: 4990, Cam2cam: 1000, Audio: 1500, OffPeak: &domain.OffPeak{Price: 3490, FromHour: 6, ToHour: 12}},
			TipMenu:    []domain.TipOffer{{Title: "Say my name", Amount: 1000}, {Title: "Choose a record", Amount: 3000}, {Title: "A dance", Amount: 8000}},
		}, "A new record player", 150_000
	}
	return domain.ProfileEdit{
		Introduction: "Night owl with a soft voice. I read aloud, I whisper, and I keep your secrets.",
		Likes:        "poems, candles, winter", Dislikes: "loud caps",
		Languages: []string{"en", "es", "ro"}, Category: "mature", Willingness: []string{"asmr", "roleplay", "cosplay"},
		Appearance: domain.Appearance{Build: "athletic", Hair: "black"},
		Prices:     domain.Prices{Private: 6490, Audio: 2000},
		TipMenu:    []domain.TipOffer{{Title: "A poem for you", Amount: 2500}, {Title: "Light another candle", Amount: 500}},
	}, "Candles for the whole winter", 60_000
}

// profile writes it, unless she has written something herself.
func (m *demoMaker) profile(own context.Context, name string) error {
	now, err := m.Profile(own, name)
	if err != nil || now.Introduction != "" {
		return err
	}
	edit, goal, target := demoProfile(name)
	if _, err = m.SetProfile(own, name, edit); err == nil {
		_, err = m.SetGoal(own, name, goal, target)
	}
	return err
}
