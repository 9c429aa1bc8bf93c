package media

import (
	"context"
	"sync"
)

// changes carries news of rooms to the wiring's callback, in order and from one
// goroutine. Of several numbers of viewers in the same state the newest is told.
type changes struct {
	wake chan struct{}

	mu    sync.Mutex
	queue []change
}

type change struct {
	room   string
	status Status
}

func (c *changes) add(room string, s Status) {
	c.mu.Lock()
	for i := len(c.queue) - 1; i >= 0; i-- {
		if c.queue[i].room != room {
			continue
		}
		if c.queue[i].status.State == s.State {
			c.queue[i].status = s
			c.mu.Unlock()
			return
		}
		break
	}
	c.queue = append(c.queue, change{room, s})
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// run tells until ctx ends, and then what is left.
func (c *changes) run(ctx context.Context, tell func(string, Status)) {
	for alive := true; alive; {
		select {
		case <-c.wake:
		case <-ctx.Done():
			alive = false
		}
		c.mu.Lock()
		queue := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, n := range queue {
			if tell != nil {
				tell(n.room, n.status)
			}
		}
	}
}
