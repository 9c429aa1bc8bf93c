// Package base is what the view models are made of: the Bell that wakes who
// shows them, the Work that makes slow calls for them, the Notice that they say,
// and the accounts that they follow with the part of the backend that they need.
//
// Goroutines: Work.Run has one worker for each lane that has calls, and waits
// for them; Work.Start runs it beside its caller.
package base
