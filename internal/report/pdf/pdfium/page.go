package pdfium

import (
	"errors"
	"math"
	"slices"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"

	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pdf"
)

// What is looked at on one page: a page with more objects is a drawing.
const (
	maxObjects  = 20_000
	maxSegments = 100_000
	maxDeep     = 12 // forms in forms
	maxChars    = 100_000
)

// A reader reads one page.
type reader struct {
	instance pdfium.Pdfium
	page     requests.Page
	out      *pdf.Page

	turn          int // quarters that the page is turned clockwise
	left, bottom  float64
	width, height float64 // before it is turned

	images   []imageObject
	counted  int
	segments int
}

type imageObject struct {
	box   pdf.Box
	scale float64 // pixels to a point
}

// frame finds out how the page is turned and cut.
func (r *reader) frame() error {
	size, err := r.instance.GetPageSize(&requests.GetPageSize{Page: r.page})
	if err != nil {
		return err
	}
	r.out.Width, r.out.Height = size.Width, size.Height
	if !(size.Width > 0 && size.Height > 0) || size.Width > 1e5 || size.Height > 1e5 {
		return errors.New("the page has no size that can be shown")
	}
	if t, err := r.instance.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: r.page}); err == nil {
		r.turn = int(t.PageRotation) & 3
	}
	r.width, r.height = size.Width, size.Height
	if r.turn%2 == 1 {
		r.width, r.height = r.height, r.width
	}
	if b, err := r.instance.FPDFPage_GetCropBox(&requests.FPDFPage_GetCropBox{Page: r.page}); err == nil {
		r.left, r.bottom = float64(b.Left), float64(b.Bottom)
	} else if b, err := r.instance.FPDFPage_GetMediaBox(&requests.FPDFPage_GetMediaBox{Page: r.page}); err == nil {
		r.left, r.bottom = float64(b.Left), float64(b.Bottom)
	}
	return nil
}

// point is where a point of the file is shown.
func (r *reader) point(x, y float64) (float64, float64) {
	x, y = x-r.left, y-r.bottom
	switch r.turn {
	case 1:
		return y, x
	case 2:
		return r.width - x, y
	case 3:
		return r.height - y, r.width - x
	}
	return x, r.height - y
}

// box is the box around two points of the file.
func (r *reader) box(x0, y0, x1, y1 float64) pdf.Box {
	ax, ay := r.point(x0, y0)
	bx, by := r.point(x1, y1)
	return pdf.Box{min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)}
}

// objects goes over what is drawn on the page.
func (r *reader) objects() {
	n, err := r.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: r.page})
	if err != nil {
		return
	}
	one := structs.FPDF_FS_MATRIX{A: 1, D: 1}
	for i := range n.Count {
		o, err := r.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: r.page, Index: i})
		if err == nil {
			r.object(o.PageObject, one, 0)
		}
		if r.out.Busy {
			return
		}
	}
}

func (r *reader) object(o references.FPDF_PAGEOBJECT, within structs.FPDF_FS_MATRIX, deep int) {
	if r.counted++; r.counted > maxObjects || r.segments > maxSegments {
		r.out.Busy, r.out.Rules = true, nil
		return
	}
	t, err := r.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return
	}
	switch t.Type {
	case enums.FPDF_PAGEOBJ_IMAGE:
		r.image(o, within)
	case enums.FPDF_PAGEOBJ_PATH:
		r.path(o, within)
	case enums.FPDF_PAGEOBJ_FORM:
		n, err := r.instance.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
		if err != nil || deep >= maxDeep {
			return
		}
		m := times(r.matrix(o), within)
		for i := range n.Count {
			if inner, err := r.instance.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)}); err == nil {
				r.object(inner.PageObject, m, deep+1)
			}
			if r.out.Busy {
				return
			}
		}
	}
}

func (r *reader) matrix(o references.FPDF_PAGEOBJECT) structs.FPDF_FS_MATRIX {
	m, err := r.instance.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
	if err != nil {
		return structs.FPDF_FS_MATRIX{A: 1, D: 1}
	}
	return m.Matrix
}

// times is first a, then b.
func times(a, b structs.FPDF_FS_MATRIX) structs.FPDF_FS_MATRIX {
	return structs.FPDF_FS_MATRIX{
		A: a.A*b.A + a.B*b.C, B: a.A*b.B + a.B*b.D,
		C: a.C*b.A + a.D*b.C, D: a.C*b.B + a.D*b.D,
		E: a.E*b.A + a.F*b.C + b.E, F: a.E*b.B + a.F*b.D + b.F,
	}
}

func apply(m structs.FPDF_FS_MATRIX, x, y float64) (float64, float64) {
	return float64(m.A)*x + float64(m.C)*y + float64(m.E), float64(m.B)*x + float64(m.D)*y + float64(m.F)
}

