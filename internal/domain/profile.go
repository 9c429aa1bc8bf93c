package domain

import "context"

// Limits of what a performer writes about herself, in characters and counts (C).
const (
	MaxIntroduction = 2000
	MaxLikes        = 500
	MaxLanguages    = 8
	MaxTipMenu      = 20
	MaxTipTitle     = 60
	MaxGoalTitle    = 100
)

// Limits of prices in credits a minute (domain B2, B4, B7). The floor binds
// every price that a performer sets; the promotion price is exempt. Audio comes
// on top of the private price: 2.00 at most (F); cam2cam has its limit by us (C).
const (
	MinPrice       Millicredits = 2990
	MaxCam2cam     Millicredits = 5000
	MaxAudio       Millicredits = 2000
	PromotionPrice Millicredits = 980
	PriceStep      Millicredits = 10
	MaxGoal        Millicredits = 1_000_000_000
)

// Category is where a performer is found, and how high her price may be (domain C7).
type Category struct {
	Name     string       `json:"name"`
	MaxPrice Millicredits `json:"max_price_millicredits"`
}

// Categories are the defaults (C). The first is where a performer begins.
func Categories() []Category {
	return []Category{
		{"girls", 9990}, {"boys", 9990}, {"couples", 14990}, {"trans", 9990}, {"mature", 9990}, {"exclusive", 19990},
	}
}

// WillingnessChoices are the services in a private show that members can search
// for (domain C6; the list is C).
func WillingnessChoices() []string {
	return []string{"conversation", "dancing", "striptease", "roleplay", "cosplay", "outfits", "oil", "shower",
		"feet", "asmr", "toys", "closeup", "dominance", "submission", "smoking", "cam2cam"}
}

// Appearance is what a performer tells of her looks; empty fields are not told
// (domain C7).
type Appearance struct {
	HeightCM int    `json:"height_cm,omitempty"` // 120 to 230
	Build    string `json:"build,omitempty"`     // one of Builds
	Hair     string `json:"hair,omitempty"`      // one of HairColours
	Eyes     string `json:"eyes,omitempty"`      // one of EyeColours
}

// Builds are the choices of Appearance.Build.
func Builds() []string { return []string{"petite", "slim", "athletic", "average", "curvy", "large"} }

// HairColours are the choices of Appearance.Hair.
func HairColours() []string {
	return []string{"black", "brown", "blonde", "red", "auburn", "grey", "coloured"}
}

// EyeColours are the choices of Appearance.Eyes.
func EyeColours() []string { return []string{"brown", "blue", "green", "hazel", "grey", "black"} }

// OffPeak is a lower price for chosen hours of the site's zone (domain B15),
// FromHour to ToHour (0 to 23), over midnight when ToHour is the smaller one.
type OffPeak struct {
	Price    Millicredits `json:"price_millicredits"`
	FromHour int          `json:"from_hour"`
	ToHour   int          `json:"to_hour"`
}

// PriceReason tells why a private costs what it does at a moment; "" is her own
// price.
type PriceReason string

// The reasons.
const (
	PricePromotion PriceReason = "promotion" // domain B7
	PriceOffPeak   PriceReason = "off_peak"  // domain B15
)

// Prices are credits a minute: of a private show, and what cam2cam and two-way
// audio cost on top (0 = not offered). A snapshot is paid by the picture.
type Prices struct {
	Private Millicredits `json:"private_millicredits"`
	Cam2cam Millicredits `json:"cam2cam_millicredits"`
	Audio   Millicredits `json:"audio_millicredits"`
	OffPeak *OffPeak     `json:"off_peak,omitempty"`

	Snapshot Millicredits `json:"snapshot_millicredits,omitempty"` // for one picture; 0: none is sold
}

// TipOffer is one line of a tip menu (domain B5).
type TipOffer struct {
	Title  string       `json:"title"`
	Amount Millicredits `json:"millicredits"`
}

