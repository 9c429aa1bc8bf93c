// Package vm holds the view models: what the window shows and what it can do,
// without a window.
//
//	SignIn    accounts of this computer: sign in, sign up, apply, forget; the vault
//	Live      the big state, the cards of the accounts, picture, sound, devices
//	Chat      the lines of all rooms in one order; answering, banning, retrying
//	Money     earnings, level and time online
//	Toasts    tips and troubles that pass, and the sounds that go with them
//	Settings  what is remembered
//	Sittings  where her accounts are signed in
//	Guests    the members whom she knows
//	Persona   profile, prices, goal, pictures, closed countries
//	Private   who asks for a private show, the one that goes on, its receipt
//
// Each has View, which returns plain values from any goroutine; verbs, which
// never block; Changed, a channel that holds one wake after which View is worth
// another look; and Run, which has to run while the model is used.
//
// Data in: the verbs, session/desk's Status, the backend's answers, and its
// events through Follower. Data out: views. A view holds finished words only
// where they came from a person or the backend; all others are keys of the
// catalogue, as Notice tells.
//
// Chat, Money, Guests, Persona and Private live in inner rooms (chat, book, guests,
// persona, private); names.go gives them to pages. What all are made of is in base.
//
// Goroutines: Run is the model's own. Calls that may be slow are made by
// workers of base.Work, one a lane, for which Run waits. The models are wired so:
// SignIn's Always and Followers are all others; Guests' Known is Chat's Know; Persona's
// Priced is Live's Price; Live's and Private's Tell is Toasts' Trouble.
package vm
