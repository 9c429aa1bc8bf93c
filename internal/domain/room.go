package domain

// RoomState is what viewers are told of a room.
type RoomState string

// The states; the words for them are the pages' own.
const (
	RoomOffline      RoomState = "offline"      // not there, or ended
	RoomConnecting   RoomState = "connecting"   // told to go online, no picture yet
	RoomLive         RoomState = "live"         //
	RoomReconnecting RoomState = "reconnecting" // the upload was lost less than 20 s ago
	RoomAway         RoomState = "away"         // lost for longer, or by her wish; ends after 90 s
	RoomPrivate      RoomState = "private"
)

// Room is a performer's room as its visitors see it; it holds nothing that two
// rooms of one person share (domain rule 4).
type Room struct {
	Name      string    `json:"name"`
	State     RoomState `json:"state"`
	Since     int64     `json:"since,omitempty"` // Unix ms of the last change of state; told to the performer alone
	Viewers   int       `json:"viewers"`
	GuestChat bool      `json:"guest_chat"`
	Paused    bool      `json:"paused,omitempty"`    // black and silent by her wish (domain A7)
	Seq       int64     `json:"seq"`                 // of the newest event in the room
	Thumbnail string    `json:"thumbnail,omitempty"` // path, changes with the picture

	Snapshot Millicredits `json:"snapshot_millicredits,omitempty"` // the price of one while the actor can buy it; told of one room, not in lists
}

// RoomSettings is what the performer decides about her room (domain A5, C8).
// Countries are ISO 3166-1 alpha-2. HomeClosed closes the home country (from
// her application) to everybody; Guests lists up to 3 more closed to guests.
// A message with a banned word is dropped whole, and so is the note of a tip; her
// own lines are exempt. Each account has its own list, and nobody else is told it.
type RoomSettings struct {
	GuestChat      bool     `json:"guest_chat"`
	HomeClosed     bool     `json:"home_closed"`
	GuestsClosedIn []string `json:"guests_closed_in"`
	BannedWords    []string `json:"banned_words,omitzero"` // nil in SetSettings leaves them as they are
	Aside          Aside    `json:"aside,omitempty"`       // "" in SetSettings leaves it as it is
}

// Aside is what a room shows while another room of the same person has a private
// show: never its picture (domain rule 1).
type Aside string

// The choices; the curtain is the default.
const (
	AsideCurtain Aside = "curtain" // the closed curtain of a private show, with a place in line
	AsideAway    Aside = "away"    // that she is away, in the words of any other time
)

// MaxClosedCountries bounds GuestsClosedIn (domain C8).
const MaxClosedCountries = 3

// Limits of BannedWords: their number, and the characters of each (C).
const (
	MaxBannedWords = 200
	MaxBannedWord  = 40
)

// Ban keeps a member out of a room until it is lifted; a kick is a ban with an
// end (KickLength by default).
type Ban struct {
	Viewer string `json:"viewer"` // a member's name, or a guest's name
	Until  int64  `json:"until"`  // Unix ms; 0 = until lifted
	At     int64  `json:"at"`
}

// Presence is what PUT rooms/{performer}/online carries.
type Presence struct {
	Online bool `json:"online"`
}

// Pause is what PUT rooms/{performer}/paused carries.
type Pause struct {
	Paused bool `json:"paused"`
}

// Grant answers POST broadcasts: where and with which token to upload, for
// which rooms.
type Grant struct {
	WHIPURL string   `json:"whip_url"`
	Token   string   `json:"token"`
	Rooms   []string `json:"rooms"`
}
