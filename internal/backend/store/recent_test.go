package store

import (
	"fmt"
	"testing"
	"time"
)

func TestRecent_remembersTheLatestAndIsBounded(t *testing.T) {
	r := newRecent[int](100)
	none := func() int { return -1 }
	r.put("first", 1)
	for i := range 1000 {
		r.put(fmt.Sprint(i), i)
		if i%20 == 0 && r.get("first", none) != 1 {
			t.Fatal("what is used all the time was forgotten")
		}
	}
	for i := 960; i < 1000; i++ {
		if got := r.get(fmt.Sprint(i), none); got != i {
			t.Errorf("%d was forgotten", i)
		}
	}
	if r.get("5", none) != -1 {
		t.Error("nothing is ever forgotten")
	}
	if n := len(r.new) + len(r.old); n > 100 {
		t.Errorf("%d are remembered", n)
	}
}

func TestLimiter_refusedLinesCostNothing(t *testing.T) {
	l, now := newLimiter(time.Second, 2), time.Unix(1000, 0)
	for i := range 2 {
		if err := l.allow("a", now, "Wait."); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
	}
	for range 10 { // hammering does not move the time when the next is allowed
		if l.allow("a", now, "Wait.") == nil {
			t.Fatal("a third line at once")
		}
	}
	if err := l.allow("a", now.Add(time.Second), "Wait."); err != nil {
		t.Error(err)
	}
	if err := l.allow("b", now, "Wait."); err != nil {
		t.Error(err)
	}
}
