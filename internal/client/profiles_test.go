package client

import (
	"context"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestClient_speaksOfProfilesAndBooks(t *testing.T) {
	speaks(t, []exchange{
		{func(ctx context.Context, c *Client) (any, error) { return c.Profile(ctx, "n") }, "GET /api/v1/performers/n/profile", "", `{"introduction":"hi"}`, `"introduction":"hi"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.SetProfile(ctx, "n", domain.ProfileEdit{Prices: domain.Prices{Private: 2990}})
		},
			"PUT /api/v1/performers/n/profile", `{"introduction":"","likes":"","dislikes":"","languages":null,"category":"","appearance":{},"willingness":null,"birthday":false,` +
				`"prices":{"private_millicredits":2990,"cam2cam_millicredits":0,"audio_millicredits":0},"tip_menu":null}`, `{"name":"n"}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.SetGoal(ctx, "n", "a lamp", 5000) },
			"PUT /api/v1/performers/n/goal", `{"title":"a lamp","target_millicredits":5000}`, `{"goal":{"title":"a lamp"}}`, `"a lamp"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.Browse(ctx, domain.Filter{Category: "girls", Language: "hu", Willingness: "asmr", MaxPrice: 5000, Query: "a&b"})
		}, "GET /api/v1/browse?category=girls&language=hu&max_price=5000&q=a%26b&willingness=asmr", "", `{"rooms":[{"name":"n","promoted":true}]}`, `"promoted":true`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Browse(ctx, domain.Filter{}) }, "GET /api/v1/browse", "", `{"rooms":[]}`, `[]`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.RoomAs(ctx, "n", "HU", domain.RoleMember)
		},
			"GET /api/v1/rooms/n/as?country=HU&role=member", "", `{"open":true}`, `"open":true`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Statement(ctx, "n", "2026-11-10", "e") },
			"GET /api/v1/performers/n/statement?next=e&period=2026-11-10", "", `{"own_millicents":7}`, `"own_millicents":7`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Viewers(ctx, "n", domain.ByMostSpent) },
			"GET /api/v1/performers/n/viewers?order=most", "", `{"viewers":[{"viewer":"v"}]}`, `"viewer":"v"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.SetRemark(ctx, "n", "v/w", domain.Remark{Note: "x", Favourite: true})
		}, "PUT /api/v1/performers/n/viewers/v%2Fw", `{"note":"x","favourite":true}`, `{"viewer":"v"}`, `"viewer":"v"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Favourites(ctx) }, "GET /api/v1/favourites", "", `{"rooms":[{"name":"n"}]}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) { return nil, c.SetFavourite(ctx, "n", true) }, "PUT /api/v1/favourites/n", `{"favourite":true}`, "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.History(ctx, "e") }, "GET /api/v1/history?next=e", "", `{"lines":[{"entry":"x"}]}`, `"entry":"x"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Budget(ctx) }, "GET /api/v1/budget", "", `{"day":{"max_millicredits":5}}`, `"max_millicredits":5`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.SetBudget(ctx, domain.Budget{Week: domain.Limit{Max: 9}})
		}, "PUT /api/v1/budget", `{"day":{"max_millicredits":0,"spent_millicredits":0},"week":{"max_millicredits":9,"spent_millicredits":0},"month":{"max_millicredits":0,"spent_millicredits":0}}`,
			`{"week":{"max_millicredits":9}}`, `"max_millicredits":9`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.SetPicture(ctx, "n", domain.SlotGeneral, []byte("\x89PNG\r\n\x1a\n"))
		}, "PUT /api/v1/performers/n/pictures/general", "\x89PNG\r\n\x1a\n", `{"version":"v"}`, `"version":"v"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Pictures(ctx, "n") }, "GET /api/v1/performers/n/pictures", "", `{"pictures":[{"slot":"members"}]}`, `"slot":"members"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.Picture(ctx, "n", domain.SlotMembers, "v")
		}, "GET /api/v1/performers/n/pictures/members?v=v", "", "jpeg", "anBlZw=="},
		{func(ctx context.Context, c *Client) (any, error) { return c.WaitingPictures(ctx) }, "GET /api/v1/staff/pictures", "", `{"pictures":[{"version":"v"}]}`, `"version":"v"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.ReviewPicture(ctx, "n", domain.SlotGeneral, domain.PictureReview{Version: "v", Reason: "no"})
		}, "POST /api/v1/staff/pictures/n/general/review", `{"version":"v","approve":false,"reason":"no"}`, `{"state":"rejected"}`, "rejected"},
		{func(ctx context.Context, c *Client) (any, error) { return c.AuditLog(ctx, "n", "e") }, "GET /api/v1/staff/audit?next=e&of=n", "", `{"acts":[{"id":"a"}]}`, `"id":"a"`},
	})
}

// TestClient_pictureTooLarge is not sent at all.
func TestClient_pictureTooLarge(t *testing.T) {
	c, err := New(Config{URL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.SetPicture(t.Context(), "n", domain.SlotGeneral, []byte(strings.Repeat("x", domain.MaxPicture+1)))
	if domain.KindOf(err) != domain.KindTooLarge {
		t.Errorf("got %v", err)
	}
}
