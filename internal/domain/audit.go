package domain

import "context"

// AuditPage is how many acts are told at once.
const AuditPage = 200

// Act is one line of the audit log, which is only ever added to (domain F2).
type Act struct {
	ID      string `json:"id"`
	At      int64  `json:"at"`    // Unix ms
	Actor   string `json:"actor"` // who: a name, or "server"
	Act     string `json:"act"`   // what
	Subject string `json:"subject,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// AuditTrail is a part of the log, newest first.
type AuditTrail struct {
	Acts []Act  `json:"acts"`
	Next string `json:"next,omitempty"` // ask with it for those before; empty when these were all
}

// Audit is for staff to read.
type Audit interface {
	// AuditLog lists the acts, of one account by its name or of all (""), before next ("" for the newest): staff's alone. KindNotFound for an unknown name.
	AuditLog(ctx context.Context, subject, next string) (AuditTrail, error)
}

// PerformerOrder is how a studio's list is ordered (domain D1).
type PerformerOrder string

// The orders; the first is used when none is given.
const (
	PerformersByName     PerformerOrder = "name"
	PerformersByStatus   PerformerOrder = "status"
	PerformersByCategory PerformerOrder = "category"
)

// PerformerFilter chooses from staff's or a studio's list (domain D1).
type PerformerFilter struct {
	State  AccountState   // "" = all
	Online bool           // only those who are online
	Order  PerformerOrder //
}
