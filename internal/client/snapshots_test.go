package client

import (
	"context"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestClient_speaksOfSnapshots(t *testing.T) {
	speaks(t, []exchange{
		{func(ctx context.Context, c *Client) (any, error) {
			return c.AskSnapshot(ctx, "n", domain.SnapshotOrder{Price: 1500, Key: "key-1234"})
		}, "POST /api/v1/rooms/n/snapshots", `{"price_millicredits":1500,"key":"key-1234"}`, `{"id":"x","state":"asked"}`, `"state":"asked"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Snapshot(ctx, "a/b") }, "GET /api/v1/snapshots/a%2Fb", "", `{"id":"a/b"}`, `"id":"a/b"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.DeliverSnapshot(ctx, "x", []byte("jpeg")) },
			"PUT /api/v1/snapshots/x/picture", "jpeg", `{"state":"sold"}`, `"state":"sold"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.SnapshotPicture(ctx, "x", false) }, "GET /api/v1/snapshots/x/picture", "", "jpeg", "anBlZw=="},
		{func(ctx context.Context, c *Client) (any, error) { return c.SnapshotPicture(ctx, "x", true) }, "GET /api/v1/snapshots/x/thumbnail", "", "jpeg", "anBlZw=="},
		{func(ctx context.Context, c *Client) (any, error) { return nil, c.DeleteSnapshot(ctx, "x") }, "DELETE /api/v1/snapshots/x", "", "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.SoldSnapshots(ctx, "n") }, "GET /api/v1/performers/n/snapshots", "", `{"snapshots":[{"id":"x"}]}`, `"id":"x"`},
	})
}
