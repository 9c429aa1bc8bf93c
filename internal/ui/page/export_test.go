package page

import "time"

// SetClock gives the Live page another clock.
func SetClock(p Page, now func() time.Time) { p.(*live).stage.now = now }
