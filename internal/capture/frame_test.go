package capture

import (
	"context"
	"math"
	"math/big"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestPool_laws drives pool and slot with random acts against a model: frames
// out never exceed the bound, a frame in use is never handed out twice, and at
// the end every reference that was given back is accounted for.
func TestPool_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const bound = 4
		pool, slot := NewPool(bound), &Slot{}
		refs := map[*Frame]int{}
		var inSlot *Frame
		drop := func(f *Frame) {
			if refs[f]--; refs[f] == 0 {
				delete(refs, f)
			}
		}
		pick := func(t *rapid.T) *Frame {
			all := make([]*Frame, 0, len(refs))
			for f, n := range refs {
				if f != inSlot || n > 1 {
					all = append(all, f)
				}
			}
			if len(all) == 0 {
				t.Skip("no frame held")
			}
			return rapid.SampledFrom(all).Draw(t, "frame")
		}
		t.Repeat(map[string]func(*rapid.T){
			"get": func(t *rapid.T) {
				w, h := rapid.IntRange(1, 70).Draw(t, "w"), rapid.IntRange(1, 70).Draw(t, "h")
				f := pool.Get(w, h)
				if (f == nil) != (len(refs) == bound) {
					t.Fatalf("Get with %d out: %v", len(refs), f)
				}
				if f == nil {
					return
				}
				if refs[f] != 0 {
					t.Fatal("a frame in use was handed out")
				}
				if len(f.Y) != f.YStride*h || len(f.Cb) != f.CStride*((h+1)/2) || len(f.Cr) != len(f.Cb) || f.YStride < w || f.CStride < (w+1)/2 {
					t.Fatalf("planes of %dx%d: %d %d %d", w, h, len(f.Y), len(f.Cb), len(f.Cr))
				}
				refs[f] = 1
			},
			"retain":  func(t *rapid.T) { f := pick(t); f.Retain(); refs[f]++ },
			"release": func(t *rapid.T) { f := pick(t); f.Release(); drop(f) },
			"put": func(t *rapid.T) {
				f := pick(t)
				slot.Put(f)
				if inSlot != nil {
					drop(inSlot)
				}
				inSlot = f
			},
			"take": func(t *rapid.T) {
				f := slot.TryTake()
				if f != inSlot {
					t.Fatalf("took %p, want %p", f, inSlot)
				}
				inSlot = nil
			},
			"": func(t *rapid.T) {
				if out, _, misused := pool.Stats(); out != len(refs) || misused != 0 {
					t.Fatalf("%d out, %d misused; want %d, 0", out, misused, len(refs))
				}
			},
		})
	})
}

func TestFrame_releasedOnceTooOftenIsCountedAndHarmless(t *testing.T) {
	pool := NewPool(2)
	f := pool.Get(4, 4)
	f.Release()
	f.Release()
	if out, _, misused := pool.Stats(); out != 0 || misused != 1 {
		t.Fatalf("out %d, misused %d", out, misused)
	}
	a, b := pool.Get(4, 4), pool.Get(4, 4)
	if a == b || a == nil || b == nil {
		t.Fatal("the pool handed out one frame twice")
	}
	if pool.Get(4, 4) != nil {
		t.Fatal("the pool is not bounded")
	}
	if _, refused, _ := pool.Stats(); refused != 1 {
		t.Fatalf("refused %d", refused)
	}
}

func TestPool_nilAndForeignSizes(t *testing.T) {
	var pool *Pool
	f := pool.Get(3, 3)
	if f == nil || len(f.Cb) != f.CStride*2 {
		t.Fatal("a nil pool must allocate")
	}
	f.Release()
	f.Release()
	for _, s := range [][2]int{{0, 1}, {1, -1}, {MaxWidth + 1, 1}, {1, MaxHeight + 1}} {
		if NewPool(1).Get(s[0], s[1]) != nil {
			t.Errorf("got a frame of %v", s)
		}
	}
	var none *Frame
	none.Release()
	if none.Retain() != nil {
		t.Error("a nil frame was retained into something")
	}
}

