module github.com/biaoge/biaoge

go 1.26

require (
	github.com/otiai10/gosseract/v2 v2.4.1 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	gocv.io/x/gocv v0.43.0 // indirect
)
