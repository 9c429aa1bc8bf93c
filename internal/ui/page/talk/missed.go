package talk

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// missedRow tells of a room with news that is not shown, and leads to it.
type missedRow struct {
	email string
	tip   *widget.Label   // the last one
	show  *control.Button // says how many lines it shows
	box   fyne.CanvasObject
}

// tellMissed says which rooms have news that filter and search keep from her. A
// row that is there keeps its button: the mouse may be on it.
func (t *pane) tellMissed(v vm.ChatView) {
	same := slices.EqualFunc(v.Missed, t.missed, func(m vm.Missed, row missedRow) bool { return m.Email == row.email })
	if !same {
		t.missed, t.news.Objects = nil, nil
		for _, m := range v.Missed {
			row := t.newMissed(m)
			t.missed = append(t.missed, row)
			t.news.Add(row.box)
		}
		control.Show(t.news, len(t.missed) > 0)
	}
	for i, m := range v.Missed {
		row, tip := t.missed[i], ""
		if m.Tipper != "" {
			tip = t.words.Say("chat.missed.tip", m.Tipper, m.Tip)
		}
		row.show.SetWord(t.words.Count("chat.missed", m.Lines, m.Letter))
		if row.tip.Text != tip {
			row.tip.SetText(tip)
		}
	}
	if !same {
		t.content.Refresh()
	}
}

func (t *pane) newMissed(m vm.Missed) missedRow {
	tip := control.Text("")
	tip.Truncation, tip.Wrapping = fyne.TextTruncateEllipsis, fyne.TextWrapOff
	show := control.NewButton("", standard.VisibilityIcon(), func() {
		if t.view.Filter != "" {
			t.model.Filter(m.Email)
		}
		t.model.Search("")
	})
	return missedRow{m.Email, tip, show, container.NewBorder(nil, nil, show, nil, tip)}
}
