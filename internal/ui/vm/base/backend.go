package base

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
)

// Enrolment opens and ends sessions, and sends applications; part of the client.
type Enrolment interface {
	SignIn(ctx context.Context, email, password, device string) (domain.Session, error)
	SignUpPerformer(ctx context.Context, s domain.SignUp) (domain.Account, error)
	SignOut(ctx context.Context) error
	Apply(ctx context.Context, performer string, a domain.Application) (domain.Account, error)
	Application(ctx context.Context, performer string) (domain.Application, error)
	URL() string   // the backend's address, always written the same way
	Token() string // of the session
}

// Talk is a room's lines; part of the client.
type Talk interface {
	Say(ctx context.Context, performer string, l domain.Line) (domain.Message, error)
	RoomEvents(ctx context.Context, performer string, after int64, limit int) ([]domain.Event, error)
}

// Order keeps a room in order; part of the client.
type Order interface {
	Ban(ctx context.Context, performer, viewer string, minutes int) (domain.Ban, error)
	Lift(ctx context.Context, performer, viewer string) error
	Bans(ctx context.Context, performer string) ([]domain.Ban, error)
	Settings(ctx context.Context, performer string) (domain.RoomSettings, error)
	SetSettings(ctx context.Context, performer string, s domain.RoomSettings) error
}

// Doors are the account's sessions; part of the client.
type Doors interface {
	Sessions(ctx context.Context) ([]domain.Session, error)
	RevokeSession(ctx context.Context, id string) error
}

// Books are the account's statements; part of the client.
type Books interface {
	Statement(ctx context.Context, performer, period, next string) (domain.Statement, error)
}

// Circle are the members whom she knows; part of the client.
type Circle interface {
	Viewers(ctx context.Context, performer string, by domain.AcquaintanceOrder) ([]domain.Acquaintance, error)
	SetRemark(ctx context.Context, performer, viewer string, r domain.Remark) (domain.Acquaintance, error)
}

// Persona is what others read of her, and who may; part of the client.
type Persona interface {
	Profile(ctx context.Context, performer string) (domain.Profile, error)
	SetProfile(ctx context.Context, performer string, e domain.ProfileEdit) (domain.Profile, error)
	SetGoal(ctx context.Context, performer, title string, target domain.Millicredits) (domain.Profile, error)
	RoomAs(ctx context.Context, performer, country string, role domain.Role) (domain.Sight, error)
}

// Gallery are her pictures; part of the client.
type Gallery interface {
	SetPicture(ctx context.Context, performer string, slot domain.Slot, raw []byte) (domain.Picture, error)
	Pictures(ctx context.Context, performer string) ([]domain.Picture, error)
	Picture(ctx context.Context, performer string, slot domain.Slot, version string) ([]byte, error)
}

// Shows are the private shows that the account gives; part of the client.
type Shows interface {
	Show(ctx context.Context, id string) (domain.Show, error)
	OpenShows(ctx context.Context) ([]domain.Show, error)
	Answer(ctx context.Context, id string, accept bool) (domain.Show, error)
	SetExtras(ctx context.Context, id string, cam2cam, audio bool) (domain.Show, error)
	End(ctx context.Context, id string) (domain.Show, error)
	Free(ctx context.Context, performer string) (domain.Room, error)
}

// Snapshots are those that members bought of her; part of the client.
type Snapshots interface {
	SoldSnapshots(ctx context.Context, performer string) ([]domain.Snapshot, error)
	SnapshotPicture(ctx context.Context, id string, small bool) ([]byte, error)
}

// Backend is one account's way to its backend; *client.Client is one.
type Backend interface {
	session.Service
	Enrolment
	Talk
	Order
	Doors
	Books
	Circle
	Persona
	Gallery
	Shows
	Snapshots
}

// Account is one that is signed in.
type Account struct {
	Email   string
	Name    string // of the performer, as viewers read it
	URL     string // of the backend
	Letter  string // "A" or "B": tells the accounts apart, beside the colour
	Backend Backend
}

// Follower is told of accounts that come and go and of their events. SignIn
// calls it; Chat, Money, Toasts and Sittings are followers. None of its methods
// blocks. Told may be called from several goroutines at once; for one account
// and stream the events come in order.
type Follower interface {
	Enter(a Account)
	Told(email string, e domain.Event)
	Leave(email string)
}