// image notes a picture: the unit square under its matrix.
func (r *reader) image(o references.FPDF_PAGEOBJECT, within structs.FPDF_FS_MATRIX) {
	m := times(r.matrix(o), within)
	b := pdf.Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := r.point(apply(m, c[0], c[1]))
		b = pdf.Box{min(b[0], x), min(b[1], y), max(b[2], x), max(b[3], y)}
	}
	b = pdf.Box{max(b[0], 0), max(b[1], 0), min(b[2], r.out.Width), min(b[3], r.out.Height)}
	if !(b.Width() > 0.5 && b.Height() > 0.5) {
		return
	}
	scale := 1.0
	if s, err := r.instance.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: o}); err == nil {
		wide := math.Hypot(float64(m.A), float64(m.B))
		high := math.Hypot(float64(m.C), float64(m.D))
		if wide > 0 && high > 0 {
			scale = max(float64(s.Width)/wide, float64(s.Height)/high)
		}
	}
	r.images = append(r.images, imageObject{b, scale})
}

// thin is how thick a rule is at most, in points.
const thin = 3

// path takes the rules from a drawn path: its level and plumb strokes, filled
// boxes that are thin, and the sides of others.
func (r *reader) path(o references.FPDF_PAGEOBJECT, within structs.FPDF_FS_MATRIX) {
	mode, err := r.instance.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: o})
	if err != nil || !mode.Stroke && mode.FillMode == enums.FPDF_FILLMODE_NONE {
		return
	}
	n, err := r.instance.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})
	if err != nil {
		return
	}
	if r.segments += n.Count; r.segments > maxSegments {
		return
	}
	m := times(r.matrix(o), within)
	var sub [][2]float64
	flush := func(closed bool) {
		if len(sub) > 1 {
			r.strokes(sub, closed || !mode.Stroke, !mode.Stroke)
		}
		sub = nil
	}
	for i := range n.Count {
		s, err := r.instance.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: i})
		if err != nil {
			return
		}
		t, err := r.instance.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: s.PathSegment})
		if err != nil {
			return
		}
		p, err := r.instance.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: s.PathSegment})
		if err != nil {
			return
		}
		x, y := r.point(apply(m, float64(p.X), float64(p.Y)))
		switch t.Type {
		case enums.FPDF_SEGMENT_MOVETO:
			flush(false)
		case enums.FPDF_SEGMENT_BEZIERTO:
			sub = nil // a curve is no rule
			continue
		}
		sub = append(sub, [2]float64{x, y})
		if c, err := r.instance.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: s.PathSegment}); err == nil && c.IsClose {
			flush(true)
		}
	}
	flush(false)
}

// strokes takes the rules from one stroke of a pen.
func (r *reader) strokes(points [][2]float64, closed, filled bool) {
	b := pdf.Box{points[0][0], points[0][1], points[0][0], points[0][1]}
	for _, p := range points {
		b = pdf.Box{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
	}
	if filled && min(b.Width(), b.Height()) <= thin {
		r.rule(b)
		return
	}
	if filled && len(points) > 5 {
		return // a shape, whose sides are none of a cell
	}
	if closed {
		points = append(points, points[0])
	}
	for i := 1; i < len(points); i++ {
		p, q := points[i-1], points[i]
		r.rule(pdf.Box{min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1])})
	}
}

func (r *reader) rule(b pdf.Box) {
	if min(b.Width(), b.Height()) <= thin && max(b.Width(), b.Height()) > 0 {
		r.out.Rules = append(r.out.Rules, pdf.Rule{Box: b})
	}
}

// chars reads the characters that are printed, each with the room that its font
// gives it. Those of a layer that nobody sees, which a program laid over a
// scanned picture, are a reading by somebody else, and do not count.
func (r *reader) chars() error {
	text, err := r.instance.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: r.page})
	if err != nil {
		return err
	}
	defer r.instance.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage})
	n, err := r.instance.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return err
	}
	for i := range min(n.Count, maxChars) {
		c, err := r.instance.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text.TextPage, Index: i})
		if err != nil || c.Unicode <= ' ' && c.Unicode != 0 {
			continue
		}
		char := string(rune(c.Unicode))
		if c.Unicode == 0 {
			char = content.Unread // the file does not say which character it is
		}
		room, err := r.instance.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text.TextPage, Index: i})
		if err != nil {
			continue
		}
		b := r.box(float64(room.Rect.Left), float64(room.Rect.Bottom), float64(room.Rect.Right), float64(room.Rect.Top))
		if x, y := (b[0]+b[2])/2, (b[1]+b[3])/2; r.overImage(x, y) && r.hidden(text.TextPage, i) {
			continue
		}
		r.out.Chars = append(r.out.Chars, pdf.Char{Text: char, Box: b})
	}
	return nil
}

func (r *reader) overImage(x, y float64) bool {
	return slices.ContainsFunc(r.images, func(i imageObject) bool { return i.box.Holds(x, y) })
}

// hidden tells whether a character is printed invisibly.
func (r *reader) hidden(text references.FPDF_TEXTPAGE, i int) bool {
	o, err := r.instance.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i})
	if err != nil {
		return false // the renderer put it in
	}
	m, err := r.instance.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o.TextObject})
	return err == nil && (m.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE || m.TextRenderMode == enums.FPDF_TEXTRENDERMODE_CLIP)
}
