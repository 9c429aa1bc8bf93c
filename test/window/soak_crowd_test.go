//go:build torture

package window

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// The crowd of an evening.
const (
	regulars  = 24 // members who talk; together they may say more than they do
	strangers = 40 // members who come one after the other and are first seen then
	watching  = 6  // with the picture and the room's stream at a time
	tipEvery  = 5 * time.Second
	tipsFirst = 2*domain.StatementPage + 100 // before the evening, in both rooms
)

// signUpEvery keeps within the sign-ups that the backend takes of one address.
const signUpEvery = 2100 * time.Millisecond

// crowd is the people in both rooms.
type crowd struct {
	t       *testing.T
	stage   *stage.Stage
	dice    *rand.Rand
	guest   *client.Client
	rich    []*client.Client // have credits
	own     []*client.Client // the performers
	members []*client.Client // the regulars, then the strangers
	seats   []*visit
	changes int
	spoken  atomic.Int64
	refused atomic.Int64
	stop    context.CancelFunc
	tasks   sync.WaitGroup
}

// visit is one member in one room.
type visit struct {
	view *peer.Viewer
	stop context.CancelFunc
	done chan struct{}
}

func gather(t *testing.T, s *stage.Stage, seed uint64) *crowd {
	t.Helper()
	c := &crowd{t: t, stage: s, dice: rand.New(rand.NewPCG(seed, 2)), guest: s.Guest()}
	for _, p := range s.Members {
		m, _ := s.SignIn(p)
		c.rich = append(c.rich, m)
	}
	for _, p := range s.Performers {
		own, _ := s.SignIn(p)
		c.own = append(c.own, own)
	}
	return c
}

// signUp makes the members. Passwords are hashed in the window's own process
// here, so that it is done before the evening.
func (c *crowd) signUp() {
	for n := range regulars + strangers {
		next := time.After(signUpEvery)
		name := "soak-" + strconv.Itoa(n) + "-" + strconv.Itoa(c.dice.IntN(1e6))
		_, err := c.guest.SignUpMember(c.t.Context(), domain.SignUp{Name: name, Email: name + "@soak.example", Password: "a password of " + name, Adult: true})
		session, refused := c.guest.SignIn(c.t.Context(), name+"@soak.example", "a password of "+name, "test")
		if err = errors.Join(err, refused); err != nil {
			c.t.Errorf("%s cannot sign up: %v", name, err)
			return
		}
		c.members = append(c.members, c.guest.With(session.Token))
		<-next
	}
}

// enter has a member watch the picture and the stream of a room, and greet.
func (c *crowd) enter(seat int) *visit {
	c.t.Helper()
	c.changes++
	who, room := c.members[c.changes%len(c.members)], c.stage.Performers[seat%2].Name
	ctx, stop := context.WithCancel(c.t.Context())
	v := &visit{stop: stop, done: make(chan struct{})}
	var err error
	if v.view, err = peer.View(ctx, peer.Watch{URL: c.stage.URL + "/whep/" + room, Token: who.Token(), Light: true}); err != nil {
		stop()
		c.t.Fatalf("a member cannot watch: %v", err)
	}
	c.say(who, seat%2, fmt.Sprintf("hello-%d", c.changes), c.dice)
	go func() {
		defer close(v.done)
		_ = who.Stream(ctx, room, client.FromNow, func(domain.Event) error { return nil }) // ends with the visit
	}()
	return v
}

func (v *visit) leave() error {
	err := v.view.Close(context.Background())
	v.stop()
	<-v.done
	return err
}

// changeOne has somebody leave and another one come.
func (c *crowd) changeOne() {
	c.t.Helper()
	seat := c.changes % len(c.seats)
	if err := c.seats[seat].leave(); err != nil {
		c.t.Errorf("a member cannot leave: %v", err)
	}
	c.seats[seat] = c.enter(seat)
}

