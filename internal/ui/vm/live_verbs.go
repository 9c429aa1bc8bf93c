package vm

import (
	"context"
	"slices"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// GoOnline puts these accounts online, or all without a name.
func (l *Live) GoOnline(emails ...string) {
	l.cfg.Stage.GoOnline(emails...)
	l.lookNow()
}

// GoOffline takes these accounts off, or all without a name.
func (l *Live) GoOffline(emails ...string) {
	l.cfg.Stage.GoOffline(emails...)
	l.lookNow()
}

// Panic makes picture and sound of everybody black and silent before it returns.
// Nothing but ShowAgain undoes it. It may be called from any goroutine.
func (l *Live) Panic() {
	l.cfg.Stage.Panic()
	l.lookNow()
}

// ShowAgain undoes Panic.
func (l *Live) ShowAgain() {
	l.cfg.Stage.ShowAgain()
	l.lookNow()
}

// Mute switches the microphone off and on.
func (l *Live) Mute(muted bool) {
	l.cfg.Booth.SetMuted(muted)
	l.lookNow()
}

// Watch says whether the preview or the meter is on the screen.
func (l *Live) Watch(watching bool) {
	l.cfg.Booth.SetWatching(watching)
	l.lookNow()
}

// ChoiceOf is the choice that is remembered; where she has chosen nothing yet it
// is the camera and microphone given.
func ChoiceOf(v settings.Values, camera, microphone desk.Source) desk.Choice {
	c := desk.Choice{Camera: camera, Microphone: microphone, Bitrate: v.Picture.Bitrate,
		Size: capture.Wish{Width: v.Picture.Width, Height: v.Picture.Height, FPS: v.Picture.FPS}}
	if s, err := desk.ParseSource(v.Camera); err == nil {
		c.Camera = s
	}
	if s, err := desk.ParseSource(v.Microphone); err == nil {
		c.Microphone = s
	}
	return c
}

// Choose takes another device, size or quality, live or not, and remembers it
// when it was accepted. The view has it at once, so that the next choice, made
// from the view before the devices have changed, does not take this one back.
func (l *Live) Choose(c desk.Choice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.v.Choice
	ok := l.work.Do("choose", func(context.Context) {
		err := l.cfg.Booth.Use(c)
		if err == nil {
			l.cfg.Kept.Change(func(v *settings.Values) {
				if v.Camera != "" || c.Camera != before.Camera { // what only stands in is not her choice
					v.Camera = c.Camera.String()
				}
				if v.Microphone != "" || c.Microphone != before.Microphone {
					v.Microphone = c.Microphone.String()
				}
				v.Picture = settings.Picture{Width: c.Size.Width, Height: c.Size.Height, FPS: c.Size.FPS, Bitrate: c.Bitrate}
			})
		}
		l.mu.Lock()
		l.choosing--
		l.v.Choosing, l.v.Refused = l.choosing > 0, base.Told(err)
		l.changed.Ring()
		l.mu.Unlock()
		l.lookNow()
	})
	if ok {
		l.choosing++
		l.v.Choosing, l.v.Refused, l.v.Choice = true, Notice{}, c
	}
	l.changed.Ring()
}

// SetLook mirrors, crops, zooms and lays a picture over, and remembers it.
func (l *Live) SetLook(look settings.Look) {
	l.cfg.Kept.Change(func(v *settings.Values) { v.Look = look })
	l.dress()
}

// FlipMirror mirrors the picture, or no longer: of two presses in a moment each
// counts.
func (l *Live) FlipMirror() {
	l.cfg.Kept.Change(func(v *settings.Values) { v.Look.Mirror = !v.Look.Mirror })
	l.dress()
}

// dress brings the remembered look to the desk. A look that is on its way takes
// over what changes meanwhile, so that a slider may be moved fast.
func (l *Live) dress() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dressing {
		return
	}
	l.dressing = l.work.Do("look", func(context.Context) {
		l.mu.Lock()
		l.dressing = false
		path, picture := l.overlay, l.picture
		l.mu.Unlock()
		look := l.cfg.Kept.Get().Look
		var err error
		if look.Overlay.Path != path {
			path, picture = look.Overlay.Path, nil
			if path != "" {
				picture, err = l.cfg.Overlay(path)
			}
		}
		worn := capture.Look{Mirror: look.Mirror, Zoom: look.Zoom, X: look.X, Y: look.Y}
		if picture != nil {
			worn.Overlay = &capture.Overlay{Picture: picture, X: look.Overlay.X, Y: look.Overlay.Y, Width: look.Overlay.Width}
		}
		l.cfg.Booth.SetLook(worn)
		l.mu.Lock()
		defer l.mu.Unlock()
		if path != l.overlay {
			l.v.Refused = base.Told(err)
		}
		l.overlay, l.picture = path, picture
		l.changed.Ring()
	})
}

// LookForDevices lists the devices anew.
func (l *Live) LookForDevices() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.v.Looking {
		return
	}
	l.v.Looking = l.work.Do("devices", func(context.Context) {
		found, err := l.cfg.Devices()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.v.Looking, l.found = false, found
		if err != nil {
			l.v.Refused = base.Told(err)
		}
		chosen := l.cfg.Stage.Status().Choice
		l.v.Cameras = devices(found, capture.KindCamera, chosen.Camera, "pattern")
		l.v.Microphones = devices(found, capture.KindMicrophone, chosen.Microphone, "tone", "silence")
		l.changed.Ring()
	})
	l.changed.Ring()
}

// Speakers are what a member's voice can be played through; the one that is remembered
// is always among them.
func (l *Live) Speakers() []Device {
	chosen := desk.Source{}
	if id := l.cfg.Kept.Get().Speaker; id != "" {
		chosen = desk.Source{Kind: "device", Name: id}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return devices(l.found, capture.KindSpeaker, chosen)
}

// devices are those of a kind to choose, the built-in ones last. A chosen one is
// always among them.
func devices(found []capture.Device, kind string, chosen desk.Source, builtIn ...string) []Device {
	var out []Device
	for _, d := range found {
		if d.Kind == kind {
			out = append(out, Device{Source: desk.Source{Kind: "device", Name: d.ID}, Name: d.Name, Busy: d.Busy && d.ID != chosen.Name})
		}
	}
	for _, b := range builtIn {
		out = append(out, Device{Source: desk.Source{Kind: b}})
	}
	if chosen.Kind != "" && !slices.ContainsFunc(out, func(d Device) bool { return d.Source == chosen }) {
		out = append(out, Device{Source: chosen, Name: chosen.Name, Gone: chosen.Kind == "device"})
	}
	return out
}
