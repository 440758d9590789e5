package biaoge

import "github.com/biaoge/biaoge/layout"

func drawDebug(dir string, page *layout.Page, doc *Document) error { return nil }
