package domain

import "fmt"

// Millicredits are thousandths of a credit (domain rule 2). One credit has a
// face value of $1.00 (B1), so one millicredit is worth 100 millicents.
type Millicredits int64

// Millicents are thousandths of a US cent (domain rule 2).
type Millicents int64

// Limits of one tip (C): a hundredth of a credit to 10,000 credits.
const (
	MinTip Millicredits = 10
	MaxTip Millicredits = 10_000_000
)

// Face is the face value of m.
func (m Millicredits) Face() Millicents { return Millicents(m) * 100 }

// String shows credits with two digits, rounded down.
func (m Millicredits) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%02d", sign, m/1000, m%1000/10)
}

// Cents rounds down to whole cents.
func (m Millicents) Cents() int64 { return int64(m) / 1000 }

// Dollars writes US cents, such as $12.05 or -$0.30.
func Dollars(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s$%d.%02d", sign, cents/100, cents%100)
}

// Package is an amount of credits on sale (domain B1).
type Package struct {
	ID      string       `json:"id"`
	Credits Millicredits `json:"millicredits"`
	Cents   int64        `json:"cents"` // price in US cents
}

// Packages are the defaults of domain B1 (C).
func Packages() []Package {
	return []Package{
		{"p10", 10_000, 1199}, {"p30", 30_000, 3399}, {"p70", 70_000, 7499},
		{"p150", 150_000, 15499}, {"p300", 300_000, 29999},
	}
}

// Purchase is one checkout with the payment provider.
type Purchase struct {
	ID          string       `json:"id"`
	Package     string       `json:"package"`
	Credits     Millicredits `json:"millicredits"`
	Bonus       Millicredits `json:"bonus_millicredits"`
	Cents       int64        `json:"cents"`
	State       string       `json:"state"` // pending, paid, failed, refunded, charged_back
	CheckoutURL string       `json:"checkout_url,omitempty"`
}

// Tip is what a member sends. Key is minted in the form, 8 to 100 bytes, and
// makes the tip happen once however often it is sent.
type Tip struct {
	Amount Millicredits `json:"millicredits"`
	Note   string       `json:"note"`
	Key    string       `json:"key"`
}

// Receipt answers a tip: the ledger entry and what is left.
type Receipt struct {
	Entry               string       `json:"entry"`
	Seq                 int64        `json:"seq"` // the event in the room
	BalanceMillicredits Millicredits `json:"balance_millicredits"`
	NoteDropped         bool         `json:"note_dropped,omitempty"` // it had a banned word (domain C8), or came too fast; the tip stands
	NoteFast            bool         `json:"note_fast,omitempty"`    // it came too fast
}
