// Package xwidget holds the widgets of a live screen that the toolkit lacks:
//
//	Preview      the picture as members see it, with the state over it
//	Meter        how loud the microphone is
//	AccountCard  an account at a glance, with its switch
//	Progress     a quiet bar that fills
//	Chart        a bar a day
//	Rows, Flow, Columns, Scrolled, Adaptive: layouts for text that breaks its lines
//
// They know nothing of the app: in go finished words, values and callbacks, out
// comes what a person did. Colours come from package theme.
//
// Goroutines: one, Preview's, between its Start and Stop, which waits for it.
// All else is used on the window's goroutine.
package xwidget
