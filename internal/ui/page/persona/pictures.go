package persona

import (
	"errors"
	"io"
	"os"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// side is how large a picture is shown, at a text size of 100 %.
const side = 150

// pictures are hers in both slots (domain C5).
type pictures struct {
	p     *persona
	drawn []vm.Picture
	any   bool
	slots map[domain.Slot]*fyne.Container
	sends []*control.Button
	paths []*control.Entry
	state *widget.Label
	box   fyne.CanvasObject
}

func newPictures(p *persona) *pictures {
	s := &pictures{p: p, slots: map[domain.Slot]*fyne.Container{}, state: control.Text("")}
	rows := []fyne.CanvasObject{control.Quiet(p.say("profile.pictures.text", domain.MinPictureSide, domain.MaxPicture>>20)), s.state}
	for _, slot := range []domain.Slot{domain.SlotGeneral, domain.SlotMembers} {
		s.slots[slot] = xwidget.Flow()
		path := control.NewEntry()
		path.SetPlaceHolder(p.say("profile.pictures.path"))
		path.OnSubmitted = func(string) { s.sendPath(slot, path) }
		send := control.NewButton(p.say("profile.pictures.send"), standard.MailSendIcon(), func() { s.sendPath(slot, path) })
		choose := control.NewButton(p.say("profile.pictures.choose"), standard.FileImageIcon(), func() { s.choose(slot) })
		s.sends, s.paths = append(s.sends, send, choose), append(s.paths, path)
		rows = append(rows, p.under("profile.pictures."+string(slot), s.slots[slot]), xwidget.Flow(xwidget.Wide(280*theme.Scale(), path), send, choose))
	}
	s.state.Hide()
	s.box = p.group("profile.pictures", rows...)
	return s
}

// choose lets her choose a file.
func (s *pictures) choose(slot domain.Slot) {
	email := s.p.d.email
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err == nil && file != nil {
			s.p.model.Send(email, slot, func() (io.ReadCloser, error) { return file, nil })
		}
	}, s.p.shell.Window())
	d.SetFilter(storage.NewExtensionFileFilter([]string{".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"}))
	control.ShowFiles(s.p.shell.Window(), d)
}

// sendPath sends the file with the name that she wrote.
func (s *pictures) sendPath(slot domain.Slot, path *control.Entry) {
	name := strings.TrimSpace(path.Text)
	if name == "" || s.p.view.Sending {
		return
	}
	path.SetText("")
	s.p.model.Send(s.p.d.email, slot, func() (io.ReadCloser, error) { return open(name) })
}

// open opens a file, and nothing that is none.
func open(name string) (io.ReadCloser, error) {
	stat, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !stat.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	return os.Open(name)
}

func (s *pictures) render(v vm.PersonaView) {
	for _, b := range s.sends {
		b.SetOn(!v.Sending)
	}
	said := ""
	if v.Sending {
		said = s.p.say("profile.pictures.sending")
	}
	if s.state.Text != said {
		control.Say(s.state, said)
		s.p.settle()
	}
	if s.any && reflect.DeepEqual(s.drawn, v.Pictures) {
		return
	}
	s.drawn, s.any = v.Pictures, true
	for slot, box := range s.slots {
		box.Objects = nil
		for _, one := range v.Pictures {
			if one.Slot == slot {
				box.Add(s.card(one))
			}
		}
		if len(box.Objects) == 0 {
			box.Add(widget.NewLabel(s.p.say("profile.pictures.none")))
		}
		box.Refresh()
	}
	s.p.settle()
}

// card is a picture with what staff says of it.
func (s *pictures) card(one vm.Picture) fyne.CanvasObject {
	said := control.Text(s.p.say("picture."+string(one.State)) + " · " + one.At.Local().Format("2006-01-02"))
	rows := []fyne.CanvasObject{said}
	if one.Small != nil {
		shown := canvas.NewImageFromImage(one.Small)
		shown.FillMode = canvas.ImageFillContain
		shown.SetMinSize(fyne.NewSquareSize(side * theme.Scale()))
		rows = append([]fyne.CanvasObject{shown}, rows...)
	}
	if one.Reason != "" {
		why := control.Text(one.Reason)
		why.Importance = widget.WarningImportance
		rows = append(rows, why)
	}
	card := container.New(cardSize{}, xwidget.Rows(rows...))
	return card
}

// cardSize gives a card its width before its lines are broken.
type cardSize struct{}

// MinSize implements fyne.Layout.
func (cardSize) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := (side + 40) * theme.Scale()
	objects[0].Resize(fyne.NewSize(width, objects[0].MinSize().Height))
	return fyne.NewSize(width, objects[0].MinSize().Height)
}

// Layout implements fyne.Layout.
func (cardSize) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }
