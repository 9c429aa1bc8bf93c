// Package vm imports the window.
package vm

import _ "fyne.io/fyne/v2/widget"
