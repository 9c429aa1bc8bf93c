package window

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// People write to her from all over the world, and some write to break her window:
// every line is drawn in its place, and the window goes on.
func TestWindow_talkFromEverywhere(t *testing.T) {
	d := newDay(t)
	room := d.Performers[0].Name
	member, _ := d.SignIn(d.Members[0])
	d.open()
	d.signInBoth()
	d.page("F2", "Chat")
	for i, text := range []string{
		"שלום לך, מה שלומך הערב? אני שמח לראות אותך (באמת)!",
		"مرحبا! كيف حالك اليوم؟ أنا سعيد 123 مرة",
		"abc שלום 123 עולם def",
		"Привет, красавица! 👩\u200d👩\u200d👧\u200d👦 😍🇷🇴 👍🏽",
		"z" + strings.Repeat("\u0301\u0336\u0353", 60) + "algo \u202eover\u2066ride",
		strings.Repeat("w", domain.MaxLine),
	} {
		before := d.Picture()
		if i > 3 {
			testkit.Until(t, patience, "that he may write again", func() bool { return says(d, member, room, i, text) == nil })
		} else if err := says(d, member, room, i, text); err != nil {
			t.Fatal(err)
		}
		d.untilDrawn(before, lines(), text)
	}
	d.still(lines())
	d.Keep("foreign")
}

// says has a member write a line, once however often it is tried.
func says(d *day, member *client.Client, room string, i int, text string) error {
	_, err := member.Say(d.t.Context(), room, domain.Line{Text: text, Key: fmt.Sprintf("everywhere-%d", i)})
	return err
}
