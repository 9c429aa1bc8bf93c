package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits of a foreign event stream: bytes of one line and of one event.
const (
	maxStreamLine  = 64 << 10
	maxStreamEvent = 128 << 10
)

// quiet is how long RoomEvents and OwnEvents wait for one more event.
const quiet = 250 * time.Millisecond

// FromNow as after makes a stream begin with what comes next.
const FromNow int64 = -1

// errOver ends a list that is long enough.
var errOver = errors.New("enough")

// Events opens the stream of a room, or the account's own when room is "",
// beginning with the first event after a sequence number (or FromNow), and
// returns when the backend has accepted it. The sequence yields events as they
// come and at last one error: the context's, a *domain.Error of KindUnavailable
// when the line broke (come back with the last Seq), or what the backend's bye
// said (do not come back). It may be ranged over once; whoever does not must
// end ctx.
func (c *Client) Events(ctx context.Context, room string, after int64) (iter.Seq2[domain.Event, error], error) {
	const op = "events"
	ctx, cancel := context.WithCancelCause(ctx)
	query := url.Values{}
	if room != "" {
		query.Set("room", room)
	}
	if after >= 0 {
		query.Set("after", strconv.FormatInt(after, 10))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.endpoint("events?"+query.Encode()), http.NoBody)
	if err != nil {
		cancel(nil)
		return nil, domain.Wrap(op, domain.KindInvalid, err, "This stream cannot be opened. Check the room's name.")
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Cache-Control", "no-store")
	if after >= 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	}
	body, err := c.exchange(ctx, op, req)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	return func(yield func(domain.Event, error) bool) {
		defer cancel(nil)
		defer body.Close()
		watch := time.AfterFunc(StreamSilence, func() { cancel(errSilent) })
		defer watch.Stop()
		lines := parser{in: bufio.NewReaderSize(body, 4096), heard: func() { watch.Reset(StreamSilence) }}
		for {
			name, data, err := lines.next()
			if err != nil {
				yield(domain.Event{}, c.broken(ctx, op, err))
				return
			}
			e, over, err := c.event(op, name, data)
			if !yield(e, err) || over {
				return
			}
		}
	}, nil
}

var errSilent = errors.New("nothing came for a long time")

// broken tells a stream that the caller ended from one that the line ended.
func (c *Client) broken(ctx context.Context, op string, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errSilent) {
		return cause
	}
	if errors.Is(err, errStreamLimit) {
		return c.nonsense(op, err)
	}
	return domain.Wrap(op, domain.KindUnavailable, err, "The connection to "+c.URL()+" was lost. It comes back by itself as soon as the network does.")
}

// event reads one event; over tells that the stream ends with it.
func (c *Client) event(op, name string, data []byte) (e domain.Event, over bool, err error) {
	if name == "bye" {
		var bye struct {
			Kind    domain.Kind `json:"kind"`
			Message string      `json:"message"`
			Reason  string      `json:"reason"`
			Args    []string    `json:"args"`
		}
		if err := json.Unmarshal(data, &bye); err != nil || bye.Kind == "" {
			return e, true, c.nonsense(op, err)
		}
		why := &domain.Error{Op: op, Kind: bye.Kind, Message: bye.Message}
		if fitting(bye.Reason, bye.Args) {
			why.Reason, why.Args = bye.Reason, bye.Args
		}
		return e, true, why
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return domain.Event{}, true, c.nonsense(op, err)
	}
	return e, false, nil
}

// Stream hands every event to sink until one of them, the caller or the line
// ends it; see Events.
func (c *Client) Stream(ctx context.Context, room string, after int64, sink func(domain.Event) error) error {
	events, err := c.Events(ctx, room, after)
	if err != nil {
		return err
	}
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := sink(e); err != nil {
			return err
		}
	}
	return nil
}

// RoomEvents implements domain.EventLog.
func (c *Client) RoomEvents(ctx context.Context, performer string, after int64, limit int) ([]domain.Event, error) {
	return c.list(ctx, performer, after, limit)
}

// OwnEvents implements domain.EventLog.
func (c *Client) OwnEvents(ctx context.Context, after int64, limit int) ([]domain.Event, error) {
	return c.list(ctx, "", after, limit)
}

// list reads a stream until it has limit events or falls quiet: the protocol
// has no other way to read the log.
func (c *Client) list(ctx context.Context, room string, after int64, limit int) ([]domain.Event, error) {
	if limit <= 0 {
		return nil, nil
	}
	bounded, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	events, err := c.Events(bounded, room, max(after, 0))
	if err != nil {
		return nil, err
	}
	silence := time.AfterFunc(quiet, func() { cancel(errOver) })
	defer silence.Stop()
	var out []domain.Event
	for e, err := range events {
		if errors.Is(err, errOver) {
			break
		}
		if err != nil {
			return out, err
		}
		silence.Reset(quiet)
		if e.Seq > 0 {
			out = append(out, e)
		}
		if len(out) == limit {
			break
		}
	}
	return out, nil
}

var errStreamLimit = errors.New("an event is too long")

// parser reads server-sent events (WHATWG HTML, section 9.2). An event that the
// end of the stream cuts is not an event.
type parser struct {
	in    *bufio.Reader
	heard func() // called for each line

	skipLF bool
	line   []byte
	data   []byte
}

// next returns the name and the data of the next event that has data; data is
// valid until the next call.
func (p *parser) next() (name string, data []byte, err error) {
	p.data = p.data[:0]
	for {
		line, err := p.readLine()
		if err != nil {
			return "", nil, err
		}
		if p.heard != nil {
			p.heard()
		}
		if len(line) == 0 {
			if len(p.data) > 0 {
				return name, p.data[:len(p.data)-1], nil
			}
			name = ""
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if len(p.data)+len(value) > maxStreamEvent {
				return "", nil, errStreamLimit
			}
			p.data = append(append(p.data, value...), '\n')
		}
	}
}

// readLine returns a line without its end, which is LF, CR or CRLF.
func (p *parser) readLine() ([]byte, error) {
	p.line = p.line[:0]
	for {
		b, err := p.in.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		after := p.skipLF
		p.skipLF = b == '\r'
		switch {
		case b == '\n' && after:
		case b == '\n' || b == '\r':
			return bytes.TrimPrefix(p.line, []byte("\ufeff")), nil
		case len(p.line) == maxStreamLine:
			return nil, errStreamLimit
		default:
			p.line = append(p.line, b)
		}
	}
}
