package ui

import (
	"slices"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// look is what the window was built for.
type look struct {
	theme, language string
	textSize        int
	shortcuts       []settings.Shortcut
}

// wear builds the window anew when the look that she chose is another one.
func (s *Shell) wear(v settings.Values) {
	now := look{theme: v.Theme, language: v.Language, textSize: v.TextSize, shortcuts: v.Shortcuts}
	if !slices.Equal(now.shortcuts, s.look.shortcuts) {
		s.keys.bind(now.shortcuts)
	}
	same := s.words != nil && now.theme == s.look.theme && now.language == s.look.language && now.textSize == s.look.textSize
	s.look = now
	if same {
		return
	}
	wishes := s.cfg.Languages
	if v.Language != "" {
		wishes = []string{v.Language}
	}
	s.words = s.cfg.Book.For(wishes...)
	s.cfg.App.Settings().SetTheme(theme.New(theme.Mode(v.Theme), v.TextSize))
	s.build()
}

// covered tells whether something is over the page that wants an answer first: a
// question, or a file dialog.
func (s *Shell) covered() bool { return s.window.Canvas().Overlays().Top() != nil }

// act does what a shortcut asks for.
func (s *Shell) act(a settings.Action) {
	if a == settings.ActionPanic {
		s.cfg.Live.Panic() // whatever is asked or written at this moment
		return
	}
	if s.covered() {
		return
	}
	if p, ok := s.at.(page.Actor); ok && p.Act(a) {
		return
	}
	live := s.cfg.Live
	switch a {
	case settings.ActionLive, settings.ActionChat, settings.ActionMoney, settings.ActionSettings:
		s.wander(string(a))
	case settings.ActionOnline:
		s.goOnline()
	case settings.ActionOffline:
		s.goOffline()
	case settings.ActionMute:
		live.Mute(!live.View().Muted)
	case settings.ActionMirror:
		live.FlipMirror()
	case settings.ActionBigger:
		s.cfg.Settings.Change(func(v *settings.Values) { v.TextSize += settings.TextStep })
	case settings.ActionSmaller:
		s.cfg.Settings.Change(func(v *settings.Values) { v.TextSize -= settings.TextStep })
	default:
		s.actElsewhere(a)
	}
}

// goOnline puts everybody online from the page where she sees herself. While
// nobody can be online it leads to where accounts are signed in.
func (s *Shell) goOnline() {
	if len(s.cfg.Live.View().Accounts) == 0 {
		s.Turn(page.Accounts)
		return
	}
	s.toFront(func(front page.Front) { front.GoOnline() })
}

// showAgain undoes a panic from the page where she sees herself first.
func (s *Shell) showAgain() { s.toFront(func(front page.Front) { front.ShowAgain() }) }

// goOffline takes everybody off; while viewers are there it asks first.
func (s *Shell) goOffline() {
	viewers := 0
	for _, a := range s.cfg.Live.View().Accounts {
		viewers += a.Viewers
	}
	page.AskOffline(s, nil, viewers, func() { s.cfg.Live.GoOffline() })
}

// actElsewhere turns to the chat for an action that is the chat's.
func (s *Shell) actElsewhere(a settings.Action) {
	s.wander(page.Chat)
	if p, ok := s.at.(page.Actor); ok {
		p.Act(a)
	}
}