// Goal is what the tips of a room are collected for (domain B5). Collected
// counts the tips since it was set.
type Goal struct {
	Title     string       `json:"title"`
	Target    Millicredits `json:"target_millicredits"`
	Collected Millicredits `json:"collected_millicredits"`
}

// ProfileEdit is what a performer says about herself; plain text everywhere.
type ProfileEdit struct {
	Introduction string     `json:"introduction"`
	Likes        string     `json:"likes"`
	Dislikes     string     `json:"dislikes"`
	Languages    []string   `json:"languages"` // ISO 639-1
	Category     string     `json:"category"`
	Appearance   Appearance `json:"appearance"`
	Willingness  []string   `json:"willingness"`
	Birthday     bool       `json:"birthday"` // tell the room on her birthday (domain C8)
	Prices       Prices     `json:"prices"`
	TipMenu      []TipOffer `json:"tip_menu"`
}

// Profile is what the visitors of a room read of its performer. It holds nothing
// that two accounts of one person share by themselves (domain rule 4): Today is
// told by one of them at most.
type Profile struct {
	Name string `json:"name"`
	ProfileEdit
	PriceNow   Millicredits `json:"price_now_millicredits"` // the private price of this moment: promotion, off-peak or her own
	PriceWhy   PriceReason  `json:"price_why,omitempty"`
	PriceUntil int64        `json:"price_until,omitempty"` // Unix ms at which the hours of a lower price end
	Promoted   bool         `json:"promoted"`
	Promotion  *Promotion   `json:"promotion,omitempty"` // its counters, told to herself alone
	Today      bool         `json:"birthday_today"`
	Goal       *Goal        `json:"goal,omitempty"`
	Picture    string       `json:"picture,omitempty"` // path of the approved general picture
	Members    string       `json:"members_picture,omitempty"`
}

// Filter chooses among the rooms that are online; zero fields choose nothing.
type Filter struct {
	Category    string
	Language    string       // ISO 639-1
	Willingness string       // one of WillingnessChoices
	MaxPrice    Millicredits // of PriceNow
	Query       string       // in name, introduction or likes; at most MaxQuery characters
}

// MaxQuery bounds Filter.Query, in characters.
const MaxQuery = 100

// Card is a room in a list: how it is now, and what its profile says in brief.
type Card struct {
	Room
	Category  string       `json:"category"`
	Languages []string     `json:"languages"`
	PriceNow  Millicredits `json:"price_now_millicredits"`
	Promoted  bool         `json:"promoted"`
	Picture   string       `json:"picture,omitempty"`
}

// Profiles tells who is online and who they are (domain C6, C7, C8, E1).
type Profiles interface {
	// Profile shows one: to whom Room shows her room. Errors as Room.
	Profile(ctx context.Context, performer string) (Profile, error)
	// SetProfile replaces what she says: the performer's own. KindInvalid names the field; KindConflict for a text or notice that her other account shows already.
	SetProfile(ctx context.Context, performer string, e ProfileEdit) (Profile, error)
	// SetGoal begins a goal from zero, or ends it with target 0: the performer's own. KindInvalid.
	SetGoal(ctx context.Context, performer, title string, target Millicredits) (Profile, error)
	// Browse lists the rooms that the actor may see now and that fit, promoted first, then by name. KindInvalid.
	Browse(ctx context.Context, f Filter) ([]Card, error)
}

// Sight is what somebody else would see of a room.
type Sight struct {
	Open    bool   `json:"open"`
	Chat    bool   `json:"chat"`              // may write
	Message string `json:"message,omitempty"` // what is read when it is closed
}

// Sights tells a performer how her doors look from elsewhere (domain C8).
type Sights interface {
	// RoomAs tells what a guest or member in a country (ISO 3166-1 alpha-2; "" = unknown) sees: the performer's own. KindInvalid.
	RoomAs(ctx context.Context, performer, country string, role Role) (Sight, error)
}
