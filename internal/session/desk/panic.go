package desk

// Panic makes everybody's picture black and the sound silent at once (domain A7):
// when it returns nothing that is captured leaves any more, on any upload to any
// service, those under way included; what waited is thrown away. It holds over
// reconnects, changes of devices and new uploads; who is not online yet is not seen
// until ShowAgain. A second Panic changes nothing. It never waits for a service.
func (d *Desk) Panic() { d.setPanic(true) }

// ShowAgain undoes Panic.
func (d *Desk) ShowAgain() { d.setPanic(false) }

func (d *Desk) setPanic(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.panicked == on {
		return
	}
	d.panicked = on
	if d.air != nil {
		d.air.SetCovered(on)
	}
	for _, m := range d.members {
		m.account.SetPaused(on)
	}
	d.log.Info("black and silent by her wish", "on", on)
	d.ring()
}
