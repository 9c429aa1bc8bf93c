package private

import (
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Line is what the banner says of private shows.
type Line struct {
	State string // session.Private in a show, session.Away after it; "" when there is nothing to say
	Word  string // the large one
	Who   string
	Why   string // with lines of its own
	End   bool   // the show can be ended
}

// Say makes the banner's words; a Line without State leaves them to others.
func Say(words *text.Words, v vm.PrivateView) Line {
	switch {
	case v.Current != nil:
		return going(words, v)
	case v.MustFree:
		said := []string{words.Say("private.over.closed")}
		if v.InLine > 0 {
			said = append(said, words.Say("private.line", v.InLine))
		}
		return Line{State: "away", Word: words.Say("private.over.word"), Who: words.Say("private.over.title"), Why: strings.Join(said, " · ")}
	}
	return Line{}
}

// going is said in a show.
func going(words *text.Words, v vm.PrivateView) Line {
	c := v.Current
	said := words.Say("private.state." + string(c.State))
	if c.Offline {
		said = words.Say("private.offline")
	}
	if !v.Trouble.Empty() {
		said = v.Trouble.In(words)
	}
	money := []string{c.Letter + " · " + c.Account, words.Say("private.price", c.Rate), words.Say("private.earned", figure.Dollars(c.EarnedCents))}
	if v.InLine > 0 {
		money = append(money, words.Say("private.line", v.InLine))
	}
	return Line{State: "private", Word: words.Say("state.private"), Who: figure.Clock(c.Time) + " · " + c.Member,
		Why: strings.Join(money, " · ") + "\n" + said, End: c.State != domain.ShowEnded}
}
