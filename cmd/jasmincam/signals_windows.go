package main

// panicSignals: there are none here.
func panicSignals() panicSays { return panicSays{} }
