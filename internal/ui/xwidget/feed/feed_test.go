package feed_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// list is a ring of lines with a feed that shows them.
type list struct {
	ids     []int64
	text    func(id int64) string
	made    int
	pressed int64
	menu    int64
	feed    *feed.Feed
	window  fyne.Window
}

func newList(t *testing.T, n int, newestTop bool) *list {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Dark, 100))
	l := &list{text: func(id int64) string { return fmt.Sprintf("line %d %s", id, strings.Repeat("word ", int(id%40))) }}
	for i := range n {
		l.ids = append(l.ids, int64(i+1))
	}
	l.feed = feed.New(feed.Config{
		Len: func() int { return len(l.ids) },
		ID: func(i int) int64 {
			if i < 0 || i >= len(l.ids) {
				return 0
			}
			return l.ids[i]
		},
		Make: func() feed.Row {
			l.made++
			return feed.NewChatRow(feed.ChatRowConfig{Retry: "Retry", Back: "Back", OnRetry: func(int64) {}, OnBack: func(int64) {},
				Feed: func() *feed.Feed { return l.feed }})
		},
		Fill: func(i int, row feed.Row) {
			id := l.ids[i]
			row.(*feed.ChatRow).Set(feed.ChatLine{ID: id, Letter: "A", Room: "anna", Who: "tom", Text: l.text(id), Time: "20:15"})
		},
		NewestTop: newestTop,
		Pressed:   func(id int64) { l.pressed = id },
		Menu:      func(id int64, _ fyne.Position) { l.menu = id },
	})
	l.window = test.NewTempWindow(t, l.feed)
	l.window.SetPadded(false)
	l.window.Resize(fyne.NewSize(500, 400))
	return l
}

// seen are the texts on the screen that begin a line, from top to bottom.
func (l *list) seen() []string {
	var out []string
	uitest.Each(l.feed, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && strings.HasPrefix(t.Text, "line ") {
			fields := strings.Fields(t.Text)
			out = append(out, fields[1])
		}
	})
	return out
}

func (l *list) add(n int) {
	for range n {
		l.ids = append(l.ids, l.ids[len(l.ids)-1]+1)
	}
	l.feed.Update()
}

func first(s []string) string { return s[0] }
func last(s []string) string  { return s[len(s)-1] }

func TestFeed_followsTheNewest(t *testing.T) {
	l := newList(t, 10_000, false)
	if got := last(l.seen()); got != "10000" || !l.feed.Follows() {
		t.Fatalf("the last row is %s, follows is %v", got, l.feed.Follows())
	}
	l.add(3)
	if got := last(l.seen()); got != "10003" {
		t.Errorf("after new lines the last row is %s", got)
	}
	if l.made > 60 {
		t.Errorf("%d rows were made for one screen", l.made)
	}
}

func TestFeed_staysWhereSheReads(t *testing.T) {
	l := newList(t, 1000, false)
	l.feed.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 900)})
	before := l.seen()
	l.add(12)
	if got := l.seen(); first(got) != first(before) || last(got) != last(before) {
		t.Errorf("she read %s to %s and now sees %s to %s", first(before), last(before), first(got), last(got))
	}
	if got := l.feed.Unread(); got != 12 {
		t.Errorf("%d lines are new, want 12", got)
	}
	l.ids = l.ids[100:] // the oldest fall out
	l.feed.Update()
	if got := l.seen(); first(got) != first(before) {
		t.Errorf("after the oldest fell out she sees %s, not %s", first(got), first(before))
	}
	l.feed.ToNewest()
	if got := last(l.seen()); got != "1012" || l.feed.Unread() != 0 {
		t.Errorf("at the newest she sees %s, %d are new", got, l.feed.Unread())
	}
}

func TestFeed_whatSheReadFallsOut(t *testing.T) {
	l := newList(t, 500, false)
	l.feed.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1e6)})
	if got := first(l.seen()); got != "1" {
		t.Fatalf("at the top is %s", got)
	}
	l.ids = l.ids[200:]
	l.feed.Update()
	if got := first(l.seen()); got != "201" {
		t.Errorf("the oldest row there is is 201, she sees %s", got)
	}
	l.ids = nil
	l.feed.Update()
	if got := l.seen(); len(got) > 0 {
		t.Errorf("an empty list shows %v", got)
	}
}

