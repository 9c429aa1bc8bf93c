package ui_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// What the banner says is seen at once and as a whole, in every state to which it
// changes while one page stays: the way back from a panic above all.
func TestBanner_hasRoomForItsWordsInEveryState(t *testing.T) {
	live := func(p *play) { p.live.view, p.shows.view = onAir(), vm.PrivateView{} }
	panicked := func(p *play) { p.live.view.Panic, p.live.view.State = true, session.Panic }
	in := func(p *play) {
		live(p)
		p.live.view.State, p.live.view.Muted = session.Private, true
		p.shows.view = inShow()
	}
	states := []struct {
		name string
		set  func(p *play)
	}{
		{"LIVE", live}, {"PANIC", panicked}, {"LIVE again", live}, {"in trouble", func(p *play) { live(p); p.live.view.Trouble = unreachable() }},
		{"PRIVATE", in}, {"PANIC in the show", func(p *play) { in(p); panicked(p) }}, {"PRIVATE again", in},
		{"FREE", func(p *play) { live(p); p.shows.view = afterShow() }}, {"LIVE at last", live},
	}
	for _, size := range []fyne.Size{fyne.NewSize(1180, 760), fyne.NewSize(1024, 700)} {
		for _, percent := range []int{100, 200} {
			t.Run(fmt.Sprintf("%.0f/%d", size.Width, percent), func(t *testing.T) {
				p := newPlay(t, look{settings.ThemeDark, percent, "en"})
				p.begin(scene{page: page.Live, set: live}, size)
				defer func() { p.at().Hide() }()
				for _, state := range states {
					state.set(p)
					p.shell.Render() // and no more: no page is turned, and no window made larger
					for _, problem := range p.banner() {
						t.Errorf("%s: %s", state.name, problem)
					}
				}
			})
		}
	}
}

// banner tells what is wrong with the place of the banner and of what is in it.
func (p *play) banner() []string {
	box := p.canvas().Content().(*fyne.Container).Objects[0].(*fyne.Container)
	top, window := box.Objects[0], p.canvas().Size()
	found := uitest.Problems(top)
	if got, want := top.Size(), top.MinSize(); got.Width != window.Width || got.Height != want.Height {
		found = append(found, fmt.Sprintf("it is %v in a window of %v, its words take %.0f", got, window, want.Height))
	}
	for _, o := range box.Objects[1:] {
		if at, size := o.Position(), o.Size(); at.Y != top.Size().Height || at.Y+size.Height != window.Height {
			found = append(found, fmt.Sprintf("what is below begins at %.0f and ends at %.0f; the banner ends at %.0f", at.Y, at.Y+size.Height, top.Size().Height))
		}
	}
	if p.live.view.Panic && !says(top, p.shell.Words().Say("panic.show")) {
		found = append(found, "it does not lead back")
	}
	return found
}
