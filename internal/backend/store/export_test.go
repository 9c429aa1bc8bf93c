package store

import "io/fs"

// Migrations lets tests go back to an older schema.
func Migrations() fs.FS {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // embedded
	}
	return files
}