func TestPool_steadyStateAllocatesNothing(t *testing.T) {
	pool := NewPool(2)
	if n := testing.AllocsPerRun(100, func() { pool.Get(640, 360).Release() }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// Frames of a crowded moment are let go when they were not needed for a while;
// one that is in use all the time stays the same.
func TestPool_letsGoOfWhatRests(t *testing.T) {
	pool := NewPool(4)
	held := []*Frame{pool.Get(64, 64), pool.Get(64, 64), pool.Get(64, 64), pool.Get(64, 64)}
	for _, f := range held {
		f.Release()
	}
	used := pool.Get(64, 64)
	used.Release()
	for range restTurns + len(held) {
		f := pool.Get(64, 64)
		if f != used {
			t.Fatal("it takes a frame that rested")
		}
		f.Release()
	}
	if len(pool.free) != 1 || pool.free[0] != used {
		t.Errorf("%d frames are kept, want the one in use", len(pool.free))
	}
	pool.Clear()
	if f := pool.Get(64, 64); f == used || f == nil {
		t.Errorf("a cleared pool keeps its frame: %v", f)
	}
}

// What a pool keeps is made with the first frame: no crowded moment makes memory
// that was not there, unless it needs more than that, which goes again.
func TestPool_keepsWhatABusyMachineNeeds(t *testing.T) {
	pool := NewPool(4).Keep(3)
	first := pool.Get(64, 64)
	if len(pool.free) != 2 || cap(pool.free[0].buf) == 0 {
		t.Fatalf("%d frames are ready besides the first, want 2 with their memory", len(pool.free))
	}
	held := []*Frame{first, pool.Get(64, 64), pool.Get(64, 64)}
	if n := testing.AllocsPerRun(1, func() { held[2].Release(); held[2] = pool.Get(64, 64) }); n != 0 {
		t.Errorf("a frame that was kept costs %v allocations", n)
	}
	held = append(held, pool.Get(64, 64))
	for _, f := range held {
		f.Release()
	}
	for range restTurns + len(held) {
		pool.Get(64, 64).Release()
	}
	if len(pool.free) != 3 {
		t.Errorf("%d frames are there after a rest, want 3", len(pool.free))
	}
	small, large := pool.Get(64, 64), pool.Get(128, 128)
	small.Release()
	large.Release()
	held = []*Frame{pool.Get(64, 64), pool.Get(128, 128), nil}
	if n := testing.AllocsPerRun(1, func() { held[2] = pool.Get(128, 128); held[2].Release() }); n != 0 {
		t.Errorf("beside frames of another size, one that was kept costs %v allocations", n)
	}
}

func TestSlot_takeWaitsForTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, slot := NewPool(3), &Slot{}
		got := make(chan *Frame)
		go func() {
			f, err := slot.Take(t.Context())
			if err != nil {
				t.Error(err)
			}
			got <- f
		}()
		synctest.Wait()
		first := pool.Get(2, 2)
		slot.Put(first)
		if f := <-got; f != first {
			t.Fatal("took another frame")
		}
		slot.Put(pool.Get(2, 2))
		last := pool.Get(2, 2)
		slot.Put(last)
		f, err := slot.Take(t.Context())
		if err != nil || f != last || slot.Replaced() != 1 {
			t.Fatalf("%v, %v, replaced %d", f, err, slot.Replaced())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if f, err := slot.Take(ctx); f != nil || err != context.DeadlineExceeded {
			t.Fatalf("an empty slot gave %v, %v", f, err)
		}
		slot.Put(pool.Get(2, 2))
		if f, err := slot.Take(ctx); f != nil || err != context.DeadlineExceeded {
			t.Fatalf("after the end a full slot gave %v, %v", f, err)
		}
		stop := make(chan struct{})
		close(stop)
		if f, err := slot.TakeUntil(t.Context(), stop); f != nil || err != nil {
			t.Fatalf("after the stop a full slot gave %v, %v", f, err)
		}
	})
}

func TestPacer_staysOnTheGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, r := range [][2]int{{30, 1}, {30000, 1001}, {50, 1}, {7, 3}} {
			p := NewPacer(r[0], r[1], true)
			var first time.Time
			for i := range 1000 {
				at, skipped, err := p.Next(t.Context())
				if err != nil || skipped != 0 {
					t.Fatal(skipped, err)
				}
				if i == 0 {
					first = at
				}
				want := time.Duration(int64(i) * int64(r[1]) * int64(time.Second) / int64(r[0]))
				if d := (at.Sub(first) - want).Abs(); d > 2 {
					t.Fatalf("%v: tick %d is %v off", r, i, d)
				}
				if late := time.Since(at); late != 0 {
					t.Fatalf("%v: tick %d comes %v late", r, i, late)
				}
			}
		}
	})
}

// Rates as AVI files write them, in units of a microsecond, of 100 ns or of
// nonsense, keep their grid for days.
func TestPacer_keepsEveryRateForDays(t *testing.T) {
	for _, r := range [][2]int{{30, 1}, {1_000_000, 33_333}, {10_000_000, 333_333}, {30_000_000, 1_001_000}, {math.MaxInt32, math.MaxInt32 - 1}, {1, 60}} {
		p := NewPacer(r[0], r[1], true)
		p.base = time.Now()
		for _, days := range []int64{0, 1, 100} {
			n := days*86400*int64(r[0])/int64(r[1]) + 7
			at := p.time(n)
			exact := new(big.Int).Mul(big.NewInt(n), big.NewInt(int64(r[1])*int64(time.Second)))
			exact.Div(exact, big.NewInt(int64(r[0])))
			if off := at.Sub(p.base) - time.Duration(exact.Int64()); off < 0 || off > 1 {
				t.Errorf("%v: tick %d is %v off", r, n, off)
			}
			if p.index(at) != n || p.index(at.Add(-1)) != n-1 {
				t.Errorf("%v: tick %d has the index %d, the moment before it %d", r, n, p.index(at), p.index(at.Add(-1)))
			}
		}
	}
}

func TestPacer_skipsOrCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, skip := range []bool{true, false} {
			p := NewPacer(50, 1, skip)
			first, _, _ := p.Next(t.Context())
			<-time.After(210 * time.Millisecond)
			var left int64
			n := 0
			for {
				at, skipped, _ := p.Next(t.Context())
				left += skipped
				if n++; at.Sub(first) >= 220*time.Millisecond {
					break
				}
			}
			if skip && (left != 9 || n != 2) || !skip && (left != 0 || n != 11) {
				t.Errorf("skip %v: %d ticks, %d left out", skip, n, left)
			}
		}
	})
}
