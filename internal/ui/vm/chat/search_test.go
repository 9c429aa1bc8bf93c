package chat

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Each letter that she types searches all lines anew: that has to be done within
// the blink of an eye, also when lines are long.
func TestChat_searchesTenThousandLinesAtOnce(t *testing.T) {
	c := New(Config{Now: time.Now})
	c.mu.Lock()
	r := newRoom(account(anna, "anna", "A", newTheatre("anna")))
	c.rooms[anna] = r
	for i := range MaxLines + 500 {
		c.put(r, &row{Line: Line{Email: anna, Kind: LineSaid, Who: fmt.Sprint("Member", i%100), Text: fmt.Sprint(strings.Repeat("Привет words ", 7), i),
			Role: domain.RoleMember, At: time.UnixMilli(int64(i))}, seq: int64(i + 1)})
	}
	c.mu.Unlock()
	c.Search("x") // the first search reads the lines, the others find them read
	for typed, want := range map[string]int{"п": MaxLines, "ПРИВЕТ": MaxLines, "10499": 1, "member7": 100 * 11, "nobody said that": 0} {
		begun := time.Now()
		c.Search(typed)
		if took := time.Since(begun); took > 50*time.Millisecond {
			t.Errorf("%q took %s, 50 ms are allowed", typed, took)
		} else {
			t.Logf("%q took %s", typed, took)
		}
		if c.Len() != want {
			t.Errorf("%q is found in %d lines, want %d", typed, c.Len(), want)
		}
	}
}

// What a line says may change once, when the backend has cleaned it: the search
// follows.
func TestChat_searchesWhatWasSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		c.Search("blue")
		c.Send("Something BLUE")
		synctest.Wait()
		c.Told(anna, a.says("max", "red", 5))
		c.Told(anna, a.says("blueberry", "red", 6))
		if got := texts(c); c.Len() != 2 {
			t.Errorf("found %s", got)
		}
		c.mu.Lock() // the backend has said it in other words
		r := c.rooms[anna]
		for _, x := range c.rows.all {
			if x.Own {
				c.settle(r, x, domain.Message{Seq: x.seq, Text: "Something green"}, x.At)
				break
			}
		}
		c.mu.Unlock()
		c.Search("green")
		if c.Len() != 1 {
			t.Errorf("found %s", texts(c))
		}
		c.Search("")
		if c.Len() != 3 {
			t.Errorf("all: %s", texts(c))
		}
	})
}

// What is no line of the chat counts all the same: nothing is missing after it.
func TestChat_passesOverWhatIsNoLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		c.Told(anna, a.says("max", "one", 1))
		read := a.count("RoomEvents")
		c.Told(anna, a.post(domain.EventProfile, 2, func(int64) any { return domain.ProfileNotice{PriceNow: 4990} }))
		c.Told(anna, a.post(domain.EventRoom, 3, func(int64) any { return domain.RoomNotice{State: domain.RoomLive} }))
		c.Told(anna, a.says("max", "two", 4))
		synctest.Wait()
		if got := texts(c); got != "A:one A:two" || a.count("RoomEvents") != read {
			t.Errorf("%s, and %d more readings", got, a.count("RoomEvents")-read)
		}
	})
}
