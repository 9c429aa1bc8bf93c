package domain

import (
	"context"
	"time"
)

// PromotionDays and PromotionOnline are the two counters of domain B7 (C): the
// promotion ends when either reaches 0.
const (
	PromotionDays   = 30
	PromotionOnline = 60 * time.Hour
)

// StatementPage is how many entries a statement tells at once; the last show is
// told whole.
const StatementPage = 1000

// StatementLine is one ledger entry as its performer reads it, or what a private
// show brought in all (domain C4).
type StatementLine struct {
	Entry string     `json:"entry"` // the ledger entry's id, of a show its newest one's
	At    int64      `json:"at"`    // Unix ms
	Kind  string     `json:"kind"`  // tip, show, snapshot, refund; within a show capture
	From  string     `json:"from,omitempty"`
	Gross Millicents `json:"gross_millicents"` // face value
	Share Millicents `json:"share_millicents"` // what her level pays of it, a lift of the whole period included
	Own   Millicents `json:"own_millicents"`   // hers, after her studio's part
	// Parts are the entries of a show, newest first; they sum to the line's amounts.
	Parts []StatementLine `json:"parts,omitempty"`
}

// DaySum is a civil day in the calendar's zone.
type DaySum struct {
	Day      string     `json:"day"` // YYYY-MM-DD
	Gross    Millicents `json:"gross_millicents"`
	Share    Millicents `json:"share_millicents"`
	Own      Millicents `json:"own_millicents"`
	OnlineMS int64      `json:"online_ms"`
}

// Promotion is how far a new performer's promotion has come (domain B7).
type Promotion struct {
	Price        Millicredits `json:"price_millicredits"`
	Ends         int64        `json:"ends"`           // Unix ms, by the days
	DaysLeft     int64        `json:"days_left"`      // to Ends, begun ones counted
	OnlineLeftMS int64        `json:"online_left_ms"` // by the hours online
}

// Statement is a performer's income of a period. Days has every day from the
// period's first to its last (or today); their sums are the totals, and those are
// the ledger's.
type Statement struct {
	Period    Period          `json:"period"`
	Previous  string          `json:"previous,omitempty"` // id of the period before, when she was there already
	Lines     []StatementLine `json:"lines"`              // newest first, StatementPage entries
	Next      string          `json:"next,omitempty"`     // ask with it for the lines before; empty when these were all
	Days      []DaySum        `json:"days"`
	Gross     Millicents      `json:"gross_millicents"`
	Share     Millicents      `json:"share_millicents"`
	Own       Millicents      `json:"own_millicents"`
	OnlineMS  int64           `json:"online_ms"`
	Level     LevelNow        `json:"level"`
	Promotion *Promotion      `json:"promotion,omitempty"` // while it lasts
	Snapshots *SnapshotSum    `json:"snapshots,omitempty"` // once she sold one
}

// Statements is a performer's book (domain A4, C1, C3, C4).
type Statements interface {
	// Statement tells a period by its id, "" for the present one, with the lines before next ("" for the newest): the performer's own. KindInvalid for what is no period.
	Statement(ctx context.Context, performer, period, next string) (Statement, error)
}
