package domain

import "context"

// Actor is who acts, in the context of every service call on the backend.
// A guest has Role RoleGuest, a random Guest id and no account.
type Actor struct {
	Account Account
	Session string // the session's id, empty for guests
	Guest   string // a guest's random id, also the end of his name "guest-…"
	Country string // ISO 3166-1 alpha-2, or "" when unknown
	Origin  string // keyed hash of the address, for limits and kicks; never the address
}

// Role tells the actor's role; the zero Actor is a guest.
func (a Actor) Role() Role {
	if a.Account.ID == "" {
		return RoleGuest
	}
	return a.Account.Role
}

// Name is what others read.
func (a Actor) Name() string {
	if a.Account.ID == "" {
		return "guest-" + a.Guest
	}
	return a.Account.Name
}

type actorKey struct{}

// WithActor returns a context in which a acts.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom tells who acts; a nameless guest when nobody was set.
func ActorFrom(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
