package chat

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestChat_sentLineIsThereOnce(t *testing.T) {
	for _, when := range []string{"event first", "answer first"} {
		t.Run(when, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, a, b := talk(t)
				var late []domain.Event
				if when == "answer first" {
					a.tell = func(e domain.Event) { late = append(late, e) }
				}
				enterBoth(t, c, a, b)
				a.mu.Lock() // the backend takes its time
				a.private = true
				if !c.Send("  hello\u200e  ") || !c.Send("hello") {
					t.Error("nowhere to send")
				}
				for _, l := range lines(c) {
					if l.Fate != FateSending || !l.Own || !strings.HasPrefix(l.Text, "hello") {
						t.Errorf("%+v", l)
					}
				}
				if v := c.View(); v.Unsent != 2 || v.Len != 2 {
					t.Errorf("%+v", v)
				}
				before := []int64{lines(c)[0].ID, lines(c)[1].ID}
				a.mu.Unlock()
				synctest.Wait()
				for _, e := range late {
					c.Told(anna, e)
				}
				all := lines(c)
				if len(all) != 2 || all[0].Fate != FateSent || all[1].Fate != FateSent || !all[0].Private || !all[1].Private || c.View().Unsent != 0 {
					t.Fatalf("%+v", all)
				}
				if got := []int64{all[0].ID, all[1].ID}; !slices.Equal(got, before) {
					t.Errorf("rows %v became %v", before, got)
				}
			})
		})
	}
}

func TestChat_sameWordsFromAnotherDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		a.mu.Lock()
		c.Send("hi")
		e := a.postLocked(domain.EventMessage, 5, func(seq int64) any {
			return domain.Message{Seq: seq, From: "anna", Role: domain.RolePerformer, Text: "hi", At: 5}
		})
		c.Told(anna, e) // while ours is on its way
		a.mu.Unlock()
		synctest.Wait()
		all := lines(c)
		if len(all) != 2 || all[0].Fate != "" || all[1].Fate != FateSent || !all[0].Own {
			t.Errorf("%+v", all)
		}
	})
}

func TestChat_refusedLineKeepsItsTextAndKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		a.failOnce("Say", forbidden())
		c.Send("dear all")
		synctest.Wait()
		l := lines(c)[0]
		if l.Fate != FateRefused || l.Why.Key != "error.forbidden" || l.Why.Text != "You may not do that here." || l.Text != "dear all" {
			t.Fatalf("%+v", l)
		}
		c.Told(anna, a.says("max", "later", 2_000_000_000_000))
		if all := lines(c); all[1].ID != l.ID {
			t.Errorf("what was refused does not stay in sight: %+v", all)
		}
		c.Retry(l.ID)
		synctest.Wait()
		if l, n := lines(c)[0], len(lines(c)); l.Fate != FateSent || n != 2 || !l.Why.Empty() {
			t.Errorf("%d %+v", n, l)
		}
		c.Retry(l.ID)
		synctest.Wait()
		if n := a.count("Say"); n != 2 {
			t.Errorf("a sent line was sent again: %d", n)
		}
		a.failOnce("Say", forbidden())
		c.Send("never mind")
		synctest.Wait()
		id := lines(c)[2].ID
		if got := c.TakeBack(id); got != "never mind" || c.Len() != 2 || c.TakeBack(id) != "" || c.TakeBack(l.ID) != "" {
			t.Errorf("%q %d", got, c.Len())
		}
	})
}

func TestChat_unsentLinesOutliveASignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		a.failOnce("Say", domain.Errorf("say", domain.KindUnauthenticated, "Sign in again."))
		c.Send("refused")
		synctest.Wait()
		a.mu.Lock() // the backend takes its time
		c.Send("on its way")
		c.Leave(anna)
		a.mu.Unlock()
		synctest.Wait()
		if c.Len() != 0 {
			t.Errorf("%+v", lines(c))
		}
		c.Enter(account(anna, "anna", "A", a))
		synctest.Wait()
		all := lines(c)
		for _, l := range all {
			if l.Fate == FateRefused {
				c.Retry(l.ID)
			}
		}
		synctest.Wait()
		all = lines(c)
		if len(all) != 2 || all[0].Fate != FateSent || all[1].Fate != FateSent || all[0].Text == all[1].Text || len(a.events) != 2 {
			t.Errorf("%+v", all)
		}
	})
}

func TestChat_lostAnswerIsNotASecondLine(t *testing.T) {
	for _, when := range []string{"event while sending", "event later", "retry"} {
		t.Run(when, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, a, b := talk(t)
				var late []domain.Event
				if when != "event while sending" {
					a.tell = func(e domain.Event) { late = append(late, e) }
				}
				enterBoth(t, c, a, b)
				a.mute, a.private = true, true
				c.Send("once")
				synctest.Wait()
				if l := lines(c)[0]; when != "event while sending" && (l.Fate != FateRefused || l.Why.Key != "error.unavailable") {
					t.Fatalf("%+v", l)
				}
				a.mute = false
				if when == "retry" {
					c.Retry(lines(c)[0].ID)
					synctest.Wait()
				}
				for _, e := range late {
					c.Told(anna, e)
				}
				if all := lines(c); len(all) != 1 || all[0].Fate != FateSent || !all[0].Private || len(a.events) != 1 {
					t.Errorf("%+v, %d events", all, len(a.events))
				}
			})
		})
	}
}

func TestChat_refusesWhatIsTooLongWithoutAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		if c.Send("nobody is here") {
			t.Error("sent to no room")
		}
		enterBoth(t, c, a, b)
		if c.Send(" \n ") {
			t.Error("sent nothing")
		}
		long := strings.Repeat("я", domain.MaxLine)
		c.Send(long)
		c.Send(long + "я")
		synctest.Wait()
		all := lines(c)
		if all[0].Fate != FateSent || all[1].Fate != FateRefused || all[1].Why.Key != "chat.too_long" || a.count("Say") != 1 {
			t.Errorf("%s %s %+v", all[0].Fate, all[1].Fate, all[1].Why)
		}
		if got := c.TakeBack(all[1].ID); got != long+"я" {
			t.Error("the text was lost")
		}
	})
}
