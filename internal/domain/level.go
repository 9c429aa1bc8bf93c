package domain

// Level is a step of the Level Dependent Payment (domain B8): from From of
// gross income in a period on, the performer's share of the whole period's
// income is Percent.
type Level struct {
	Name    string     `json:"name"`
	From    Millicents `json:"from_millicents"`
	Percent int64      `json:"percent"`
}

// Levels are the defaults of domain B8 (C), lowest first.
func Levels() []Level {
	const dollar = 100_000
	return []Level{
		{"Newcomer", 0, 30}, {"Rising", 100 * dollar, 35}, {"Famous", 300 * dollar, 40},
		{"Star", 1000 * dollar, 45}, {"Diamond", 3000 * dollar, 50}, {"Icon", 8000 * dollar, 60},
	}
}

// LevelFor tells the level that gross reaches. "Famous starts above $300" (F):
// a level is reached when gross passes its From, the first one at zero.
func LevelFor(levels []Level, gross Millicents) Level {
	now := levels[0]
	for _, l := range levels[1:] {
		if gross > l.From {
			now = l
		}
	}
	return now
}

// LevelNow is the level of the current period and the way to the next.
type LevelNow struct {
	Name        string `json:"name"`
	Percent     int64  `json:"percent"`
	GrossCents  int64  `json:"gross_cents"`
	ToNextCents int64  `json:"to_next_cents"` // 0 at the top
	Next        string `json:"next,omitempty"`
}

// LevelOf describes gross within levels; cents to the next level are rounded up
// to what has to be earned to pass it.
func LevelOf(levels []Level, gross Millicents) LevelNow {
	now := LevelFor(levels, gross)
	out := LevelNow{Name: now.Name, Percent: now.Percent, GrossCents: gross.Cents()}
	for _, l := range levels {
		if l.From > now.From {
			out.Next, out.ToNextCents = l.Name, int64(l.From-gross)/1000+1
			break
		}
	}
	return out
}
