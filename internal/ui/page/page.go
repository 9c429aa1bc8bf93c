package page

import (
	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
)

// The pages' names.
const (
	Live     = "live"
	Chat     = "chat"
	Money    = "money"
	Profile  = "profile"
	Members  = "members"
	Accounts = "accounts"
	Settings = "settings"
)

// Page is one page of the window. All is called on the window's goroutine.
type Page interface {
	// ID is one of the names above.
	ID() string
	// Title is a key of the catalogue.
	Title() string
	// Icon is its sign in the navigation.
	Icon() fyne.Resource
	// Content is built once; it scrolls where it may be larger than the window.
	Content() fyne.CanvasObject
	// Show says that the page is on the screen now, Hide that it is not any more.
	Show()
	Hide()
	// Render shows the newest view. It is called often and draws only what is new.
	Render()
}

// Actor is a page that knows what some shortcuts do.
type Actor interface {
	// Act does an action; false when it is none of the page's.
	Act(settings.Action) bool
}

// Watcher is a page that does work only for who sees it.
type Watcher interface {
	// Seen tells whether the window can be seen. It counts as seen at first; it
	// may be told while the page is not shown.
	Seen(seen bool)
}

// Keeper is a page where she may have written what is not saved.
type Keeper interface {
	Unsaved() bool
	// Undo takes back what is not saved.
	Undo()
}

// Crowded is a page with parts that nothing may lie over.
type Crowded interface {
	// Needed are those that are shown now, what is needed most first.
	Needed() []fyne.CanvasObject
}

// Front is the page where she goes online, and sees herself first.
type Front interface {
	// GoOnline puts these accounts online, or all without a name. While she has
	// not seen herself it asks, with the picture.
	GoOnline(emails ...string)
	// ShowAgain undoes a panic once she has seen what is seen then, and said so.
	ShowAgain()
	// SetUp asks for camera and microphone; done is told whether she wants to see
	// more.
	SetUp(done func(on bool))
	// Spot is a part of the page by its name; nil while it is not shown.
	Spot(name string) fyne.CanvasObject
}

// The names of spots.
const (
	SpotOnline = "online" // where she goes online
	SpotChat   = "chat"   // where the rooms talk
)

// Shell is what the window does for its pages.
type Shell interface {
	// Words are those of the language she reads.
	Words() *text.Words
	// Book is every language.
	Book() *text.Book
	// Post has f run on the window's goroutine soon. It may be called from any
	// goroutine and never blocks; nothing runs after the window has gone.
	Post(f func())
	// Ask shows a question over the page.
	Ask(q Question)
	// Turn shows another page.
	Turn(id string)
	// Welcome leads her through camera, microphone and where things are.
	Welcome()
	// Window is for what the toolkit wants one for, such as a file dialog.
	Window() fyne.Window
}

// Guard is a Shell that knows of what is ended before she leaves.
type Guard interface {
	// Leaving asks before these accounts, or all without a name, go offline in a
	// private show, ends it and leaves then. False when there is nothing to ask.
	Leaving(emails []string, leave func()) bool
}

// Pane is a part of a page that somebody else draws.
type Pane interface {
	Content() fyne.CanvasObject
	// Foot is what she needs of it most.
	Foot() fyne.CanvasObject
	// Render is as Page's.
	Render()
}

// Visit is a part of a page that is there only while a member is seen or heard; its
// content is hidden else.
type Visit interface {
	Content() fyne.CanvasObject
	// Watch runs its picture while the page is on the screen.
	Watch(on bool)
	// Render shows the newest view, and tells whether it came or went.
	Render() bool
	// Member is the payer of the show that goes on, who alone sees her; "" without one.
	Member() string
	// Word is what stands over her own picture in the place of the state of her
	// upload, and the state whose colours it has; "" leaves that.
	Word() (word, state string)
}

// Maker builds a page.
type Maker func(Shell) Page

// Question is a dialog with two ways out. Escape is the second. Its words are
// finished ones.
type Question struct {
	Title  string
	Text   string
	Body   fyne.CanvasObject // below the text; nil for none
	Ready  bool              // Yes has the focus although there is a Body
	Yes    string
	No     string // "" for a message that is only to be read
	Danger bool   // Yes cannot be taken back: No has the focus
	// Until is told, on the window's goroutine, what lets Yes be pressed; nil:
	// it may be at once.
	Until  func(ready func())
	Answer func(yes bool)
}