func TestFeed_newestAtTheTop(t *testing.T) {
	l := newList(t, 1000, true)
	if got := first(l.seen()); got != "1000" {
		t.Fatalf("the first row is %s", got)
	}
	l.add(1)
	if got := first(l.seen()); got != "1001" {
		t.Errorf("after a new line the first row is %s", got)
	}
	l.feed.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -700)})
	before := l.seen()
	l.add(5)
	if got := l.seen(); first(got) != first(before) || l.feed.Unread() != 5 {
		t.Errorf("she read %s and sees %s, %d are new", first(before), first(got), l.feed.Unread())
	}
	l.feed.SetNewestTop(false)
	l.feed.Restart()
	if got := last(l.seen()); got != "1006" {
		t.Errorf("turned over, the last row is %s", got)
	}
}

func TestFeed_byKeyboard(t *testing.T) {
	l := newList(t, 300, false)
	l.window.Canvas().Focus(l.feed)
	key := func(name fyne.KeyName) { l.feed.TypedKey(&fyne.KeyEvent{Name: name}) }
	key(fyne.KeyUp)
	key(fyne.KeyUp)
	key(fyne.KeyReturn)
	if l.pressed != 299 {
		t.Errorf("two steps up from the end pressed line %d, want 299", l.pressed)
	}
	key(desktop.KeyMenu)
	if l.menu != 299 {
		t.Errorf("the menu is of line %d", l.menu)
	}
	key(fyne.KeyHome)
	if got := first(l.seen()); got != "1" {
		t.Errorf("Home leads to %s", got)
	}
	for range 60 {
		key(fyne.KeyDown)
	}
	key(fyne.KeySpace)
	if l.pressed != 61 {
		t.Errorf("60 steps down from the top pressed line %d, want 61", l.pressed)
	}
	if got := strings.Join(l.seen(), " "); !strings.Contains(got, "61") {
		t.Errorf("the cursor's row is not seen: %s", got)
	}
	key(fyne.KeyPageUp)
	key(fyne.KeyEnd)
	if got := last(l.seen()); got != "300" || !l.feed.Follows() {
		t.Errorf("End leads to %s", got)
	}
}

func TestFeed_byMouse(t *testing.T) {
	l := newList(t, 5, false)
	test.TapCanvas(l.window.Canvas(), fyne.NewPos(100, 12))
	if l.pressed != 1 {
		t.Errorf("a click on the first line pressed %d", l.pressed)
	}
}

// A screen of lines has to be drawn within a sixtieth of a second, however long
// the list is; ten times that is allowed on a busy machine.
func TestFeed_scrollsTenThousandLinesWithoutAHitch(t *testing.T) {
	l := newList(t, 10_000, false)
	begun, steps := time.Now(), 200
	for range steps {
		l.feed.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 300)})
	}
	l.window.Canvas().Focus(l.feed)
	l.feed.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	l.feed.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if screens := 3 * 400 / 20; l.made > screens { // a row is 20 units high at least
		t.Errorf("%d rows were made for a window that shows fewer than 20: they do not follow what is seen", l.made)
	}
	if each := time.Since(begun) / time.Duration(steps); each > 160*time.Millisecond {
		t.Errorf("a step takes %s", each)
	} else {
		t.Logf("a step takes %s", each)
	}
}

