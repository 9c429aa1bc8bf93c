package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// stream is one open event stream. It lives in the goroutine of its request.
type stream struct {
	site  *Site
	room  string // "" = the account's own
	actor domain.Actor
	token string
	after int64 // the last sequence number that was written

	news, doors <-chan struct{}

	w        http.ResponseWriter
	rc       *http.ResponseController
	viewers  int         // the number that was told last, -1 = none
	lookedAt time.Time   // when it was asked for
	look     *time.Timer // when to ask again

	askedAt time.Time   // when the doors were looked at last
	recheck *time.Timer // when to look again
}

// doorsEvery bounds how often a stream looks whether its doors are still open.
// The bell for them is rung for everybody by whoever changes a setting.
const doorsEvery = 250 * time.Millisecond

// viewersEvery bounds how often the number of viewers is asked for. Without
// news it is asked for every viewersAtLeast: the rooms of another server of the
// same site ring no bell here.
const (
	viewersEvery   = 500 * time.Millisecond
	viewersAtLeast = 2 * time.Second
)

func (st *stream) open(w http.ResponseWriter) error {
	st.w, st.rc = w, http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // a proxy that buffers would hold chat back
	w.WriteHeader(http.StatusOK)
	return st.write("retry: 1000\n\n")
}

// close takes the write deadline back: the connection may serve another request.
func (st *stream) close() { _ = st.rc.SetWriteDeadline(time.Time{}) }

// run writes events until the client leaves or does not read, the door closes,
// or the site does. admitted is base with the actor in it.
func (st *stream) run(base, admitted context.Context) {
	heartbeat := time.NewTicker(st.site.Limits.Heartbeat)
	defer heartbeat.Stop()
	st.askedAt, st.recheck = time.Now(), time.NewTimer(st.site.Limits.Recheck)
	defer st.recheck.Stop()
	st.look = time.NewTimer(viewersAtLeast)
	defer st.look.Stop()
	unread := make(chan struct{})
	close(unread)
	err := st.tellViewers(admitted)
	for more := true; err == nil; {
		var again <-chan struct{} // ready while there is more to read; never blocks the doors
		if more {
			if more, err = st.catchUp(admitted); err != nil {
				break
			}
		}
		if more {
			again = unread
		}
		select {
		case <-base.Done():
			return
		case <-st.site.closing:
			return
		case <-st.doors:
			if early := doorsEvery - time.Since(st.askedAt); early > 0 {
				st.recheck.Reset(early)
				continue
			}
			admitted, err = st.admitAgain(base)
		case <-st.recheck.C:
			admitted, err = st.admitAgain(base)
		case <-heartbeat.C:
			err = st.write(": still here\n\n")
		case <-st.look.C:
			err = st.tellViewers(admitted)
		case <-st.news:
			more = true
			err = st.tellViewers(admitted)
		case <-again:
		}
	}
	st.bye(err)
}

// admitAgain is admit, and settles when it is due again.
func (st *stream) admitAgain(ctx context.Context) (context.Context, error) {
	st.askedAt = time.Now()
	st.recheck.Reset(st.site.Limits.Recheck)
	return st.admit(ctx)
}

// catchUp writes one batch and tells whether there may be more.
func (st *stream) catchUp(ctx context.Context) (more bool, err error) {
	events, err := st.read(ctx)
	if err != nil || len(events) == 0 {
		return false, err
	}
	var out []byte
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			return false, fmt.Errorf("event %d of %q: %w", e.Seq, st.room, err)
		}
		out = fmt.Appendf(out, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data)
	}
	if err := st.write(string(out)); err != nil {
		return false, err
	}
	st.after = events[len(events)-1].Seq
	return len(events) == batch, nil
}

// tellViewers writes how many watch the performer's own room when that has
// changed. The number is not in the log: it has no id and is not resumed.
func (st *stream) tellViewers(ctx context.Context) error {
	if st.ownRoom() == "" {
		return nil
	}
	if early := viewersEvery - time.Since(st.lookedAt); early > 0 {
		st.look.Reset(early)
		return nil
	}
	st.lookedAt = time.Now()
	st.look.Reset(viewersAtLeast)
	room, err := st.site.Backend.Room(ctx, st.ownRoom())
	if err != nil || room.Viewers == st.viewers {
		return nil // her room may be closed for a while; her stream is not
	}
	st.viewers = room.Viewers
	data, err := json.Marshal(domain.ViewersNotice{Viewers: room.Viewers})
	if err != nil {
		return fmt.Errorf("viewers: %w", err)
	}
	event, err := json.Marshal(domain.Event{Room: room.Name, Kind: domain.EventViewers, At: st.site.Now().UnixMilli(), Data: data})
	if err != nil {
		return fmt.Errorf("viewers: %w", err)
	}
	return st.write(fmt.Sprintf("event: %s\ndata: %s\n\n", domain.EventViewers, event))
}

// errClientGone ends a stream whose client does not read, or left.
var errClientGone = errors.New("the client is gone")

func (st *stream) write(text string) error {
	// The deadline is on the machine's clock, like everything of the connection.
	_ = st.rc.SetWriteDeadline(time.Now().Add(st.site.Limits.WriteAfter)) // a recorder in a test has none
	if _, err := st.w.Write([]byte(text)); err != nil {
		return errClientGone
	}
	if err := st.rc.Flush(); err != nil {
		return errClientGone
	}
	return nil
}

// bye tells the client why the stream is over when it would be refused the
// next time too; after any other error it just ends and the client resumes.
func (st *stream) bye(err error) {
	if errors.Is(err, errClientGone) {
		return
	}
	switch domain.KindOf(err) {
	case domain.KindUnauthenticated, domain.KindForbidden, domain.KindCountry, domain.KindNotFound:
	default:
		reply.Remember(st.w, err)
		return
	}
	note := reply.Told(st.w, err)
	data, err := json.Marshal(byeNote{Kind: note.Kind, Message: note.Message, Reason: note.Reason, Args: note.Args, Said: note.Said})
	if err == nil {
		_ = st.write(fmt.Sprintf("event: bye\ndata: %s\n\n", data)) // gone already: nothing more to say
	}
}

type byeNote struct {
	Kind    domain.Kind `json:"kind"`
	Message string      `json:"message"`
	Reason  string      `json:"reason,omitempty"`
	Args    []string    `json:"args,omitempty"`
	Said    string      `json:"said,omitempty"`
}
