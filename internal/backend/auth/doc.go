// Package auth knows who somebody is: sign-up, sign-in, sessions, and the
// tokens with which programs upload.
//
// Data in: passwords and tokens as people and programs send them, and the actor
// of the context. Data out: domain values; a token is told once, when it is
// made. Towards the Repository only Argon2id hashes of passwords and SHA-256
// hashes of tokens go.
//
// Goroutines: none of its own. At most Config.Hashes passwords are hashed at
// once, a bounded number waits, the others are told to come back. Nothing about
// a session is cached: every Authenticate asks the Repository, so that a
// revoked session is dead with the next call.
package auth
