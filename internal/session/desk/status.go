package desk

import (
	"slices"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
)

// Status is the desk at a moment. Its Camera and Microphone hide the sources of
// the same names; those are Choice.Camera and Choice.Microphone.
type Status struct {
	Choice
	Camera, Microphone capture.ReaderState // zero while the device is not open
	Watching, Muted    bool
	LevelDB            float64       // what the microphone hears, muted or not, in dBFS
	Stats              session.Stats // of the encoder; without one the wanted size and Level
	FPS                float64       // of the last second: coded pictures, or the camera's while only watching
	Kbps               int           // coded pictures of the last second
	Err                error         // why devices or encoder are not running; session.Sentence tells it
	Accounts           []session.Snapshot
	Private            Private
	Guest              Guest
	Panic              bool // black and silent until ShowAgain has its effect
	Health             Health
	Advice             []Advice
}

// Status never blocks.
func (d *Desk) Status() Status {
	camera, microphone, level := d.pictures.State(), d.sound.State(), d.sound.Level()
	d.mu.Lock()
	defer d.mu.Unlock()
	s := Status{Guest: d.visit.status(d), Choice: d.choice, Watching: d.watching, Muted: d.muted, LevelDB: capture.SilenceDB,
		FPS: d.pulse.fps, Kbps: d.pulse.kbps, Err: d.err, Private: d.private, Panic: d.covered}
	if d.devices[0] {
		s.Camera = camera
	}
	if d.devices[1] {
		s.Microphone, s.LevelDB = microphone, level
	}
	s.Stats.Width, s.Stats.Height, s.Stats.Level = s.Size.Width, s.Size.Height, s.LevelDB
	if d.muted || d.covered {
		s.Stats.Level = capture.SilenceDB
	}
	if d.air != nil {
		s.Stats = d.air.Stats()
	}
	for _, m := range d.members {
		snapshot := m.snapshot()
		if d.covered && snapshot.State == session.Connecting {
			snapshot.State = session.Panic
		}
		switch {
		case m.wish && d.barred(m):
			snapshot = away(snapshot)
		case d.aside(snapshot): // closed, as her backend tells her whenever she asks
			snapshot.State, snapshot.Trouble = session.Private, ""
		}
		s.Accounts = append(s.Accounts, snapshot)
	}
	s.Health = s.health(d.devices[0] || d.devices[1], d.pulse.full)
	s.Advice = s.advice(d.pulse)
	return s
}

// Words of Health, catalogue keys "health."+Word.
const (
	HealthGood = "good"
	HealthFair = "fair"
	HealthPoor = "poor"
	HealthOff  = "off" // neither watching nor online
)

// Reasons of Health, catalogue keys "health."+Reason; none when it is good.
const (
	ReasonFPS     = "fps"     // fewer pictures a second than chosen
	ReasonNetwork = "network" // the path carries less than chosen, or was lost
	ReasonCamera  = "camera"  // the camera is away
	ReasonSound   = "sound"   // the microphone is away
)

// Health tells in one word how the picture and its way are, and why not better.
type Health struct{ Word, Reason string }

// Below these parts of what was chosen health is fair or poor.
const (
	fairFPS, poorFPS = 0.85, 0.5
	fairNet, poorNet = 0.7, 0.5
)

// health judges a status whose devices run or not; measured says that FPS is of
// a whole second.
func (s Status) health(devices, measured bool) Health {
	chosen := s.Choice
	wanted := float64(chosen.video().Bitrate + voice)
	fps := s.FPS / float64(max(1, chosen.Size.FPS))
	net := float64(s.Stats.Target) / wanted
	switch {
	case !devices:
		return Health{Word: HealthOff}
	case s.Camera.Lost:
		return Health{HealthPoor, ReasonCamera}
	case s.Microphone.Lost:
		return Health{HealthPoor, ReasonSound}
	case s.unreached(), s.Stats.Target > 0 && net < poorNet:
		return Health{HealthPoor, ReasonNetwork}
	case s.Panic:
		return Health{Word: HealthGood} // few pictures are enough for black
	case measured && fps < poorFPS:
		return Health{HealthPoor, ReasonFPS}
	case s.Stats.Target > 0 && net < fairNet:
		return Health{HealthFair, ReasonNetwork}
	case measured && fps < fairFPS:
		return Health{HealthFair, ReasonFPS}
	default:
		return Health{Word: HealthGood}
	}
}

// unreached tells whether an account's picture does not get through. An account whose
// room is away because of a show of the other's misses nothing.
func (s Status) unreached() bool {
	return slices.ContainsFunc(s.Accounts, func(a session.Snapshot) bool {
		return a.Lost && (s.Private.Show == "" || s.Private.Email == a.Email)
	})
}

// Advice is what she can better, catalogue keys "advice."+Advice.
type Advice string

// The advice there is.
const (
	AdviceDark   Advice = "dark"   // too little light
	AdviceBright Advice = "bright" // too much of it
	AdviceSilent Advice = "silent" // nothing heard for a while, and not muted
	AdviceLoud   Advice = "loud"   // close to distortion
	AdviceSmall  Advice = "small"  // the camera gives a smaller picture than chosen
)

// Bounds of advice: mean luma, and loudness in dBFS with the time it lasted.
const (
	darkLuma, brightLuma = 55, 200
	silentDB, loudDB     = -60, -6
	silentBeats          = 20 // of 250 ms
	loudBeats            = 4
)

func (s Status) advice(p pulse) []Advice {
	var all []Advice
	add := func(is bool, a Advice) {
		if is {
			all = append(all, a)
		}
	}
	add(s.Camera.Light > 0 && s.Camera.Light < darkLuma, AdviceDark)
	add(s.Camera.Light > brightLuma, AdviceBright)
	add(s.Camera.Scaled && s.Camera.Format.Height < s.Size.Height, AdviceSmall)
	add(p.silent >= silentBeats, AdviceSilent)
	add(p.loud >= loudBeats, AdviceLoud)
	return all
}
