package settings

import (
	"runtime"
	"slices"
)

// Themes, of Values.Theme.
const (
	ThemeSystem = "system"
	ThemeLight  = "light"
	ThemeDark   = "dark"
)

// Text sizes in percent (domain A6).
const (
	TextMin  = 100
	TextMax  = 200
	TextStep = 10
)

// Bounds of lists and strings.
const (
	maxAccounts = 8
	maxString   = 1000 // bytes
)

// Sound names what is worth one.
type Sound string

// The sounds (domain A5). The catalogue has "sound."+Sound.
const (
	SoundRequest Sound = "request" // a member asks for a private show; again until she answers
	SoundTip     Sound = "tip"
	SoundMessage Sound = "message"
	SoundViewer  Sound = "viewer" // a new viewer
	SoundTrouble Sound = "trouble"
)

// Sounds lists them, for tables and tests.
func Sounds() []Sound {
	return []Sound{SoundRequest, SoundTip, SoundMessage, SoundViewer, SoundTrouble}
}

// Chime is whether a sound is played and how loud.
type Chime struct {
	On     bool `json:"on"`
	Volume int  `json:"volume"` // 1 to 100
}

// Action is what a shortcut does.
type Action string

// The actions. The catalogue has "action."+Action.
const (
	ActionPanic    Action = "panic"    // black and silent at once, never back (domain A7)
	ActionOnline   Action = "online"   // all accounts go online
	ActionOffline  Action = "offline"  // all accounts go offline
	ActionMute     Action = "mute"     // the microphone off or on
	ActionMirror   Action = "mirror"   // the picture mirrored or not
	ActionFilter   Action = "filter"   // the next account's lines, then all
	ActionWrite    Action = "write"    // to the chat's entry
	ActionSearch   Action = "search"   // to the chat's search
	ActionBigger   Action = "bigger"   // text
	ActionSmaller  Action = "smaller"  // text
	ActionLive     Action = "live"     // page
	ActionChat     Action = "chat"     // page
	ActionMoney    Action = "money"    // page
	ActionSettings Action = "settings" // page
)

// Shortcut is an action and its key, such as "F5" or "Ctrl+M"; no key switches
// the shortcut off.
type Shortcut struct {
	Action Action `json:"action"`
	Key    string `json:"key"`
}

// panicKey is the default on a system: Windows gives F12 to debuggers alone.
func panicKey(system string) string {
	if system == "windows" {
		return "F11"
	}
	return "F12"
}

// Shortcuts are the defaults, in the order in which they are shown.
func Shortcuts() []Shortcut {
	return []Shortcut{
		{ActionPanic, panicKey(runtime.GOOS)}, {ActionLive, "F1"}, {ActionChat, "F2"}, {ActionMoney, "F3"}, {ActionSettings, "F4"},
		{ActionOnline, "F5"}, {ActionOffline, "F6"}, {ActionMute, "F7"}, {ActionMirror, "F8"},
		{ActionFilter, "F9"}, {ActionWrite, "F10"}, {ActionSearch, "Ctrl+F"},
		{ActionBigger, "Ctrl++"}, {ActionSmaller, "Ctrl+-"},
	}
}

// Picture is the wanted picture.
type Picture struct {
	Width   int `json:"width"`
	Height  int `json:"height"`
	FPS     int `json:"fps"`     // 1 to 60
	Bitrate int `json:"bitrate"` // bit/s at most; 0: what the size needs
}

// Look is what becomes of the picture before anybody sees it.
type Look struct {
	Mirror  bool    `json:"mirror"`
	Zoom    float64 `json:"zoom"` // 1 to 4
	X       float64 `json:"x"`    // 0 to 1, the centre of what is kept
	Y       float64 `json:"y"`
	Overlay Overlay `json:"overlay"`
}

// Overlay is an image over the picture; no Path is none.
type Overlay struct {
	Path  string  `json:"path"`
	X     float64 `json:"x"` // 0 to 1, from left to right
	Y     float64 `json:"y"`
	Width float64 `json:"width"` // 0.02 to 1 of the picture's width
}

// Account is one that is signed in on this computer. Its token is in the vault.
type Account struct {
	Email string `json:"email"`
	URL   string `json:"url"`
	Name  string `json:"name,omitempty"` // the performer's, known once she was in
}

// Window is its size in units that the text size does not change.
type Window struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Values are all that is remembered.
type Values struct {
	Theme      string // system, light, dark
	TextSize   int    // percent, TextMin to TextMax by TextStep
	Language   string // of a catalogue; "" is the system's
	Backend    string // address that a sign-in begins with; "" is the bundled one
	Accounts   []Account
	Camera     string // "pattern", "device:ID", "file:PATH"; "" until she chose (domain rule 5)
	Microphone string // "tone", "silence", "device:ID", "file:PATH"; "" until she chose
	Speaker    string // id of the one that plays a member's voice; "" is whatever the system plays through
	Voice      int    // its loudness, 0 to 100
	Picture    Picture
	Look       Look
	Preview    bool // shown
	NewestTop  bool // the chat's newest line is at the top
	Chimes     map[Sound]Chime
	Shortcuts  []Shortcut
	Window     Window
	Page       string // that was open last; "" before the first time
	Welcomed   bool   // she was shown camera, microphone and where things are, or wanted not to be
}

// Defaults are the values of a first start.
func Defaults() Values {
	chimes := map[Sound]Chime{}
	for _, s := range Sounds() {
		chimes[s] = Chime{On: true, Volume: 60}
	}
	chimes[SoundViewer] = Chime{On: false, Volume: 40}
	return Values{Theme: ThemeSystem, TextSize: TextMin, Picture: Picture{Width: 1920, Height: 1080, FPS: 30},
		Look: Look{Zoom: 1, X: 0.5, Y: 0.5, Overlay: Overlay{X: 1, Width: 0.15}}, Preview: true,
		Voice: 80, Chimes: chimes, Shortcuts: Shortcuts(), Window: Window{Width: 1180, Height: 760}}
}

// Clone returns values that share nothing with v.
func (v Values) Clone() Values {
	v.Accounts, v.Shortcuts = slices.Clone(v.Accounts), slices.Clone(v.Shortcuts)
	chimes := make(map[Sound]Chime, len(v.Chimes))
	for s, c := range v.Chimes {
		chimes[s] = c
	}
	v.Chimes = chimes
	return v
}

// Key is the shortcut of an action, "" when it has none.
func (v Values) Key(a Action) string {
	for _, s := range v.Shortcuts {
		if s.Action == a {
			return s.Key
		}
	}
	return ""
}

// item is one key of the file and where its value is.
type item struct {
	key  string
	into any
}

func (v *Values) items() []item {
	return []item{
		{"theme", &v.Theme}, {"text_size", &v.TextSize}, {"language", &v.Language}, {"backend", &v.Backend},
		{"accounts", &v.Accounts}, {"camera", &v.Camera}, {"microphone", &v.Microphone}, {"speaker", &v.Speaker}, {"voice", &v.Voice}, {"picture", &v.Picture},
		{"look", &v.Look}, {"preview", &v.Preview}, {"newest_top", &v.NewestTop}, {"chimes", &v.Chimes},
		{"shortcuts", &v.Shortcuts}, {"window", &v.Window}, {"page", &v.Page}, {"welcomed", &v.Welcomed},
	}
}
