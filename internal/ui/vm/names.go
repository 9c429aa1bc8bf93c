package vm

import (
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
	"github.com/jasmincam/jasmincam/internal/ui/vm/book"
	"github.com/jasmincam/jasmincam/internal/ui/vm/chat"
	"github.com/jasmincam/jasmincam/internal/ui/vm/guests"
	"github.com/jasmincam/jasmincam/internal/ui/vm/persona"
)

// Names of the inner rooms that pages use, so that they import one package.
type (
	Notice   = base.Notice
	Account  = base.Account
	Backend  = base.Backend
	Follower = base.Follower

	Chat       = chat.Chat
	ChatConfig = chat.Config
	ChatView   = chat.View
	ChatRoom   = chat.Room
	Line       = chat.Line
	LineKind   = chat.LineKind
	Fate       = chat.Fate
	Badges     = chat.Badges
	Removed    = chat.Removed

	Money     = book.Money
	MoneyView = book.MoneyView
	Earnings  = book.Earnings
	Promotion = book.Promotion
	Table     = book.Table
	Row       = book.Row
	Day       = book.Day

	Guests       = guests.Guests
	GuestsConfig = guests.Config
	GuestsView   = guests.View
	Guest        = guests.Guest

	Persona       = persona.Persona
	PersonaConfig = persona.Config
	PersonaView   = persona.View
	Picture       = persona.Picture
	Sight         = persona.Sight
)

// The values of LineKind and Fate, and the size of the ring; see chat.
const (
	LineSaid    = chat.LineSaid
	LineTip     = chat.LineTip
	LineRemoved = chat.LineRemoved
	LineLifted  = chat.LineLifted
	LineRules   = chat.LineRules
	FateSending = chat.FateSending
	FateSent    = chat.FateSent
	FateRefused = chat.FateRefused
	MaxLines    = chat.MaxLines
)

// NewChat returns a model without rooms.
func NewChat(cfg ChatConfig) *Chat { return chat.New(cfg) }

// NewMoney returns a model without accounts.
func NewMoney() *Money { return book.NewMoney() }

// NewGuests returns a model without accounts. Its Known is Chat's Know.
func NewGuests(cfg GuestsConfig) *Guests { return guests.New(cfg) }

// NewPersona returns a model without accounts. Its Priced is Live's Price.
func NewPersona(cfg PersonaConfig) *Persona { return persona.New(cfg) }
