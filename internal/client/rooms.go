package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// room is the path of a performer's room.
func room(performer, rest string) string { return "rooms/" + seg(performer) + rest }

// OnlineRooms implements domain.Rooms.
func (c *Client) OnlineRooms(ctx context.Context) ([]domain.Room, error) {
	var out struct {
		Rooms []domain.Room `json:"rooms"`
	}
	err := c.into(ctx, "rooms", "rooms", &out)
	return out.Rooms, err
}

// Room implements domain.Rooms.
func (c *Client) Room(ctx context.Context, performer string) (domain.Room, error) {
	var r domain.Room
	err := c.into(ctx, "room", room(performer, ""), &r)
	return r, err
}

// SetOnline implements domain.Rooms.
func (c *Client) SetOnline(ctx context.Context, performer string, online bool) (domain.Room, error) {
	var r domain.Room
	err := c.call(ctx, "online", http.MethodPut, room(performer, "/online"), domain.Presence{Online: online}, &r)
	return r, err
}

// SetPaused implements domain.Rooms.
func (c *Client) SetPaused(ctx context.Context, performer string, paused bool) (domain.Room, error) {
	var r domain.Room
	err := c.call(ctx, "pause", http.MethodPut, room(performer, "/paused"), domain.Pause{Paused: paused}, &r)
	return r, err
}

// Settings implements domain.Rooms.
func (c *Client) Settings(ctx context.Context, performer string) (domain.RoomSettings, error) {
	var s domain.RoomSettings
	err := c.into(ctx, "settings", room(performer, "/settings"), &s)
	return s, err
}

// SetSettings implements domain.Rooms.
func (c *Client) SetSettings(ctx context.Context, performer string, s domain.RoomSettings) error {
	return c.call(ctx, "settings", http.MethodPut, room(performer, "/settings"), s, nil)
}

// NewStreamKey implements domain.Rooms.
func (c *Client) NewStreamKey(ctx context.Context, performer string) (string, error) {
	var out struct {
		StreamKey string `json:"stream_key"`
	}
	err := c.call(ctx, "stream key", http.MethodPost, room(performer, "/stream-key"), nil, &out)
	return out.StreamKey, err
}

// SetThumbnail implements domain.Rooms.
func (c *Client) SetThumbnail(ctx context.Context, performer string, jpeg []byte) error {
	_, err := c.send(ctx, "thumbnail", http.MethodPut, room(performer, "/thumbnail"), "image/jpeg", jpeg, maxAnswer)
	return err
}

// Thumbnail implements domain.Rooms.
func (c *Client) Thumbnail(ctx context.Context, performer string) ([]byte, error) {
	return c.send(ctx, "thumbnail", http.MethodGet, room(performer, "/thumbnail"), "", nil, domain.MaxThumbnail)
}

// Say implements domain.Chat.
func (c *Client) Say(ctx context.Context, performer string, l domain.Line) (domain.Message, error) {
	var m domain.Message
	err := c.call(ctx, "say", http.MethodPost, room(performer, "/messages"), l, &m)
	return m, err
}

// Messages implements domain.Chat.
func (c *Client) Messages(ctx context.Context, performer string, after int64, limit int) ([]domain.Message, error) {
	query := url.Values{"after": {strconv.FormatInt(after, 10)}, "limit": {strconv.Itoa(limit)}}
	var out struct {
		Messages []domain.Message `json:"messages"`
	}
	err := c.into(ctx, "messages", room(performer, "/messages?"+query.Encode()), &out)
	return out.Messages, err
}

// Ban implements domain.Moderation.
func (c *Client) Ban(ctx context.Context, performer, viewer string, minutes int) (domain.Ban, error) {
	in := struct {
		Viewer  string `json:"viewer"`
		Minutes int    `json:"minutes"`
	}{viewer, minutes}
	var b domain.Ban
	err := c.call(ctx, "ban", http.MethodPost, room(performer, "/bans"), in, &b)
	return b, err
}

// Lift implements domain.Moderation.
func (c *Client) Lift(ctx context.Context, performer, viewer string) error {
	return c.call(ctx, "lift", http.MethodDelete, room(performer, "/bans/"+seg(viewer)), nil, nil)
}

// Bans implements domain.Moderation.
func (c *Client) Bans(ctx context.Context, performer string) ([]domain.Ban, error) {
	var out struct {
		Bans []domain.Ban `json:"bans"`
	}
	err := c.into(ctx, "bans", room(performer, "/bans"), &out)
	return out.Bans, err
}

// Tip implements domain.Wallet.
func (c *Client) Tip(ctx context.Context, performer string, t domain.Tip) (domain.Receipt, error) {
	var r domain.Receipt
	err := c.call(ctx, "tip", http.MethodPost, room(performer, "/tips"), t, &r)
	return r, err
}

// Buy implements domain.Wallet.
func (c *Client) Buy(ctx context.Context, pkg, key string) (domain.Purchase, error) {
	in := struct {
		Package string `json:"package"`
		Key     string `json:"key"`
	}{pkg, key}
	var p domain.Purchase
	err := c.call(ctx, "buy", http.MethodPost, "purchases", in, &p)
	return p, err
}

// Purchase implements domain.Wallet.
func (c *Client) Purchase(ctx context.Context, id string) (domain.Purchase, error) {
	var p domain.Purchase
	err := c.into(ctx, "purchase", "purchases/"+seg(id), &p)
	return p, err
}
