package ui_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
)

var screens = flag.String("screens", "", "folder for the sheets of pictures of the window")

// screensKept is where they are kept, seen from here.
const screensKept = "../../docs/screens"

// mains are the states in which a page is pictured in every look; the others are
// in one look a language.
func mains() []string {
	return []string{"live-busy", "chat-full", "money-full", "profile-full", "members-full", "accounts-refused", "settings-full"}
}

// keptLook is the look of a language's other pictures, and of those in full
// length.
func keptLook(lang string) (look, fyne.Size) {
	switch lang {
	case "es":
		return look{settings.ThemeLight, 200, lang}, windows()[1]
	case "ru":
		return look{settings.ThemeDark, 200, lang}, windows()[1]
	}
	return look{settings.ThemeLight, 100, lang}, windows()[0]
}

// pictured are the languages of the sheets.
func pictured() []string { return []string{"en", "es", "ru"} }

// album collects the pictures of one language.
type album struct {
	lang   string
	sheets map[string][]uitest.Cell
}

// colours are what a picture of the window is kept in.
const colours = 16

// pictures tells whether a sheet has a scene in a look and a size.
func pictures(s scene, l look, size fyne.Size) bool {
	kept, of := keptLook(l.lang)
	return slices.Contains(pictured(), l.lang) && (slices.Contains(mains(), s.name) || l == kept && size == of)
}

// keep takes a picture.
func (a *album) keep(s scene, l look, size fyne.Size, m image.Image) {
	caption := fmt.Sprintf("%s  %.0fx%.0f  %s  %d %%  %s", s.name, size.Width, size.Height, l.theme, l.percent, l.lang)
	sheet := s.page + "-states-" + a.lang
	if slices.Contains(mains(), s.name) {
		sheet = s.page + "-" + a.lang
	}
	a.add(sheet, uitest.Cell{Caption: caption, Picture: uitest.Flat(m, colours)})
}

// whole takes a picture of a page in its full length.
func (a *album) whole(s scene, l look, size fyne.Size, m image.Image) {
	if kept, of := keptLook(l.lang); l.lang == a.lang && l == kept && size == of && slices.Contains(mains(), s.name) {
		a.add(s.page+"-whole-"+a.lang, uitest.Cell{Caption: s.name + "  in full length  " + l.String(), Picture: uitest.Flat(m, colours)})
	}
}

func (a *album) add(sheet string, c uitest.Cell) { a.sheets[sheet] = append(a.sheets[sheet], c) }

// write writes the sheets.
func (a *album) write(t *testing.T, folder string) {
	t.Helper()
	for name, cells := range a.sheets {
		columns := 2
		if strings.Contains(name, "-states-") {
			columns = 3
		}
		var b bytes.Buffer
		e := png.Encoder{CompressionLevel: png.BestCompression}
		if err := e.Encode(&b, uitest.Sheet(columns, cells)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".png"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// sheets are the names of all sheets, in the order of the navigation.
func sheets() []string {
	var all []string
	for _, main := range mains() {
		id, _, _ := strings.Cut(main, "-")
		for _, part := range []string{"", "-states", "-whole"} {
			for _, lang := range pictured() {
				all = append(all, id+part+"-"+lang+".png")
			}
		}
	}
	return all
}

// index is the page that lists the sheets.
func index() string {
	var b strings.Builder
	b.WriteString(`# Pictures of the window and the site

Written by ` + "`make screens`" + `, which also writes this page; a test says when one is missing or shows a page that is gone.

` + "`guide-*.png`" + ` are the pictures of the [guides](../guide), taken of the real window; ` + "`site`" + ` has those of the site, which
` + "`make screens-site`" + ` writes. The sheets in ` + "`window`" + ` are painted by the walk through the whole window (` + "`TestWindow_everyPage` in `internal/ui`" + `), which
checks in every look that nothing is smaller than it has to be, covered or cut, and that every word has a contrast of 4.5:

- *every look*: 1366×768 and 1024×700, light and dark, text of 100 and 200 %
- *other states*: each state of the page in one look a language
- *full length*: the page as if the window were as high as it is long

`)
	b.WriteString("| page | every look | other states | full length |\n|---|---|---|---|\n")
	for _, main := range mains() {
		id, _, _ := strings.Cut(main, "-")
		b.WriteString("| " + id)
		for _, part := range []string{"", "-states", "-whole"} {
			b.WriteString(" |")
			for _, lang := range pictured() {
				fmt.Fprintf(&b, " [%s](window/%s%s-%s.png)", lang, id, part, lang)
			}
		}
		b.WriteString(" |\n")
	}
	b.WriteString("\nThe states:\n\n")
	for _, main := range mains() {
		id, _, _ := strings.Cut(main, "-")
		var names []string
		for _, s := range scenes() {
			if s.page == id {
				names = append(names, strings.TrimPrefix(s.name, id+"-"))
			}
		}
		fmt.Fprintf(&b, "- **%s**: %s\n", id, strings.Join(names, ", "))
	}
	return b.String()
}

func writeIndex(t *testing.T, folder string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte(index()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Every page of the window is walked, in some state: those with a title in the
// catalogue are the window's.
func TestScenes_areOfEveryPage(t *testing.T) {
	raw, err := fs.ReadFile(assets.Words(), "en.json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	walked := map[string]bool{}
	for _, s := range scenes() {
		walked[s.page] = true
		if id, _, _ := strings.Cut(s.name, "-"); id != s.page {
			t.Errorf("%s is on page %s", s.name, s.page)
		}
	}
	registered := 0
	for key := range words {
		if id, ok := strings.CutPrefix(key, "page."); ok {
			registered++
			if !walked[id] || !slices.ContainsFunc(mains(), func(m string) bool { return strings.HasPrefix(m, id+"-") }) {
				t.Errorf("page %s is not walked: give it scenes", id)
			}
		}
	}
	if registered < len(mains()) {
		t.Errorf("%d pages have a title, %d are walked", registered, len(mains()))
	}
}
