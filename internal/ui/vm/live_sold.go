package vm

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"slices"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// MaxSold is how many of the last snapshots are shown.
const MaxSold = 6

// Sold is a snapshot that a member has bought: what left her camera as a picture.
type Sold struct {
	ID           string
	Letter       string // of the account
	Who          string // bought it
	Millicredits domain.Millicredits
	At           time.Time
	Small        image.Image // nil when the buyer has deleted it; shared: look, do not touch
}

// soldSays has the last ones looked at when one was sold.
func (l *Live) soldSays(email string, e domain.Event) {
	var n domain.SnapshotNotice
	if json.Unmarshal(e.Data, &n) != nil || n.Snapshot.State != domain.SnapshotSold {
		return
	}
	l.mu.Lock()
	a, ok := l.accounts[email]
	l.mu.Unlock()
	if ok {
		l.lookAtSold(a)
	}
}

// lookAtSold reads an account's last ones; what cannot be read stays as it was until
// the next is sold.
func (l *Live) lookAtSold(a Account) {
	l.work.Do("sold "+a.Email, func(ctx context.Context) {
		list, err := a.Backend.SoldSnapshots(ctx, a.Name)
		if err != nil {
			return
		}
		sold := make([]Sold, 0, MaxSold)
		for _, s := range list[:min(len(list), MaxSold)] {
			sold = append(sold, Sold{s.ID, a.Letter, s.Member, s.Price, base.Time(s.Ended), l.small(ctx, a, s)})
		}
		l.mu.Lock()
		if _, here := l.accounts[a.Email]; here {
			l.sold[a.Email] = sold
		}
		l.mu.Unlock()
		l.lookNow()
	})
}

// small is the picture of one, which is fetched once.
func (l *Live) small(ctx context.Context, a Account, s domain.Snapshot) image.Image {
	if s.Thumbnail == "" {
		return nil
	}
	l.mu.Lock()
	known := l.sold[a.Email]
	l.mu.Unlock()
	if i := slices.IndexFunc(known, func(x Sold) bool { return x.ID == s.ID && x.Small != nil }); i >= 0 {
		return known[i].Small
	}
	file, err := a.Backend.SnapshotPicture(ctx, s.ID, true)
	if err != nil {
		return nil
	}
	picture, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	return picture
}

// lastSold are the newest of all accounts; l.mu is held.
func (l *Live) lastSold() []Sold {
	var all []Sold
	for _, sold := range l.sold {
		all = append(all, sold...)
	}
	slices.SortFunc(all, func(a, b Sold) int { return b.At.Compare(a.At) })
	return all[:min(len(all), MaxSold)]
}