// flood says lines and tips as fast as they are taken, while the members sign up;
// the performers may write without a limit.
func (c *crowd) flood(lines int) {
	c.t.Helper()
	const voices = 4
	var said atomic.Int64
	var all sync.WaitGroup
	for v := range voices {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(uint64(v), 3))
			for n := said.Add(1); n <= int64(lines); n = said.Add(1) {
				c.say(c.own[v%2], v%2, fmt.Sprintf("flood-%d", n), dice)
			}
		})
	}
	all.Go(c.signUp)
	all.Go(func() {
		for n := range tipsFirst {
			c.tip(c.t.Context(), n, n%2, domain.Tip{Amount: domain.MinTip, Key: "soak-first-" + strconv.Itoa(n)})
		}
	})
	all.Wait()
	if c.t.Failed() {
		c.t.FailNow()
	}
	if n := c.refused.Swap(0); n > 0 {
		c.t.Fatalf("%d of %d lines were refused", n, lines)
	}
	c.spoken.Store(0)
}

func (c *crowd) say(who *client.Client, room int, key string, dice *rand.Rand) {
	_, err := who.Say(c.t.Context(), c.stage.Performers[room].Name, domain.Line{Text: sentence(dice), Key: "soak-" + key})
	if err != nil {
		c.refused.Add(1)
		return
	}
	c.spoken.Add(1)
}

// begin has the crowd talk and tip, until rest.
func (c *crowd) begin() {
	ctx, stop := context.WithCancel(c.t.Context())
	c.stop = stop
	c.seats = make([]*visit, watching)
	for seat := range c.seats {
		c.seats[seat] = c.enter(seat)
	}
	talkers := c.members[:regulars]
	c.tasks.Go(func() {
		dice := rand.New(rand.NewPCG(c.dice.Uint64(), 4))
		every(ctx, time.Minute/(linesAMinute*hurry), func(n int) {
			c.say(talkers[n%len(talkers)], dice.IntN(2), fmt.Sprintf("talk-%d", n), dice)
		})
	})
	c.tasks.Go(func() {
		every(ctx, tipEvery, func(n int) {
			c.tip(ctx, n, n/7%2, domain.Tip{Amount: 1000, Note: "tip " + strconv.Itoa(n), Key: "soak-tip-" + strconv.Itoa(n)})
		})
	})
}

func (c *crowd) tip(ctx context.Context, n, room int, tip domain.Tip) {
	if _, err := c.rich[n%len(c.rich)].Tip(ctx, c.stage.Performers[room].Name, tip); err != nil && ctx.Err() == nil {
		c.t.Errorf("tip %s: %v", tip.Key, err)
	}
}

// every calls do at a steady beat, and makes up for calls that came late.
func every(ctx context.Context, beat time.Duration, do func(n int)) {
	began := time.Now()
	for n := 0; ; n++ {
		wait := time.NewTimer(time.Until(began.Add(time.Duration(n) * beat)))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
			do(n)
		}
	}
}

// rest ends the talking.
func (c *crowd) rest() {
	c.stop()
	c.tasks.Wait()
	said, refused := c.spoken.Load(), c.refused.Load()
	c.t.Logf("%d lines in the evening, %d were refused", said, refused)
	if refused > said/100 {
		c.t.Errorf("%d of %d lines were refused", refused, said+refused)
	}
}

// leave empties the rooms, and hangs up.
func (c *crowd) leave() {
	for _, v := range c.seats {
		if err := v.leave(); err != nil {
			c.t.Errorf("a member cannot leave: %v", err)
		}
	}
	for _, one := range slices.Concat([]*client.Client{c.guest}, c.rich, c.own) { // the members share the guest's
		one.CloseIdle()
	}
	http.DefaultClient.CloseIdleConnections() // the viewers'
}

func number(dice *rand.Rand) string { return strconv.Itoa(dice.IntN(1e6)) }

// sentence is a line as people write them: short or long, never twice the same,
// now and then with signs or from the right.
func sentence(dice *rand.Rand) string {
	starts := []string{"good evening", "hi", "what a lovely room", "how was your day?", "привет, как дела", "buenas noches guapa", "bună seara",
		"🎉🎉 wow 😍", "שלום לך", "that song again please, the one from last week that you sang so well at the end of the evening"}
	middle := []string{"", " and thank you", " from the sea", " I was away for a while but here I am again, with tea", " ha ha", " ❤️"}
	return starts[dice.IntN(len(starts))] + middle[dice.IntN(len(middle))] + " " + number(dice)
}