func TestChatRow_keepsForeignTextInside(t *testing.T) {
	for name, text := range map[string]string{
		"one long word": strings.Repeat("m", 1000),
		"emoji":         strings.Repeat("👩‍👩‍👧‍👦🏳️‍🌈👍🏽", 100),
		"from right":    strings.Repeat("שלום עולם ", 100),
		"mixed":         "abc שלום 123 مرحبا بالعالم " + strings.Repeat("x", 300),
		"controls":      "a\u202eb\u2066c\x00d\ne\rf\tg\u2028h",
		"accents":       "z" + strings.Repeat("\u0301", 900),
		"nothing":       "",
		"spaces":        strings.Repeat(" ", 1000),
	} {
		for _, width := range []float32{160, 300, 900} {
			t.Run(fmt.Sprintf("%s at %.0f", name, width), func(t *testing.T) {
				l := newList(t, 1, false)
				l.text = func(int64) string { return text }
				l.window.Resize(fyne.NewSize(width, 20_000))
				l.feed.Update()
				for _, problem := range uitest.Problems(l.feed) {
					t.Error(problem)
				}
				uitest.Each(l.feed, func(o fyne.CanvasObject) {
					if t2, ok := o.(*canvas.Text); ok && (strings.ContainsAny(t2.Text, "\n\r\t\x00\u202e\u2066\u2028") || strings.Contains(t2.Text, strings.Repeat("\u0301", 5))) {
						t.Errorf("%q reaches the screen", t2.Text)
					}
				})
			})
		}
	}
}

func TestChatRow_marksWhatIsLookedFor(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Dark, 100))
	row := feed.NewChatRow(feed.ChatRowConfig{Retry: "Retry", Back: "Back"})
	test.NewTempWindow(t, row)
	marks := func(line feed.ChatLine) (n int) {
		row.Set(line)
		row.Resize(fyne.NewSize(300, row.HeightFor(300)))
		for _, o := range test.WidgetRenderer(row).Objects()[0].(*fyne.Container).Objects[2:] {
			if r, ok := o.(*canvas.Rectangle); ok && r.Size().Width > 1 {
				n++
			}
		}
		for _, problem := range uitest.Problems(row) {
			t.Error(problem)
		}
		return n
	}
	line := feed.ChatLine{ID: 1, Who: "tom", Text: "Tomorrow or never, says tom; " + strings.Repeat("word ", 40) + "שלום tom", Time: "20:15"}
	if n := marks(line); n != 0 {
		t.Errorf("nothing is looked for, and %d marks are there", n)
	}
	line.Found = "tom"
	if n := marks(line); n != 4 { // the name, and three in the text
		t.Errorf("%d marks, want 4", n)
	}
	line.Found = "שלום"
	if n := marks(line); n != 1 {
		t.Errorf("%d marks for a word that is read from the right, want 1", n)
	}
	line.Found = "nothing of this"
	if n := marks(line); n != 0 {
		t.Errorf("%d marks are left over", n)
	}
}

func TestChatRow_offersWhatCanBeDoneAboutARefusal(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light, 200))
	var retried, back int64
	row := feed.NewChatRow(feed.ChatRowConfig{Retry: "Retry", Back: "Back", OnRetry: func(id int64) { retried = id }, OnBack: func(id int64) { back = id }})
	test.NewTempWindow(t, row)
	row.Set(feed.ChatLine{ID: 7, Who: "anna", Text: "hello", Tone: feed.ToneOwn, Fate: "Not sent", Refused: true})
	row.Resize(fyne.NewSize(400, row.HeightFor(400)))
	for _, o := range test.WidgetRenderer(row).Objects()[0].(*fyne.Container).Objects {
		if b, ok := o.(fyne.Tappable); ok {
			test.Tap(b)
		}
	}
	if retried != 7 || back != 7 {
		t.Errorf("retried %d, taken back %d, want line 7 both times", retried, back)
	}
	high := row.HeightFor(400)
	row.Set(feed.ChatLine{ID: 7, Who: "anna", Text: "hello", Tone: feed.ToneOwn})
	if got := row.HeightFor(400); got >= high {
		t.Errorf("sent, it is still %.0f high, as when it was refused", got)
	}
}

func TestEntryRow_showsColumnsOrTwoLines(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Dark, 100))
	row := feed.NewEntryRow()
	row.Set(feed.Entry{Letter: "B", Account: 1, Time: "2026-11-22 20:15", What: "Tip · a-member-with-thirty-letters-xx", Gross: "$25.00", Share: "$10.00", Own: "$8.00"})
	wide, narrow := row.HeightFor(700), row.HeightFor(300)
	if narrow <= wide {
		t.Errorf("it is %.0f high in 700 units and %.0f in 300, want two lines there", wide, narrow)
	}
	row.Resize(fyne.NewSize(300, narrow))
	if problems := uitest.Problems(row); len(problems) > 0 {
		t.Error(problems)
	}
}
