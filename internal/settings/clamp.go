package settings

import (
	"math"
	"slices"
)

// clamp puts every value within its range.
func (v *Values) clamp() {
	d := Defaults()
	if !slices.Contains([]string{ThemeSystem, ThemeLight, ThemeDark}, v.Theme) {
		v.Theme = d.Theme
	}
	v.TextSize = between((v.TextSize+TextStep/2)/TextStep*TextStep, TextMin, TextMax)
	for _, s := range []*string{&v.Language, &v.Backend, &v.Page, &v.Camera, &v.Microphone, &v.Speaker, &v.Look.Overlay.Path} {
		if len(*s) > maxString {
			*s = ""
		}
	}
	v.Picture.clamp(d.Picture)
	v.Look.clamp(d.Look)
	v.Window.Width = between(orDefault(v.Window.Width, d.Window.Width), 640, 7680)
	v.Window.Height = between(orDefault(v.Window.Height, d.Window.Height), 480, 4320)
	v.Accounts = accounts(v.Accounts)
	v.Chimes = chimes(v.Chimes, d.Chimes)
	v.Shortcuts = shortcuts(v.Shortcuts, d.Shortcuts)
}

func (p *Picture) clamp(d Picture) {
	if p.Width < 160 || p.Height < 90 || p.Width > 3840 || p.Height > 2160 {
		p.Width, p.Height = d.Width, d.Height
	}
	p.FPS = between(orDefault(p.FPS, d.FPS), 1, 60)
	if p.Bitrate != 0 {
		p.Bitrate = between(p.Bitrate, 100_000, 20_000_000)
	}
}

func (l *Look) clamp(d Look) {
	l.Zoom = within(l.Zoom, 1, 4, d.Zoom)
	l.X, l.Y = within(l.X, 0, 1, d.X), within(l.Y, 0, 1, d.Y)
	o := &l.Overlay
	o.X, o.Y, o.Width = within(o.X, 0, 1, d.Overlay.X), within(o.Y, 0, 1, d.Overlay.Y), within(o.Width, 0.02, 1, d.Overlay.Width)
}

// accounts drops those that nobody could sign in to, and seconds.
func accounts(list []Account) []Account {
	type who struct{ email, url string }
	seen := map[who]bool{}
	var out []Account
	for _, a := range list {
		long := len(a.Email) > maxString || len(a.URL) > maxString || len(a.Name) > maxString
		if a.Email == "" || long || seen[who{a.Email, a.URL}] || len(out) == maxAccounts {
			continue
		}
		seen[who{a.Email, a.URL}] = true
		out = append(out, a)
	}
	return out
}

func chimes(have, defaults map[Sound]Chime) map[Sound]Chime {
	out := make(map[Sound]Chime, len(defaults))
	for s, d := range defaults {
		c, ok := have[s]
		if !ok {
			c = d
		}
		c.Volume = between(c.Volume, 1, 100)
		out[s] = c
	}
	return out
}

// shortcuts has every action once, in the defaults' order. A key that two
// actions have belongs to the first.
func shortcuts(have, defaults []Shortcut) []Shortcut {
	keys := map[Action]string{}
	for _, s := range have {
		if _, ok := keys[s.Action]; !ok && len(s.Key) <= maxString {
			keys[s.Action] = s.Key
		}
	}
	used := map[string]bool{}
	out := make([]Shortcut, 0, len(defaults))
	for _, d := range defaults {
		key, ok := keys[d.Action]
		if !ok {
			key = d.Key
		}
		if used[key] {
			key = ""
		}
		used[key] = key != ""
		out = append(out, Shortcut{d.Action, key})
	}
	return out
}

func between(n, low, high int) int { return min(max(n, low), high) }

func orDefault(n, d int) int {
	if n == 0 {
		return d
	}
	return n
}

func within(x, low, high, d float64) float64 {
	if math.IsNaN(x) {
		return d
	}
	return min(max(x, low), high)
}
