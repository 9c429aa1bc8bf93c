package client

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// AskSnapshot implements domain.Snapshots.
func (c *Client) AskSnapshot(ctx context.Context, performer string, o domain.SnapshotOrder) (s domain.Snapshot, err error) {
	err = c.call(ctx, "snapshot", http.MethodPost, room(performer, "/snapshots"), o, &s)
	return s, err
}

// Snapshot implements domain.Snapshots.
func (c *Client) Snapshot(ctx context.Context, id string) (s domain.Snapshot, err error) {
	err = c.into(ctx, "snapshot", "snapshots/"+seg(id), &s)
	return s, err
}

// DeliverSnapshot implements domain.Snapshots. It gives up when the order's time is
// over.
func (c *Client) DeliverSnapshot(ctx context.Context, id string, jpeg []byte) (s domain.Snapshot, err error) {
	answer, err := c.sendWithin(ctx, domain.SnapshotWithin, "snapshot", http.MethodPut, "snapshots/"+seg(id)+"/picture", "image/jpeg", jpeg, maxAnswer)
	if err == nil {
		if wrong := json.Unmarshal(answer, &s); wrong != nil {
			err = c.nonsense("snapshot", wrong)
		}
	}
	return s, err
}

// SnapshotPicture implements domain.Snapshots.
func (c *Client) SnapshotPicture(ctx context.Context, id string, small bool) ([]byte, error) {
	path := "snapshots/" + seg(id) + "/picture"
	if small {
		path = "snapshots/" + seg(id) + "/thumbnail"
	}
	return c.send(ctx, "snapshot", http.MethodGet, path, "", nil, domain.MaxStill)
}

// DeleteSnapshot implements domain.Snapshots.
func (c *Client) DeleteSnapshot(ctx context.Context, id string) error {
	return c.call(ctx, "snapshot", http.MethodDelete, "snapshots/"+seg(id), nil, nil)
}

// SoldSnapshots implements domain.Snapshots.
func (c *Client) SoldSnapshots(ctx context.Context, name string) ([]domain.Snapshot, error) {
	var out struct {
		Snapshots []domain.Snapshot `json:"snapshots"`
	}
	err := c.into(ctx, "snapshots", performer(name, "/snapshots"), &out)
	return out.Snapshots, err
}
