module github.com/jasmincam/jasmincam

go 1.26

require (
	fyne.io/fyne/v2 v2.8.1
	github.com/google/uuid v1.6.0 // indirect
)
