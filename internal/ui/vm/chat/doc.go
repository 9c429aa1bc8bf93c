// Package chat is the view model of the rooms' talk: the lines of all rooms in one
// order, at most MaxLines, who answers whom and where, what became of the lines
// that were sent, and who is kept out.
//
// In: verbs, and the rooms' events through Follower; what was missed is read from
// the backend. Out: View without the lines, and Line for each row that a list
// shows. A row's fate is sending, sent or refused with its reason; its text is
// never lost, and no line is there twice.
//
// Goroutines: Run's own, and base.Work's: for each room a lane that reads, one
// that sends in order, one that bans and lifts.
package chat
