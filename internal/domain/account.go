package domain

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// AccountID is random and never shown to a viewer.
type AccountID string

// PersonID names a human being whom staff has verified; never shown to a viewer.
type PersonID string

// Role tells what kind of account acts.
type Role string

// The roles (domain, introduction). A guest has no account.
const (
	RoleGuest     Role = "guest"
	RoleMember    Role = "member"
	RolePerformer Role = "performer"
	RoleStudio    Role = "studio"
	RoleStaff     Role = "staff"
)

// AccountState is the life of an account (domain F1). Members, studios and
// staff are Active from the start; performers begin Unfinished.
type AccountState string

// The states. Only an Active performer goes online.
const (
	StateUnfinished AccountState = "unfinished"
	StateSubmitted  AccountState = "submitted"
	StateActive     AccountState = "active"
	StateRejected   AccountState = "rejected"
	StateInactive   AccountState = "inactive"  // by her studio, reversible
	StateSuspended  AccountState = "suspended" // by staff
	StateClosed     AccountState = "closed"
)

// AccountStates lists every state, for tables and tests.
func AccountStates() []AccountState {
	return []AccountState{StateUnfinished, StateSubmitted, StateActive, StateRejected, StateInactive, StateSuspended, StateClosed}
}

// OfflineReason is the sentence with which an account in state s is refused
// going online; empty when it may.
func (s AccountState) OfflineReason() string {
	switch s {
	case StateActive:
		return ""
	case StateUnfinished:
		return "Your profile is not finished. Fill in your personal details and send them for approval."
	case StateSubmitted:
		return "Your account is waiting for approval by our staff. You can go online as soon as it is approved."
	case StateRejected:
		return "Your application was rejected. Read the reason on your profile page, correct it and send it again."
	case StateInactive:
		return "Your studio has deactivated this account. Ask your studio to activate it."
	case StateSuspended:
		return "This account is suspended. Contact support."
	default:
		return "This account is closed. Contact support."
	}
}

// Account is a signed-up identity. Person is set for performers whom staff has
// approved; it never leaves the backend towards a viewer (domain rule 4).
type Account struct {
	ID     AccountID    `json:"id"`
	Role   Role         `json:"role"`
	Name   string       `json:"name"`
	Email  string       `json:"email"`
	State  AccountState `json:"state"`
	Reason string       `json:"reason,omitempty"` // why rejected or suspended
	Studio AccountID    `json:"-"`
	Person PersonID     `json:"-"`

	Referral string `json:"-"` // of a new member: the code by which he came
}

var performerName = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{1,28}[a-z0-9])$`)

// CheckName refuses names outside 3 to 30 of [a-z0-9-], not beginning or ending with "-".
func CheckName(name string) error {
	if !performerName.MatchString(name) {
		return Errorf("name", KindInvalid, "Choose a name of 3 to 30 small letters, digits or dashes.").Because("name.form")
	}
	return nil
}

// CheckEmail accepts what looks like one address of at most 254 bytes.
func CheckEmail(email string) error {
	name, host, _ := strings.Cut(email, "@")
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(",;<>", r)
	}
	if len(email) > 254 || name == "" || host == "" || strings.Contains(host, "@") || strings.ContainsFunc(email, odd) {
		return Errorf("e-mail", KindInvalid, "That does not look like an e-mail address. Check it, please.").Because("email.form")
	}
	return nil
}

// CheckPassword demands 10 to 200 characters.
func CheckPassword(password string) error {
	if n := utf8.RuneCountInString(password); n < 10 || n > 200 || len(password) > 1000 {
		return Errorf("password", KindInvalid, "Choose a password of at least 10 and at most 200 characters.").Because("password.form")
	}
	return nil
}

// SignUp is what a new member or performer sends. Adult must be true (18+).
// Referral is the code of the link by which a member came; one that nobody has is
// left aside.
type SignUp struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Adult    bool   `json:"adult"`
	Referral string `json:"referral,omitempty"`
}

// Application is what a performer (or her studio) sends staff for approval.
type Application struct {
	FullName  string `json:"full_name"`
	BirthDate string `json:"birth_date"` // YYYY-MM-DD; at least 18 years before today
	Country   string `json:"country"`    // ISO 3166-1 alpha-2; her home country
}

// Adult tells whether a person born at birthDate (YYYY-MM-DD) is 18 at now.
func Adult(birthDate string, now time.Time) (bool, error) {
	born, err := time.Parse(time.DateOnly, birthDate)
	if err != nil {
		return false, Errorf("birth date", KindInvalid, "Write the birth date as year-month-day, for example 1995-04-23.").Because("papers.born")
	}
	if born.After(now) || now.Year()-born.Year() > 120 {
		return false, Errorf("birth date", KindInvalid, "Check the year of the birth date.").Because("papers.year")
	}
	return !born.AddDate(18, 0, 0).After(now), nil
}

// PerformerLine is one line of a staff or studio list (domain D1, F1).
type PerformerLine struct {
	Account     Account     `json:"account"`
	Application Application `json:"application"`
	Person      PersonID    `json:"person,omitempty"` // staff only
	Studio      string      `json:"studio,omitempty"` // the studio's name
	Category    string      `json:"category"`
	Online      bool        `json:"online"`
	Since       int64       `json:"since"` // Unix ms of the last change of state
}

// Decision is what staff says of a performer (domain F1). State is one of
// active, rejected, suspended, closed; a Reason is required for all but active.
// Person links the account to an already verified human being; empty makes a
// new person.
type Decision struct {
	State  AccountState `json:"state"`
	Reason string       `json:"reason"`
	Person PersonID     `json:"person"`
}

// Session is a signed-in device. Token is filled only by SignIn.
type Session struct {
	ID      string  `json:"id"`
	Token   string  `json:"token,omitempty"`
	Device  string  `json:"device"`
	Created int64   `json:"created"` // Unix ms
	Seen    int64   `json:"seen"`    // Unix ms
	Current bool    `json:"current"`
	Account Account `json:"account"`
}

// Me is what an account sees of itself.
type Me struct {
	Account             Account      `json:"account"`
	BalanceMillicredits Millicredits `json:"balance_millicredits,omitempty"`
	BonusMillicredits   Millicredits `json:"bonus_millicredits,omitempty"` // free credits, usable after the first purchase (B1)
	EarnedCents         int64        `json:"earned_cents"`                 // own share of the current period, rounded down
	Period              *Period      `json:"period,omitempty"`
	Level               *LevelNow    `json:"level,omitempty"`
	Room                *Room        `json:"room,omitempty"`
	Seq                 int64        `json:"seq"` // of the newest event in the account's own stream
}
