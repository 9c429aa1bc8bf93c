// Package page is the HTML of the site: who is online, the room, signing up and in,
// credits, and the pages of performers, studios and staff.
package page
