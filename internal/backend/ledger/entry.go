package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Kind tells why money moved.
type Kind string

// The kinds of entries.
const (
	KindSignUp     Kind = "signup"
	KindPurchase   Kind = "purchase"
	KindTip        Kind = "tip"
	KindSnapshot   Kind = "snapshot"
	KindHold       Kind = "hold"
	KindCapture    Kind = "capture"
	KindVoid       Kind = "void"
	KindRefund     Kind = "refund"
	KindChargeback Kind = "chargeback" // the member's bank took a purchase back
	KindPayout     Kind = "payout"
)

// Posting adds Amount, in the unit of the asset, to an account.
type Posting struct {
	Account Account
	Asset   Asset
	Amount  int64
}

// Head is what an entry is known by. Key is unique in the ledger, so that an
// effect happens once; At is Unix ms.
type Head struct {
	ID  string
	Key string
	At  int64
}

// Entry is one movement of money.
type Entry struct {
	Head
	Kind     Kind
	Postings []Posting
}

// Check tells whether the entry sums to zero in each asset and posts something.
func (e Entry) Check() error {
	if len(e.Postings) == 0 {
		return domain.Errorf("ledger", domain.KindInternal, "Entry %s posts nothing.", e.ID)
	}
	sums := map[Asset]int64{}
	for _, p := range e.Postings {
		sum, ok := add(sums[p.Asset], p.Amount)
		if !ok || p.Amount == 0 {
			return domain.Errorf("ledger", domain.KindInternal, "Entry %s posts an impossible amount.", e.ID)
		}
		sums[p.Asset] = sum
	}
	for asset, sum := range sums {
		if sum != 0 {
			return domain.Errorf("ledger", domain.KindInternal, "Entry %s does not sum to zero in %s.", e.ID, asset)
		}
	}
	return nil
}

// Find returns the first posting of an account's kind and asset.
func (e Entry) Find(kind string, asset Asset) (Posting, bool) {
	for _, p := range e.Postings {
		if p.Asset == asset && p.Account.is(kind) {
			return p, true
		}
	}
	return Posting{}, false
}

// of is what the entry adds to one account.
func (e Entry) of(account Account, asset Asset) int64 {
	for _, p := range e.Postings {
		if p.Account == account && p.Asset == asset {
			return p.Amount
		}
	}
	return 0
}

// Seal is the entry's link in the hash chain after previous: SHA-256 over the
// previous link and every field, each with its length.
func (e Entry) Seal(previous []byte) []byte {
	h := sha256.New()
	sealText(h, string(previous))
	for _, s := range []string{e.ID, e.Key, string(e.Kind)} {
		sealText(h, s)
	}
	sealNumber(h, e.At)
	for _, p := range e.Postings {
		sealText(h, string(p.Account))
		sealText(h, string(p.Asset))
		sealNumber(h, p.Amount)
	}
	return h.Sum(nil)
}

func sealText(h hash.Hash, s string) {
	sealNumber(h, int64(len(s)))
	h.Write([]byte(s)) // a hash never returns an error
}

func sealNumber(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}

// draft collects movements; what it makes is balanced by construction.
type draft struct {
	entry Entry
	index map[Line]int
	bad   bool
}

func newDraft(h Head, k Kind) *draft {
	return &draft{entry: Entry{Head: h, Kind: k}, index: map[Line]int{}}
}

// move takes amount from one account to another. Nothing moves for zero.
func (d *draft) move(asset Asset, from, to Account, amount int64) {
	if amount < 0 {
		d.bad = true
		return
	}
	d.post(asset, from, -amount)
	d.post(asset, to, amount)
}

func (d *draft) post(asset Asset, account Account, amount int64) {
	line := Line{account, asset}
	i, ok := d.index[line]
	if !ok {
		i = len(d.entry.Postings)
		d.index[line] = i
		d.entry.Postings = append(d.entry.Postings, Posting{Account: account, Asset: asset})
	}
	sum, ok := add(d.entry.Postings[i].Amount, amount)
	d.entry.Postings[i].Amount, d.bad = sum, d.bad || !ok
}

func (d *draft) done() (Entry, error) {
	if d.bad {
		return Entry{}, errAmount()
	}
	kept := d.entry.Postings[:0]
	for _, p := range d.entry.Postings {
		if p.Amount != 0 {
			kept = append(kept, p)
		}
	}
	d.entry.Postings = kept
	return d.entry, d.entry.Check()
}

func errAmount() error {
	return domain.Errorf("ledger", domain.KindInvalid, "This amount is not possible. Choose another one.")
}

func add(a, b int64) (int64, bool) {
	if (b > 0 && a > math.MaxInt64-b) || (b < 0 && a < math.MinInt64-b) {
		return 0, false
	}
	return a + b, true
}
