package desk

import "github.com/jasmincam/jasmincam/internal/session"

// What Run asks of and notes in the state that everybody shares.

func (d *Desk) isWatching() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.watching
}

// failed tells whether nothing may begin until she acts.
func (d *Desk) failed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err != nil
}

func (d *Desk) chosen() Choice {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.choice
}

func (d *Desk) anyWish(members []*member) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range members {
		if m.wish && !d.barred(m) {
			return true
		}
	}
	return false
}

// note says what runs. The picture of a closed camera is not left lying about.
func (d *Desk) note(camera, microphone, encoder bool) {
	d.mu.Lock()
	d.devices = [2]bool{camera, microphone}
	if !encoder {
		d.air = nil
	}
	d.mu.Unlock()
	if !camera {
		d.preview.TryTake().Release()
	}
}

// onAir notes the encoder before it runs: its bitrate may have been chosen otherwise
// meanwhile, and it may have nothing to show.
func (d *Desk) onAir(b *session.Broadcast) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.air = b
	b.SetBitrate(d.choice.video().Bitrate)
	if d.covered {
		b.SetCovered(true)
	}
}

// landed notes that an upload has ended. Its accounts forgot their wishes when
// their rooms were closed; those who changed their minds meanwhile go on.
func (d *Desk) landed(u *upload) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left(u)
	for _, m := range u.members {
		if u.told && m.wish {
			m.want(true)
		}
	}
}

// leave takes everybody offline.
func (d *Desk) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.members {
		m.want(false)
	}
}
