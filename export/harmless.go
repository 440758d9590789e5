package export

// Harmless keeps a spreadsheet from running a text as a formula; for tables
// that are written elsewhere, as of a batch.
func Harmless(s string) string { return harmless(s) }
