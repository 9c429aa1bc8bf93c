package domain

import (
	"context"
	"time"
)

// Limits of paying snapshots (domain B6, C). The price is for one picture; 0 is
// not offered.
const (
	MinSnapshot    Millicredits = 500
	MaxSnapshot    Millicredits = 9990
	MaxStill                    = 8 << 20 // bytes of the picture
	SnapshotWithin              = 10 * time.Second
	SnapshotsKept               = 90 * 24 * time.Hour
	SnapshotsTold               = 12 // of the last sold
)

// SnapshotState is where a snapshot is.
type SnapshotState string

// The states.
const (
	SnapshotAsked  SnapshotState = "asked"  // her program has SnapshotWithin
	SnapshotSold   SnapshotState = "sold"   // stored, paid and delivered, all at once
	SnapshotFailed SnapshotState = "failed" // nothing was paid; Reason tells why
)

// Snapshot is a paid still of the moment as its two parties see it. Nobody else
// learns of it, and the picture is the buyer's alone.
type Snapshot struct {
	ID        string        `json:"id"`     // unguessable
	Room      string        `json:"room"`   // the performer's name
	Member    string        `json:"member"` // the buyer's
	State     SnapshotState `json:"state"`
	Price     Millicredits  `json:"price_millicredits"`
	Show      string        `json:"show,omitempty"` // the private show in which it was asked for
	Asked     int64         `json:"asked"`          // Unix ms
	Ended     int64         `json:"ended,omitempty"`
	Reason    string        `json:"reason,omitempty"` // why it failed; one of SnapshotReasons
	Width     int           `json:"width,omitempty"`  // pixels; 0 when there is no picture any more
	Height    int           `json:"height,omitempty"`
	Picture   string        `json:"picture,omitempty"`   // path of the JPEG; told to the buyer alone
	Thumbnail string        `json:"thumbnail,omitempty"` // path of a small one, for both
}

// SnapshotReasons are the reasons for which nothing is sold. Catalogues have a
// sentence for each.
func SnapshotReasons() []string {
	return []string{"late", "private", "away", "credit", "budget", "off", "removed"}
}

// SnapshotOrder asks for one. Price is what its buyer read, 0 for whatever it is.
// Key makes it happen once.
type SnapshotOrder struct {
	Price Millicredits `json:"price_millicredits,omitempty"`
	Key   string       `json:"key"`
}

// SnapshotNotice tells of a snapshot: her program when it is asked for, both
// parties how it ended.
type SnapshotNotice struct {
	Snapshot Snapshot `json:"snapshot"`
}

// SnapshotSum is what snapshots brought, refunds taken off.
type SnapshotSum struct {
	Sold     int64      `json:"sold"` // in the period
	Gross    Millicents `json:"gross_millicents"`
	Own      Millicents `json:"own_millicents"`
	AllSold  int64      `json:"all_sold"` // ever
	AllGross Millicents `json:"all_gross_millicents"`
	AllOwn   Millicents `json:"all_own_millicents"`
}

// Snapshots are paying snapshots (domain B6).
type Snapshots interface {
	// AskSnapshot asks her program for a picture; nothing is paid before it is there. KindPayment, KindConflict (not offered now, another price, one on its way, used key), KindLimited.
	AskSnapshot(ctx context.Context, performer string, o SnapshotOrder) (Snapshot, error)
	// Snapshot is one of the actor's own. KindNotFound.
	Snapshot(ctx context.Context, id string) (Snapshot, error)
	// DeliverSnapshot stores the picture, charges the member and hands it over: the performer's program. The picture is a JPEG of at most MaxStill. KindConflict when nothing is sold.
	DeliverSnapshot(ctx context.Context, id string, jpeg []byte) (Snapshot, error)
	// SnapshotPicture is the buyer's; small is for both parties. KindNotFound.
	SnapshotPicture(ctx context.Context, id string, small bool) ([]byte, error)
	// DeleteSnapshot takes the picture away for good: the buyer's. KindNotFound.
	DeleteSnapshot(ctx context.Context, id string) error
	// SoldSnapshots are the last SnapshotsTold, newest first: the performer's own.
	SoldSnapshots(ctx context.Context, performer string) ([]Snapshot, error)
}

// StillPicture is a snapshot's picture as the backend keeps it: two JPEGs without
// metadata.
type StillPicture struct {
	JPEG, Small   []byte
	Width, Height int
}
