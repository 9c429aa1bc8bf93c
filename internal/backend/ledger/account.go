package ledger

import (
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Asset is what a posting counts.
type Asset string

// The assets and their units.
const (
	Credit Asset = "CREDIT" // millicredits
	USD    Asset = "USD"    // millicents
	Face   Asset = "FACE"   // millicents of face value, a memo
)

// Account names a place where money is.
type Account string

// Accounts of the house and of the world outside. They may be negative and have
// no balance row, because every payment would wait for it.
const (
	HouseRedeemed   Account = "house:redeemed"   // credits that members spent
	HouseRevenue    Account = "house:revenue"    // dollars received and not yet owed to anybody
	HouseReceivable Account = "house:receivable" // shortfalls of refunds (domain rule 2)
	HouseProtection Account = "house:protection" // what refunds of protected performers' income cost (domain B9)
	HouseFees       Account = "house:fees"       // of immediate payouts (domain B10)
	WorldSales      Account = "world:sales"      // where sold credits come from
	WorldPromotion  Account = "world:promotion"  // where given credits come from
	WorldPayments   Account = "world:payments"   // where dollars come from
	WorldPayouts    Account = "world:payouts"    // where they go to
	WorldFace       Account = "world:face"       // the other side of the memo
)

// Member is what a member may spend.
func Member(id domain.AccountID) Account { return Account("member:" + string(id)) }

// Bonus is what a member was given and may spend after the first purchase (domain B1).
func Bonus(id domain.AccountID) Account { return Account("member:" + string(id) + ":bonus") }

// Hold is what is set aside for a show.
func Hold(id string) Account { return Account("hold:" + id) }

// Performer is what she earned in a period.
func Performer(id domain.AccountID, period string) Account { return earner("performer", id, period) }

// Studio is what a studio earned in a period by its performers.
func Studio(id domain.AccountID, period string) Account { return earner("studio", id, period) }

// Referrer is what somebody earned in a period by members whom she brought (domain B11).
func Referrer(id domain.AccountID, period string) Account { return earner("referrer", id, period) }

// Protected is the face value of a period's refunds that were not charged to a
// protected performer, a memo.
func Protected(id domain.AccountID, period string) Account { return earner("protected", id, period) }

// Gross is the face value that a performer received in a period.
func Gross(id domain.AccountID, period string) Account { return earner("gross", id, period) }

func earner(kind string, id domain.AccountID, period string) Account {
	return Account(kind + ":" + string(id) + ":" + period)
}

// Bounded tells whether the account may never be negative.
func (a Account) Bounded() bool {
	return !strings.HasPrefix(string(a), "house:") && !strings.HasPrefix(string(a), "world:")
}

// is tells whether the account is of a kind, the word before the first colon.
func (a Account) is(kind string) bool { return strings.HasPrefix(string(a), kind+":") }

// Owner is the second part of the name: the member's, performer's or studio's id.
func (a Account) Owner() domain.AccountID {
	if parts := strings.Split(string(a), ":"); len(parts) > 1 {
		return domain.AccountID(parts[1])
	}
	return ""
}

// Period is the third part of the name, for accounts that have one.
func (a Account) Period() string {
	if parts := strings.Split(string(a), ":"); len(parts) > 2 && parts[0] != "member" {
		return parts[2]
	}
	return ""
}
