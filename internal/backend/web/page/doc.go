// Package page is the HTML of the site: who is online, the room, signing up and
// in, credits with the payment sandbox, and the pages of performers, studios
// and staff.
//
// Data in: domain services and the actor in the request's context, which the
// web room puts there. Data out: HTML rendered on the server, and the bundle of
// one style sheet, plain ES modules and icons under /assets/HASH/. Everything
// but video and live chat works without script: forms post and redirect.
// Nothing is inline, so that the policy can forbid inline script and style.
//
// No goroutines. In the browser a SharedWorker keeps the event streams of all
// windows of one visitor (assets/worker.js).
package page
