package ocr

import (
	"encoding/binary"
	"image"
	"math"
)

// A memory holds what Tesseract made of the lines it has read. It reads the
// same pixels the same way each time, and pictures of one office, made by one
// program in one font, are full of the same pixels: only what is the same in
// every one of them is taken from memory.
type memory struct {
	recent, older map[string]Reading // by key; older are dropped next
	bytes         int                // of the keys of recent
}

// memoryBytes is how much of each of the two generations is kept: some ten
// thousand numbers.
const memoryBytes = 4 << 20

// key is all that a reading depends on.
func key(line *image.Gray, height float64) string {
	w, h := line.Rect.Dx(), line.Rect.Dy()
	k := make([]byte, 0, w*h+12)
	k = binary.LittleEndian.AppendUint64(k, math.Float64bits(height))
	k = binary.LittleEndian.AppendUint32(k, uint32(w))
	for y := range h {
		k = append(k, line.Pix[y*line.Stride:][:w]...)
	}
	return string(k)
}

func (m *memory) get(key string) (Reading, bool) {
	r, ok := m.recent[key]
	if !ok {
		if r, ok = m.older[key]; ok {
			m.put(key, r)
		}
	}
	return r, ok
}

func (m *memory) put(key string, r Reading) {
	if len(key) > memoryBytes/4 {
		return // it would push out all the others
	}
	if m.bytes += len(key); m.recent == nil || m.bytes > memoryBytes {
		m.older, m.recent, m.bytes = m.recent, make(map[string]Reading), len(key)
	}
	m.recent[key] = r
}
