package export

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/biaoge/biaoge/tables"
)

type jsonWriter struct {
	w      io.Writer
	indent bool
}

func newJSON(w io.Writer, o Options) Writer      { return &jsonWriter{w, o.Single} }
func newJSONLines(w io.Writer, _ Options) Writer { return &jsonWriter{w, false} }

func (j *jsonWriter) Write(docs []*tables.Document) error {
	var out bytes.Buffer
	for _, d := range docs {
		line, err := JSON(d)
		if err != nil {
			return err
		}
		if j.indent && len(docs) == 1 {
			indent(&out, line, 0)
		} else {
			out.Write(line)
		}
		out.WriteByte('\n')
	}
	_, err := j.w.Write(out.Bytes())
	return err
}

func (j *jsonWriter) Close() error { return nil }

// JSON is a document on one line, without a newline. Text stands as it is:
// < and & are not escaped for HTML.
func JSON(d *tables.Document) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Indent writes a compact JSON value with indentation, as people read it: cells
// and records stand on one line each.
func Indent(out *bytes.Buffer, value []byte) { indent(out, value, 0) }

// lineWidth is the length up to which a list or object stands on one line.
const lineWidth = 120

// lineDepth is the depth from which everything stands on one line: cells,
// records and checks, so that a table of 200 cells is 200 lines and not 3000.
const lineDepth = 4

// indent writes a compact JSON value with indentation.
func indent(out *bytes.Buffer, v []byte, depth int) {
	if v[0] != '{' && v[0] != '[' || depth >= lineDepth || len(v) <= lineWidth {
		space(out, v)
		return
	}
	parts := members(v)
	out.WriteByte(v[0])
	for i, p := range parts {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		for range depth + 1 {
			out.WriteString("  ")
		}
		if v[0] == '{' {
			n := stringEnd(p)
			out.Write(p[:n])
			out.WriteString(": ")
			p = p[n+1:]
		}
		indent(out, p, depth+1)
	}
	out.WriteByte('\n')
	for range depth {
		out.WriteString("  ")
	}
	out.WriteByte(v[len(v)-1])
}

// space writes a compact value on one line with a blank after each separator.
func space(out *bytes.Buffer, v []byte) {
	for i := 0; i < len(v); i++ {
		if v[i] == '"' {
			n := stringEnd(v[i:])
			out.Write(v[i : i+n])
			i += n - 1
			continue
		}
		out.WriteByte(v[i])
		if v[i] == ',' || v[i] == ':' {
			out.WriteByte(' ')
		}
	}
}

// members splits a compact list or object at its own commas.
func members(v []byte) [][]byte {
	var parts [][]byte
	start, nest := 1, 0
	for i := 1; i < len(v)-1; i++ {
		switch v[i] {
		case '"':
			i += stringEnd(v[i:]) - 1
		case '{', '[':
			nest++
		case '}', ']':
			nest--
		case ',':
			if nest == 0 {
				parts = append(parts, v[start:i])
				start = i + 1
			}
		}
	}
	if start < len(v)-1 {
		parts = append(parts, v[start:len(v)-1])
	}
	return parts
}

// stringEnd is the length of the JSON string that v begins with.
func stringEnd(v []byte) int {
	for i := 1; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(v)
}
