package vm

import (
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
	"github.com/jasmincam/jasmincam/internal/ui/vm/book"
	"github.com/jasmincam/jasmincam/internal/ui/vm/chat"
	"github.com/jasmincam/jasmincam/internal/ui/vm/guests"
	"github.com/jasmincam/jasmincam/internal/ui/vm/persona"
	"github.com/jasmincam/jasmincam/internal/ui/vm/private"
)

// What follows are names of the inner rooms, so that pages import one package.

type (
	// Notice is base.Notice.
	Notice = base.Notice
	// Account is base.Account.
	Account = base.Account
	// Backend is base.Backend.
	Backend = base.Backend
	// Follower is base.Follower.
	Follower = base.Follower

	// Chat is chat.Chat.
	Chat = chat.Chat
	// ChatConfig is chat.Config.
	ChatConfig = chat.Config
	// ChatView is chat.View.
	ChatView = chat.View
	// ChatRoom is chat.Room.
	ChatRoom = chat.Room
	// Missed is chat.Missed.
	Missed = chat.Missed
	// Line is chat.Line.
	Line = chat.Line
	// LineKind is chat.LineKind.
	LineKind = chat.LineKind
	// Fate is chat.Fate.
	Fate = chat.Fate
	// Badges is chat.Badges.
	Badges = chat.Badges
	// Removed is chat.Removed.
	Removed = chat.Removed

	// Money is book.Money.
	Money = book.Money
	// MoneyView is book.MoneyView.
	MoneyView = book.MoneyView
	// Earnings is book.Earnings.
	Earnings = book.Earnings
	// Promotion is book.Promotion.
	Promotion = book.Promotion
	// Table is book.Table.
	Table = book.Table
	// Row is book.Row.
	Row = book.Row
	// Day is book.Day.
	Day = book.Day

	// Guests is guests.Guests.
	Guests = guests.Guests
	// GuestsConfig is guests.Config.
	GuestsConfig = guests.Config
	// GuestsView is guests.View.
	GuestsView = guests.View
	// GuestsRoom is guests.Room.
	GuestsRoom = guests.Room
	// Guest is guests.Guest.
	Guest = guests.Guest

	// Persona is persona.Persona.
	Persona = persona.Persona
	// PersonaConfig is persona.Config.
	PersonaConfig = persona.Config
	// PersonaView is persona.View.
	PersonaView = persona.View
	// PersonaRoom is persona.Room.
	PersonaRoom = persona.Room
	// Picture is persona.Picture.
	Picture = persona.Picture
	// Sight is persona.Sight.
	Sight = persona.Sight

	// Private is private.Private.
	Private = private.Private
	// PrivateConfig is private.Config.
	PrivateConfig = private.Config
	// PrivateView is private.View.
	PrivateView = private.View
	// PrivateRequest is private.Request.
	PrivateRequest = private.Request
	// PrivateShow is private.Current.
	PrivateShow = private.Current
	// Visitor is private.Visitor.
	Visitor = private.Visitor
	// VisitorPresence is private.Presence.
	VisitorPresence = private.Presence
	// VisitorExtra is private.Extra.
	VisitorExtra = private.Extra
	// PrivateReceipt is private.Receipt.
	PrivateReceipt = private.Receipt
)

// The values of LineKind and Fate, and the size of the ring; see chat.
const (
	LineSaid    = chat.LineSaid
	LineTip     = chat.LineTip
	LineRemoved = chat.LineRemoved
	LineLifted  = chat.LineLifted
	LineRules   = chat.LineRules
	LinePaused  = chat.LinePaused
	FateSending = chat.FateSending
	FateSent    = chat.FateSent
	FateRefused = chat.FateRefused
	MaxLines    = chat.MaxLines
)

// Whether the member of a show is seen, or heard; see private.
const (
	VisitorNever  = private.Never
	VisitorOff    = private.Off
	VisitorEnded  = private.Ended
	VisitorComing = private.Coming
	VisitorHere   = private.Here
	VisitorLost   = private.Lost
)

// NewChat returns a model without rooms.
func NewChat(cfg ChatConfig) *Chat { return chat.New(cfg) }

// NewMoney returns a model without accounts.
func NewMoney() *Money { return book.NewMoney() }

// NewGuests returns a model without accounts. Its Known is Chat's Know.
func NewGuests(cfg GuestsConfig) *Guests { return guests.New(cfg) }

// NewPersona returns a model without accounts. Its Priced is Live's Price.
func NewPersona(cfg PersonaConfig) *Persona { return persona.New(cfg) }

// NewPrivate returns a model without accounts. Its Desk is the window's own.
func NewPrivate(cfg PrivateConfig) *Private { return private.New(cfg) }
