module github.com/jasmincam/jasmincam

go 1.26
