package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// performer is a path of a performer's.
func performer(name, rest string) string { return "performers/" + seg(name) + rest }

// put adds what is not empty to a query, with joins a path and a query.
func put(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}

func with(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// Profile implements domain.Profiles.
func (c *Client) Profile(ctx context.Context, name string) (p domain.Profile, err error) {
	err = c.into(ctx, "profile", performer(name, "/profile"), &p)
	return p, err
}

// SetProfile implements domain.Profiles.
func (c *Client) SetProfile(ctx context.Context, name string, e domain.ProfileEdit) (p domain.Profile, err error) {
	err = c.call(ctx, "profile", http.MethodPut, performer(name, "/profile"), e, &p)
	return p, err
}

// SetGoal implements domain.Profiles.
func (c *Client) SetGoal(ctx context.Context, name, title string, target domain.Millicredits) (p domain.Profile, err error) {
	in := struct {
		Title  string              `json:"title"`
		Target domain.Millicredits `json:"target_millicredits"`
	}{title, target}
	err = c.call(ctx, "goal", http.MethodPut, performer(name, "/goal"), in, &p)
	return p, err
}

type cards struct {
	Rooms []domain.Card `json:"rooms"`
}

// Browse implements domain.Profiles.
func (c *Client) Browse(ctx context.Context, f domain.Filter) ([]domain.Card, error) {
	query := url.Values{}
	put(query, "category", f.Category)
	put(query, "language", f.Language)
	put(query, "willingness", f.Willingness)
	put(query, "q", f.Query)
	if f.MaxPrice != 0 {
		query.Set("max_price", strconv.FormatInt(int64(f.MaxPrice), 10))
	}
	var out cards
	err := c.into(ctx, "browse", with("browse", query), &out)
	return out.Rooms, err
}

// RoomAs implements domain.Sights.
func (c *Client) RoomAs(ctx context.Context, name, country string, role domain.Role) (s domain.Sight, err error) {
	query := url.Values{}
	put(query, "country", country)
	put(query, "role", string(role))
	err = c.into(ctx, "view from elsewhere", with(room(name, "/as"), query), &s)
	return s, err
}

// SetPicture implements domain.Pictures.
func (c *Client) SetPicture(ctx context.Context, name string, slot domain.Slot, raw []byte) (p domain.Picture, err error) {
	if len(raw) > domain.MaxPicture {
		return p, domain.Errorf("picture", domain.KindTooLarge, "A picture may have at most %d MB. Send a smaller one.", domain.MaxPicture>>20).Because("picture.large", domain.MaxPicture>>20)
	}
	answer, err := c.sendWithin(ctx, UploadTimeout, "picture", http.MethodPut, performer(name, "/pictures/"+seg(string(slot))), http.DetectContentType(raw), raw, maxAnswer)
	if err == nil {
		if wrong := json.Unmarshal(answer, &p); wrong != nil {
			err = c.nonsense("picture", wrong)
		}
	}
	return p, err
}

type pictures struct {
	Pictures []domain.Picture `json:"pictures"`
}

// Pictures implements domain.Pictures.
func (c *Client) Pictures(ctx context.Context, name string) ([]domain.Picture, error) {
	var out pictures
	err := c.into(ctx, "pictures", performer(name, "/pictures"), &out)
	return out.Pictures, err
}

// Picture implements domain.Pictures.
func (c *Client) Picture(ctx context.Context, name string, slot domain.Slot, version string) ([]byte, error) {
	path := with(performer(name, "/pictures/"+seg(string(slot))), url.Values{"v": {version}})
	return c.send(ctx, "picture", http.MethodGet, path, "", nil, domain.MaxPicture)
}

// WaitingPictures implements domain.Pictures.
func (c *Client) WaitingPictures(ctx context.Context) ([]domain.Picture, error) {
	var out pictures
	err := c.into(ctx, "pictures", "staff/pictures", &out)
	return out.Pictures, err
}

// ReviewPicture implements domain.Pictures.
func (c *Client) ReviewPicture(ctx context.Context, name string, slot domain.Slot, r domain.PictureReview) (p domain.Picture, err error) {
	err = c.call(ctx, "picture review", http.MethodPost, "staff/pictures/"+seg(name)+"/"+seg(string(slot))+"/review", r, &p)
	return p, err
}
