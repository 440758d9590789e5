package hub

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
)

// A logger passes on what the server says, and keeps what went wrong last.
type logger struct {
	log  *slog.Logger
	mu   sync.Mutex
	last string
	full atomic.Bool // it could not write for want of room
}

func (l *logger) keep(text string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = text
	if tellsOfFullDisk(text) {
		l.full.Store(true)
	}
	return text
}

func (l *logger) lastWords() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *logger) Noticef(format string, v ...any) { l.log.Info(fmt.Sprintf(format, v...)) }
func (l *logger) Warnf(format string, v ...any)   { l.log.Warn(l.keep(fmt.Sprintf(format, v...))) }
func (l *logger) Errorf(format string, v ...any)  { l.log.Error(l.keep(fmt.Sprintf(format, v...))) }
func (l *logger) Fatalf(format string, v ...any)  { l.log.Error(l.keep(fmt.Sprintf(format, v...))) }
func (l *logger) Debugf(format string, v ...any)  {}
func (l *logger) Tracef(format string, v ...any)  {}
