package tables

// A Probe is what a glance at a picture tells: how many tables there are, and
// which known forms. Nothing of their values has been read by then.
type Probe struct {
	Tables int          `json:"tables"` // on its first page
	Forms  []ProbedForm `json:"forms"`  // in reading order; empty, not null, where none is known
	Width  int          `json:"width"`  // pixels, as a viewer shows it
	Height int          `json:"height"` // pixels, likewise
	Pages  int          `json:"pages"`
}

// A ProbedForm is a table that is printed on a known form.
type ProbedForm struct {
	ID         string  `json:"id"`
	Confidence float64 `json:"confidence"` // probability that it is that form
}
