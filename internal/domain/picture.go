package domain

import "context"

// Limits of a profile picture as it comes (domain C5).
const (
	MaxPicture     = 15 << 20 // bytes
	MinPictureSide = 720      // pixels
)

// Slot is where a profile picture is shown (domain C5).
type Slot string

// The slots.
const (
	SlotGeneral Slot = "general" // to everybody who sees the room
	SlotMembers Slot = "members" // to members
)

// PictureState is where a picture stands.
type PictureState string

// The states. A new picture waits while the one before stays shown.
const (
	PictureWaiting  PictureState = "waiting"
	PictureApproved PictureState = "approved"
	PictureRejected PictureState = "rejected"
)

// Picture tells of one profile picture.
type Picture struct {
	Performer string       `json:"performer"`
	Slot      Slot         `json:"slot"`
	State     PictureState `json:"state"`
	Reason    string       `json:"reason,omitempty"` // why rejected
	Version   string       `json:"version"`          // random
	Path      string       `json:"path,omitempty"`   // of the JPEG; empty when rejected
	At        int64        `json:"at"`               // Unix ms
}

// PictureReview is what staff says of a waiting picture. A Reason is required to reject.
type PictureReview struct {
	Version string `json:"version"` // the one that was looked at
	Approve bool   `json:"approve"`
	Reason  string `json:"reason"`
}

// Pictures shows performers and lets staff see first.
type Pictures interface {
	// SetPicture takes a JPEG or PNG, keeps a JPEG without metadata, and puts it before staff: the performer's own. KindInvalid, KindTooLarge, KindConflict for a picture that another account shows.
	SetPicture(ctx context.Context, performer string, slot Slot, raw []byte) (Picture, error)
	// Pictures lists hers, shown and waiting: her own and staff's.
	Pictures(ctx context.Context, performer string) ([]Picture, error)
	// Picture is a JPEG: the approved one for whom its slot is, any version for herself and staff. KindNotFound; else as Room.
	Picture(ctx context.Context, performer string, slot Slot, version string) ([]byte, error)
	// WaitingPictures lists those that staff has to review, oldest first: staff's alone.
	WaitingPictures(ctx context.Context) ([]Picture, error)
	// ReviewPicture approves or rejects a waiting one: staff's alone. KindInvalid without a reason, KindConflict when another version waits.
	ReviewPicture(ctx context.Context, performer string, slot Slot, r PictureReview) (Picture, error)
}
