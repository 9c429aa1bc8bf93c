package chat

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// What a filter or a search keeps from her is counted, with the last tip, until
// the room is shown whole: what was there before, what she wrote and notices are
// no news.
func TestChat_tellsWhatIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		b.tips("old", 9000, 1)
		enterBoth(t, c, a, b)
		c.Filter(anna)
		missed := func(want ...Missed) {
			t.Helper()
			if got := c.View().Missed; !slices.Equal(got, want) {
				t.Errorf("missed %+v, want %+v", got, want)
			}
		}
		missed()
		c.Told(anna, a.says("max", "here", 5))
		c.Told(bella, b.says("tom", "hello?", 6))
		c.Told(bella, b.tips("tom", 3000, 7))
		c.Told(bella, b.tips("zoe", 5000, 8))
		c.Told(bella, b.says("tom", "still there?", 9))
		c.Told(bella, b.post(domain.EventMessage, 10, func(seq int64) any {
			return domain.Message{Seq: seq, From: "bella", Role: domain.RolePerformer, Text: "mine", At: 10}
		}))
		c.Told(bella, b.post(domain.EventRules, 11, func(int64) any { return domain.RulesNotice{GuestChat: true} }))
		of := Missed{Email: bella, Account: "bella", Letter: "B", Lines: 4, Tipper: "zoe", Tip: 5000}
		missed(of)
		b.says("tom", "lost on the way", 12)
		c.Told(bella, b.says("tom", "and this", 13)) // the one before is read
		synctest.Wait()
		of.Lines = 6
		missed(of)
		c.Search("nothing")
		c.Told(anna, a.says("max", "anybody?", 14))
		missed(Missed{Email: anna, Account: "anna", Letter: "A", Lines: 1}, of)
		c.Filter("")
		missed(Missed{Email: anna, Account: "anna", Letter: "A", Lines: 1}, of)
		c.Search("")
		missed()
		c.Told(bella, b.says("tom", "seen", 15))
		missed()
		c.Filter(anna)
		c.Told(bella, b.says("tom", "missed", 16))
		c.Leave(anna) // her filter goes with her
		missed()
	})
}
