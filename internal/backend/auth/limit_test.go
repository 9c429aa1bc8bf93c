package auth

import (
	"fmt"
	"testing"
	"time"
)

func TestLimiter_slidesAndForgets(t *testing.T) {
	l := newLimiter(3, 10*minute)
	start := time.Unix(1_700_000_000, 0)
	for i := range 3 {
		if wait := l.try("a", start.Add(time.Duration(i)*minute)); wait != 0 {
			t.Fatalf("try %d has to wait %s", i, wait)
		}
	}
	if wait := l.try("a", start.Add(4*minute)); wait != 6*minute {
		t.Fatalf("wait is %s, want 6 min until the first try is 10 min old", wait)
	}
	if wait := l.try("b", start); wait != 0 {
		t.Fatal("another key was limited")
	}
	if wait := l.try("a", start.Add(10*minute)); wait != 0 {
		t.Fatalf("wait is %s after the window", wait)
	}
	if wait := l.try("a", start.Add(10*minute)); wait != minute {
		t.Fatalf("wait is %s, want 1 min: only one try had slid out", wait)
	}
	l.giveBack("a")
	if wait := l.try("a", start.Add(10*minute)); wait != 0 {
		t.Fatal("a try that was given back still counts")
	}
	l.forget("a")
	for range 3 {
		if wait := l.try("a", start.Add(10*minute)); wait != 0 {
			t.Fatal("a forgotten key still counts")
		}
	}
}

func TestLimiter_memoryIsBounded(t *testing.T) {
	l := newLimiter(1, 10*minute)
	l.maxKeys = 10
	now := time.Unix(1_700_000_000, 0)
	l.try("victim", now)
	for i := range 1000 {
		l.try(fmt.Sprint(i), now)
		l.try("victim", now) // in use, so it must not be pushed out
	}
	if len(l.keys) != 10 || l.used.Len() != 10 {
		t.Fatalf("%d keys kept, want 10", len(l.keys))
	}
	if l.try("victim", now) == 0 {
		t.Fatal("a flood of other keys freed the limited one")
	}
}
