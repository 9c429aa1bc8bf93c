package desk

import (
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
)

// Status is the desk at a moment.
type Status struct {
	Choice
	Camera, Microphone capture.ReaderState // these hide the sources of Choice, see Choice.Camera
	Watching, Muted    bool
	LevelDB            float64       // what the microphone hears, muted or not, in dBFS
	Stats              session.Stats // of the encoder; zero but for Level while nobody wants to be online
	FPS                float64       // of the last second: coded pictures, or the camera's while only watching
	Kbps               int           // of the last second, coded pictures and sound
	Err                error         // why devices or encoder are not running; session.Sentence tells it
	Accounts           []session.Snapshot
	Health             Health
	Advice             []Advice
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
